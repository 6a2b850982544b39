"""Walks through Rev.io's telecom core with zeep, from the catalogue over a customer's order to what is read back:
python3 telecom.py 1.1|1.2"""

import datetime
import random
import sys
from decimal import Decimal

from step import connect, fail, setting, step

service = connect(setting("LATCHKEY_URL") + "/v20/default.asmx?WSDL", sys.argv[1] if len(sys.argv) > 1 else "1.1")


def call(operation, **request):
    """Invokes one operation as the demo user and gives what stands inside its Result element."""
    login = {
        "Username": setting("REVIO_USERNAME"),
        "Password": setting("REVIO_PASSWORD"),
        "Client": setting("REVIO_CLIENT"),
    }
    return service[operation](Request={"Credentials": login} | request)


def done(operation, **request):
    """Calls an operation that must succeed."""
    answer = call(operation, **request)
    if answer.Header.Success is not True:
        fail(f"{operation} was refused: {answer}")
    return answer


def named(records, name):
    """Finds the one of a list that has a name."""
    for one in records:
        if one.Name == name:
            return one
    fail(f"nothing is called {name} in {records}")


def has(record, **members):
    """Compares the members that are named."""
    for name, value in members.items():
        if record[name] != value:
            print(f"     {name}: {record[name]!r} is not {value!r}")
            return False
    return True


def told(fields):
    """Gives custom fields by their labels."""
    return {field.Label: field.Value for field in fields.Field}


def digits(many):
    """Draws a number of some digits."""
    return "".join(random.choice("0123456789") for _ in range(many))


def imei():
    """Draws a number of a device, with its check digit."""
    number = "35" + digits(12)
    total = 0
    for i, digit in enumerate(reversed(number)):
        double = int(digit) * (2 if i % 2 == 0 else 1)
        total += double // 10 + double % 10
    return number + str(-total % 10)


def day(year, month, date):
    """Gives a day as the clients write it."""
    return datetime.datetime(year, month, date)


NEVER = datetime.datetime(1, 1, 1)

# What is sold, and by whom.

agent = done("Agents_Query", Number="A-1001").Agent
step(
    "Agents_Query finds an agent by its number, with its address",
    has(agent, Number="A-1001", Phone="8504700101", CommissionPlanID=2) and agent.Address.City == "Pensacola",
    agent,
)

profiles = done("BillProfiles_Query", BillProfileID=None, Name="Residential monthly").BillProfiles.BillProfile
step("BillProfiles_Query finds one by its name, as a list of one", len(profiles) == 1 and profiles[0].ID > 0, profiles)

package = named(
    done("Packages_Query", BillProfileID=profiles[0].ID, CustomerClass="Residential").Packages.Package,
    "Wireless Unlimited 5 GB",
)
step(
    "Packages_Query tells what a package costs",
    has(package, RateMonthly=Decimal("37.5"), RateOneTime=Decimal(35), IsTribalOnly=False),
    package,
)

products = done("Products_Query", CarrierCode="VERIZON_WIRELESS").Products.Product
top_up = named(products, "Data Top-Up 1 GB")
step(
    "Products_Query tells rate, codes and allowances",
    top_up.Rate == 6
    and top_up.Provisioning.Code1 == "T1G"
    and top_up.Wireless.Allowances.WirelessProductAllowance[0].Quantity == 1024,
    top_up,
)
shipping = named(done("Products_Query", IncludeOneTime=True).Products.Product, "SIM Shipping")
fee = named(products, "Wireless Activation Fee")
programs = {p.Description: p.ID for p in done("Programs_Search", Active=True).Programs.Program}
phone = named(done("InventoryTypes_Query", Type="Mobile_Device").InventoryTypes.InventoryType, "Moto G Play")
card = named(done("InventoryTypes_Query", Type="SIM_Card").InventoryTypes.InventoryType, "Triple-cut SIM")
step(
    "InventoryTypes_Query tells format, status and custom fields",
    has(phone, Format="IMEI_DECIMAL", Status="ACTIVE", RequiresProduct=False)
    and told(phone.Fields) == {"Manufacturer": "Motorola", "Model": "XT2271"},
    phone,
)

# A SIM card and a phone, a parent, and a customer with an order.

