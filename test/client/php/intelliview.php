<?php
// Walks through Intelliview sessions, companies, users and groups with PHP's own SoapClient and XML parser:
// php intelliview.php 1.1|1.2
declare(strict_types=1);

require __DIR__ . '/step.php';

const AWKWARD = "A&B <\"Söhne\"> 'x' 👋 שלום العربية";

$version = $argv[1] ?? '1.1';
$client = connect(setting('IVN_WSDL'), $version);
$short = 'PHP' . bin2hex(random_bytes(5));

/** ask invokes one operation and gives the document that its string holds. */
function ask(string $operation, array $parameters): SimpleXMLElement
{
    global $client;
    $text = invoke($client, $operation, $parameters);
    $document = simplexml_load_string($text);
    if ($document === false || $document->getName() !== 'ResponseMessage') {
        fail("$operation answered $text");
    }
    return $document;
}

/** says tells whether a document carries a message. */
function says(SimpleXMLElement $answer, string $id): bool
{
    return (string) $answer->Message['ID'] === $id && (string) $answer->Response['Message'] !== '';
}

function initialize(string $company, string $user, string $password): SimpleXMLElement
{
    return ask('ivnInitializeSession', [
        'CompanyShortName' => $company, 'UserName' => $user, 'Password' => $password,
        'Timeout' => 0, 'AuthType' => 1, 'ApplicationType' => 1, 'Language' => 'en', 'ExtraParam' => '',
    ]);
}

/** adminUser writes the document of a company's administrator. */
function adminUser(array $details): string
{
    $document = new DOMDocument();
    $root = $document->appendChild($document->createElement('AdminUserDetails'));
    foreach ($details as $name => $value) {
        $root->appendChild($document->createElement($name))->appendChild($document->createTextNode($value));
    }
    return $document->saveXML($root);
}

$other = initialize(setting('IVN_COMPANY'), setting('IVN_USERNAME'), setting('IVN_PASSWORD'));
step('ivnInitializeSession gives a token in the shape of a GUID and the id of the company',
    says($other, 'SYN_REP_INFO_7503') && preg_match('/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/', (string) $other->Session['Token'])
    && (int) $other->Company['ID'] > 0 && (string) $other->Version['No'] === '1.3.1.1', $other);

$super = initialize('NEW', setting('IVN_SUPER_USERNAME'), setting('IVN_SUPER_PASSWORD'));
step('a super administrator opens a session with NEW', says($super, 'SYN_REP_INFO_7503'), $super);
$above = ['SessionToken' => (string) $super->Session['Token']];

$created = ask('ivnCreateCompany', $above + [
    'CompanyShortName' => $short, 'CompanyName' => AWKWARD, 'CompanyDescription' => AWKWARD,
    'CompanyWebURL' => 'https://example.com/?a=1&b=2', 'ExtraParam' => '',
    'AdminUserXML' => adminUser([
        'FirstName' => AWKWARD, 'LastName' => 'Admin', 'UserName' => 'admin', 'EmailID' => 'admin@example.com',
        'Password' => 'the pass & <word>', 'PhoneNo' => '1',
    ]),
]);
$id = (int) $created->Company['ID'];
step('ivnCreateCompany founds a company', says($created, 'SYN_REP_INFO_7505') && $id > 0, $created);

$early = initialize($short, 'admin', 'the pass & <word>');
step('nobody signs in to it before it is active', says($early, 'SYN_REP_ERROR_7509') && !isset($early->Company), $early);

$active = ask('ivnUpdateCompany', $above + [
    'CompanyID' => $id, 'CompanyDescription' => AWKWARD . '!', 'CompanyActiveStatus' => true, 'ExtraParam' => '',
]);
step('ivnUpdateCompany makes it active', says($active, 'SYN_REP_INFO_7506'), $active);

foreach (['ivnGetCompanyDetailsByID' => ['CompanyID' => $id], 'ivnGetCompanyDetails' => ['CompanyShortName' => $short]] as $operation => $which) {
    $read = ask($operation, $above + $which);
    $company = $read->CompanyDetails->Company;
    step("$operation reads it back, every character of it",
        !isset($read->Message) && (int) $company['ID'] === $id && (string) $company['CompanyName'] === AWKWARD
        && (string) $company['CompanyDescription'] === AWKWARD . '!' && (string) $company['CompanyActiveStatus'] === 'True'
        && (string) $read->CompanyDetails->AdminUserDetails->User['FirstName'] === AWKWARD, $read);
}

$all = ask('ivnGetAllCompanyDetails', $above);
step('ivnGetAllCompanyDetails lists it among others',
    count($all->CompanyDetails) > 1 && count($all->xpath("CompanyDetails/Company[@ID='$id']")) === 1, $all);

