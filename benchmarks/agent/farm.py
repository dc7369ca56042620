"""A master and an agent on this machine, in a folder of their own, for the rows of the benchmark: with Farm(…) as farm."""
import json
import os
import pathlib
import re
import select
import subprocess
import tempfile
import time
import urllib.request

# Far beyond what anything here takes: what is not there by then never comes.
PATIENCE_S = 120


class Farm:
    def __init__(self, programs, *agent_words):
        self.programs, self.agent_words = pathlib.Path(programs), agent_words

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="ffwatt-bench-")
        self.folder = pathlib.Path(self._folder.name)
        self.started = []
        try:
            self.master = self._start("master", "--port", "0", "--address", "127.0.0.1", "--state-dir", self.folder / "master")
            said = self._await_line(self.master, "serving")
            self.url = re.search(r"http://localhost:\d+", said).group(0)
            self.agent = self._start("agent", "--master", self.url, "--state-dir", self.folder / "agent", *self.agent_words)
            self._await_line(self.agent, "registered")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for program in reversed(self.started):
            program.terminate()
            program.wait()
            program.stderr.close()
        self._folder.cleanup()

    def _start(self, name, *words):
        program = subprocess.Popen([self.programs / name, *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        os.set_blocking(program.stderr.fileno(), False)
        self.started.append(program)
        return program

    def _await_line(self, program, word):
        text, end = "", time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            if select.select([program.stderr], [], [], 1)[0]:
                part = program.stderr.read()
                if not part:
                    break
                text += part.decode(errors="replace")
                for line in text.splitlines():
                    if word in line:
                        return line
        raise RuntimeError(f"{program.args[0]} did not say '{word}': {text[-2000:]}")

    def ask(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method="GET" if body is None else "POST")
        return json.load(urllib.request.urlopen(request, timeout=PATIENCE_S))

    def submit(self, **parameters):
        scenario = parameters.pop("scenario", "480p30-h264")
        return self.ask("/jobs", {"scenario": scenario, "parameters": parameters})["number"]

    def finished(self, number):
        """The job when it has ended; one that did not complete is an error with its reason."""
        subprocess.run([self.programs / "ffwatt", "jobs", "watch", str(number), "--master", self.url], check=False,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        job = self.ask(f"/jobs/{number}")
        if job["state"] != "completed":
            raise RuntimeError(f"job #{number} is {job['state']}: {job.get('reason')}")
        return job


def descendants(pid):
    """The process ids below one, itself first."""
    found = [pid]
    for parent in found:
        for task in pathlib.Path(f"/proc/{parent}/task").glob("*"):
            try:
                found += [int(child) for child in (task / "children").read_text().split()]
            except OSError:
                pass  # it has ended meanwhile
    return found


def name_of(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""