iccid = "8914" + digits(15)
card_id = done("Inventory_Create", Inventory={"Identifier": iccid, "InventoryTypeID": card.ID}).InventoryItemID
identifier = imei()
phone_id = done(
    "Inventory_Create",
    Inventory={
        "Identifier": identifier,
        "InventoryTypeID": phone.ID,
        "Status": "AVAILABLE",
        "Note": "In its box",
        "Fields": {"Field": [{"Label": "Color", "Value": "Midnight blue"}]},
        "Wireless": {"MSID": "8505550199", "MSL": "001122", "MDN": "8505550100"},
    },
).InventoryItemID
step("Inventory_Create gives ids", card_id > 0 and phone_id > 0, [card_id, phone_id])

parent = done(
    "NewCustomers_Create",
    Customer={
        "PhysicalAddress": {
            "CompanyName": "Byrd & Daughters",
            "Address1": "1 Main St",
            "City": "Macon",
            "State": "GA",
            "Zip": "31201",
        },
        "IsParentAccount": True,
    },
)
step("NewCustomers_Create without an order makes a prospect", parent.Status == "PROSPECT" and not parent.Orders, parent)

home = {
    "FirstName": "Ada",
    "LastName": "Byrd",
    "CompanyName": "Analytical",
    "Address1": "12 Palafox Street",
    "Address2": "Apt 4",
    "City": "Pensacola",
    "State": "FL",
    "Zip": "32501",
    "Zip4": "1234",
    "Country": "USA",
}
plain = {
    "BillProfileID": profiles[0].ID,
    "SecurityPIN": "4711",
    "Language": "en",
    "DOB": day(1980, 2, 29),
    "DL": "B123",
    "SSN": "123456789",
    "Source": "Fair",
    "Email": "ada@example.com",
    "CustomerClass": "Residential",
    "BillMethod": "BOTH",
    "ParentCustomerID": parent.Customer_ID,
    "IsParentAccount": False,
    "ContractStart": day(2026, 1, 1),
    "ContractEnd": day(2027, 12, 31),
}
billing = {"EnableBalanceLimit": True, "BalanceLimit": Decimal("250.5"), "PaymentTerms": 15, "PaymentTermsOverride": True}
lifeline = {
    "LifelineTypeID": 1,
    "SelfCertificationPDF": b"%PDF-1.4 a",
    "TemporaryAddress": False,
    "SeparateEconomicUnit": True,
    "Tribal": False,
    "ProofTypeID": 2,
    "ProofIdentifyingInformation": "Card 77",
    "ProofNotes": "Seen",
    "Status": "APPROVED",
    "MultipleHouseholds": False,
    "ProofDocumentationPDF": b"%PDF-1.4 b",
    "HouseholdCount": 3,
    "AnnualIncome": Decimal("18000.25"),
    "CertificationDate": day(2026, 1, 15),
    "OriginalCertificationDate": day(2024, 1, 15),
    "CGM_Reservation": "R-1",
    "NLADEnrolled": True,
    "StatusNote": "Fine",
    "TPIVStatus": "APPROVED",
}
customer_fields = {"Referral Source": "Radio", "Preferred Language": "English"}
given = plain | {
    "AgentNumber": "A-1001",
    "PhysicalAddress": home,
    "MailingAddress": home,
    "Billing": billing,
    "Lifeline": lifeline,
    "Fields": {"Field": [{"Label": label, "Value": value} for label, value in customer_fields.items()]},
}
created = done(
    "NewCustomers_Create",
    Customer=given,
    Order={
        "PackageID": package.ID,
        "ShippingAddress": home,
        "WirelessICCID": iccid,
        "Description": "First phone",
        "ProcessID": 801,
        "AdditionalProducts": {
            "Product": [
                {"ProductID": top_up.ID, "Rate": Decimal("5.5"), "Quantity": 2, "Description": "Two top-ups"},
                {"ProductID": shipping.ID},
            ]
        },
    },
)
step(
    "NewCustomers_Create with an order gives the ids of what it made",
    created.Status == "PENDING"
    and len(created.Orders.Order) == 1
    and len(created.Lines.Line) == 1
    and len(created.Products.Product) == 5
    and has(created.Products.Product[0], ProductID=1001, ProductGroupID=1, LeadProductFlag=True),
    created,
)
customer, line, order = created.Customer_ID, created.Lines.Line[0], created.Orders.Order[0]

