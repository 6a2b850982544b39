<?php
// Walks through Rev.io's telecom core with PHP's own SoapClient, from the catalogue over a customer's order to what is read back:
// php telecom.php 1.1|1.2 [WSDL]
// With a WSDL of your own, only its location is changed.
declare(strict_types=1);

require __DIR__ . '/step.php';

$service = setting('LATCHKEY_URL') . '/v20/default.asmx';
$client = connect($argv[2] ?? "$service?WSDL", $argv[1] ?? '1.1', ['features' => SOAP_SINGLE_ELEMENT_ARRAYS, 'location' => $service]);

/** call invokes one operation as the demo user with what stands in its Request element besides. */
function call(string $operation, array $request): stdClass
{
    global $client;
    return invoke($client, $operation, ['Request' => $request + ['Credentials' => [
        'Username' => setting('REVIO_USERNAME'), 'Password' => setting('REVIO_PASSWORD'), 'Client' => setting('REVIO_CLIENT'),
    ]]]);
}

/** done calls an operation that must succeed. */
function done(string $operation, array $request): stdClass
{
    $answer = call($operation, $request);
    if ($answer->Header->Success !== true) {
        fail("$operation was refused: " . json_encode($answer));
    }
    return $answer;
}

/** named finds the one of a list that has a name. */
function named(array $list, string $name): stdClass
{
    foreach ($list as $one) {
        if ($one->Name === $name) {
            return $one;
        }
    }
    fail("nothing is called $name in " . json_encode($list));
}

/** has compares the members that are named. */
function has(stdClass $record, array $members): bool
{
    foreach ($members as $name => $value) {
        if (($record->$name ?? null) !== $value) {
            echo "     $name: " . json_encode($record->$name ?? null) . ' is not ' . json_encode($value) . "\n";
            return false;
        }
    }
    return true;
}

/** told gives custom fields by their labels, in their order. */
function told(stdClass $fields): array
{
    return array_column($fields->Field, 'Value', 'Label');
}

/** digits draws a number of some digits. */
function digits(int $many): string
{
    return implode('', array_map(fn () => random_int(0, 9), range(1, $many)));
}

/** imei draws a number of a device, with its check digit. */
function imei(): string
{
    $number = '35' . digits(12);
    $sum = 0;
    foreach (array_reverse(str_split($number)) as $i => $digit) {
        $double = (int) $digit * ($i % 2 === 0 ? 2 : 1);
        $sum += intdiv($double, 10) + $double % 10;
    }
    return $number . (10 - $sum % 10) % 10;
}

// What is sold, and by whom.

$agent = done('Agents_Query', ['Number' => 'A-1001'])->Agent;
step('Agents_Query finds an agent by its number, with its address',
    has($agent, ['Number' => 'A-1001', 'Phone' => '8504700101', 'CommissionPlanID' => 2]) && $agent->ID > 0
    && $agent->Address->City === 'Pensacola', $agent);

$profile = done('BillProfiles_Query', ['BillProfileID' => null, 'Name' => 'Residential monthly'])->BillProfiles->BillProfile;
step('BillProfiles_Query finds one by its name', count($profile) === 1 && $profile[0]->ID > 0, $profile);

$packages = done('Packages_Query', [
    'PackageID' => null, 'BillProfileID' => $profile[0]->ID, 'CarrierID' => null, 'AvailabilityLocation' => 'SIGNUP',
    'PackageCategoryID' => null, 'CustomerClass' => 'Residential', 'CarrierCode' => null,
])->Packages->Package;
$package = named($packages, 'Wireless Unlimited 5 GB');
step('Packages_Query tells what a package costs, with four decimals',
    has($package, ['RateMonthly' => '37.5000', 'RateOneTime' => '35.0000', 'IsLifelineOnly' => false]), $package);

