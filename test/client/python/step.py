"""What the Python scripts of this folder share: settings from the environment, and steps that stop at the first deviation."""

import os
import sys


def setting(name):
    """Gives an environment variable that must be there."""
    return os.environ.get(name) or fail(f"{name} is not set")


def step(promise, held, seen):
    """Prints one line when what was promised held, and otherwise stops the script and shows what was seen."""
    if not held:
        fail(f"{promise}; seen: {seen}")
    print(f"ok   {promise}", flush=True)


def fail(reason):
    print(f"FAIL {reason}")
    sys.exit(1)


sys.excepthook = lambda kind, error, trace: print(f"FAIL {kind.__name__}: {error}")