# The number, the phone, and the completion.

number = "850" + digits(7)


def to(value):
    """Marks a value as one that is to be changed."""
    return {"Updated": True, "Value": value}


done(
    "Lines_Update",
    Line_ID=line,
    Number=to(number),
    Circuit_Number=to("C-1"),
    Carrier_Customer_Id=to("V-9"),
    Description={"Updated": False, "Value": "nobody sees this"},
    Program_ID=to(programs["Wireless Lifeline"]),
    Fields={"Field": [{"Label": "Caller ID Name", "Value": to("BYRD A")}, {"Label": "E911 Location", "Value": to("Apt 4")}]},
)
lines = done("Lines_Query", LineID=[line]).Lines.Line
step(
    "Lines_Update changes what is marked and nothing else",
    len(lines) == 1
    and has(
        lines[0],
        Customer_ID=customer,
        Number=number,
        Circuit_Number="C-1",
        Carrier_Customer_Id="V-9",
        Description="First phone",
        Status="PENDING",
        Program="Wireless Lifeline",
        Activated_Date=NEVER,
    ),
    lines,
)
done("Inventory_Assign", InventoryItemID=phone_id, CustomerID=0, LineID=line, CustomerProductID=0)

found = done("Orders_Search", TN=[number], ShowServiceDetails=True).Orders.Order
step(
    "Orders_Search finds the order by the number, with its service and the open decisions",
    len(found) == 1
    and has(found[0], Order_ID=order, Status="NEW", Order_Type="NEW")
    and found[0].Services.Service[0].ID == line
    and len(found[0].Routes.Route) == 3,
    found,
)
shape = done("Orders_Query", OrderID=order)
step(
    "Orders_Query shows a new order as lines that are added",
    shape.AddLine is not None and shape.AddLine.Lines.Line[0].PackageID == package.ID and shape.Change is None,
    shape,
)
done("Orders_Update", OrderID=order, ProcessRouteID=found[0].Routes.Route[0].ID)
done("Orders_Update", OrderID=order, Status="CONFIRMED", ShippingStatus="SHIPPED", TrackingNumber="1Z999")
done("Orders_Update", OrderID=order, Status="COMPLETE", CompletionDate=day(2026, 3, 1))
ended = done("Orders_Search", OrderID=[order]).Orders.Order[0]
step("Orders_Update takes it to its end", has(ended, Status="COMPLETE", Tracking_Number="1Z999"), ended)

# Charges.

charge = done(
    "Transactions_Create",
    Transaction={"Type": "CHARGE", "Amount": Decimal(35), "ProductID": fee.ID, "CustomerID": customer},
).Transaction
step(
    "Transactions_Create posts a charge and fills in what follows from its product",
    has(charge, Amount=Decimal(35), Quantity=1, Description="Wireless Activation Fee", ProductTypeID=13, StatementID=None),
    charge,
)
on_line = done("CustomerProducts_Query", LineID=[line]).CustomerProducts.CustomerProduct
step(
    "CustomerProducts_Query lists what is on the service",
    len(on_line) == 5
    and has(on_line[0], Status="ACTIVE", Rate=Decimal(25), Activated_Date=day(2026, 3, 1), Billed_Through_Date=NEVER),
    on_line,
)
credit = done(
    "Transactions_Create",
    Transaction={"Type": "CREDIT", "Amount": Decimal("10.25"), "CustomerProductID": on_line[0].Customer_Product_ID},
).Transaction
step("Transactions_Create finds the customer of a credit", has(credit, CustomerID=customer, LineID=line), credit)
posted = done(
    "Transactions_Query", CustomerID=customer, Date={"Start": day(2026, 1, 1), "End": day(2099, 12, 31)}
).Transactions.Transaction
step("Transactions_Query lists both", [t.ID for t in posted] == [charge.ID, credit.ID], posted)
note = done("Notes_Create", CustomerID=customer, Title="Call", Description="Monday", Options={"Popup": True, "LineID": line})
step("Notes_Create gives an id", note.ID > 0, note)

# What is read back.

