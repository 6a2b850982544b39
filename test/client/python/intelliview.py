"""Walks through Intelliview sessions, companies, users and groups with zeep and Python's own XML parser:
python3 intelliview.py 1.1|1.2"""

import re
import secrets
import sys
from xml.etree import ElementTree

from step import connect, fail, setting, step

AWKWARD = "A&B <\"Söhne\"> 'x' 👋 שלום العربية"

service = connect(setting("IVN_WSDL"), sys.argv[1] if len(sys.argv) > 1 else "1.1")
short = "PY" + secrets.token_hex(5)


class Answer:
    """The document that the string of an answer holds."""

    def __init__(self, text):
        self.text, self.root = text, ElementTree.fromstring(text)
        if self.root.tag != "ResponseMessage":
            fail(f"the root of {text}")

    def __str__(self):
        return self.text

    def all(self, path):
        return self.root.findall(path)

    def get(self, path, attribute):
        found = self.root.find(path)
        return None if found is None else found.get(attribute)

    def says(self, message):
        return self.get("Message", "ID") == message and bool(self.get("Response", "Message"))


def ask(operation, **parameters):
    return Answer(service[operation](**parameters))


def initialize(company, user, password):
    return ask(
        "ivnInitializeSession",
        CompanyShortName=company,
        UserName=user,
        Password=password,
        Timeout=0,
        AuthType=1,
        ApplicationType=1,
        Language="en",
        ExtraParam="",
    )


def admin_user(**details):
    """Writes the document of a company's administrator."""
    root = ElementTree.Element("AdminUserDetails")
    for name, value in details.items():
        ElementTree.SubElement(root, name).text = value
    return ElementTree.tostring(root, encoding="unicode")


other = initialize(setting("IVN_COMPANY"), setting("IVN_USERNAME"), setting("IVN_PASSWORD"))
step(
    "ivnInitializeSession gives a token in the shape of a GUID and the id of the company",
    other.says("SYN_REP_INFO_7503")
    and re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", other.get("Session", "Token"))
    and int(other.get("Company", "ID")) > 0
    and other.get("Version", "No") == "1.3.1.1",
    other,
)

session = initialize("NEW", setting("IVN_SUPER_USERNAME"), setting("IVN_SUPER_PASSWORD"))
step("a super administrator opens a session with NEW", session.says("SYN_REP_INFO_7503"), session)
above = {"SessionToken": session.get("Session", "Token")}

created = ask(
    "ivnCreateCompany",
    **above,
    CompanyShortName=short,
    CompanyName=AWKWARD,
    CompanyDescription=AWKWARD,
    CompanyWebURL="https://example.com/?a=1&b=2",
    AdminUserXML=admin_user(
        FirstName=AWKWARD,
        LastName="Admin",
        UserName="admin",
        EmailID="admin@example.com",
        Password="the pass & <word>",
        PhoneNo="1",
    ),
    ExtraParam="",
)
company = int(created.get("Company", "ID") or 0)
step("ivnCreateCompany founds a company", created.says("SYN_REP_INFO_7505") and company > 0, created)

early = initialize(short, "admin", "the pass & <word>")
step("nobody signs in to it before it is active", early.says("SYN_REP_ERROR_7509") and not early.all("Company"), early)

active = ask(
    "ivnUpdateCompany",
    **above,
    CompanyID=company,
    CompanyDescription=AWKWARD + "!",
    CompanyActiveStatus=True,
    ExtraParam="",
)
step("ivnUpdateCompany makes it active", active.says("SYN_REP_INFO_7506"), active)

for operation, which in {
    "ivnGetCompanyDetailsByID": {"CompanyID": company},
    "ivnGetCompanyDetails": {"CompanyShortName": short},
}.items():
    read = ask(operation, **above, **which)
    seen = read.root.find("CompanyDetails/Company").attrib
    step(
        f"{operation} reads it back, every character of it",
        not read.all("Message")
        and int(seen["ID"]) == company
        and seen["CompanyName"] == AWKWARD
        and seen["CompanyDescription"] == AWKWARD + "!"
        and seen["CompanyActiveStatus"] == "True"
        and read.get("CompanyDetails/AdminUserDetails/User", "FirstName") == AWKWARD,
        read,
    )

every = ask("ivnGetAllCompanyDetails", **above)
step(
    "ivnGetAllCompanyDetails lists it among others",
    len(every.all("CompanyDetails")) > 1 and len(every.all(f"CompanyDetails/Company[@ID='{company}']")) == 1,
    every,
)