$products = done('Products_Query', ['CarrierCode' => 'VERIZON_WIRELESS'])->Products->Product;
$topUp = named($products, 'Data Top-Up 1 GB');
step('Products_Query tells rate, codes and allowances',
    has($topUp, ['Rate' => '6.0000']) && $topUp->Provisioning->Code1 === 'T1G'
    && $topUp->Wireless->Allowances->WirelessProductAllowance[0]->Quantity === 1024, $topUp);
$shipping = named(done('Products_Query', ['IncludeOneTime' => true])->Products->Product, 'SIM Shipping');
$fee = named($products, 'Wireless Activation Fee');

$programs = done('Programs_Search', ['Active' => true])->Programs->Program;
$descriptions = array_column($programs, 'Description', 'ID');
$lifeline = array_search('Wireless Lifeline', $descriptions, true);
step('Programs_Search leaves out what is no longer used',
    in_array('Wireless Nationwide', $descriptions, true) && $lifeline && !in_array('Voice Local', $descriptions, true), $programs);

$types = done('InventoryTypes_Query', ['Type' => 'Mobile_Device'])->InventoryTypes->InventoryType;
$phone = named($types, 'Moto G Play');
step('InventoryTypes_Query tells format, status and custom fields',
    has($phone, ['Type' => 'Mobile_Device', 'Format' => 'IMEI_DECIMAL', 'Status' => 'ACTIVE', 'RequiresProduct' => false])
    && told($phone->Fields) === ['Manufacturer' => 'Motorola', 'Model' => 'XT2271'], $phone);
$card = named(done('InventoryTypes_Query', ['Type' => 'SIM_Card'])->InventoryTypes->InventoryType, 'Triple-cut SIM');

// A SIM card and a phone, a parent, and a customer with an order.

$iccid = '8914' . digits(15);
$cardID = done('Inventory_Create', ['Inventory' => [
    'CustomerID' => null, 'Identifier' => $iccid, 'InventoryTypeID' => $card->ID, 'Status' => null,
]])->InventoryItemID;
$identifier = imei();
$phoneID = done('Inventory_Create', ['Inventory' => [
    'CustomerID' => null, 'Identifier' => $identifier, 'InventoryTypeID' => $phone->ID, 'InventoryType' => 'Mobile_Device',
    'Status' => 'AVAILABLE', 'Note' => 'In its box',
    'Fields' => ['Field' => [['FieldID' => null, 'Label' => 'Color', 'Value' => 'Midnight blue']]],
    'Wireless' => ['MSID' => '8505550199', 'MSL' => '001122', 'MDN' => '8505550100'],
]])->InventoryItemID;
step('Inventory_Create gives ids', $cardID > 0 && $phoneID > 0, [$cardID, $phoneID]);

$parent = done('NewCustomers_Create', ['Customer' => [
    'PhysicalAddress' => ['CompanyName' => 'Byrd & Daughters', 'Address1' => '1 Main St', 'City' => 'Macon', 'State' => 'GA', 'Zip' => '31201'],
    'IsParentAccount' => true,
]]);
step('NewCustomers_Create without an order makes a prospect',
    $parent->Customer_ID > 0 && $parent->Status === 'PROSPECT' && !isset($parent->Orders->Order), $parent);

