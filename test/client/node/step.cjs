// What the Node scripts of this folder share: settings from the environment, a client that looks at the HTTP status, and
// steps that stop at the first deviation.
'use strict';
const soap = require('soap');

/** Gives an environment variable that must be there. */
function setting(name) {
  return process.env[name] || fail(`${name} is not set`);
}

/** Makes a client of SOAP 1.1 or 1.2 from a WSDL. */
async function connect(wsdl, version) {
  const client = await soap.createClientAsync(wsdl, { forceSoap12Headers: version === '1.2' });
  client.on('response', (body, response) => { client.lastResponseStatus = response?.status; });
  return client;
}

/** Invokes one operation, whose answer must come with HTTP 200, and gives what stands in its Result element. */
async function invoke(client, operation, parameters) {
  const [answer] = await client[`${operation}Async`](parameters);
  if (client.lastResponseStatus !== 200) fail(`${operation} answered HTTP status ${client.lastResponseStatus}`);
  return answer[`${operation}Result`];
}

/** Prints one line when what was promised held, and otherwise stops the script and shows what was seen. */
function step(promise, held, seen) {
  if (!held) fail(`${promise}; seen: ${JSON.stringify(seen)}`);
  console.log(`ok   ${promise}`);
}

function fail(reason) {
  console.log(`FAIL ${reason}`);
  process.exit(1);
}

process.on('unhandledRejection', (error) => fail(String(error)));

module.exports = { setting, connect, invoke, step, fail };
