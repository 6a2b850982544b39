<?php
// What the PHP scripts of this folder share: settings from the environment, and steps that stop at the first deviation.
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
