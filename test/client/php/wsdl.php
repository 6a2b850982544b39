<?php
// Loads a WSDL file with PHP's own SoapClient and looks for the operations named after it: php wsdl.php FILE OPERATION...
declare(strict_types=1);

require __DIR__ . '/step.php';

[, $file] = $argv;
$client = new SoapClient($file, ['cache_wsdl' => WSDL_CACHE_NONE]);
$signatures = implode("\n", $client->__getFunctions());
foreach (array_slice($argv, 2) as $operation) {
    step("the WSDL has $operation", (bool) preg_match("/ $operation\\(/", $signatures), $signatures);
}
