// What the Node scripts of this folder share: settings from the environment, and steps that stop at the first deviation.
'use strict';

/** Gives an environment variable that must be there. */
function setting(name) {
  return process.env[name] || fail(`${name} is not set`);
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

module.exports = { setting, step, fail };