$session = initialize($short, 'admin', 'the pass & <word>');
step('its administrator signs in with its short name',
    says($session, 'SYN_REP_INFO_7503') && (int) $session->Company['ID'] === $id, $session);
$own = ['SessionToken' => (string) $session->Session['Token'], 'CompanyID' => $id];

$refused = initialize($short, 'admin', 'not the password');
step('a wrong password gives HTTP 200 and 5086, and no token',
    says($refused, 'SYN_REP_ERROR_5086') && !isset($refused->Session), $refused);

$group = ask('ivnCreateGroup', $own + [
    'GroupName' => AWKWARD, 'GroupDescription' => AWKWARD, 'UserNameList' => ['string' => ['admin']],
]);
step('ivnCreateGroup adds a group', says($group, 'SYN_REP_INFO_7564') && (int) $group->Group['ID'] > 0, $group);

$user = ask('ivnCreateUser', $own + [
    'UserName' => AWKWARD, 'Password' => 'first', 'FirstName' => AWKWARD, 'LastName' => 'User', 'EmailID' => 'u@example.com',
    'Department' => 'R&D', 'PhoneNo' => '2', 'GroupNameList' => ['string' => [AWKWARD]], 'AdminUser' => false,
]);
step('ivnCreateUser adds a user', says($user, 'SYN_REP_INFO_7562') && (int) $user->User['ID'] > 0, $user);

$changed = ask('ivnUpdateUser', $own + [
    'UserID' => (int) $user->User['ID'], 'Password' => 'second', 'FirstName' => AWKWARD, 'LastName' => 'Changed',
    'EmailID' => 'new@example.com', 'Department' => 'R&D', 'PhoneNo' => '3', 'GroupNameList' => ['string' => [AWKWARD]],
]);
step('ivnUpdateUser changes the user', says($changed, 'SYN_REP_INFO_7563'), $changed);

$users = ask('ivnGetUserDetails', $own + ['GroupName' => AWKWARD, 'UserName' => AWKWARD]);
$one = $users->UserDetails->User;
step('ivnGetUserDetails reads the user back, every character of it',
    count($one) === 1 && (string) $one['UserName'] === AWKWARD && (string) $one['UserFullName'] === AWKWARD . ' Changed'
    && (string) $one['GroupNameList'] === AWKWARD && (string) $one['Emailid'] === 'new@example.com', $users);

$regrouped = ask('ivnUpdateGroup', $own + [
    'GroupID' => (int) $group->Group['ID'], 'GroupDescription' => AWKWARD . '!', 'UserNameList' => ['string' => ['admin', AWKWARD]],
]);
step('ivnUpdateGroup changes the group, and calls that an ERROR', says($regrouped, 'SYN_REP_ERROR_7565'), $regrouped);

$groups = ask('ivnGetGroupDetails', $own + ['GroupName' => '']);
$one = $groups->GroupDetails->Group;
step('ivnGetGroupDetails reads the group back, every character of it',
    count($one) === 1 && (string) $one['GroupName'] === AWKWARD && (string) $one['GroupDescription'] === AWKWARD . '!'
    && (string) $one['UserNameList'] === 'admin, ' . AWKWARD, $groups);

$signed = initialize($short, AWKWARD, 'second');
step('the user signs in with its new password', says($signed, 'SYN_REP_INFO_7503'), $signed);

$foreign = ask('ivnGetUserDetails', ['CompanyID' => (int) $other->Company['ID']] + $own + ['GroupName' => '', 'UserName' => '']);
step("another company's id gives 7511, with that id",
    says($foreign, 'SYN_REP_ERROR_7511') && (int) $foreign->Company['ID'] === (int) $other->Company['ID'], $foreign);

$closed = ask('ivnCloseSession', $own + ['UserName' => 'admin', 'Password' => 'the pass & <word>']);
step('ivnCloseSession ends the session',
    says($closed, 'SYN_REP_INFO_7540') && (string) $closed->Session['Token'] === $own['SessionToken'], $closed);

foreach (['the closed token' => $own['SessionToken'], 'an empty token' => ''] as $what => $token) {
    $dead = ask('ivnGetGroupDetails', ['SessionToken' => $token, 'CompanyID' => $id, 'GroupName' => '']);
    step("$what gives 7501", says($dead, 'SYN_REP_ERROR_7501'), $dead);
}

$alive = ask('ivnGetCompanyDetailsByID', $above + ['CompanyID' => $id]);
step('and the other session goes on', !isset($alive->Message) && isset($alive->CompanyDetails), $alive);
