"""The goals of the queue and what was measured of them: our worst of all rounds against the median of a peer's, or
against a figure. Each goal is one line that ends in `met` or `short`."""
import dataclasses
import statistics

# The earlier system of this kind, written in Go, which does not sync its disk; measured once, on a machine of this kind:
# one job per request by 64 clients (14 000 to 16 000 a second), claims by 8 workers at two backlogs, and a worker that
# looks every 10 s.
REFERENCE_PUT, REFERENCE_CLAIM_1000, REFERENCE_CLAIM_45000, REFERENCE_POLL_MS = 15_000, 2_810, 121, 10_000


@dataclasses.dataclass
class Line:
    goal: str  # "G1"
    what: str
    ours: float
    peer: str
    peers: float
    wanted: float
    unit: str
    least: bool = True  # the ratio has to be at least `wanted`; else at most

    @property
    def ratio(self):
        return self.ours / self.peers

    @property
    def met(self):
        return self.ratio >= self.wanted if self.least else self.ratio <= self.wanted

    def text(self):
        sign = ">=" if self.least else "<="
        return (f"{self.goal:3} {self.what}: ours {figure(self.ours, self.unit)}, {self.peer} {figure(self.peers, self.unit)}: "
                f"{self.ratio:.4g}x, goal {sign} {self.wanted:.4g}x: {'met' if self.met else 'short'}")

    def row(self):
        return {**dataclasses.asdict(self), "ratio": self.ratio, "verdict": "met" if self.met else "short"}


def figure(value, unit):
    if unit == "/s":
        return f"{value / 1000:.2f} k/s"
    if unit == "MB":
        return f"{value / 1e6:.0f} MB"
    return f"{value:.2f} {unit}"


class Samples:
    def __init__(self, samples):
        self.samples = samples

    def values(self, cell, system, field):
        return [sample[field] for sample in self.samples[cell][system]]

    def median(self, cell, system, field="per_second"):
        return statistics.median(self.values(cell, system, field))

    def slowest(self, cell, field="per_second"):
        return min(self.values(cell, "ours", field))

    def longest(self, cell, field):
        return max(self.values(cell, "ours", field))


NAMES = {"redis": "Redis always", "postgres": "PostgreSQL", "beanstalkd": "beanstalkd -f0"}


def against(samples, goal, what, cell, peers):
    """Our slowest round against the median of each peer."""
    ours = samples.slowest(cell)
    return [Line(goal, what, ours, NAMES[peer], samples.median(cell, peer), wanted, "/s") for peer, wanted in peers]


def lines(samples):
    s = Samples(samples)
    found = []
    if "put 64x1" in samples:
        what = "one durable job per POST, 64 clients"
        found += against(s, "G1", what, "put 64x1", [("redis", 1.0), ("postgres", 3.0), ("beanstalkd", 7.0)])
        found.append(Line("G1", what, s.slowest("put 64x1"), "the Go reference", REFERENCE_PUT, 1.8, "/s"))
    if "put 8x32" in samples:
        what, ours = "32 jobs per POST, 8 clients", s.slowest("put 8x32")
        found.append(Line("G2", what, ours, "the figure", 100_000, 1.0, "/s"))
        found += against(s, "G2", what, "put 8x32", [("postgres", 15.0), ("redis", 1.0)])
    if "put 1x1" in samples:
        floor = s.median("floor", "disk", "p50_ms")
        found.append(Line("G3", "one client, p50", s.longest("put 1x1", "p50_ms"), "append 4 KiB + fdatasync", floor, 1.5,
                          "ms", least=False))
        found.append(Line("G3", "one client, p99", s.longest("put 1x1", "p99_ms"), "the figure", 3, 1, "ms", least=False))
    for backlog, reference, times in ((1000, REFERENCE_CLAIM_1000, 3), (45000, REFERENCE_CLAIM_45000, 70)):
        cell = f"claim 8x1 of {backlog}"
        if cell in samples:
            what = f"claim + acknowledge one at a time, {backlog} waiting"
            found += against(s, "G4", what, cell, [("redis", 1.7), ("postgres", 3.0)])
            found.append(Line("G4", what, s.slowest(cell), "the Go reference", reference, times, "/s"))
    if "claim 8x32 of 45000" in samples:
        found += against(s, "G5", "claim + acknowledge by 32, 45000 waiting", "claim 8x32 of 45000",
                         [("redis", 1.4), ("postgres", 2.5)])
    if "idle" in samples:
        what, ours = "create to accepted result, worker idle, p50", s.longest("idle", "p50_ms")
        for peer, wanted in (("redis", 1.0), ("postgres", 0.7)):
            found.append(Line("G6", what, ours, NAMES[peer], s.median("idle", peer, "p50_ms"), wanted, "ms", least=False))
        found.append(Line("G6", what, ours, "the Go reference's poll", REFERENCE_POLL_MS, 1 / 3000, "ms", least=False))
        found.append(Line("G6", "the same, p99", s.longest("idle", "p99_ms"), "the figure", 3, 1, "ms", least=False))
    return found


def table(samples):
    """Every cell: minimum and median of the rounds."""
    rows = []
    for cell, systems in samples.items():
        for system, values in systems.items():
            rates = [value["per_second"] for value in values]
            row = [cell, system, f"{min(rates) / 1e3:.2f}", f"{statistics.median(rates) / 1e3:.2f}"]
            for field in ("p50_ms", "p99_ms"):
                row.append(f"{statistics.median(value[field] for value in values):.2f}" if field in values[0] else "-")
            rows.append(row)
    heads = ["cell", "system", "min k/s", "median k/s", "p50 ms", "p99 ms"]
    widths = [max(len(row[i]) for row in [heads, *rows]) for i in range(len(heads))]
    return "\n".join("  ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip() for row in [heads, *rows])
