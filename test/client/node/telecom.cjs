// Walks through Rev.io's telecom core with the npm package soap, from a customer's order to what is read back:
// node telecom.cjs 1.1|1.2
'use strict';
const { setting, connect, invoke, step, fail } = require('./step.cjs');

let client;

/** Invokes one operation as the demo user with what stands in its Request element besides. */
function call(operation, request) {
  const login = {
    Username: setting('REVIO_USERNAME'), Password: setting('REVIO_PASSWORD'), Client: setting('REVIO_CLIENT'),
  };
  return invoke(client, operation, { Request: { Credentials: login, ...request } });
}

/** Calls an operation that must succeed. */
async function done(operation, request) {
  const answer = await call(operation, request);
  if (answer.Header.Success !== true) fail(`${operation} was refused: ${JSON.stringify(answer)}`);
  return answer;
}

/** Finds the one of a list that has a name. */
function named(list, name) {
  return list.find((one) => one.Name === name) || fail(`nothing is called ${name} in ${JSON.stringify(list)}`);
}

/** Compares the members that are named. */
function has(record, members) {
  return Object.entries(members).every(([name, value]) => {
    const is = record[name] === value;
    if (!is) console.log(`     ${name}: ${JSON.stringify(record[name])} is not ${JSON.stringify(value)}`);
    return is;
  });
}

/** Gives custom fields by their labels. */
function told(fields) {
  return JSON.stringify(Object.fromEntries(fields.Field.map((field) => [field.Label, field.Value])));
}

/** Draws a number of some digits. */
function digits(many) {
  return Array.from({ length: many }, () => Math.floor(Math.random() * 10)).join('');
}

/** Draws a number of a device, with its check digit. */
function imei() {
  const number = `35${digits(12)}`;
  const sum = [...number].reverse().reduce((total, digit, i) => {
    const double = Number(digit) * (i % 2 === 0 ? 2 : 1);
    return total + Math.floor(double / 10) + (double % 10);
  }, 0);
  return number + ((10 - (sum % 10)) % 10);
}

const to = (value) => ({ Updated: true, Value: value });

