<?php
// Walks through Rev.io texts and the opt-out list with PHP's own SoapClient: php sms.php 1.1|1.2
declare(strict_types=1);

require __DIR__ . '/step.php';

$client = connect(setting('LATCHKEY_URL') . '/v20/default.asmx?WSDL', $argv[1] ?? '1.1');

/** call invokes one operation as the demo user with what stands in its Request element besides. */
function call(string $operation, array $request): stdClass
{
    global $client;
    return invoke($client, $operation, ['Request' => $request + ['Credentials' => [
        'Username' => setting('REVIO_USERNAME'), 'Password' => setting('REVIO_PASSWORD'), 'Client' => setting('REVIO_CLIENT'),
    ]]]);
}

/** send sends a text to the demo number, with what is said of the profile. */
function send(array $profile = [], array $changed = []): stdClass
{
    return call('SMS_Send', $changed + ['ToNumber' => setting('REVIO_SMS_TO'), 'Message' => 'Test Message from Rev.io']
        + ($profile === [] ? [] : ['Profile' => $profile]));
}

$id = (int) setting('REVIO_SMS_PROFILE');
$from = setting('REVIO_SMS_FROM');
$last = 0;
foreach (['the default profile' => [], 'SmsProfileID' => ['SmsProfileID' => $id], 'FromNumber' => ['FromNumber' => $from]] as $by => $profile) {
    $sent = send($profile);
    step("SMS_Send by $by gives the text's ID and the profile that was used",
        $sent->Header->Success === true && $sent->Header->Impersonated === false && $sent->Header->SessionKey !== ''
        && $sent->ID > $last && $sent->Profile->SmsProfileID === $id && $sent->Profile->FromNumber === $from, $sent);
    $last = $sent->ID;
}

foreach ([
    'both SmsProfileID and FromNumber' => send(['SmsProfileID' => $id, 'FromNumber' => $from]),
    'a text of 161 characters' => send([], ['Message' => str_repeat('x', 161)]),
    'a number of nine digits' => send([], ['ToNumber' => '850470000']),
] as $what => $refused) {
    step("SMS_Send refuses $what with S2010",
        $refused->Header->Success === false && $refused->Header->Error_Code === 'S2010'
        && $refused->Header->Error_Description === 'Invalid input received.' && $refused->Header->Message !== '', $refused);
}

/** lists calls an operation on the opt-out list. */
function lists(string $operation, string ...$numbers): stdClass
{
    return call($operation, ['TNs' => ['TN' => $numbers]])->Header;
}

$gone = lists('SMSOptOut_Delete', '1234567890', '1234567891');
step('SMSOptOut_Delete takes numbers off the list, also those that are not on it', $gone->Success === true, $gone);

$out = lists('SMSOptOut_Create', '1234567890');
step('SMSOptOut_Create puts a number on the list', $out->Success === true && $out->Impersonated === false, $out);

$again = lists('SMSOptOut_Create', '1234567890');
step('a number that is on the list is refused in the words of the original, without a key',
    $again->Success === false && $again->Error_Code === 'S2010' && !isset($again->SessionKey) && $again->Impersonated === null
    && $again->Message === "'1234567890' is already in the opt-out list.", $again);

lists('SMSOptOut_Create', '1234567891');
$both = lists('SMSOptOut_Create', '1234567890', '1234567891');
step('and so are several',
    $both->Message === "'1234567890, 1234567891' are already in the opt-out list.", $both);

$empty = lists('SMSOptOut_Create', '');
step('an empty number is refused', $empty->Message === "'' is an invalid TN.", $empty);

$in = lists('SMSOptOut_Delete', '1234567890', '1234567891');
$out = lists('SMSOptOut_Create', '1234567890');
step('who opted in again can opt out again', $in->Success === true && $out->Success === true, [$in, $out]);
lists('SMSOptOut_Delete', '1234567890');
