"""From the POST of a job to its ffmpeg started, with an idle agent."""
import datetime
import statistics

import farm

GOAL_MS = 200


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def measure(programs, full):
    count = 200 if full else 40
    delays = []
    with farm.Farm(programs) as one:
        for _ in range(count):
            job = one.finished(one.submit(duration=0.2, output_mode="null"))
            delays.append((instant(job["report"]["encoding_at"]) - instant(job["created_at"])) * 1e3)
    return [{"what": "submit to ffmpeg started", "goal": f"<= {GOAL_MS} ms",
             "measured": f"median {statistics.median(delays):.0f} ms, most {max(delays):.0f} ms, {count} jobs",
             "verdict": "met" if max(delays) <= GOAL_MS else "missed", "delays_ms": delays}]
