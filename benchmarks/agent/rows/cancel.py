"""From the POST of a cancel to the end of the job's last ffmpeg, which encodes a stream in real time."""
import os
import select
import statistics
import time

import farm

GOAL_MS = 1000


def await_ffmpeg(one):
    """The process of the job that runs, once it has encoded something."""
    end = time.monotonic() + farm.PATIENCE_S
    while time.monotonic() < end:
        for pid in farm.descendants(one.agent.pid):
            if farm.name_of(pid) == "ffmpeg":
                return pid
        time.sleep(0.01)
    raise RuntimeError("no ffmpeg was started")


def measure(programs, full):
    count = 200 if full else 30
    delays = []
    with farm.Farm(programs) as one:
        for _ in range(count):
            number = one.submit(duration=600, output_mode="null", scenario="1080p30-h264")
            pid = await_ffmpeg(one)
            handle = os.pidfd_open(pid)
            begin = time.monotonic()
            one.ask(f"/jobs/{number}/cancel", {})
            if not select.select([handle], [], [], farm.PATIENCE_S)[0]:
                raise RuntimeError(f"the ffmpeg of job #{number} was not ended")
            delays.append((time.monotonic() - begin) * 1e3)
            os.close(handle)
            while one.ask(f"/jobs/{number}")["state"] == "canceling":
                time.sleep(0.01)
    delays.sort()
    # With fewer than a hundred the worst stands for the 99th percentile.
    worst = delays[int(0.99 * len(delays))]
    return [{"what": "cancel to ffmpeg ended", "goal": f"p99 <= {GOAL_MS} ms",
             "measured": f"median {statistics.median(delays):.0f} ms, p99 {worst:.0f} ms, {count} jobs",
             "verdict": "met" if worst <= GOAL_MS else "missed", "delays_ms": delays}]
