"""P1, whether a measured encode takes longer: the bare command and the same below `ffwatt run`, in pairs.

Compared is what FFmpeg says about itself (-benchmark), so that starting and ending `ffwatt` (P2) is not counted twice.
The order within a pair alternates (ABBA), so that a drift of the machine weighs on both alike.
"""
import math
import os
import re
import statistics
import subprocess

GOAL_HALF_WIDTH = 0.005
ENCODE = ["ffmpeg", "-nostdin", "-hide_banner", "-benchmark", "-f", "lavfi", "-i",
          "testsrc2=size=1280x720:rate=30:duration=6", "-c:v", "libx264", "-preset", "veryfast", "-f", "null", "-"]


def t_975(degrees):
    """Student's t, 97.5 %: Abramowitz and Stegun 26.7.5, within 0.002 from five degrees of freedom on."""
    z = 1.959963985
    return (z + (z**3 + z) / (4 * degrees) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * degrees**2)
            + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * degrees**3))


def run(before, environment):
    done = subprocess.run(before + ENCODE, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
    found = re.search(r"bench: utime=([\d.]+)s stime=([\d.]+)s rtime=([\d.]+)s", done.stdout)
    if done.returncode != 0 or not found:
        raise SystemExit(f"{' '.join(before + ENCODE)} failed:\n{done.stdout[-2000:]}")
    user, system, real = map(float, found.groups())
    return {"real": real, "cpu": user + system}


def interval(pairs, which):
    logs = [math.log(measured[which] / bare[which]) for bare, measured in pairs]
    middle = statistics.mean(logs)
    half = t_975(len(logs) - 1) * statistics.stdev(logs) / math.sqrt(len(logs))
    return math.exp(middle), math.exp(middle - half), math.exp(middle + half)


def verdict(low, high):
    if low > 1:
        return "missed"
    # An interval that wide includes 1 whatever measuring costs.
    return "met" if (high - low) / 2 <= GOAL_HALF_WIDTH else "not shown"


def measure(programs, count, folder):
    environment = {**os.environ, "FFWATT_STATE_DIR": folder}
    # The simulator reads /proc/stat and computes: it costs more than a counter does.
    before = [os.path.join(programs, "ffwatt"), "run", "-q", "--no-save", "--meter-socket", "none",
              "--power-source", "simulator", "--"]
    run([], environment), run(before, environment)
    pairs = []
    for i in range(count):
        if i % 2 == 0:
            bare, measured = run([], environment), run(before, environment)
        else:
            measured, bare = run(before, environment), run([], environment)
        pairs.append((bare, measured))
    ratio, low, high = interval(pairs, "real")
    cpu, cpu_low, cpu_high = interval(pairs, "cpu")
    return {"what": f"P1 measured ÷ bare encode, {count} pairs",
            "goal": f"interval has 1, ± {GOAL_HALF_WIDTH:.1%} at most",
            "measured": f"time {ratio:.4f} [{low:.4f}, {high:.4f}], CPU {cpu:.4f} [{cpu_low:.4f}, {cpu_high:.4f}]",
            "verdict": verdict(low, high), "ratio": ratio, "low": low, "high": high,
            "pairs_needed": math.ceil(count * ((high - low) / 2 / GOAL_HALF_WIDTH) ** 2),
            "cpu_ratio": cpu, "cpu_low": cpu_low, "cpu_high": cpu_high,
            "pairs": [[bare["real"], measured["real"]] for bare, measured in pairs]}
