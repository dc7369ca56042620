"""A machine for the measurements of overhead: this one, with energy counters that its kernel may not show.

The programs find proc, cgroups and the CPU's topology of this machine below the folder, and two packages with memory
whose counters are files that a thread counts on. A counter read from a file costs less than one read from a register:
what a real one takes on top (a microsecond or two for each zone) is not in these figures.
"""
import json
import os
import re
import shutil
import subprocess
import threading
import time

JOBS = 20
RANGE = 262_143_328_850
WATTS = {"intel-rapl:0": 60, "intel-rapl:0:0": 5, "intel-rapl:1": 55, "intel-rapl:1:0": 5}
NAMES = {"intel-rapl:0": "package-0", "intel-rapl:0:0": "dram", "intel-rapl:1": "package-1", "intel-rapl:1:0": "dram"}
# The meter looks twice, 10 ms apart, whether a counter of a virtual machine moves at all.
STEP_SECONDS = 0.004


class Sysroot:
    def __init__(self, folder):
        self.folder = folder
        for name in ("proc", "sys/fs", "sys/devices"):
            link = os.path.join(folder, name)
            os.makedirs(os.path.dirname(link), exist_ok=True)
            os.symlink("/" + name, link)
        self.files = {}
        for zone in WATTS:
            path = os.path.join(folder, "sys/class/powercap", zone)
            os.makedirs(path)
            for name, text in (("name", NAMES[zone]), ("max_energy_range_uj", RANGE),
                               ("constraint_0_power_limit_uw", 200_000_000), ("energy_uj", "1".zfill(12))):
                with open(os.path.join(path, name), "w", encoding="ascii") as file:
                    file.write(f"{text}\n")
            self.files[zone] = os.open(os.path.join(path, "energy_uj"), os.O_WRONLY)
        self.began = time.monotonic()
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._count, daemon=True)
        self.thread.start()

    def _count(self):
        while not self.over.wait(STEP_SECONDS):
            elapsed = time.monotonic() - self.began
            for zone, file in self.files.items():
                os.pwrite(file, str(int(elapsed * WATTS[zone] * 1e6) + 1).zfill(12).encode(), 0)

    def counters(self):
        return [os.path.join(self.folder, "sys/class/powercap", zone, "energy_uj") for zone in WATTS]

    def stop(self):
        self.over.set()
        self.thread.join()
        for file in self.files.values():
            os.close(file)


class ControlGroups:
    """Groups of the kind that ffwatt makes for its jobs; none where they may not be made (`why_not`)."""

    def __init__(self):
        unified = os.path.exists("/sys/fs/cgroup/cgroup.controllers")
        self.above = os.path.join("/sys/fs/cgroup" if unified else "/sys/fs/cgroup/cpuacct", "ffwatt")
        self.folders, self.why_not, self.made_above = [], "", not os.path.isdir(self.above)
        try:
            os.makedirs(self.above, exist_ok=True)
            for i in range(JOBS):
                folder = os.path.join(self.above, f"run-bench-{os.getpid()}-{i}")
                os.mkdir(folder)
                self.folders.append(folder)
        except OSError as error:
            self.why_not = str(error)
            self.remove()

    def counters(self):
        # What the meter reads of the machine and of each group.
        usage = "cpu.stat" if os.path.exists("/sys/fs/cgroup/cgroup.controllers") else "cpuacct.usage"
        machine = os.path.join(os.path.dirname(self.above), usage)
        return ["/proc/stat", machine, *(os.path.join(folder, usage) for folder in self.folders)]

    def remove(self):
        for folder in self.folders:
            for _ in range(100):
                try:
                    os.rmdir(folder)
                    break
                except OSError:  # its last process is not gone yet
                    time.sleep(0.02)
        self.folders = []
        if self.made_above and os.path.isdir(self.above) and not any(e.is_dir() for e in os.scandir(self.above)):
            os.rmdir(self.above)


class Encodes:
    """As many FFmpeg processes at work in real time as there are jobs, each some per cent of a core."""

    def __init__(self, groups):
        words = [shutil.which("ffmpeg"), "-nostdin", "-v", "error", "-re", "-f", "lavfi",
                 "-i", "testsrc2=size=160x120:rate=10", "-c:v", "libx264", "-preset", "ultrafast", "-f", "null", "-"]
        self.processes = []
        for i in range(JOBS):
            process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
            self.processes.append(process)
            if groups:
                with open(os.path.join(groups[i], "cgroup.procs"), "w", encoding="ascii") as file:
                    file.write(str(process.pid))

    def stop(self):
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.wait()


def calibration():
    """What `ffwatt calibrate` would have learned: without idle power no energy of a job is shown."""
    def zone(name, watts):
        return {"zone": f"/sys/class/powercap/{name}", "source": "powercap",
                "idle": {"watts": watts / 2, "ci95": [watts * 0.49, watts * 0.51], "at": "2026-01-01T00:00:00Z",
                         "window_seconds": 60},
                "curve": [{"load": load, "watts": watts * (0.5 + load), "seconds": 60} for load in (0, 0.25, 0.5, 1)]}
    return {"schema": "ffwatt.calibration/1", "zones": [zone(*each) for each in WATTS.items()]}


class Exporter:
    """The exporter of that machine; it hosts the meter."""

    def __init__(self, programs, sysroot, folder):
        known = os.path.join(folder, "calibration.json")
        with open(known, "w", encoding="ascii") as file:
            json.dump(calibration(), file)
        self.socket = os.path.join(folder, "meter.sock")
        environment = {name: value for name, value in os.environ.items() if not name.startswith("FFWATT_")}
        self.process = subprocess.Popen(
            [os.path.join(programs, "exporter"), "--port", "0", "--address", "127.0.0.1", "--sysroot", sysroot.folder,
             "--meter-socket", self.socket, "--power-source", "powercap",
             "--calibration", known],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
        if not found:
            raise SystemExit(f"the exporter did not start: it said {line!r}")
        self.port = int(found.group(1))

    def cpu_seconds(self):
        # The clock of another process (clock_getcpuclockid): /proc/PID/stat counts in ticks of 10 ms, too coarse here.
        return time.clock_gettime((~self.process.pid << 3) | 2)

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()
