#!/usr/bin/env python3
"""From POST /jobs to ffmpeg started, with an idle agent: jobs one after another through a farm on this machine.

usage: benchmarks/submit_to_ffmpeg.py FOLDER_OF_THE_PROGRAMS [JOBS]
"""
import datetime
import json
import os
import statistics
import subprocess
import sys
import tempfile
import urllib.request

programs = os.path.abspath(sys.argv[1])
count = int(sys.argv[2]) if len(sys.argv) > 2 else 20

if "FFWATT_MASTER" not in os.environ:  # outside: start the farm around ourselves
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(subprocess.run([os.path.join(programs, "ffwatt"), "local", "up", "--folder", folder, "--",
                                 sys.executable, __file__, programs, str(count)], check=False).returncode)

master = os.environ["FFWATT_MASTER"]
body = {"scenario": "480p30-h264", "parameters": {"duration": 0.2, "output_mode": "null"}}


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


delays = []
for _ in range(count):
    request = urllib.request.Request(master + "/jobs", data=json.dumps(body).encode(), method="POST")
    number = json.load(urllib.request.urlopen(request))["number"]
    subprocess.run([os.path.join(programs, "ffwatt"), "jobs", "watch", str(number)], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    job = json.load(urllib.request.urlopen(f"{master}/jobs/{number}"))
    delays.append((instant(job["report"]["encoding_at"]) - instant(job["created_at"])) * 1e3)
print(f"from POST /jobs to ffmpeg started, {count} jobs, ms: min {min(delays):.0f}, median {statistics.median(delays):.0f}, "
      f"max {max(delays):.0f}")
