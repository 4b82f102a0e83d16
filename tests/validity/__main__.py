"""Run one measurement by its name, or say which there are."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import tests.validity


def main(arguments: list[str]) -> int:
    names = sorted(module.name for module in pkgutil.iter_modules(tests.validity.__path__) if module.name[0] != "_")
    if len(arguments) != 1 or arguments[0] not in names:
        print(f"usage: python -m tests.validity {{{','.join(names)}}}", file=sys.stderr)
        return 2
    measurement = importlib.import_module(f"tests.validity.{arguments[0]}")
    print(measurement.report())
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
