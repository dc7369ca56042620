"""One run of bench_queue_load, the load generator, and what it printed."""
import json
import os
import subprocess


class Trouble(Exception):
    """Something could not be measured, or a queue did not do what it said."""


class Load:
    def __init__(self, programs):
        self.program = os.path.join(programs, "bench_queue_load")

    def run(self, system, workload, timeout=120, **options):
        words = [self.program, system, workload]
        for name, value in options.items():
            words += [f"--{name}", str(value)]
        done = subprocess.run(words, capture_output=True, text=True, timeout=timeout, check=False)
        if done.returncode != 0:
            raise Trouble(done.stderr.strip() or f"{' '.join(words)} ended with {done.returncode}")
        return json.loads(done.stdout)

    def disk_floor(self, folder, seconds):
        return self.run("disk", os.path.join(folder, "floor"), seconds=seconds)
