"""What the Python scripts of this folder share: settings from the environment, a client that looks at the HTTP status,
and steps that stop at the first deviation."""

import os
import sys

import zeep


def setting(name):
    """Gives an environment variable that must be there."""
    return os.environ.get(name) or fail(f"{name} is not set")


class Transport(zeep.Transport):
    """Sees to it that every answer comes with HTTP 200, business refusals too."""

    def post(self, address, message, headers):
        response = super().post(address, message, headers)
        if response.status_code != 200:
            fail(f"HTTP status {response.status_code}")
        return response


def connect(wsdl, version):
    """Makes a client of SOAP 1.1 or 1.2 from a WSDL."""
    client = zeep.Client(wsdl, transport=Transport())
    (service,) = client.wsdl.services
    return client.bind(service, service + {"1.1": "Soap", "1.2": "Soap12"}[version])


def step(promise, held, seen):
    """Prints one line when what was promised held, and otherwise stops the script and shows what was seen."""
    if not held:
        fail(f"{promise}; seen: {seen}")
    print(f"ok   {promise}", flush=True)


def fail(reason):
    print(f"FAIL {reason}")
    sys.exit(1)


sys.excepthook = lambda kind, error, trace: print(f"FAIL {kind.__name__}: {error}")
