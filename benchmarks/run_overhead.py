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

programs = sys.argv[1]
rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 100


def milliseconds(words, environment):
    start = time.perf_counter()
    subprocess.run(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - start) * 1e3


with tempfile.TemporaryDirectory() as state:
    environment = {**os.environ, "FFWATT_STATE_DIR": state}
    bare, measured, unsaved = [], [], []
    for _ in range(rounds):
        bare.append(milliseconds(["true"], environment))
        measured.append(milliseconds([os.path.join(programs, "ffwatt"), "run", "-q", "--", "true"], environment))
        unsaved.append(milliseconds([os.path.join(programs, "ffwatt"), "run", "-q", "--no-save", "--", "true"], environment))

added = [m - b for m, b in zip(measured, bare)]
print(f"{'':22}  {'min':>7}  {'median':>7}  {'max':>7}   ms, {rounds} rounds in turns")
for name, values in (("true", bare), ("ffwatt run", measured), ("ffwatt run --no-save", unsaved), ("added by ffwatt run", added)):
    print(f"{name:22}  {min(values):7.1f}  {statistics.median(values):7.1f}  {max(values):7.1f}")
