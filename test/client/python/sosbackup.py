"""Gets one-time tokens of SOS Online Backup with zeep: python3 sosbackup.py 1.1|1.2"""

import sys
from urllib.parse import quote

from step import connect, setting, step

service = connect(setting("SOS_WSDL"), sys.argv[1] if len(sys.argv) > 1 else "1.1")


def ask(user, is_app_user, password=None):
    """Asks for a token, signed by the login of whoever asks."""
    header = {"UserName": setting("SOS_USERNAME"), "Password": password or setting("SOS_PASSWORD")}
    return service.GetAuthorizationTokenByEntity(
        request={"Username": user, "IsAppUser": is_app_user}, _soapheaders={"AuthHeader": header}
    )


def refuses(answer, number, code):
    """Tells whether an answer is a refusal with a number and a code, and without a token."""
    result = answer.Result
    return answer.AuthToken is None and result.Result == number and result.Code == code and bool(result.Message)


anonymous = service.GetAuthorizationTokenByEntity(request={"Username": setting("SOS_DASHBOARD_USER"), "IsAppUser": True})
step("without AuthHeader it gives HTTP 200 and 3", refuses(anonymous, 3, "InvalidSoapCredentials"), anonymous)

wrong = ask(setting("SOS_DASHBOARD_USER"), True, password="not the password")
step("a wrong password gives HTTP 200 and 3", refuses(wrong, 3, "InvalidSoapCredentials"), wrong)

tokens = set()
for who, user, is_app_user in (
    ("a dashboard user", setting("SOS_DASHBOARD_USER"), True),
    ("a backup account", setting("SOS_BACKUP_ACCOUNT"), False),
    ("the same again", setting("SOS_BACKUP_ACCOUNT"), False),
):
    given = ask(user, is_app_user)
    step(
        f"a token for {who}, and 0 behind it",
        given.AuthToken
        and quote(given.AuthToken, safe="") == given.AuthToken
        and given.Result.Result == 0
        and given.Result.Code == "Success"
        and not given.Result.Message,
        given,
    )
    tokens.add(given.AuthToken)
step("no two of them alike", len(tokens) == 3, tokens)

unknown = ask("nobody at all", True)
step("an unknown user gives 53", refuses(unknown, 53, "ObjectEntityMismatch"), unknown)

for who, user in {
    "a user of the other kind": setting("SOS_DASHBOARD_USER"),
    "a suspended account": setting("SOS_SUSPENDED_ACCOUNT"),
    "an account of another partner": setting("SOS_FOREIGN_ACCOUNT"),
}.items():
    refused = ask(user, False)
    step(f"{who} reads as an unknown one does", refused == unknown, refused)

nameless = ask("", True)
step(
    "no Username gives 2 and says so",
    refuses(nameless, 2, "InvalidInputParameters") and "Username" in nameless.Result.Message,
    nameless,
)
