// Gets one-time tokens of SOS Online Backup with the npm package soap: node sosbackup.cjs 1.1|1.2
'use strict';
const { setting, connect, invoke, step } = require('./step.cjs');

let client;

/** Puts the login of whoever asks into the SOAP header of the calls that follow. */
function signedBy(user, password) {
  client.clearSoapHeaders();
  client.addSoapHeader({ AuthHeader: { UserName: user, Password: password } }, '', 'tns', 'sosonlinebackup.com');
}

function ask(user, isAppUser) {
  return invoke(client, 'GetAuthorizationTokenByEntity', { request: { Username: user, IsAppUser: isAppUser } });
}

/** Tells whether an answer is a refusal with a number and a code, and without a token. */
function refuses(answer, number, code) {
  const { Result: result } = answer;
  return !('AuthToken' in answer) && result.Result === number && result.Code === code && Boolean(result.Message);
}

async function walk() {
  client = await connect(setting('SOS_WSDL'), process.argv[2]);

  const anonymous = await ask(setting('SOS_DASHBOARD_USER'), true);
  step('without AuthHeader it gives HTTP 200 and 3', refuses(anonymous, 3, 'InvalidSoapCredentials'), anonymous);

  signedBy(setting('SOS_USERNAME'), 'not the password');
  const wrong = await ask(setting('SOS_DASHBOARD_USER'), true);
  step('a wrong password gives HTTP 200 and 3', refuses(wrong, 3, 'InvalidSoapCredentials'), wrong);

  signedBy(setting('SOS_USERNAME'), setting('SOS_PASSWORD'));
  const tokens = new Set();
  for (const [who, user, isAppUser] of [
    ['a dashboard user', setting('SOS_DASHBOARD_USER'), true],
    ['a backup account', setting('SOS_BACKUP_ACCOUNT'), false],
    ['the same again', setting('SOS_BACKUP_ACCOUNT'), false],
  ]) {
    const given = await ask(user, isAppUser);
    step(`a token for ${who}, and 0 behind it`,
      Object.keys(given).join() === 'AuthToken,Result' && encodeURIComponent(given.AuthToken) === given.AuthToken
      && given.Result.Result === 0 && given.Result.Code === 'Success' && !given.Result.Message, given);
    tokens.add(given.AuthToken);
  }
  step('no two of them alike', tokens.size === 3, [...tokens]);

  const unknown = await ask('nobody at all', true);
  step('an unknown user gives 53', refuses(unknown, 53, 'ObjectEntityMismatch'), unknown);

  for (const [who, user] of Object.entries({
    'a user of the other kind': setting('SOS_DASHBOARD_USER'),
    'a suspended account': setting('SOS_SUSPENDED_ACCOUNT'),
    'an account of another partner': setting('SOS_FOREIGN_ACCOUNT'),
  })) {
    const refused = await ask(user, false);
    step(`${who} reads as an unknown one does`, JSON.stringify(refused) === JSON.stringify(unknown), refused);
  }

  const nameless = await ask('', true);
  step('no Username gives 2 and says so',
    refuses(nameless, 2, 'InvalidInputParameters') && nameless.Result.Message.includes('Username'), nameless);
}

walk();
