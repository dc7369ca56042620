"""What a master and an agent with its meter take while nothing is to be done."""
import os
import pathlib
import time

import farm

GOALS = {"agent": (1.0, 40), "master": (0.5, 20)}  # percent of one core; resident memory, MB


def cpu_seconds(pids):
    """User and system time, of children that have ended too."""
    total = 0
    for pid in pids:
        words = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        total += sum(int(words[i]) for i in (11, 12, 13, 14))
    return total / os.sysconf("SC_CLK_TCK")


def resident_mb(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def measure(programs, full):
    seconds = 600 if full else 60
    rows = []
    with farm.Farm(programs) as one:
        time.sleep(5)  # after the start
        programs_of = {"agent": farm.descendants(one.agent.pid), "master": farm.descendants(one.master.pid)}
        before = {name: cpu_seconds(pids) for name, pids in programs_of.items()}
        time.sleep(seconds)
        for name, pids in programs_of.items():
            percent, memory = (cpu_seconds(pids) - before[name]) / seconds * 100, resident_mb(pids[0])
            most_percent, most_memory = GOALS[name]
            others = [f"{farm.name_of(pid)} {resident_mb(pid):.0f} MB" for pid in pids[1:]]
            rows.append({"what": f"idle {name}", "goal": f"<= {most_percent} % of a core, {most_memory} MB",
                         "measured": f"{percent:.2f} %, {memory:.1f} MB" + (f" (and {', '.join(others)})" if others else "") +
                                     f" over {seconds} s",
                         "verdict": "met" if percent <= most_percent and memory <= most_memory else "missed",
                         "percent": percent, "megabytes": memory})
    return rows
