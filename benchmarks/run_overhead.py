#!/usr/bin/env python3
"""What `ffwatt run` adds to a command: `true` alone and `ffwatt run -q -- true`, in turns, on one machine.

usage: benchmarks/run_overhead.py FOLDER_OF_THE_PROGRAMS [ROUNDS]
"""
import os
import statistics
import subprocess
import sys
import tempfile
import time


def milliseconds(words, environment):
    start = time.perf_counter()
    subprocess.run(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - start) * 1e3


def measure(programs, rounds):
    """Milliseconds of each round, by what was run."""
    ffwatt = os.path.join(programs, "ffwatt")
    ways = {"true": ["true"], "ffwatt run": [ffwatt, "run", "-q", "--", "true"],
            "ffwatt run --no-save": [ffwatt, "run", "-q", "--no-save", "--", "true"]}
    times = {name: [] for name in ways}
    with tempfile.TemporaryDirectory() as state:
        environment = {**os.environ, "FFWATT_STATE_DIR": state}
        for _ in range(rounds):
            for name, words in ways.items():
                times[name].append(milliseconds(words, environment))
    times["added by ffwatt run"] = [m - b for m, b in zip(times["ffwatt run"], times["true"])]
    return times


def added(programs, rounds):
    values = measure(programs, rounds)["added by ffwatt run"]
    return {"min": min(values), "median": statistics.median(values), "max": max(values)}


if __name__ == "__main__":
    wanted = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    print(f"{'':22}  {'min':>7}  {'median':>7}  {'max':>7}   ms, {wanted} rounds in turns")
    for what, values in measure(sys.argv[1], wanted).items():
        print(f"{what:22}  {min(values):7.1f}  {statistics.median(values):7.1f}  {max(values):7.1f}")