session = initialize(short, "admin", "the pass & <word>")
step(
    "its administrator signs in with its short name",
    session.says("SYN_REP_INFO_7503") and int(session.get("Company", "ID")) == company,
    session,
)
own = {"SessionToken": session.get("Session", "Token"), "CompanyID": company}

refused = initialize(short, "admin", "not the password")
step(
    "a wrong password gives HTTP 200 and 5086, and no token",
    refused.says("SYN_REP_ERROR_5086") and not refused.all("Session"),
    refused,
)

group = ask(
    "ivnCreateGroup", **own, GroupName=AWKWARD, GroupDescription=AWKWARD, UserNameList={"string": ["admin"]}
)
step("ivnCreateGroup adds a group", group.says("SYN_REP_INFO_7564") and int(group.get("Group", "ID")) > 0, group)

user = ask(
    "ivnCreateUser",
    **own,
    UserName=AWKWARD,
    Password="first",
    FirstName=AWKWARD,
    LastName="User",
    EmailID="u@example.com",
    Department="R&D",
    PhoneNo="2",
    GroupNameList={"string": [AWKWARD]},
    AdminUser=False,
)
step("ivnCreateUser adds a user", user.says("SYN_REP_INFO_7562") and int(user.get("User", "ID")) > 0, user)

changed = ask(
    "ivnUpdateUser",
    **own,
    UserID=int(user.get("User", "ID")),
    Password="second",
    FirstName=AWKWARD,
    LastName="Changed",
    EmailID="new@example.com",
    Department="R&D",
    PhoneNo="3",
    GroupNameList={"string": [AWKWARD]},
)
step("ivnUpdateUser changes the user", changed.says("SYN_REP_INFO_7563"), changed)

users = ask("ivnGetUserDetails", **own, GroupName=AWKWARD, UserName=AWKWARD)
one = [u.attrib for u in users.all("UserDetails/User")]
step(
    "ivnGetUserDetails reads the user back, every character of it",
    len(one) == 1
    and one[0]["UserName"] == AWKWARD
    and one[0]["UserFullName"] == AWKWARD + " Changed"
    and one[0]["GroupNameList"] == AWKWARD
    and one[0]["Emailid"] == "new@example.com",
    users,
)

regrouped = ask(
    "ivnUpdateGroup",
    **own,
    GroupID=int(group.get("Group", "ID")),
    GroupDescription=AWKWARD + "!",
    UserNameList={"string": ["admin", AWKWARD]},
)
step("ivnUpdateGroup changes the group, and calls that an ERROR", regrouped.says("SYN_REP_ERROR_7565"), regrouped)

groups = ask("ivnGetGroupDetails", **own, GroupName="")
one = [g.attrib for g in groups.all("GroupDetails/Group")]
step(
    "ivnGetGroupDetails reads the group back, every character of it",
    len(one) == 1
    and one[0]["GroupName"] == AWKWARD
    and one[0]["GroupDescription"] == AWKWARD + "!"
    and one[0]["UserNameList"] == "admin, " + AWKWARD,
    groups,
)

signed = initialize(short, AWKWARD, "second")
step("the user signs in with its new password", signed.says("SYN_REP_INFO_7503"), signed)

foreign_id = int(other.get("Company", "ID"))
foreign = ask("ivnGetUserDetails", **own | {"CompanyID": foreign_id}, GroupName="", UserName="")
step(
    "another company's id gives 7511, with that id",
    foreign.says("SYN_REP_ERROR_7511") and int(foreign.get("Company", "ID")) == foreign_id,
    foreign,
)

closed = ask("ivnCloseSession", **own, UserName="admin", Password="the pass & <word>")
step(
    "ivnCloseSession ends the session",
    closed.says("SYN_REP_INFO_7540") and closed.get("Session", "Token") == own["SessionToken"],
    closed,
)

for what, token in {"the closed token": own["SessionToken"], "an empty token": ""}.items():
    dead = ask("ivnGetGroupDetails", SessionToken=token, CompanyID=company, GroupName="")
    step(f"{what} gives 7501", dead.says("SYN_REP_ERROR_7501"), dead)

alive = ask("ivnGetCompanyDetailsByID", **above, CompanyID=company)
step("and the other session goes on", not alive.all("Message") and bool(alive.all("CompanyDetails")), alive)
