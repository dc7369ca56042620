"""What the sandbox adds to a job: pairs of one small transcode, with all layers and without."""
import os
import random
import statistics
import subprocess

GOAL_MS = 30


def interval(differences, rounds=4000):
    """The 95 % interval of the median, by resampling; the seed is fixed, so that a repetition says the same."""
    draw = random.Random(1)
    medians = sorted(statistics.median(draw.choices(differences, k=len(differences))) for _ in range(rounds))
    return medians[int(0.025 * rounds)], medians[int(0.975 * rounds)]


def measure(programs, full):
    pairs = 120 if full else 30
    out = subprocess.run([os.path.join(programs, "bench_sandbox"), str(pairs)], capture_output=True, text=True, check=True)
    times = [tuple(map(float, line.split())) for line in out.stdout.splitlines()]
    added = [row[0] - row[1] for row in times]
    cpu = [row[2] - row[3] for row in times]
    low, high = interval(added)
    median = statistics.median(added)
    # Met or missed only where the whole interval says so.
    verdict = "met" if high <= GOAL_MS else "missed" if low > GOAL_MS else "not clear"
    return [{"what": "sandbox, added to a job (ffprobe, ffmpeg, ffprobe)", "goal": f"<= {GOAL_MS} ms",
             "measured": f"median {median:.1f} ms (95 %: {low:.1f} to {high:.1f}), {pairs} pairs; "
                         f"CPU time {statistics.median(cpu):.1f} ms; "
                         f"without {statistics.median(row[1] for row in times):.0f} ms",
             "verdict": verdict, "added_ms": added, "added_cpu_ms": cpu, "without_ms": [row[1] for row in times]}]
