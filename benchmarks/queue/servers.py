"""The queues under test as processes of this machine, each with a folder and a port of its own and with the settings of
docs/reference/performance.md. All of them answer only what is on the disk."""
import glob
import os
import pwd
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request

from load import Trouble

TABLE = """
CREATE TABLE jobs (id bigserial PRIMARY KEY, state smallint, prio int, attempt int, created_at timestamptz,
                   lease_until timestamptz, done_at timestamptz, owner text, payload text);
CREATE INDEX ready ON jobs (prio, id) WHERE state = 0;
"""


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def first_line(words):
    try:
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout.split("\n")[0].strip()
    except (OSError, subprocess.CalledProcessError) as error:
        raise Trouble(f"{words[0]} cannot be run: {error}; tools/install-packages bench installs it") from error


def program_of(name):
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/bin:/usr/local/bin")
    if not found:
        raise Trouble(f"{name} is not installed; tools/install-packages bench installs it")
    return found


class Server:
    """Started in a folder that is empty, or that holds what an earlier one of the same kind left there."""
    name, load_name = "", ""

    def __init__(self):
        self.process, self.port, self.folder = None, 0, ""

    def start(self, folder):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        self.port = free_port()
        with open(os.path.join(folder, "log"), "ab") as log:
            self.process = self.launch(log)
        self.wait_until_ready()
        return self

    def wait_until_ready(self):
        while not self.answers():
            if self.process.poll() is not None:
                with open(os.path.join(self.folder, "log"), encoding="utf-8", errors="replace") as log:
                    raise Trouble(f"{self.name} ended at its start: {log.read()[-400:].strip()}")
            time.sleep(0.001)

    def answers(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
            return True
        except OSError:
            return False

    def stop(self):
        if self.process and self.process.poll() is None:
            self.end()
            self.process.wait(timeout=60)
        self.process = None

    def end(self):
        self.process.terminate()

    def fill(self, load, jobs):
        return load.run(self.load_name, "fill", timeout=1800, port=self.port, jobs=jobs)

    def rss_bytes(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS"))


class Ours(Server):
    name, load_name = "ours", "ours"

    def __init__(self, programs):
        super().__init__()
        self.program = os.path.join(programs, "master")

    def version(self):
        return first_line([self.program, "--version"])

    def environment(self):
        return {name: value for name, value in os.environ.items() if not name.startswith("FFWATT_")}

    def launch(self, log):
        return subprocess.Popen([self.program, "--port", str(self.port), "--address", "127.0.0.1",
                                 "--state-dir", os.path.join(self.folder, "state")],
                                env=self.environment(), stdout=subprocess.DEVNULL, stderr=log)

    def answers(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=60) as answer:
                return answer.status == 200
        except urllib.error.HTTPError as error:
            raise Trouble(f"our master is not well: {error.read().decode()[:400]}") from error
        except OSError:
            return False


class Beanstalkd(Server):
    name, load_name = "beanstalkd -f0", "beanstalkd"
    sync = "-f0"

    def version(self):
        return first_line([program_of("beanstalkd"), "-v"])

    def launch(self, log):
        data = os.path.join(self.folder, "log.d")
        os.makedirs(data, exist_ok=True)
        return subprocess.Popen([program_of("beanstalkd"), "-l", "127.0.0.1", "-p", str(self.port), "-b", data, self.sync],
                                stdout=log, stderr=log)

    def fill(self, load, jobs):
        """With a sync for each job it would take minutes: its log is written without, and read by a new start."""
        self.stop()
        self.sync = "-F"
        self.start(self.folder)
        done = super().fill(load, jobs)
        self.stop()
        os.sync()
        self.sync = "-f0"
        self.start(self.folder)
        return done


class Redis(Server):
    name, load_name = "Redis always", "redis"

    def version(self):
        return first_line([program_of("redis-server"), "--version"])

    def launch(self, log):
        return subprocess.Popen([program_of("redis-server"), "--bind", "127.0.0.1", "--port", str(self.port), "--dir",
                                 self.folder, "--save", "", "--appendonly", "yes", "--appendfsync", "always",
                                 "--auto-aof-rewrite-percentage", "0"], stdout=log, stderr=log)


class Postgres(Server):
    name, load_name = "PostgreSQL", "postgres"

    def __init__(self, template):
        super().__init__()
        self.template = template
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda path: int(path.split("/")[4]))
        where = found[-1] if found else program_of("initdb")
        self.programs = os.path.dirname(where)
        # It refuses to run as root.
        self.user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}

    def version(self):
        return first_line([os.path.join(self.programs, "postgres"), "--version"])

    def give(self, folder):
        if self.user:
            account = pwd.getpwnam("postgres")
            os.chown(folder, account.pw_uid, account.pw_gid)

    def launch(self, log):
        data = os.path.join(self.folder, "data")
        if not os.path.isdir(data):
            if not os.path.isdir(self.template):
                self.make_template()
            subprocess.run(["cp", "-a", self.template, data], check=True)
            os.sync()
        self.give(self.folder)
        return self.postgres(data, self.port, log)

    def postgres(self, data, port, log):
        return subprocess.Popen([os.path.join(self.programs, "postgres"), "-D", data, "-p", str(port),
                                 "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={self.folder}",
                                 "-c", "shared_buffers=256MB", "-c", "max_wal_size=4GB", "-c", "fsync=on",
                                 "-c", "synchronous_commit=on"],
                                stdout=log, stderr=log, cwd="/", **self.user)

    def make_template(self):
        os.makedirs(self.template)
        self.give(self.template)
        self.give(self.folder)
        subprocess.run([os.path.join(self.programs, "initdb"), "-D", self.template, "-A", "trust", "-U", "bench"],
                       stdout=subprocess.DEVNULL, check=True, cwd="/", **self.user)
        port = free_port()
        process = self.postgres(self.template, port, subprocess.DEVNULL)
        while not self.sql("SELECT 1", port, "postgres", check=False):
            if process.poll() is not None:
                raise Trouble("PostgreSQL ended at its first start")
            time.sleep(0.02)
        self.sql("CREATE DATABASE bench", port, "postgres")
        self.sql(TABLE, port)
        process.send_signal(2)
        process.wait(timeout=60)

    def sql(self, text, port=None, database="bench", check=True):
        words = [os.path.join(self.programs, "psql"), "-h", "127.0.0.1", "-p", str(port or self.port), "-U", "bench",
                 "-d", database, "-qc", text]
        done = subprocess.run(words, capture_output=True, text=True, cwd="/", check=False)
        if check and done.returncode != 0:
            raise Trouble(f"PostgreSQL: {done.stderr.strip()}")
        return done.returncode == 0

    def answers(self):
        return self.sql("SELECT 1", check=False)

    def end(self):
        self.process.send_signal(2)  # fast: its clients are told, and nothing is left to recover

    def fill(self, load, jobs):
        done = super().fill(load, jobs)
        # What a database in use has had done to it long ago.
        self.sql("VACUUM (ANALYZE) jobs")
        self.sql("CHECKPOINT")
        return done

    def rss_bytes(self):
        """Its processes share memory: the sum of their proportional shares."""
        pids = [self.process.pid, *map(int, subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.process.pid)],
                                                           capture_output=True, text=True, check=False).stdout.split())]
        total = 0
        for pid in pids:
            try:
                with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as rollup:
                    total += next(int(line.split()[1]) * 1024 for line in rollup if line.startswith("Pss:"))
            except (OSError, StopIteration):
                pass  # it ended meanwhile
        return total


class PostgresOneCommit(Postgres):
    name, load_name = "PostgreSQL, one commit for a batch", "postgres-one-commit"
