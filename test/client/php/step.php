<?php
// What the PHP scripts of this folder share: settings from the environment, a client that looks at the HTTP status, and
// steps that stop at the first deviation.
declare(strict_types=1);

/** setting gives an environment variable that must be there. */
function setting(string $name): string
{
    $value = getenv($name);
    if ($value === false || $value === '') {
        fail("$name is not set");
    }
    return $value;
}

/** connect makes a client of SOAP 1.1 or 1.2 from a WSDL, with further options. */
function connect(string $wsdl, string $version, array $options = []): SoapClient
{
    return new SoapClient($wsdl, $options + [
        'soap_version' => ['1.1' => SOAP_1_1, '1.2' => SOAP_1_2][$version],
        'cache_wsdl' => WSDL_CACHE_NONE,
        'trace' => true,
    ]);
}

/** invoke calls one operation, whose answer must come with HTTP 200, and gives what stands in its Result element. */
function invoke(SoapClient $client, string $operation, array $parameters): mixed
{
    $answer = $client->$operation($parameters);
    $status = strtok($client->__getLastResponseHeaders(), "\r\n");
    if (!preg_match('#^HTTP/1\.[01] 200#', $status)) {
        fail("$operation answered $status");
    }
    return $answer->{$operation . 'Result'};
}

/** step prints one line when what was promised held, and otherwise stops the script and shows what was seen. */
function step(string $promise, bool $held, mixed $seen): void
{
    if (!$held) {
        fail("$promise; seen: " . json_encode($seen, JSON_UNESCAPED_SLASHES));
    }
    echo "ok   $promise\n";
}

function fail(string $reason): never
{
    echo "FAIL $reason\n";
    exit(1);
}

set_exception_handler(fn (Throwable $e) => fail(get_class($e) . ': ' . $e->getMessage()));
