<?php
// Gets one-time tokens of SOS Online Backup with PHP's own SoapClient: php sosbackup.php 1.1|1.2
declare(strict_types=1);

require __DIR__ . '/step.php';

const SPACE = 'sosonlinebackup.com';

$client = connect(setting('SOS_WSDL'), $argv[1] ?? '1.1');

/** signedBy puts the login of whoever asks into the SOAP header of the calls that follow. */
function signedBy(string $user, string $password): void
{
    global $client;
    $client->__setSoapHeaders(new SoapHeader(SPACE, 'AuthHeader', ['UserName' => $user, 'Password' => $password]));
}

function ask(string $user, bool $isAppUser): stdClass
{
    global $client;
    return invoke($client, 'GetAuthorizationTokenByEntity', ['request' => ['Username' => $user, 'IsAppUser' => $isAppUser]]);
}

/** refuses tells whether an answer is a refusal with a number and a code, and without a token. */
function refuses(stdClass $answer, int $number, string $code): bool
{
    return !isset($answer->AuthToken) && $answer->Result->Result === $number
        && $answer->Result->Code === $code && $answer->Result->Message !== '';
}

$anonymous = ask(setting('SOS_DASHBOARD_USER'), true);
step('without AuthHeader it gives HTTP 200 and 3', refuses($anonymous, 3, 'InvalidSoapCredentials'), $anonymous);

signedBy(setting('SOS_USERNAME'), 'not the password');
$wrong = ask(setting('SOS_DASHBOARD_USER'), true);
step('a wrong password gives HTTP 200 and 3', refuses($wrong, 3, 'InvalidSoapCredentials'), $wrong);

signedBy(setting('SOS_USERNAME'), setting('SOS_PASSWORD'));
$tokens = [];
foreach ([
    'a dashboard user' => [setting('SOS_DASHBOARD_USER'), true],
    'a backup account' => [setting('SOS_BACKUP_ACCOUNT'), false],
    'the same again' => [setting('SOS_BACKUP_ACCOUNT'), false],
] as $who => [$user, $isAppUser]) {
    $given = ask($user, $isAppUser);
    step("a token for $who, and 0 behind it",
        array_keys((array) $given) === ['AuthToken', 'Result'] && $given->AuthToken !== ''
        && rawurlencode($given->AuthToken) === $given->AuthToken
        && (array) $given->Result === ['Result' => 0, 'Code' => 'Success', 'Message' => ''], $given);
    $tokens[$given->AuthToken] = true;
}
step('no two of them alike', count($tokens) === 3, $tokens);

$unknown = ask('nobody at all', true);
step('an unknown user gives 53', refuses($unknown, 53, 'ObjectEntityMismatch'), $unknown);

foreach ([
    'a user of the other kind' => [setting('SOS_DASHBOARD_USER'), false],
    'a suspended account' => [setting('SOS_SUSPENDED_ACCOUNT'), false],
    'an account of another partner' => [setting('SOS_FOREIGN_ACCOUNT'), false],
] as $who => [$user, $isAppUser]) {
    $refused = ask($user, $isAppUser);
    step("$who reads as an unknown one does", $refused == $unknown, $refused);
}

$nameless = ask('', true);
step('no Username gives 2 and says so',
    refuses($nameless, 2, 'InvalidInputParameters') && str_contains($nameless->Result->Message, 'Username'), $nameless);
