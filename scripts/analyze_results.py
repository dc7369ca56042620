#!/usr/bin/env python3
"""Thin front for documented command lines: finds the built ffwatt and becomes `ffwatt analyze …`.

Flags, files and exit status are ffwatt's. Needs nothing but Python's standard library.
"""
import os
import sys
from pathlib import Path

from run_tests import find_ffwatt

# Documented flags without a meaning here: there is one model of power over the number of streams, a line whose
# interval is told, and energy stands in the results file instead of in a database of series.
WITHOUT_VALUE = ("--multivariate",)
WITH_VALUE = ("--prometheus-url",)


def arguments_of(words):
    """ffwatt's arguments, and the documented words that were left out."""
    kept, dropped, rest = [], [], iter(words)
    for word in rest:
        if word in WITHOUT_VALUE or word.startswith(tuple(flag + "=" for flag in WITH_VALUE)):
            dropped.append(word)
        elif word in WITH_VALUE:
            dropped.append(word)
            next(rest, None)
        else:
            kept.append(word)
    return ["analyze", *kept], dropped


def main():
    root = Path(__file__).resolve().parent.parent
    ffwatt = find_ffwatt(root)
    if not ffwatt:
        print(
            f"analyze_results.py: ffwatt is not built: nothing in {root}/build/*/bin, {root}/bin or PATH.\n"
            f"Build it: make -C {root} build-cli",
            file=sys.stderr,
        )
        return 127
    arguments, dropped = arguments_of(sys.argv[1:])
    for word in dropped:
        print(f"analyze_results.py: {word} has no effect here and is left out", file=sys.stderr)
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(ffwatt, [ffwatt, *arguments])


if __name__ == "__main__":
    sys.exit(main())
