"""What is measured of each queue: cells, each by a server that was started for it in a fresh folder. Within a round the
systems take turns, cell by cell, and every round begins with another one. A cell beside which something else worked on the
machine is done again."""
import dataclasses
import os
import shutil
import sys

import quiet

TRIES = 5


@dataclasses.dataclass(frozen=True)
class Cell:
    name: str
    workload: str
    systems: tuple  # attributes of Stage
    options: dict = dataclasses.field(default_factory=dict, hash=False)
    backlog: int = 0


ALL = ("ours", "redis", "postgres", "beanstalkd")
SLOW_BATCH = ("ours", "redis", "postgres")  # beanstalkd has no batches


def cells(seconds, backlogs):
    put, work = {"seconds": seconds}, {"clients": 8, "seconds": 2 * seconds}
    found = [
        Cell("put 1x1", "enqueue", ALL, {"clients": 1, **put}),
        Cell("put 64x1", "enqueue", ALL, {"clients": 64, **put}),
        Cell("put 8x32", "enqueue", ("ours", "redis", "postgres", "postgres_one_commit"),
             {"clients": 8, "batch": 32, **put}),
        Cell("idle", "idle", ALL, {"jobs": 400}),
    ]
    for backlog in backlogs:
        found.append(Cell(f"claim 8x1 of {backlog}", "claim", ALL, {"batch": 1, **work}, backlog))
        found.append(Cell(f"claim 8x32 of {backlog}", "claim", SLOW_BATCH, {"batch": 32, **work}, backlog))
    return found


class Rounds:
    """samples[cell][system]: one dictionary of the load generator for each round; "disturbed": true where the machine was
    not at rest before and after it."""

    def __init__(self, stage, load, folder, patience):
        self.stage, self.load, self.folder, self.patience, self.samples = stage, load, folder, patience, {}
        self.tries = TRIES if patience > 0 else 1

    def run(self, wanted, rounds, floor_seconds):
        for number in range(rounds):
            self.keep("floor", "disk", self.at_rest(lambda: self.load.disk_floor(self.folder, floor_seconds)))
            for cell in wanted:
                turn = number % len(cell.systems)
                for system in cell.systems[turn:] + cell.systems[:turn]:
                    self.keep(cell.name, system, self.measure(cell, system))
            print(f"round {number + 1} of {rounds} done", file=sys.stderr)

    def measure(self, cell, system):
        for _ in range(self.tries):
            folder = os.path.join(self.folder, f"{system}-run")
            server = self.stage[system]()
            try:
                server.start(folder)
                if cell.backlog:
                    server.fill(self.load, cell.backlog)
                os.sync()  # what others have left to write is not this one's to wait for
                sample = self.at_rest(
                    lambda: self.load.run(server.load_name, cell.workload, port=server.port, **cell.options), tries=1)
            finally:
                server.stop()
                shutil.rmtree(folder, ignore_errors=True)
            if not sample.get("disturbed"):
                break
        return sample

    def at_rest(self, measure, tries=None):
        for _ in range(tries or self.tries):
            before = quiet.wait_until_quiet(self.patience)
            sample = measure()
            if before and quiet.is_quiet():
                return sample
        return {**sample, "disturbed": True}

    def keep(self, cell, system, sample):
        self.samples.setdefault(cell, {}).setdefault(system, []).append(sample)

    def disturbed(self):
        """(disturbed samples, all of them)"""
        every = [sample for systems in self.samples.values() for values in systems.values() for sample in values]
        return sum(1 for sample in every if sample.get("disturbed")), len(every)
