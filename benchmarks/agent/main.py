#!/usr/bin/env python3
"""What an agent does around a job, against its goals. Each row is a file in rows/ with measure(programs, full), which
answers rows of the table. Exit code 1 if a goal is missed.

usage: benchmarks/agent/main.py FOLDER_OF_THE_PROGRAMS [--full] [--only sandbox,...] [--out FILE]
"""
import argparse
import importlib
import json
import os
import pathlib
import sys

ROWS = pathlib.Path(__file__).resolve().parent / "rows"


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("programs")
    arguments.add_argument("--full", action="store_true", help="longer, for narrower intervals")
    arguments.add_argument("--only", help="names of files in rows/, with commas between")
    arguments.add_argument("--out")
    wanted = arguments.parse_args()
    known = sorted(file.stem for file in ROWS.glob("*.py"))
    chosen = wanted.only.split(",") if wanted.only else known
    for name in chosen:
        if name not in known:
            arguments.error(f"--only: there is no row '{name}'; there are {', '.join(known)}")
    sys.path.insert(0, str(ROWS))
    rows = []
    for name in chosen:
        rows += importlib.import_module(name).measure(os.path.abspath(wanted.programs), wanted.full)
    widths = {key: max(len(key), *(len(row[key]) for row in rows)) for key in ("what", "goal", "measured", "verdict")}
    for row in [{key: key for key in widths}, *rows]:
        print("  ".join(row[key].ljust(width) for key, width in widths.items()).rstrip())
    if wanted.out:
        pathlib.Path(wanted.out).parent.mkdir(parents=True, exist_ok=True)
        pathlib.Path(wanted.out).write_text(json.dumps(rows, indent=1), encoding="utf-8")
    return 1 if any(row["verdict"] == "missed" for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
