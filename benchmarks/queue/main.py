#!/usr/bin/env python3
"""Our queue beside beanstalkd, Redis and PostgreSQL on one disk, against its goals. Exit code 0 when everything was
measured, be a goal met or short; 1 when something could not be measured or a queue lost or doubled a job.

usage: benchmarks/queue/main.py FOLDER_OF_THE_PROGRAMS [--rounds N] [--seconds S] [--full] [--only CELL,…] [--folder F]
       [--patience S] [--out FILE]
"""
import argparse
import datetime
import functools
import json
import os
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import cells
import full
import goals
import machine
import masters
import servers
from load import Load, Trouble

FLOOR_SECONDS = 1.5


def stage(programs, folder):
    template = os.path.join(folder, "postgres-template")
    return {"ours": functools.partial(servers.Ours, programs), "redis": servers.Redis, "beanstalkd": servers.Beanstalkd,
            "postgres": functools.partial(servers.Postgres, template),
            "postgres_one_commit": functools.partial(servers.PostgresOneCommit, template)}


def measure(wanted, folder):
    programs = os.path.abspath(wanted.programs)
    made = stage(programs, folder)
    versions = {name: made[name]().version() for name in cells.ALL}
    load = Load(programs)
    rounds = cells.Rounds(made, load, folder, wanted.patience)
    chosen, two_masters = cells.cells(wanted.seconds, [1000, 45000]), wanted.full
    if wanted.only:
        begins = wanted.only.split(",")
        chosen = [cell for cell in chosen if any(cell.name.startswith(one) for one in begins)]
        two_masters = two_masters or any(masters.PUT.startswith(one) for one in begins)
        if not chosen and not two_masters:
            raise Trouble(f"--only {wanted.only}: no cell begins so")
    rounds.run(chosen, wanted.rounds, FLOOR_SECONDS)
    found, more = goals.lines(rounds.samples), []
    if wanted.full:
        found += full.measure(made, load, rounds, wanted)
    if two_masters:
        extra, history = masters.measure(programs, made["postgres"], load, rounds, wanted)
        found.extend(extra)
        more.append(history)
    disturbed, every = rounds.disturbed()
    if disturbed:
        more.append(f"{disturbed} of {every} samples were disturbed by other work on this machine: no basis for a judgement")
    return {"machine": machine.describe(folder), "date": datetime.datetime.now(datetime.timezone.utc).isoformat("T", "seconds"),
            "versions": versions, "rounds": wanted.rounds, "seconds": wanted.seconds, "samples": rounds.samples,
            "goals": [line.row() for line in found], "not_measured": more}, found, more


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("programs")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--seconds", type=float, default=1.2)
    arguments.add_argument("--full", action="store_true")
    arguments.add_argument("--only", default="")
    arguments.add_argument("--folder", default="/var/tmp", help="where the queues keep their data; default %(default)s")
    arguments.add_argument("--patience", type=float, default=10,
                           help="how many seconds a cell waits until the machine is at rest; 0: measures at once, "
                                "whatever else runs; default %(default)s")
    arguments.add_argument("--out")
    wanted = arguments.parse_args()
    folder = tempfile.mkdtemp(prefix="ffwatt-bench-queue-", dir=wanted.folder)
    os.chmod(folder, 0o755)  # PostgreSQL's user has to pass through it
    try:
        measured, found, more = measure(wanted, folder)
    except Trouble as error:
        print(f"make bench BENCH=queue: {error}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(goals.table(measured["samples"]))
    print()
    for text in [*(line.text() for line in found), *more]:
        print(text)
    if wanted.out:
        os.makedirs(os.path.dirname(os.path.abspath(wanted.out)), exist_ok=True)
        with open(wanted.out, "w", encoding="utf-8") as file:
            json.dump(measured, file, indent=1, ensure_ascii=False)
            file.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