$home = (object) [
    'FirstName' => 'Ada', 'LastName' => 'Byrd', 'CompanyName' => 'Analytical', 'Address1' => '12 Palafox Street', 'Address2' => 'Apt 4',
    'City' => 'Pensacola', 'State' => 'FL', 'Zip' => '32501', 'Zip4' => '1234', 'Country' => 'USA',
];
$given = [
    'AgentNumber' => 'A-1001', 'BillProfileID' => $profile[0]->ID, 'SecurityPIN' => '4711', 'Language' => 'en',
    'PhysicalAddress' => $home, 'MailingAddress' => $home, 'DOB' => '1980-02-29', 'DL' => 'B123', 'SSN' => '123456789',
    'Source' => 'Fair', 'Email' => 'ada@example.com',
    'Billing' => ['EnableBalanceLimit' => true, 'BalanceLimit' => '250.5', 'PaymentTerms' => 15, 'PaymentTermsOverride' => true],
    'Lifeline' => [
        'LifelineTypeID' => 1, 'SelfCertificationPDF' => '%PDF-1.4 a', 'TemporaryAddress' => false, 'SeparateEconomicUnit' => true,
        'Tribal' => false, 'ProofTypeID' => 2, 'ProofIdentifyingInformation' => 'Card 77', 'ProofNotes' => 'Seen', 'Status' => 'APPROVED',
        'MultipleHouseholds' => false, 'ProofDocumentationPDF' => '%PDF-1.4 b', 'HouseholdCount' => 3, 'AnnualIncome' => '18000.25',
        'CertificationDate' => '2026-01-15T00:00:00', 'OriginalCertificationDate' => '2024-01-15T00:00:00', 'CGM_Reservation' => 'R-1',
        'NLADEnrolled' => true, 'StatusNote' => 'Fine', 'TPIVStatus' => 'APPROVED',
    ],
    'CustomerClass' => 'Residential', 'BillMethod' => 'BOTH', 'ParentCustomerID' => $parent->Customer_ID, 'IsParentAccount' => false,
    'ContractStart' => '2026-01-01T00:00:00', 'ContractEnd' => '2027-12-31T00:00:00',
    'Fields' => ['Field' => [
        ['FieldID' => null, 'Label' => 'Referral Source', 'Value' => 'Radio'],
        ['FieldID' => 102, 'Label' => 'Preferred Language', 'Value' => 'English'],
    ]],
];
$created = done('NewCustomers_Create', ['Customer' => $given, 'Order' => [
    'CarrierCode' => 'VERIZON_WIRELESS', 'PackageID' => $package->ID, 'ShippingAddress' => $home, 'WirelessICCID' => $iccid,
    'Description' => 'First phone', 'ProcessID' => 801,
    'AdditionalProducts' => ['Product' => [
        ['ProductID' => $topUp->ID, 'Rate' => '5.5', 'Quantity' => 2, 'Description' => 'Two top-ups'],
        ['ProductID' => $shipping->ID],
    ]],
]]);
$sent = $client->__getLastRequest();
step('two addresses that are one PHP object go out as one, with references to it',
    substr_count($sent, '12 Palafox Street') === 1, substr_count($sent, '12 Palafox Street'));
step('NewCustomers_Create with an order gives the ids of what it made',
    $created->Customer_ID > $parent->Customer_ID && $created->Status === 'PENDING' && count($created->Orders->Order) === 1
    && count($created->Lines->Line) === 1 && count($created->Products->Product) === 5
    && $created->Products->Product[0]->LeadProductFlag === true && $created->Products->Product[0]->ProductGroupID === 1, $created);
$customer = $created->Customer_ID;
[$line, $order] = [$created->Lines->Line[0], $created->Orders->Order[0]];

// The number, the phone, and the completion.

$number = '850' . digits(7);
$set = fn ($value) => ['Updated' => true, 'Value' => $value];
done('Lines_Update', [
    'Line_ID' => $line, 'Number' => $set($number), 'Circuit_Number' => $set('C-1'), 'Carrier_Customer_Id' => $set('V-9'),
    'Description' => ['Updated' => false, 'Value' => 'nobody sees this'], 'Program_ID' => $set($lifeline),
    'Fields' => ['Field' => [
        ['Label' => 'Caller ID Name', 'Value' => $set('BYRD A')], ['Label' => 'E911 Location', 'Value' => $set('Apt 4')],
    ]],
]);
$lines = done('Lines_Query', ['LineID' => [$line]])->Lines->Line;
step('Lines_Update changes what is marked and nothing else',
    count($lines) === 1 && has($lines[0], [
        'Line_ID' => $line, 'Customer_ID' => $customer, 'Number' => $number, 'Circuit_Number' => 'C-1', 'Carrier_Customer_Id' => 'V-9',
        'Description' => 'First phone', 'Status' => 'PENDING', 'Program_ID' => $lifeline, 'Activated_Date' => '0001-01-01T00:00:00',
    ]), $lines);

