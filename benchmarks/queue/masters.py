"""G10: two masters on one PostgreSQL, beside clients that use such a table themselves; and a history in which one of them
is killed every five seconds, in which no job may be begun or done twice."""
import collections
import concurrent.futures
import functools
import os
import shutil
import subprocess
import time

import goals
import servers
from load import Trouble

BACKLOG = 45_000
# Of one master, the same of the other.
PUTTING, WORKING, BATCH = 32, 4, 32
KILLS, EVERY_SECONDS = 12, 5


class OnPostgres(servers.Ours):
    def __init__(self, programs, database):
        super().__init__(programs)
        self.database = database

    def environment(self):
        return {**super().environment(), "FFWATT_DB": f"postgres://bench@127.0.0.1:{self.database.port}/bench"}


class Farm:
    """A database with two masters, in a folder of its own."""

    def __init__(self, programs, postgres, folder):
        self.database = postgres()
        self.database.start(os.path.join(folder, "database"))
        self.folders = [os.path.join(folder, name) for name in ("one", "other")]
        self.masters = []
        try:
            for where in self.folders:
                self.masters.append(OnPostgres(programs, self.database).start(where))
        except Trouble:
            self.stop()
            raise

    def stop(self):
        for master in self.masters:
            master.stop()
        self.database.stop()

    def both(self, load, workload, **options):
        """What both do at the same time; the counts of the database have to agree with what they were answered."""
        counts = lambda: load.run("ours", "counts", port=self.masters[0].port)
        before, run = counts(), functools.partial(load.run, "ours", workload, shared=1, **options)
        with concurrent.futures.ThreadPoolExecutor(len(self.masters)) as pool:
            done = list(pool.map(lambda master: run(port=master.port), self.masters))
        after, jobs = counts(), sum(sample["jobs"] for sample in done)
        wanted = dict(before)
        if workload == "enqueue":
            wanted["waiting"] += jobs
        else:
            wanted["waiting"] -= jobs
            wanted["done"] += jobs
        if after != wanted:
            raise Trouble(f"two masters, {workload} of {jobs} jobs: the database counts {after}, not {wanted}")
        return {"per_second": sum(sample["per_second"] for sample in done), "of_each": done}


PUT, CLAIM = f"two masters put {2 * PUTTING}x1", f"two masters claim {2 * WORKING}x{BATCH} of {BACKLOG}"


def rates(programs, postgres, load, rounds, wanted):
    """Both beside the bare client, in every round."""
    for number in range(wanted.rounds):
        folder = os.path.join(rounds.folder, f"masters-{number}")
        farm = Farm(programs, postgres, folder)
        try:
            rounds.keep(PUT, "ours", rounds.at_rest(
                lambda: farm.both(load, "enqueue", clients=PUTTING, seconds=wanted.seconds)))
            load.run("ours", "fill", timeout=1800, port=farm.masters[0].port, jobs=BACKLOG)
            farm.database.sql("VACUUM (ANALYZE)")
            rounds.keep(CLAIM, "ours", rounds.at_rest(
                lambda: farm.both(load, "claim", clients=WORKING, batch=BATCH, seconds=2 * wanted.seconds), tries=1))
        finally:
            farm.stop()
        bare = postgres()
        try:
            bare.start(os.path.join(folder, "bare"))
            rounds.keep(PUT, "postgres", rounds.at_rest(
                lambda: load.run("postgres", "enqueue", port=bare.port, clients=2 * PUTTING, seconds=wanted.seconds)))
            bare.fill(load, BACKLOG)
            rounds.keep(CLAIM, "postgres", rounds.at_rest(
                lambda: load.run("postgres", "claim", port=bare.port, clients=2 * WORKING, batch=BATCH,
                                 seconds=2 * wanted.seconds), tries=1))
        finally:
            bare.stop()
        shutil.rmtree(folder, ignore_errors=True)


class Recorder:
    """Clients and workers of one master, until it is gone."""

    def __init__(self, load, master, file):
        self.file = file
        self.process = subprocess.Popen([load.program, "record", file, "--port", str(master.port), "--clients", "4",
                                         "--workers", "8"], stdout=subprocess.DEVNULL)

    def end(self):
        if self.process.wait(timeout=60) != 0:
            raise Trouble("the load generator failed while a master was killed")
        with open(self.file, encoding="ascii") as lines:
            return [tuple(line.split()) for line in lines]


def history(programs, postgres, load, folder):
    """What two masters acknowledged while one after the other was killed: a list of (word, job); and how many of it the
    database does not know in the end."""
    farm = Farm(programs, postgres, folder)
    words, files = [], []
    try:
        def recorder(master):
            files.append(os.path.join(folder, f"acknowledged-{len(files)}"))
            return Recorder(load, master, files[-1])

        load.run("ours", "fill", timeout=1800, port=farm.masters[0].port, jobs=BACKLOG)
        recorders = [recorder(master) for master in farm.masters]
        for kill in range(KILLS):
            time.sleep(EVERY_SECONDS)
            which = kill % 2
            farm.masters[which].process.kill()
            farm.masters[which].process.wait()
            words += recorders[which].end()
            farm.masters[which].start(farm.folders[which])
            recorders[which] = recorder(farm.masters[which])
        for master, one in zip(farm.masters, recorders):
            master.process.kill()
            master.process.wait()
            words += one.end()
        last = farm.masters[0].start(farm.folders[0])
        everything = os.path.join(folder, "everything")
        with open(everything, "w", encoding="ascii") as out:
            out.writelines(f"{word} {job}\n" for word, job in words)
        return words, load.run("verify", everything, timeout=600, port=last.port)["missing"]
    finally:
        farm.stop()


def twice(words):
    """Jobs that were begun or done more than once. Nobody comes back to one whose worker went with its master: its lease
    lasts longer than all of this."""
    counted = collections.Counter(words)
    return sum(1 for (word, _), times in counted.items() if word in ("started", "done") and times > 1)


def measure(programs, postgres, load, rounds, wanted):
    rates(programs, postgres, load, rounds, wanted)
    figures = goals.Samples(rounds.samples)
    lines = [goals.against(figures, "G10", PUT, PUT, [("postgres", 3)])[0],
             goals.against(figures, "G10", CLAIM, CLAIM, [("postgres", 0.9)])[0]]
    folder = os.path.join(rounds.folder, "masters-history")
    words, missing = history(programs, postgres, load, folder)
    done, doubled = sum(1 for word, _ in words if word == "done"), twice(words)
    if not done:
        raise Trouble("no result was acknowledged by two masters in all that time: no worker came to work")
    said = (f"G10 two masters, one of them killed {KILLS} times: {done} results, {doubled} jobs begun or done twice, {missing} "
            f"of what was acknowledged missing, goal 0 and 0: {'met' if doubled + missing == 0 else 'short'}")
    return lines, said
