#!/usr/bin/env python3
"""What measuring costs, against its goals: the meter's CPU time with 20 encodes at work, a measured encode against a
bare one, `ffwatt run` around `true`, and scrapes of the exporter. Exit code 1 if a goal is missed.

usage: benchmarks/overhead/main.py FOLDER_OF_THE_PROGRAMS [--pairs N] [--minutes M] [--seconds N] [--out FILE]
                                   [--only meter,encode,P2,P5]
"""
import argparse
import json
import os
import platform
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import encode_pairs
import meter_cost
import run_overhead

GOAL_RUN_MS = 30


def run_row(programs):
    added = run_overhead.added(programs, 100)
    return {"what": "P2 ffwatt run -- true, added to it", "goal": f"<= {GOAL_RUN_MS} ms",
            "measured": f"median {added['median']:.1f} ms, most {added['max']:.1f} ms, 100 rounds",
            "verdict": "met" if added["median"] <= GOAL_RUN_MS else "missed", **added}


def show(rows, out):
    heads = {"what": "what", "goal": "goal", "measured": "measured", "verdict": "verdict"}
    widths = {name: max(len(row[name]) for row in [heads, *rows]) for name in heads}
    for row in [heads, *rows]:
        print("  ".join(row[name].ljust(widths[name]) for name in heads).rstrip(), file=out)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("programs")
    arguments.add_argument("--pairs", type=int, default=12, help="pairs of encodes at least")
    arguments.add_argument("--minutes", type=float, default=0,
                           help="spend so long on more pairs, until their interval is narrow enough to judge by")
    # The traces of all jobs are compressed every 102 s: a shorter time would miss it.
    arguments.add_argument("--seconds", type=int, default=110)
    arguments.add_argument("--only", default="meter,encode,P2,P5")
    arguments.add_argument("--out")
    wanted = arguments.parse_args()
    if wanted.pairs < 6:
        arguments.error("--pairs: six at least, or the interval says nothing")
    programs, parts = os.path.abspath(wanted.programs), wanted.only.split(",")
    rows = []
    if "meter" in parts or "P5" in parts:
        rows += meter_cost.measure(programs, wanted.seconds, "P5" in parts)
    if "encode" in parts:
        with tempfile.TemporaryDirectory() as folder:
            rows += encode_pairs.measure(programs, wanted.pairs, wanted.minutes, folder)
    if "P2" in parts:
        rows.append(run_row(programs))
    rows.sort(key=lambda row: row["what"][:2])
    show(rows, sys.stdout)
    for row in rows:
        if row["verdict"] == "not shown":
            print(f"\nnot shown: the interval is too wide to judge by; with as much noise it takes about "
                  f"PAIRS={row['pairs_needed']}, on an idle machine far fewer; MINUTES=60 adds pairs until it is narrow")
    if wanted.out:
        os.makedirs(os.path.dirname(os.path.abspath(wanted.out)), exist_ok=True)
        with open(wanted.out, "w", encoding="utf-8") as file:
            json.dump({"machine": {"kernel": platform.release(), "cpus": os.cpu_count(), "load": os.getloadavg()},
                       "rows": rows}, file, indent=1, ensure_ascii=False)
            file.write("\n")
    return 1 if any(row["verdict"] == "missed" for row in rows) else 0


sys.exit(main())
