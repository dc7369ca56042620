"""The machine and the disk that a figure is of."""
import os
import platform
import sys


def describe(folder):
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        models = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    device, kind = filesystem_of(folder)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {"cpu": models[0] if models else platform.machine(), "cpus": os.cpu_count(), "memory_bytes": memory,
            "kernel": platform.release(), "disk": device, "filesystem": kind, "load": os.getloadavg()}


def filesystem_of(folder):
    best = ("", "unknown", "unknown")
    with open("/proc/mounts", encoding="utf-8") as mounts:
        for line in mounts:
            device, where, kind = line.split()[:3]
            if os.path.realpath(folder).startswith(where.rstrip("/") + "/") and len(where) >= len(best[0]):
                best = (where, device, kind)
    if best[2] in ("tmpfs", "ramfs", "overlay"):
        print(f"{folder} is on {best[2]}: --folder names one on the disk to be measured", file=sys.stderr)
    return best[1:]
