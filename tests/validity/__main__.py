"""Run one measurement by its name, or say which there are."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys
from pathlib import Path

import tests.validity
from warmtui.errors import WarmtuiError


def measurements() -> list[str]:
    """Return the names of the measurements: of the modules that are neither helpers nor tests."""
    names = (module.name for module in pkgutil.iter_modules(tests.validity.__path__))
    return sorted(name for name in names if not name.startswith(("_", "test_")))


def main(arguments: list[str]) -> int:
    """Print a measurement, of its own data or of the files that are named.

    Args:
        arguments: the measurement's name, then files for one that takes any.
    """
    names = measurements()
    name, files = arguments[:1], [Path(argument) for argument in arguments[1:]]
    report = importlib.import_module(f"tests.validity.{name[0]}").report if name and name[0] in names else None
    if report is None or (files and not inspect.signature(report).parameters):
        print(f"usage: python -m tests.validity {{{','.join(names)}}} [FILE…]", file=sys.stderr)
        return 2
    try:
        print(report(files) if files else report())
    except (OSError, WarmtuiError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