done('Inventory_Assign', ['InventoryItemID' => $phoneID, 'CustomerID' => 0, 'LineID' => $line, 'CustomerProductID' => 0]);

$found = done('Orders_Search', ['TN' => [$number], 'ShowServiceDetails' => true])->Orders->Order;
step('Orders_Search finds the order by the number, with its service and the open decisions',
    count($found) === 1 && has($found[0], ['Order_ID' => $order, 'Customer_ID' => $customer, 'Status' => 'NEW', 'Order_Type' => 'NEW'])
    && $found[0]->Services->Service[0]->ID === $line && count($found[0]->Routes->Route) === 3, $found);
$shape = done('Orders_Query', ['OrderID' => $order]);
step('Orders_Query shows a new order as lines that are added',
    isset($shape->AddLine) && $shape->AddLine->Lines->Line[0]->PackageID === $package->ID && !isset($shape->Change), $shape);

done('Orders_Update', ['OrderID' => $order, 'Status' => null, 'ProcessRouteID' => $found[0]->Routes->Route[0]->ID]);
done('Orders_Update', ['OrderID' => $order, 'Status' => 'CONFIRMED', 'ShippingStatus' => 'SHIPPED', 'TrackingNumber' => '1Z999']);
done('Orders_Update', ['OrderID' => $order, 'Status' => 'COMPLETE', 'CompletionDate' => '2026-03-01']);
$ended = done('Orders_Search', ['OrderID' => [$order]])->Orders->Order[0];
step('Orders_Update takes it to its end',
    has($ended, ['Status' => 'COMPLETE', 'Tracking_Number' => '1Z999']) && !isset($ended->Services), $ended);

// Charges.

$none = ['ID' => null, 'Quantity' => null, 'ProductTypeID' => null, 'LineID' => null, 'DateStart' => null, 'DateEnd' => null,
    'TaxIncluded' => null, 'Prorate' => null, 'AgentID' => null, 'StatementID' => null, 'CreatedDate' => null];
$charge = done('Transactions_Create', ['Transaction' => [
    'Type' => 'CHARGE', 'Amount' => '35', 'ProductID' => $fee->ID, 'CustomerID' => $customer, 'CustomerProductID' => null,
] + $none])->Transaction;
step('Transactions_Create posts a charge and fills in what follows from its product',
    $charge->ID > 0 && has($charge, [
        'Type' => 'CHARGE', 'Amount' => '35.0000', 'Quantity' => 1, 'Description' => 'Wireless Activation Fee', 'ProductTypeID' => 13,
        'CustomerID' => $customer, 'StatementID' => null,
    ]), $charge);
$has = done('CustomerProducts_Query', ['LineID' => [$line]])->CustomerProducts->CustomerProduct;
step('CustomerProducts_Query lists what is on the service', count($has) === 5 && has($has[0], [
    'Line_ID' => $line, 'Customer_ID' => $customer, 'Status' => 'ACTIVE', 'Rate' => '25.0000', 'Cost' => '11.7500',
    'Activated_Date' => '2026-03-01T00:00:00', 'Billed_Through_Date' => '0001-01-01T00:00:00',
]), $has);
$credit = done('Transactions_Create', ['Transaction' => [
    'Type' => 'CREDIT', 'Amount' => '10.25', 'ProductID' => null, 'CustomerID' => null, 'CustomerProductID' => $has[0]->Customer_Product_ID,
] + $none])->Transaction;
step('Transactions_Create finds the customer of a credit by its product',
    has($credit, ['Type' => 'CREDIT', 'Amount' => '10.2500', 'CustomerID' => $customer, 'LineID' => $line]), $credit);