async function walk() {
  client = await connect(`${setting('LATCHKEY_URL')}/v20/default.asmx?WSDL`, process.argv[2]);

  const packages = (await done('Packages_Query', { CustomerClass: 'Residential' })).Packages.Package;
  const bundle = named(packages, 'Wireless Unlimited 5 GB');
  const products = (await done('Products_Query', { CarrierCode: 'VERIZON_WIRELESS' })).Products.Product;
  const topUp = named(products, 'Data Top-Up 1 GB');
  const fee = named(products, 'Wireless Activation Fee');
  step('the catalogue tells what is sold', bundle.ID > 0 && Number(bundle.RateMonthly) === 37.5 && Number(fee.Rate) === 35, [bundle, fee]);

  const identifier = imei();
  const phone = (await done('Inventory_Create', { Inventory: {
    Identifier: identifier, InventoryTypeID: 501, Status: 'AVAILABLE', Note: 'In its box',
    Fields: { Field: [{ Label: 'Color', Value: 'Midnight blue' }] },
    Wireless: { MSID: '8505550199', MSL: '001122', MDN: '8505550100' },
  } })).InventoryItemID;
  step('Inventory_Create gives an id', phone > 0, phone);

  const home = { FirstName: 'Ada', LastName: 'Byrd', Address1: '12 Palafox Street', City: 'Pensacola', State: 'FL', Zip: '32501' };
  const parent = (await done('NewCustomers_Create', { Customer: { PhysicalAddress: home, IsParentAccount: true } })).Customer_ID;
  const created = await done('NewCustomers_Create', {
    Customer: {
      AgentNumber: 'A-1001', PhysicalAddress: home, MailingAddress: home, Email: 'ada@example.com', CustomerClass: 'Residential',
      ParentCustomerID: parent, Fields: { Field: [{ Label: 'Referral Source', Value: 'Radio' }] },
    },
    Order: {
      PackageID: bundle.ID,
      AdditionalProducts: { Product: [{ ProductID: topUp.ID, Rate: '5.5', Quantity: 2 }, { ProductID: 1007 }] },
    },
  });
  step('NewCustomers_Create gives the ids of what it made',
    created.Customer_ID > parent && created.Status === 'PENDING' && created.Products.Product.length === 5, created);
  const customer = created.Customer_ID;
  const [line] = created.Lines.Line;
  const [order] = created.Orders.Order;

  const number = `850${digits(7)}`;
  await done('Lines_Update', {
    Line_ID: line, Number: to(number), Description: { Updated: false, Value: 'nobody sees this' },
    Fields: { Field: [{ Label: 'Caller ID Name', Value: to('BYRD A') }] },
  });
  await done('Inventory_Assign', { InventoryItemID: phone, CustomerID: 0, LineID: line, CustomerProductID: 0 });
  await done('Orders_Update', { OrderID: order, Status: 'COMPLETE', CompletionDate: '2026-03-01' });
  await done('Transactions_Create', { Transaction: { Type: 'CHARGE', Amount: '35', ProductID: fee.ID, CustomerID: customer } });
  const credit = await done('Transactions_Create', {
    Transaction: { Type: 'CREDIT', Amount: '10.25', ProductID: fee.ID, LineID: line },
  });
  step('Transactions_Create posts a charge and a credit',
    Number(credit.Transaction.Amount) === 10.25 && credit.Transaction.CustomerID === customer, credit);

  const read = await done('Customers_Query', { TN: number });
  step('Customers_Query by number gives the customer with its balance',
    has(read.Customer, { ID: customer, AgentNumber: 'A-1001', Email: 'ada@example.com', ParentCustomerID: parent })
    && has(read.Customer.MailingAddress, home) && Number(read.Customer.Billing.Balance) === 24.75, read);
  const [service] = read.Services.Service;
  step('and its service, with everything on it',
    has(service, { ID: line, Type: 'Wireless', TN: number, CarrierDescription: 'Verizon Wireless', PackageID: bundle.ID })
    && told(service.Fields) === '{"Referral Source":"Radio","Caller ID Name":"BYRD A"}'
    && service.Products.Product.every((one) => one.Status === 'ACTIVE') && service.Products.Product.length === 5
    && service.Products.Product[3].Quantity === 2 && Number(service.Products.Product[3].Rate) === 5.5, service);
  const [item] = service.Inventory.Inventory;
  step('and on it the phone, with custom and wireless fields',
    has(item, { ID: phone, CustomerID: customer, Identifier: identifier, Status: 'ASSIGNED', Note: 'In its box' })
    && told(item.Fields) === '{"Color":"Midnight blue"}' && has(item.Wireless, { MSID: '8505550199', MDN: '8505550100' }), item);

  const found = await done('Orders_Search', { OrderID: [order], ShowServiceDetails: true });
  step('Orders_Search gives the order with its service',
    has(found.Orders.Order[0], { Order_ID: order, Status: 'COMPLETE' }) && found.Orders.Order[0].Services.Service[0].ID === line, found);

  await done('Inventory_Unassign', { InventoryItemID: phone, Status: 'UNAVAILABLE', UnavailableReasonID: 902, Note: 'Does not charge' });
  const off = (await done('Inventory_Query', { InventoryID: phone })).Inventory;
  step('Inventory_Query shows why an item is not to be used',
    has(off, { Status: 'UNAVAILABLE', UnavailableReasonID: 902, UnavailableReasonDescription: 'Defective' }), off);

  const refused = await call('Customers_Query', { CustomerID: 2147483647 });
  step('a customer who is not there is refused with C2002',
    refused.Header.Success === false && refused.Header.Error_Code === 'C2002' && refused.Header.Message, refused);
}

walk();
