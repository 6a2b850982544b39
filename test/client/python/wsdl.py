"""Loads a WSDL file with zeep and looks for the operations named after it: python3 wsdl.py FILE OPERATION..."""

import sys

import zeep
from step import step
from zeep.wsdl.bindings.soap import SoapBinding

client = zeep.Client(sys.argv[1])
for operation in sys.argv[2:]:
    for name, port in next(iter(client.wsdl.services.values())).ports.items():
        if isinstance(port.binding, SoapBinding):
            found = port.binding.all()
            step(f"the WSDL has {operation} at {name}", operation in found, sorted(found))
