// Walks through Rev.io texts and the opt-out list with the npm package soap: node sms.cjs 1.1|1.2
'use strict';
const { setting, connect, invoke, step } = require('./step.cjs');

let client;

/** Invokes one operation as the demo user with what stands in its Request element besides. */
function call(operation, request) {
  const login = {
    Username: setting('REVIO_USERNAME'), Password: setting('REVIO_PASSWORD'), Client: setting('REVIO_CLIENT'),
  };
  return invoke(client, operation, { Request: { Credentials: login, ...request } });
}

/** Sends a text to the demo number, with what is said of the profile. */
function send(profile, changed) {
  const request = { ToNumber: setting('REVIO_SMS_TO'), Message: 'Test Message from Rev.io', ...changed };
  return call('SMS_Send', profile ? { ...request, Profile: profile } : request);
}

/** Calls an operation on the opt-out list. */
async function lists(operation, ...numbers) {
  return (await call(operation, { TNs: { TN: numbers } })).Header;
}

async function walk() {
  client = await connect(`${setting('LATCHKEY_URL')}/v20/default.asmx?WSDL`, process.argv[2]);
  const id = Number(setting('REVIO_SMS_PROFILE'));
  const from = setting('REVIO_SMS_FROM');

  let last = 0;
  const profiles = { 'the default profile': null, SmsProfileID: { SmsProfileID: id }, FromNumber: { FromNumber: from } };
  for (const [by, profile] of Object.entries(profiles)) {
    const sent = await send(profile);
    step(`SMS_Send by ${by} gives the text's ID and the profile that was used`,
      sent.Header.Success === true && sent.Header.Impersonated === false && sent.Header.SessionKey
      && sent.ID > last && sent.Profile.SmsProfileID === id && sent.Profile.FromNumber === from, sent);
    last = sent.ID;
  }

  const refusals = {
    'both SmsProfileID and FromNumber': await send({ SmsProfileID: id, FromNumber: from }),
    'a text of 161 characters': await send(null, { Message: 'x'.repeat(161) }),
    'a number of nine digits': await send(null, { ToNumber: '850470000' }),
  };
  for (const [what, refused] of Object.entries(refusals)) {
    step(`SMS_Send refuses ${what} with S2010`,
      refused.Header.Success === false && refused.Header.Error_Code === 'S2010'
      && refused.Header.Error_Description === 'Invalid input received.' && refused.Header.Message, refused);
  }

  const gone = await lists('SMSOptOut_Delete', '1234567890', '1234567891');
  step('SMSOptOut_Delete takes numbers off the list, also those that are not on it', gone.Success === true, gone);

  const out = await lists('SMSOptOut_Create', '1234567890');
  step('SMSOptOut_Create puts a number on the list', out.Success === true && out.Impersonated === false, out);

  const again = await lists('SMSOptOut_Create', '1234567890');
  step('a number that is on the list is refused in the words of the original, without a key',
    again.Success === false && again.Error_Code === 'S2010' && again.SessionKey === undefined
    && again.Message === "'1234567890' is already in the opt-out list.", again);

  await lists('SMSOptOut_Create', '1234567891');
  const both = await lists('SMSOptOut_Create', '1234567890', '1234567891');
  step('and so are several',
    both.Message === "'1234567890, 1234567891' are already in the opt-out list.", both);

  const empty = await lists('SMSOptOut_Create', '');
  step('an empty number is refused', empty.Message === "'' is an invalid TN.", empty);

  const back = await lists('SMSOptOut_Delete', '1234567890', '1234567891');
  const outAgain = await lists('SMSOptOut_Create', '1234567890');
  step('who opted in again can opt out again', back.Success === true && outAgain.Success === true, [back, outAgain]);
  await lists('SMSOptOut_Delete', '1234567890');
}

walk();
