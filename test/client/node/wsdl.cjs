// Loads a WSDL file with the npm package soap and looks for the operations named after it: node wsdl.cjs FILE OPERATION...
'use strict';
const soap = require('soap');
const { step } = require('./step.cjs');

const [, , file, ...operations] = process.argv;

soap.createClientAsync(file).then((client) => {
  const ports = Object.values(client.describe())[0];
  for (const operation of operations) {
    for (const port of Object.keys(ports).filter((name) => /Soap(12)?$/.test(name))) {
      step(`the WSDL has ${operation} at ${port}`, ports[port][operation], Object.keys(ports[port]));
    }
  }
});
