"""P1, the meter's own CPU time with jobs at work; P5, how long a scrape takes then."""
import json
import os
import re
import socket
import statistics
import subprocess
import tempfile
import threading
import time

from machine import JOBS, ControlGroups, Encodes, Exporter, Sysroot

GOAL_PERCENT, GOAL_SCRAPE_MS = 0.1, 10
SCRAPERS = (1, 3, 10)
SCRAPES = 600  # of each number of scrapers, all together
SCRAPE_EVERY_SECONDS = 0.05
WARM_UP_SECONDS = 3


class MeterClient:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.lines = self.socket.makefile("r", encoding="utf-8")

    def ask(self, **request):
        self.socket.sendall(json.dumps(request).encode() + b"\n")
        reply = json.loads(self.lines.readline())
        if reply.get("error"):
            raise SystemExit(f"the meter refused {request}: {reply['error']}")
        return reply

    def close(self):
        self.lines.close()
        self.socket.close()


class Scraper:
    """Keeps its connection, as Prometheus does."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def page(self):
        self.socket.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        text = b""
        while b"\r\n\r\n" not in text:
            text += self._more()
        head, body = text.split(b"\r\n\r\n", 1)
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"the exporter said {head[:60]!r}")
        length = int(re.search(rb"(?i)content-length: (\d+)", head).group(1))
        while len(body) < length:
            body += self._more()
        return body.decode()

    def _more(self):
        piece = self.socket.recv(1 << 18)
        if not piece:
            raise SystemExit("the exporter closed the connection")
        return piece

    def close(self):
        self.socket.close()


def meter_counter(page):
    return float(re.search(r"^ffwatt_meter_cpu_seconds_total (\S+)$", page, re.M).group(1))


def follow_all(client, encodes, groups):
    for i, process in enumerate(encodes.processes):
        names = {"control_group": groups[i]} if groups else {}
        handle = client.ask(op="begin", name=f"bench-{i}", reserved=0.05, **names)["handle"]
        client.ask(op="follow", handle=handle, process=process.pid)


def percentile(values, part):
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]


def scrape(port, scrapers):
    """Milliseconds of each scrape: every scraper twenty times a second, each at a moment of its own."""
    times, faults = [[] for _ in range(scrapers)], []

    def loop(which):
        try:
            scraper = Scraper(port)
            due = time.perf_counter() + SCRAPE_EVERY_SECONDS * which / scrapers
            for _ in range(SCRAPES // scrapers):
                time.sleep(max(0.0, due - time.perf_counter()))
                start = time.perf_counter()
                scraper.page()
                times[which].append((time.perf_counter() - start) * 1e3)
                due = max(due + SCRAPE_EVERY_SECONDS, start)
            scraper.close()
        except (OSError, SystemExit) as fault:
            faults.append(fault)

    threads = [threading.Thread(target=loop, args=(i,)) for i in range(scrapers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise SystemExit(f"a scraper failed: {faults[0]}")
    return [ms for each in times for ms in each]


def cost(exporter, seconds):
    scraper = Scraper(exporter.port)
    time.sleep(WARM_UP_SECONDS)
    page = scraper.page()
    shown = len(set(re.findall(r'job_id="(bench-\d+)"', page)))
    if shown != JOBS:
        raise SystemExit(f"the exporter shows {shown} of {JOBS} jobs: nothing was measured")
    counter, process, start = meter_counter(page), exporter.cpu_seconds(), time.monotonic()
    time.sleep(seconds)
    process, elapsed = exporter.cpu_seconds() - process, time.monotonic() - start
    counter = meter_counter(scraper.page()) - counter
    scraper.close()
    return 100 * process / elapsed, 100 * counter / elapsed


def floor_rows(programs, counters, groups, seconds):
    """Of no goal; but a goal below them could only be met with fewer reads."""
    def row(what, files):
        done = subprocess.run([os.path.join(programs, "bench_reads"), str(seconds), *files], check=True,
                              stdout=subprocess.PIPE, text=True)
        percent = float(done.stdout)
        return {"what": f"P1 a program that only {what}", "goal": "-", "verdict": "for comparison",
                "measured": f"{percent:.3f} %", "process_percent": percent}

    return [row("wakes ten times a second", []),
            row(f"reads the {len(counters)} counters then", counters),
            row(f"reads {len(groups)} files of CPU time beside them, once a second", [*counters, "--", *groups]),
            row("reads all of them ten times a second", counters + groups)]


def measure(programs, seconds, with_scrapes=True):
    rows = []
    for way in ("control groups", "process trees"):
        groups = ControlGroups() if way == "control groups" else None
        if groups and groups.why_not:
            rows.append({"what": f"P1 meter, {JOBS} jobs in {way}", "verdict": "not possible",
                         "measured": f"no control groups can be made here: {groups.why_not}",
                         "goal": f"< {GOAL_PERCENT} % of a core"})
            continue
        folders = groups.folders if groups else None
        # In memory, as sysfs is: a file of a disk writes down when it was read.
        memory = "/dev/shm" if os.path.isdir("/dev/shm") else None
        with tempfile.TemporaryDirectory(dir=memory) as folder:
            sysroot = Sysroot(os.path.join(folder, "machine"))
            encodes = Encodes(folders)
            exporter = Exporter(programs, sysroot, folder)
            try:
                client = MeterClient(exporter.socket)
                follow_all(client, encodes, folders)
                process, counter = cost(exporter, seconds)
                rows.append({"what": f"P1 meter, {JOBS} jobs in {way}", "goal": f"< {GOAL_PERCENT} % of a core",
                             "measured": f"{process:.3f} % the process, {counter:.3f} % by its own count",
                             "process_percent": process, "own_count_percent": counter, "seconds": seconds,
                             "verdict": "met" if process < GOAL_PERCENT else "missed"})
                if groups:
                    rows += floor_rows(programs, sysroot.counters(), groups.counters(), min(seconds, 15))
                if with_scrapes and not any(row["what"].startswith("P5") for row in rows):
                    rows += [scrape_row(exporter, scrapers) for scrapers in SCRAPERS]
                client.close()
            finally:
                exporter.stop()
                encodes.stop()
                sysroot.stop()
                if groups:
                    groups.remove()
    return sorted(rows, key=lambda row: row["what"][:2])


def scrape_row(exporter, scrapers):
    times = scrape(exporter.port, scrapers)
    p99 = percentile(times, 0.99)
    return {"what": f"P5 scrape, {JOBS} jobs, {scrapers} scraper{'s' if scrapers > 1 else ''}",
            "goal": f"p99 <= {GOAL_SCRAPE_MS} ms", "verdict": "met" if p99 <= GOAL_SCRAPE_MS else "missed",
            "measured": f"p99 {p99:.1f} ms, median {statistics.median(times):.1f} ms, {len(times)} scrapes",
            "p99_ms": p99, "median_ms": statistics.median(times), "scrapes": len(times)}
