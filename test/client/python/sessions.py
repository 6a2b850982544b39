"""Walks through Rev.io sessions and impersonation with zeep: python3 sessions.py 1.1|1.2"""

import sys
from urllib.parse import unquote_plus

from step import connect, setting, step

service = connect(setting("LATCHKEY_URL") + "/v20/default.asmx?WSDL", sys.argv[1] if len(sys.argv) > 1 else "1.1")


def call(operation, **request):
    """Invokes one operation and gives what stands inside its Result element."""
    return service[operation](Request=request)


def credentials(prefix, **changed):
    login = {
        "Username": setting(prefix + "_USERNAME"),
        "Password": setting(prefix + "_PASSWORD"),
        "Client": setting("REVIO_CLIENT"),
    }
    return login | changed


def session(key):
    return {"SessionKey": key}


created = call("Sessions_Create", Credentials=credentials("REVIO"))
step(
    "Sessions_Create gives a key, also in the header and URL-encoded",
    created.Header.Success is True
    and created.SessionKey
    and created.Header.SessionKey == created.SessionKey == unquote_plus(created.SessionKey_Encoded),
    created,
)
key = created.SessionKey

own = call("Sessions_Validate", Session=session(key))
step(
    "Sessions_Validate names user and agent, not impersonated",
    own.Header.Success is True
    and own.Header.Impersonated is False
    and own.UserID > 0
    and own.AgentID > 0
    and own.AgentNumber,
    own,
)

refused = call("Sessions_Create", Credentials=credentials("REVIO", Password="not the password"))
step(
    "a wrong password gives HTTP 200, Success false, S2005",
    refused.Header.Success is False and refused.Header.Error_Code == "S2005",
    refused,
)

by_name = call("Impersonation_Authorize", Session=session(key), ToUserName=setting("REVIO_TO_USERNAME"))
step(
    "Impersonation_Authorize by name gives a key of 64 characters",
    by_name.Header.Success is True and len(by_name.ImpersonationKey) == 64 and by_name.ToUserID > 0,
    by_name,
)

by_id = call("Impersonation_Authorize", Session=session(key), ToUserID=by_name.ToUserID)
step(
    "Impersonation_Authorize by id gives another key for the same user",
    by_id.Header.Success is True
    and len(by_id.ImpersonationKey) == 64
    and by_id.ToUserID == by_name.ToUserID
    and by_id.ImpersonationKey != by_name.ImpersonationKey,
    by_id,
)

for by, grant in {"name": by_name, "id": by_id}.items():
    login = credentials("REVIO_TO", ImpersonationKey=grant.ImpersonationKey)
    acting = call("Sessions_Create", Credentials=login)
    step(
        f"the key granted by {by} opens an impersonated session",
        acting.Header.Success is True and acting.Header.Impersonated is True,
        acting,
    )
    seen = call("Sessions_Validate", Session=session(acting.SessionKey))
    step(
        "which is seen as the granting user",
        seen.Header.Impersonated is True and seen.UserID == own.UserID,
        seen,
    )

calls = [call("Sessions_Validate", Credentials=credentials("REVIO")) for _ in range(2)]
step(
    "each call with Credentials returns a key of its own",
    all(c.Header.Success is True for c in calls) and len({key} | {c.Header.SessionKey for c in calls}) == 3,
    calls,
)
for called in calls:
    seen = call("Sessions_Validate", Session=session(called.Header.SessionKey))
    step("and that key works as a Session", seen.Header.Success is True and seen.UserID == own.UserID, seen)

ended = call("Sessions_Destroy", Session=session(key))
step("Sessions_Destroy ends the session", ended.Header.Success is True, ended)

dead = call("Sessions_Validate", Session=session(key))
step(
    "the ended session gives Success false, S2004",
    dead.Header.Success is False and dead.Header.Error_Code == "S2004",
    dead,
)
