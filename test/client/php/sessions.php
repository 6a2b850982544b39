<?php
// Walks through Rev.io sessions and impersonation with PHP's own SoapClient: php sessions.php 1.1|1.2
declare(strict_types=1);

require __DIR__ . '/step.php';

$client = connect(setting('LATCHKEY_URL') . '/v20/default.asmx?WSDL', $argv[1] ?? '1.1');

/** call invokes one operation with what stands in its Request element. */
function call(string $operation, array $request): stdClass
{
    global $client;
    return invoke($client, $operation, ['Request' => $request]);
}

function credentials(string $prefix, array $changed = []): array
{
    return ['Credentials' => $changed + [
        'Username' => setting($prefix . '_USERNAME'),
        'Password' => setting($prefix . '_PASSWORD'),
        'Client' => setting('REVIO_CLIENT'),
    ]];
}

function session(string $key): array
{
    return ['Session' => ['SessionKey' => $key]];
}

$created = call('Sessions_Create', credentials('REVIO'));
step('Sessions_Create gives a key, also in the header and URL-encoded',
    $created->Header->Success === true && $created->SessionKey !== ''
    && $created->Header->SessionKey === $created->SessionKey
    && urldecode($created->SessionKey_Encoded) === $created->SessionKey, $created);
$key = $created->SessionKey;

$own = call('Sessions_Validate', session($key));
step('Sessions_Validate names user and agent, not impersonated',
    $own->Header->Success === true && $own->Header->Impersonated === false
    && $own->UserID > 0 && $own->AgentID > 0 && $own->AgentNumber !== '', $own);

$refused = call('Sessions_Create', credentials('REVIO', ['Password' => 'not the password']));
step('a wrong password gives HTTP 200, Success false, S2005',
    $refused->Header->Success === false && $refused->Header->Error_Code === 'S2005', $refused);

$byName = call('Impersonation_Authorize', session($key) + ['ToUserName' => setting('REVIO_TO_USERNAME')]);
step('Impersonation_Authorize by name gives a key of 64 characters',
    $byName->Header->Success === true && strlen($byName->ImpersonationKey) === 64
    && $byName->ToUserID > 0, $byName);

$byID = call('Impersonation_Authorize', session($key) + ['ToUserID' => $byName->ToUserID]);
step('Impersonation_Authorize by id gives another key for the same user',
    $byID->Header->Success === true && strlen($byID->ImpersonationKey) === 64
    && $byID->ToUserID === $byName->ToUserID && $byID->ImpersonationKey !== $byName->ImpersonationKey, $byID);

foreach (['name' => $byName, 'id' => $byID] as $by => $grant) {
    $acting = call('Sessions_Create', credentials('REVIO_TO', ['ImpersonationKey' => $grant->ImpersonationKey]));
    step("the key granted by $by opens an impersonated session",
        $acting->Header->Success === true && $acting->Header->Impersonated === true, $acting);
    $seen = call('Sessions_Validate', session($acting->SessionKey));
    step('which is seen as the granting user',
        $seen->Header->Impersonated === true && $seen->UserID === $own->UserID, $seen);
}

$first = call('Sessions_Validate', credentials('REVIO'));
$second = call('Sessions_Validate', credentials('REVIO'));
step('each call with Credentials returns a key of its own',
    $first->Header->Success === true && $second->Header->Success === true
    && count(array_unique([$key, $first->Header->SessionKey, $second->Header->SessionKey])) === 3, [$first, $second]);
foreach ([$first, $second] as $called) {
    $seen = call('Sessions_Validate', session($called->Header->SessionKey));
    step('and that key works as a Session', $seen->Header->Success === true && $seen->UserID === $own->UserID, $seen);
}

$ended = call('Sessions_Destroy', session($key));
step('Sessions_Destroy ends the session', $ended->Header->Success === true, $ended);

$dead = call('Sessions_Validate', session($key));
step('the ended session gives Success false, S2004',
    $dead->Header->Success === false && $dead->Header->Error_Code === 'S2004', $dead);
