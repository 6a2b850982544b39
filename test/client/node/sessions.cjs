// Walks through Rev.io sessions and impersonation with the npm package soap: node sessions.cjs 1.1|1.2
'use strict';
const { setting, connect, invoke, step } = require('./step.cjs');

let client;

/** Invokes one operation with what stands in its Request element. */
function call(operation, request) {
  return invoke(client, operation, { Request: request });
}

function credentials(prefix, changed) {
  const login = {
    Username: setting(`${prefix}_USERNAME`),
    Password: setting(`${prefix}_PASSWORD`),
    Client: setting('REVIO_CLIENT'),
  };
  return { Credentials: { ...login, ...changed } };
}

function session(key) {
  return { Session: { SessionKey: key } };
}

async function walk() {
  client = await connect(`${setting('LATCHKEY_URL')}/v20/default.asmx?WSDL`, process.argv[2]);

  const created = await call('Sessions_Create', credentials('REVIO'));
  step('Sessions_Create gives a key, also in the header and URL-encoded',
    created.Header.Success === true && created.SessionKey
    && created.Header.SessionKey === created.SessionKey
    && decodeURIComponent(created.SessionKey_Encoded) === created.SessionKey, created);
  const key = created.SessionKey;

  const own = await call('Sessions_Validate', session(key));
  step('Sessions_Validate names user and agent, not impersonated',
    own.Header.Success === true && own.Header.Impersonated === false
    && own.UserID > 0 && own.AgentID > 0 && own.AgentNumber, own);

  const refused = await call('Sessions_Create', credentials('REVIO', { Password: 'not the password' }));
  step('a wrong password gives HTTP 200, Success false, S2005',
    refused.Header.Success === false && refused.Header.Error_Code === 'S2005', refused);

  const byName = await call('Impersonation_Authorize', { ...session(key), ToUserName: setting('REVIO_TO_USERNAME') });
  step('Impersonation_Authorize by name gives a key of 64 characters',
    byName.Header.Success === true && byName.ImpersonationKey.length === 64 && byName.ToUserID > 0, byName);

  const byID = await call('Impersonation_Authorize', { ...session(key), ToUserID: byName.ToUserID });
  step('Impersonation_Authorize by id gives another key for the same user',
    byID.Header.Success === true && byID.ImpersonationKey.length === 64
    && byID.ToUserID === byName.ToUserID && byID.ImpersonationKey !== byName.ImpersonationKey, byID);

  for (const [by, grant] of Object.entries({ name: byName, id: byID })) {
    const login = credentials('REVIO_TO', { ImpersonationKey: grant.ImpersonationKey });
    const acting = await call('Sessions_Create', login);
    step(`the key granted by ${by} opens an impersonated session`,
      acting.Header.Success === true && acting.Header.Impersonated === true, acting);
    const seen = await call('Sessions_Validate', session(acting.SessionKey));
    step('which is seen as the granting user',
      seen.Header.Impersonated === true && seen.UserID === own.UserID, seen);
  }

  const first = await call('Sessions_Validate', credentials('REVIO'));
  const second = await call('Sessions_Validate', credentials('REVIO'));
  step('each call with Credentials returns a key of its own',
    first.Header.Success === true && second.Header.Success === true
    && new Set([key, first.Header.SessionKey, second.Header.SessionKey]).size === 3, [first, second]);
  for (const called of [first, second]) {
    const seen = await call('Sessions_Validate', session(called.Header.SessionKey));
    step('and that key works as a Session', seen.Header.Success === true && seen.UserID === own.UserID, seen);
  }

  const ended = await call('Sessions_Destroy', session(key));
  step('Sessions_Destroy ends the session', ended.Header.Success === true, ended);

  const dead = await call('Sessions_Validate', session(key));
  step('the ended session gives Success false, S2004',
    dead.Header.Success === false && dead.Header.Error_Code === 'S2004', dead);
}

walk();
