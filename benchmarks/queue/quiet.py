"""Whether something else works on this machine: it would be measured as well."""
import time

BUSY_SHARE = 0.15  # of all cores: a desktop at rest stays far below, a compiler on one of two cores far above


def busy_share(seconds):
    def read():
        with open("/proc/stat", encoding="ascii") as file:
            user, nice, system, idle, iowait, irq, softirq, steal = map(int, file.readline().split()[1:9])
        return user + nice + system + irq + softirq + steal, idle + iowait
    busy, idle = read()
    time.sleep(seconds)
    busy_after, idle_after = read()
    total = busy_after - busy + idle_after - idle
    return (busy_after - busy) / total if total else 0.0


def is_quiet(seconds=0.15):
    return busy_share(seconds) < BUSY_SHARE


def wait_until_quiet(patience):
    """False where it did not become so in that many seconds."""
    end = time.monotonic() + patience
    while not is_quiet():
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True