$posted = done('Transactions_Query', ['CustomerID' => $customer, 'StatementID' => null, 'LineID' => null,
    'Date' => ['Start' => '2026-01-01', 'End' => '2099-12-31']])->Transactions->Transaction;
step('Transactions_Query lists both', array_column($posted, 'ID') === [$charge->ID, $credit->ID], $posted);
$note = done('Notes_Create', ['CustomerID' => $customer, 'Title' => 'Call', 'Description' => 'Calls back on Monday',
    'Options' => ['Popup' => true, 'LineID' => $line, 'OrderID' => $order]]);
step('Notes_Create gives an id', $note->ID > 0, $note);

// What is read back.

$read = done('Customers_Query', ['TN' => $number]);
$who = $read->Customer;
step('Customers_Query by number gives the customer as it was given',
    has($who, [
        'ID' => $customer, 'AgentID' => $agent->ID, 'AgentNumber' => 'A-1001', 'BillProfileID' => $profile[0]->ID, 'SecurityPIN' => '4711',
        'Language' => 'en', 'DOB' => '1980-02-29T00:00:00', 'DL' => 'B123', 'SSN' => '123456789', 'Source' => 'Fair',
        'Email' => 'ada@example.com', 'CustomerClass' => 'Residential', 'BillMethod' => 'BOTH', 'ParentCustomerID' => $parent->Customer_ID,
        'IsParentAccount' => false, 'ContractStart' => '2026-01-01T00:00:00', 'ContractEnd' => '2027-12-31T00:00:00',
    ]) && told($who->Fields) === ['Referral Source' => 'Radio', 'Preferred Language' => 'English'], $who);
step('both addresses, each with an id of its own',
    has($who->PhysicalAddress, (array) $home) && has($who->MailingAddress, (array) $home)
    && $who->PhysicalAddress->ID !== $who->MailingAddress->ID, $who);
step('the billing block, with the balance of charge and credit', has($who->Billing, [
    'Balance' => '24.7500', 'EnableBalanceLimit' => true, 'BalanceLimit' => '250.5000', 'PaymentTerms' => 15, 'PaymentTermsOverride' => true,
]), $who->Billing);
step('the Lifeline block', has($who->Lifeline, ['AnnualIncome' => '18000.2500'] + $given['Lifeline']), $who->Lifeline);

step('and its services as a list of one', count($read->Services->Service) === 1, $read->Services);
$service = $read->Services->Service[0];
step('every member of the service', has($service, [
    'ID' => $line, 'Type' => 'Wireless', 'TN' => $number, 'CarrierID' => 3, 'CarrierDescription' => 'Verizon Wireless',
    'PackageID' => $package->ID, 'PackageDescription' => 'Unlimited talk and text with 5 GB of data',
    'ProgramID' => $lifeline, 'ProgramDescription' => 'Wireless Lifeline',
]) && told($service->Fields) === [
    'Referral Source' => 'Radio', 'Preferred Language' => 'English', 'Caller ID Name' => 'BYRD A', 'E911 Location' => 'Apt 4',
], $service);
$product = $service->Products->Product;
step('every member of its products',
    count($product) === 5 && $product[0]->ID > 0
    && has($product[0], [
        'ProductID' => 1001, 'CarrierID' => 3, 'CarrierDescription' => 'Verizon Wireless', 'Status' => 'ACTIVE',
        'Description' => 'Unlimited calls and texts in the US', 'Rate' => '25.0000', 'Code1' => 'UTT', 'Code2' => '84211',
        'ActivatedDate' => '2026-03-01T00:00:00', 'Quantity' => 1,
    ])
    && has($product[1], ['ProductID' => 1002, 'Rate' => '12.5000'])
    && has($product[3], ['ProductID' => $topUp->ID, 'Rate' => '5.5000', 'Quantity' => 2, 'Description' => 'Two top-ups'])
    && has($product[4], ['ProductID' => $shipping->ID, 'Rate' => '4.9500']), $product);
