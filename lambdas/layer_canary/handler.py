"""Import what a layer should bring; an import that fails, fails the call, and with it the deployment.

Environment: `MODULES`, names separated by blanks. The answer names the version of each module that says one.
"""

from __future__ import annotations

import importlib
import json
import os
from importlib import metadata


def handler(_event: object, _context: object) -> dict[str, str]:
    """Module -> version (or "unknown")."""
    found = {name: version_of(name) for name in os.environ["MODULES"].split()}
    print(json.dumps({"message": "layer imported", "modules": found}))
    return found


def version_of(module: str) -> str:
    """Import a module and say its version; raises ImportError where the layer does not bring it."""
    importlib.import_module(module)
    top = module.partition(".")[0]
    for distribution in metadata.packages_distributions().get(top, ()):
        return metadata.version(distribution)
    return "unknown"