read = done("Customers_Query", TN=number)
who = read.Customer
step(
    "Customers_Query by number gives the customer as it was given",
    has(who, ID=customer, AgentID=agent.ID, AgentNumber="A-1001", **plain) and told(who.Fields) == customer_fields,
    who,
)
step("both addresses", has(who.PhysicalAddress, **home) and has(who.MailingAddress, **home), who)
step("the billing block, with the balance", has(who.Billing, Balance=Decimal("24.75"), **billing), who.Billing)
step("the Lifeline block", has(who.Lifeline, **lifeline), who.Lifeline)

step("and its services as a list of one", len(read.Services.Service) == 1, read.Services)
one = read.Services.Service[0]
step(
    "every member of the service",
    has(
        one,
        ID=line,
        Type="Wireless",
        TN=number,
        CarrierID=3,
        CarrierDescription="Verizon Wireless",
        PackageID=package.ID,
        PackageDescription="Unlimited talk and text with 5 GB of data",
        ProgramID=programs["Wireless Lifeline"],
        ProgramDescription="Wireless Lifeline",
    )
    and told(one.Fields) == customer_fields | {"Caller ID Name": "BYRD A", "E911 Location": "Apt 4"},
    one,
)
product = one.Products.Product
step(
    "every member of its products",
    len(product) == 5
    and has(
        product[0],
        ProductID=1001,
        CarrierID=3,
        CarrierDescription="Verizon Wireless",
        Status="ACTIVE",
        Description="Unlimited calls and texts in the US",
        Rate=Decimal(25),
        Code1="UTT",
        Code2="84211",
        ActivatedDate=day(2026, 3, 1),
        BilledThroughDate=None,
        Quantity=1,
    )
    and has(product[3], ProductID=top_up.ID, Rate=Decimal("5.5"), Quantity=2, Description="Two top-ups"),
    product,
)
items = {item.ID: item for item in one.Inventory.Inventory}
step(
    "every member of its inventory, custom and wireless fields too",
    items.keys() == {card_id, phone_id}
    and has(
        items[phone_id],
        CustomerID=customer,
        Identifier=identifier,
        IdentifierLabel="IMEI",
        InventoryTypeID=phone.ID,
        InventoryType="Mobile_Device",
        InventoryDescription="Smartphone with 64 GB",
        Status="ASSIGNED",
        Note="In its box",
        UnavailableReasonID=None,
    )
    and items[phone_id].AssignedDate.year >= 2026
    and told(items[phone_id].Fields) == {"Color": "Midnight blue"}
    and has(items[phone_id].Wireless, MSID="8505550199", MSL="001122", MDN="8505550100"),
    items,
)
same = done("Customers_Query", Inventory={"Identifier": identifier, "Type": "Mobile_Device"})
step("Customers_Query by device gives the same", same.Customer == who and same.Services == read.Services, same)

done("Customers_Update", Customer={"ID": customer, "Email": "ada@byrd.example"})
who.Email = "ada@byrd.example"
changed = done("Customers_Query", CustomerID=customer).Customer
step("Customers_Update changes what is there and nothing else", changed == who, changed)

# What is taken off, and what is refused.

done("Inventory_Unassign", InventoryItemID=phone_id, Status="UNAVAILABLE", UnavailableReasonID=902, Note="Does not charge")
off = done("Inventory_Query", Inventory={"Identifier": identifier, "Type": "Mobile_Device"}).Inventory
step(
    "Inventory_Query shows why an item is not to be used",
    has(
        off,
        ID=phone_id,
        CustomerID=None,
        Status="UNAVAILABLE",
        UnavailableReasonID=902,
        UnavailableReasonDescription="Defective",
        Note="Does not charge",
    ),
    off,
)
for code, refused in {
    "C2002": call("Customers_Query", CustomerID=2147483647),
    "C2008": call("Customers_Update", Customer={"ID": customer, "ParentCustomerID": customer}),
    "L2024": call("Lines_Query", LineID=[2147483647]),
    "O2002": call("Orders_Query", OrderID=2147483647),
    "PK2013": call("NewCustomers_Create", Customer=given, Order={"PackageID": 2147483647}),
    "I2019": call("Inventory_Query", InventoryID=2147483647),
}.items():
    step(
        f"{code} comes with a message",
        refused.Header.Success is False and refused.Header.Error_Code == code and refused.Header.Message,
        refused,
    )
