"""What needs a million jobs: G4's flatness, memory and start (G7), lists and counters (G9)."""
import json
import os
import shutil
import statistics
import subprocess
import time
import urllib.request

from goals import NAMES, Line

MANY = 1_000_000
WORKERS = {"clients": 8, "batch": 1}


def call(port, target, body=None):
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{port}{target}", data=data), timeout=60) as answer:
        return json.load(answer)


def until_an_offer(server):
    """Seconds until a master that was just started has given a job to a worker."""
    port, node = server.port, {"name": "bench", "boot_id": "bench", "slots": 1, "energy_sources": [],
                               "encoders": [{"name": "libx264", "codec": "h264", "works": True}]}
    node_id = call(port, "/nodes/register", node)["node_id"]
    while not call(port, f"/jobs/next?node_id={node_id}&slots=1&wait=1")["jobs"]:
        pass


def top_up(server, load, jobs):
    waiting = load.run(server.load_name, "counts", timeout=600, port=server.port)["waiting"]
    if waiting < jobs:
        server.fill(load, jobs - waiting)


def claims(system, server, load, rounds, wanted):
    for _ in range(wanted.rounds):
        top_up(server, load, MANY)
        os.sync()
        options = {"port": server.port, "seconds": 2 * wanted.seconds, **WORKERS}
        sample = rounds.at_rest(lambda: load.run(server.load_name, "claim", timeout=600, **options), tries=1)
        rounds.keep(f"claim 8x1 of {MANY}", system, sample)


def start_of(server, wanted):
    times = []
    for _ in range(wanted.rounds):
        server.stop()
        began = time.monotonic()
        server.start(server.folder)
        until_an_offer(server)
        times.append(time.monotonic() - began)
    return times


def reads(server, load, wanted):
    """Lists and counters at many rows, and what a page that lists takes from the writers."""
    port = server.port
    found = {"list": load.run("get", "/jobs?limit=100", port=port, clients=1, seconds=3),
             "metrics": load.run("get", "/metrics", port=port, clients=1, seconds=1),
             "health": load.run("get", "/health", port=port, clients=64, seconds=wanted.seconds)}
    alone, beside = [], []
    for _ in range(wanted.rounds):
        alone.append(load.run("ours", "enqueue", port=port, clients=64, seconds=wanted.seconds)["per_second"])
        words = [load.program, "get", "/jobs?limit=100", "--port", str(port), "--seconds", str(wanted.seconds + 1),
                 "--pause", "100"]
        with subprocess.Popen(words, stdout=subprocess.DEVNULL) as page:
            beside.append(load.run("ours", "enqueue", port=port, clients=64, seconds=wanted.seconds)["per_second"])
            page.wait()
    return found, alone, beside


def measure(stage, load, rounds, wanted):
    memory, lines = {}, []
    for system in ("ours", "redis", "postgres", "beanstalkd"):
        server = stage[system]()
        folder = os.path.join(rounds.folder, f"{system}-many")
        try:
            server.start(folder)
            server.fill(load, MANY)
            memory[system] = server.rss_bytes()
            claims(system, server, load, rounds, wanted)
            if system == "ours":
                starts = start_of(server, wanted)
                found, alone, beside = reads(server, load, wanted)
        finally:
            server.stop()
            shutil.rmtree(folder, ignore_errors=True)
    many = rounds.samples[f"claim 8x1 of {MANY}"]["ours"]
    if "claim 8x1 of 45000" in rounds.samples:
        at_45000 = statistics.median(sample["per_second"] for sample in rounds.samples["claim 8x1 of 45000"]["ours"])
        lines.append(Line("G4", "flat: one at a time, 1 M waiting", min(sample["per_second"] for sample in many),
                          "ours at 45000", at_45000, 0.85, "/s"))
    lines.append(Line("G7", "memory, 1 M waiting", memory["ours"], "the figure", 60e6, 1, "MB", least=False))
    for peer in ("beanstalkd", "redis"):
        lines.append(Line("G7", "memory, 1 M waiting", memory["ours"], NAMES[peer], memory[peer], 0.25, "MB", least=False))
    lines.append(Line("G7", "start until a worker has a job, 1 M waiting", max(starts), "the figure", 0.5, 1, "s", least=False))
    lines.append(Line("G9", "GET /jobs?limit=100 of 1 M, p99", found["list"]["p99_ms"], "the figure", 3, 1, "ms", least=False))
    lines.append(Line("G9", "GET /metrics of 1 M, p99", found["metrics"]["p99_ms"], "the figure", 3, 1, "ms", least=False))
    lines.append(Line("G9", "GET /health, 64 clients", found["health"]["per_second"], "bare loopback HTTP", 110_000, 0.7, "/s"))
    lines.append(Line("G9", "puts by 64 clients while a page lists ten times a second", min(beside), "the same alone",
                      statistics.median(alone), 0.9, "/s"))
    return lines