$items = array_column($service->Inventory->Inventory, null, 'ID');
step('every member of its inventory, custom and wireless fields too',
    count($items) === 2 && has($items[$cardID], ['Identifier' => $iccid, 'InventoryType' => 'SIM_Card', 'Status' => 'ASSIGNED'])
    && has($items[$phoneID], [
        'CustomerID' => $customer, 'Identifier' => $identifier, 'IdentifierLabel' => 'IMEI', 'InventoryTypeID' => $phone->ID,
        'InventoryType' => 'Mobile_Device', 'InventoryDescription' => 'Smartphone with 64 GB', 'Status' => 'ASSIGNED', 'Note' => 'In its box',
    ])
    && $items[$phoneID]->AssignedDate > '2026' && told($items[$phoneID]->Fields) === ['Color' => 'Midnight blue']
    && has($items[$phoneID]->Wireless, ['MSID' => '8505550199', 'MSL' => '001122', 'MDN' => '8505550100']), $items);

foreach (['id' => ['CustomerID' => $customer], 'device' => ['Inventory' => ['Identifier' => $identifier, 'Type' => null]],
    'SIM card' => ['Inventory' => ['Identifier' => $iccid, 'Type' => 'SIM_Card']]] as $by => $key) {
    $same = done('Customers_Query', $key);
    step("Customers_Query by $by gives the same", $same->Customer == $who && $same->Services == $read->Services, $same);
}

done('Customers_Update', ['Customer' => ['ID' => $customer, 'Email' => 'ada@byrd.example']]);
$changed = done('Customers_Query', ['CustomerID' => $customer])->Customer;
$who->Email = 'ada@byrd.example';
step('Customers_Update changes what is there and nothing else', $changed == $who, $changed);

// What is taken off, and what is refused.

done('Inventory_Unassign', [
    'InventoryItemID' => $phoneID, 'Status' => 'UNAVAILABLE', 'UnavailableReasonID' => 902, 'Note' => 'Does not charge',
]);
$off = done('Inventory_Query', ['Inventory' => ['Identifier' => $identifier, 'Type' => 'Mobile_Device']])->Inventory;
step('Inventory_Query shows why an item is not to be used', has($off, [
    'ID' => $phoneID, 'CustomerID' => null, 'Status' => 'UNAVAILABLE', 'UnavailableReasonID' => 902,
    'UnavailableReasonDescription' => 'Defective', 'Note' => 'Does not charge',
]), $off);

foreach ([
    'C2002' => call('Customers_Query', ['CustomerID' => 2147483647]),
    'C2008' => call('Customers_Update', ['Customer' => ['ID' => $customer, 'ParentCustomerID' => $customer]]),
    'L2024' => call('Lines_Query', ['LineID' => [2147483647]]),
    'O2002' => call('Orders_Query', ['OrderID' => 2147483647]),
    'PK2013' => call('NewCustomers_Create', ['Customer' => $given, 'Order' => ['PackageID' => 2147483647]]),
    'I2019' => call('Inventory_Query', ['InventoryID' => 2147483647]),
] as $code => $refused) {
    step("$code comes with a message",
        $refused->Header->Success === false && $refused->Header->Error_Code === $code && $refused->Header->Message !== '', $refused);
}

$text = ['ToNumber' => setting('REVIO_SMS_TO'), 'Message' => "Your order $order is complete."];
$toNobody = call('SMS_Send', $text + ['CustomerID' => 2147483647]);
step('SMS_Send is for a customer who is there',
    done('SMS_Send', $text + ['CustomerID' => $customer])->ID > 0 && $toNobody->Header->Error_Code === 'C2002', $toNobody);
