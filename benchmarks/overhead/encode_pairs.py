"""P1, whether a measured encode takes longer: the bare command and the same below `ffwatt run`, in pairs.

Two ratios are told. Of time: what FFmpeg says about itself (-benchmark), so that starting and ending `ffwatt` (P2) is
not counted twice; this is the goal. Of CPU time: all that the kernel counted for the command and whatever it started,
`ffwatt` with its start and end included; it scatters far less, since waiting for a CPU is not in it, and says nothing
about waiting that measuring may cause. The order within a pair alternates (ABBA), so that a drift of the machine weighs
on both alike.

With a budget of minutes pairs are added until the interval of the time ratio is narrow enough in two blocks running:
stopping at the first narrow one would stop at a lucky one.
"""
import math
import os
import re
import statistics
import subprocess
import tempfile
import time

GOAL_HALF_WIDTH = 0.005
BLOCK = 6
ENCODE = ["ffmpeg", "-nostdin", "-hide_banner", "-benchmark", "-f", "lavfi", "-i",
          "testsrc2=size=1280x720:rate=30:duration=6", "-c:v", "libx264", "-preset", "veryfast", "-f", "null", "-"]


def t_975(degrees):
    """Student's t, 97.5 %: Abramowitz and Stegun 26.7.5, within 0.002 from five degrees of freedom on."""
    z = 1.959963985
    return (z + (z**3 + z) / (4 * degrees) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * degrees**2)
            + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * degrees**3))


def run(before, environment):
    """Seconds: `real` by FFmpeg's own clock, `own` its CPU time, `cpu` that of all processes of the command."""
    with tempfile.TemporaryFile() as printed:
        child = subprocess.Popen(before + ENCODE, env=environment, stdin=subprocess.DEVNULL, stdout=printed,
                                 stderr=subprocess.STDOUT)
        # Of the child and of all that it waited for.
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        printed.seek(0)
        text = printed.read().decode(errors="replace")
    found = re.search(r"bench: utime=([\d.]+)s stime=([\d.]+)s rtime=([\d.]+)s", text)
    if child.returncode != 0 or not found:
        raise SystemExit(f"{' '.join(before + ENCODE)} failed:\n{text[-2000:]}")
    user, system, real = map(float, found.groups())
    return {"real": real, "own": user + system, "cpu": used.ru_utime + used.ru_stime}


def interval(pairs, which):
    """The ratio measured ÷ bare, its low and its high at 95 %."""
    logs = [math.log(measured[which] / bare[which]) for bare, measured in pairs]
    middle = statistics.mean(logs)
    half = t_975(len(logs) - 1) * statistics.stdev(logs) / math.sqrt(len(logs))
    return math.exp(middle), math.exp(middle - half), math.exp(middle + half)


def half_width(pairs):
    _, low, high = interval(pairs, "real")
    return (high - low) / 2


def verdict(low, high):
    if low > 1:
        return "missed"
    # An interval that wide includes 1 whatever measuring costs.
    return "met" if (high - low) / 2 <= GOAL_HALF_WIDTH else "not shown"


def collect(pair, least, seconds, now=time.monotonic):
    """Pairs: `least`, and where there are `seconds` to spend, blocks more until two running are narrow enough."""
    end, pairs, narrow = now() + seconds, [], 0
    while len(pairs) < least:
        pairs.append(pair(len(pairs)))
    if seconds <= 0:
        return pairs
    narrow = int(half_width(pairs) <= GOAL_HALF_WIDTH)
    while narrow < 2 and now() < end:
        for _ in range(BLOCK):
            pairs.append(pair(len(pairs)))
        narrow = narrow + 1 if half_width(pairs) <= GOAL_HALF_WIDTH else 0
    return pairs


def rows_of(pairs):
    ratio, low, high = interval(pairs, "real")
    cpu, cpu_low, cpu_high = interval(pairs, "cpu")
    own, own_low, own_high = interval(pairs, "own")
    return [{"what": f"P1 measured ÷ bare encode, time, {len(pairs)} pairs",
             "goal": f"interval has 1, ± {GOAL_HALF_WIDTH:.1%} at most",
             "measured": f"{ratio:.4f} [{low:.4f}, {high:.4f}]",
             "verdict": verdict(low, high), "ratio": ratio, "low": low, "high": high,
             "pairs_needed": math.ceil(len(pairs) * ((high - low) / 2 / GOAL_HALF_WIDTH) ** 2),
             "pairs": [[bare["real"], measured["real"]] for bare, measured in pairs]},
            {"what": "P1 the same, CPU time of all processes", "goal": "-", "verdict": "for comparison",
             "measured": f"{cpu:.4f} [{cpu_low:.4f}, {cpu_high:.4f}]; of FFmpeg alone "
                         f"{own:.4f} [{own_low:.4f}, {own_high:.4f}]",
             "ratio": cpu, "low": cpu_low, "high": cpu_high, "own_ratio": own, "own_low": own_low, "own_high": own_high,
             "pairs": [[bare["cpu"], measured["cpu"]] for bare, measured in pairs]}]


def measure(programs, least, minutes, folder):
    environment = {**os.environ, "FFWATT_STATE_DIR": folder}
    # The simulator reads /proc/stat and computes: it costs more than a counter does.
    before = [os.path.join(programs, "ffwatt"), "run", "-q", "--no-save", "--meter-socket", "none",
              "--power-source", "simulator", "--"]
    run([], environment), run(before, environment)

    def pair(i):
        if i % 2 == 0:
            bare, measured = run([], environment), run(before, environment)
        else:
            measured, bare = run(before, environment), run([], environment)
        return bare, measured

    return rows_of(collect(pair, least, 60 * minutes))
