#!/usr/bin/env python3
"""kill -9 of the master under load, again and again: which jobs that it acknowledged are gone (none may be), and how
soon it serves again with 45 000 waiting. Then disks that lose their power (bench_power_loss). Exit code 1 when a job is
missing, a disk cannot be read or something could not be measured; a slow start is said, and costs nothing.

usage: benchmarks/kill/main.py FOLDER_OF_THE_PROGRAMS [--kills N] [--cuts N] [--folder F] [--out FILE]
"""
import argparse
import datetime
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "queue"))

import machine
import servers
from load import Load, Trouble

BACKLOG, CLIENTS, GOAL_MS = 45_000, 8, 50
# Every second kill comes while as many do jobs as well: starts and results are acknowledged too. Each of those begins
# with a copy, since a master that finds running jobs offers none for a while.
WORKERS = 8
# A queue that grew to this is put back to BACKLOG: the goal speaks of that many.
MOST = 60_000
# From the first request on; the master is at work on some in any case.
KILL_AFTER_SECONDS = (0.02, 0.4)


class Farm:
    """One master after another on the same folder."""

    def __init__(self, programs, load, folder):
        self.programs, self.load, self.folder = programs, load, folder
        self.full, self.at_work = os.path.join(folder, "full"), os.path.join(folder, "at-work")
        self.server, self.waiting = None, 0

    def fill(self):
        server = servers.Ours(self.programs)
        server.start(self.full)
        try:
            server.fill(self.load, BACKLOG)
        finally:
            server.stop()

    def begin_anew(self):
        if self.server:
            self.server.stop()
        shutil.rmtree(self.at_work, ignore_errors=True)
        shutil.copytree(self.full, self.at_work)
        self.waiting = BACKLOG
        self.start()

    def start(self):
        """Milliseconds until it answered that it is well."""
        self.server = servers.Ours(self.programs)
        began = time.monotonic()
        self.server.start(self.at_work)
        return (time.monotonic() - began) * 1e3

    def kill_under_load(self, acknowledged, workers):
        """Milliseconds until it was back, and what of the file of acknowledged jobs is missing then."""
        words = [self.load.program, "record", acknowledged, "--port", str(self.server.port), "--clients", str(CLIENTS),
                 "--workers", str(workers)]
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as recorder:
            time.sleep(random.uniform(*KILL_AFTER_SECONDS))
            self.server.process.kill()
            self.server.process.wait()
            if recorder.wait(timeout=60) != 0:
                raise Trouble("the load generator failed while the master was killed")
        ready_ms = self.start()
        found = self.load.run("verify", acknowledged, port=self.server.port)
        self.waiting += found["acknowledged"]
        return ready_ms, found


def kills(programs, load, folder, count):
    farm = Farm(programs, load, folder)
    farm.fill()
    rows = []
    try:
        for number in range(count):
            workers = WORKERS if number % 2 else 0
            if number == 0 or workers or farm.waiting > MOST:
                farm.begin_anew()
            acknowledged = os.path.join(folder, "acknowledged")
            ready_ms, found = farm.kill_under_load(acknowledged, workers)
            os.remove(acknowledged)
            rows.append({"ready_ms": ready_ms, "waiting": farm.waiting, **found})
            if sys.stderr.isatty():
                print(f"\rkill {number + 1} of {count}", end="", file=sys.stderr)
    finally:
        if farm.server:
            farm.server.stop()
    return rows


def power_loss(programs, cuts, folder):
    """(its line, whether nothing was lost)"""
    words = [os.path.join(programs, "bench_power_loss"), folder, "--cuts", str(cuts), "--runs", str(max(1, cuts // 100)),
             "--seed", str(random.randrange(1 << 30))]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    lines = done.stdout.strip().split("\n")
    if done.returncode not in (0, 1) or "disks that lost" not in lines[-1]:
        raise Trouble(f"{' '.join(words)}: {done.stderr.strip() or done.returncode}")
    for line in lines[:-1][:20]:
        print(line)
    return lines[-1], done.returncode == 0


def measure(wanted, folder):
    programs = os.path.abspath(wanted.programs)
    rows = kills(programs, Load(programs), folder, wanted.kills)
    missing = sum(row["missing"] for row in rows)
    queued, started, done = (sum(row[word] for row in rows) for word in ("acknowledged", "started", "done"))
    if len(rows) > 1 and not done:
        raise Trouble("no result was acknowledged in all that time: no worker came to work")
    ready = sorted(row["ready_ms"] for row in rows)
    median, worst = statistics.median(ready), ready[-1]
    print(f"G8  {len(rows)} times kill -9 under load of {CLIENTS} clients, every second one with {WORKERS} "
          f"workers: acknowledged as their last {queued} jobs queued, {started} started and {done} results, {missing} missing, "
          f"goal 0: {'met' if missing == 0 else 'short'}")
    print(f"G8  ready again with {BACKLOG} and more waiting: median {median:.0f} ms, worst {worst:.0f} ms, goal "
          f"<= {GOAL_MS} ms: {'met' if worst <= GOAL_MS else 'short'}")
    memory = "/dev/shm" if os.path.isdir("/dev/shm") else folder
    said, whole = power_loss(programs, wanted.cuts, memory)
    print(f"G8  {said}, goal 0 and 0: {'met' if whole else 'short'}")
    return {"machine": machine.describe(folder), "date": datetime.datetime.now(datetime.timezone.utc).isoformat("T", "seconds"),
            "version": servers.Ours(programs).version(), "kills": rows, "power_loss": said}, missing == 0 and whole


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("programs")
    arguments.add_argument("--kills", type=int, default=50)
    arguments.add_argument("--cuts", type=int, default=400, help="disks that lose their power; default %(default)s")
    arguments.add_argument("--folder", default="/var/tmp", help="where the master keeps its data; default %(default)s")
    arguments.add_argument("--out")
    wanted = arguments.parse_args()
    if wanted.kills < 1 or wanted.cuts < 1:
        arguments.error("--kills and --cuts: one at least")
    folder = tempfile.mkdtemp(prefix="ffwatt-bench-kill-", dir=wanted.folder)
    try:
        measured, whole = measure(wanted, folder)
    except Trouble as error:
        print(f"make bench BENCH=kill: {error}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if wanted.out:
        os.makedirs(os.path.dirname(os.path.abspath(wanted.out)), exist_ok=True)
        with open(wanted.out, "w", encoding="utf-8") as file:
            json.dump(measured, file, indent=1, ensure_ascii=False)
            file.write("\n")
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
