#!/usr/bin/env python3
"""Thin front for documented command lines: finds the built ffwatt and becomes `ffwatt test VERB …`.

Flags, files and exit status are ffwatt's. Flags may stand before the verb as well as behind it. Without a verb the
suite runs. Needs nothing but Python's standard library.
"""
import os
import shutil
import sys
from pathlib import Path

VERBS = ("single", "multi", "batch", "suite")

# Flags that may stand before the verb and take a value, which must not be read as the verb.
WITH_VALUE = ("--output-dir", "--wait-timeout")


def find_ffwatt(root):
    """The newest build of this checkout, else bin/ffwatt in it, else the installed one."""
    built = [path for path in root.glob("build/*/bin/ffwatt") if os.access(path, os.X_OK)]
    if built:
        return str(max(built, key=lambda path: path.stat().st_mtime))
    beside = root / "bin" / "ffwatt"
    if os.access(beside, os.X_OK):
        return str(beside)
    return shutil.which("ffwatt")


def arguments_of(words):
    """ffwatt's arguments: the verb first, then all flags in their order."""
    verb, flags, rest = "suite", [], list(words)
    while rest:
        word = rest.pop(0)
        if word in VERBS:
            verb = word
            break
        flags.append(word)
        if word in WITH_VALUE and rest:
            flags.append(rest.pop(0))
    kept, following = [], iter(flags + rest)
    for word in following:
        # ffwatt starts the RTMP server itself and knows when it is ready: there is nothing to wait for or to skip.
        if word == "--skip-wait" or word.startswith("--wait-timeout="):
            continue
        if word == "--wait-timeout":
            next(following, None)
            continue
        kept.append(word)
    return ["test", verb, *kept]


def main():
    root = Path(__file__).resolve().parent.parent
    ffwatt = find_ffwatt(root)
    if not ffwatt:
        print(
            f"run_tests.py: ffwatt is not built: nothing in {root}/build/*/bin, {root}/bin or PATH.\n"
            f"Build it: make -C {root} build-cli",
            file=sys.stderr,
        )
        return 127
    arguments = arguments_of(sys.argv[1:])
    sys.stdout.flush()
    os.execv(ffwatt, [ffwatt, *arguments])


if __name__ == "__main__":
    sys.exit(main())
