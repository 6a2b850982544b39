"""Walks through Rev.io texts and the opt-out list with zeep: python3 sms.py 1.1|1.2"""

import sys

from step import connect, setting, step

service = connect(setting("LATCHKEY_URL") + "/v20/default.asmx?WSDL", sys.argv[1] if len(sys.argv) > 1 else "1.1")


def call(operation, **request):
    """Invokes one operation as the demo user and gives what stands inside its Result element."""
    login = {
        "Username": setting("REVIO_USERNAME"),
        "Password": setting("REVIO_PASSWORD"),
        "Client": setting("REVIO_CLIENT"),
    }
    return service[operation](Request={"Credentials": login} | request)


def send(profile=None, **changed):
    """Sends a text to the demo number, with what is said of the profile."""
    request = {"ToNumber": setting("REVIO_SMS_TO"), "Message": "Test Message from Rev.io"} | changed
    if profile is not None:
        request["Profile"] = profile
    return call("SMS_Send", **request)


profile_id = int(setting("REVIO_SMS_PROFILE"))
number = setting("REVIO_SMS_FROM")
last = 0
for by, profile in {
    "the default profile": None,
    "SmsProfileID": {"SmsProfileID": profile_id},
    "FromNumber": {"FromNumber": number},
}.items():
    sent = send(profile)
    step(
        f"SMS_Send by {by} gives the text's ID and the profile that was used",
        sent.Header.Success is True
        and sent.Header.Impersonated is False
        and sent.Header.SessionKey
        and sent.ID > last
        and sent.Profile.SmsProfileID == profile_id
        and sent.Profile.FromNumber == number,
        sent,
    )
    last = sent.ID

for what, refused in {
    "both SmsProfileID and FromNumber": send({"SmsProfileID": profile_id, "FromNumber": number}),
    "a text of 161 characters": send(Message="x" * 161),
    "a number of nine digits": send(ToNumber="850470000"),
}.items():
    step(
        f"SMS_Send refuses {what} with S2010",
        refused.Header.Success is False
        and refused.Header.Error_Code == "S2010"
        and refused.Header.Error_Description == "Invalid input received."
        and refused.Header.Message,
        refused,
    )


def lists(operation, *numbers):
    """Calls an operation on the opt-out list."""
    return call(operation, TNs={"TN": list(numbers)}).Header


gone = lists("SMSOptOut_Delete", "1234567890", "1234567891")
step("SMSOptOut_Delete takes numbers off the list, also those that are not on it", gone.Success is True, gone)

out = lists("SMSOptOut_Create", "1234567890")
step("SMSOptOut_Create puts a number on the list", out.Success is True and out.Impersonated is False, out)

again = lists("SMSOptOut_Create", "1234567890")
step(
    "a number that is on the list is refused in the words of the original, without a key",
    again.Success is False
    and again.Error_Code == "S2010"
    and again.SessionKey is None
    and again.Impersonated is None
    and again.Message == "'1234567890' is already in the opt-out list.",
    again,
)

lists("SMSOptOut_Create", "1234567891")
both = lists("SMSOptOut_Create", "1234567890", "1234567891")
step("and so are several", both.Message == "'1234567890, 1234567891' are already in the opt-out list.", both)

empty = lists("SMSOptOut_Create", "")
step("an empty number is refused", empty.Message == "'' is an invalid TN.", empty)

back = lists("SMSOptOut_Delete", "1234567890", "1234567891")
out = lists("SMSOptOut_Create", "1234567890")
step("who opted in again can opt out again", back.Success is True and out.Success is True, [back, out])
lists("SMSOptOut_Delete", "1234567890")
