"""Small stand-ins for the queues that bench_queue_load speaks to: in memory, one thread a connection, and with a fault on
demand. For tests only."""
import http.server
import json
import socketserver
import threading


class Jobs:
    """What every stand-in keeps. Faults: `twice` gives each job away two times, `lost` forgets every third, and `next` (no
    fault at all) lets results bring the next job. After `gone_after` jobs are done it takes nothing any more."""

    def __init__(self, fault=""):
        self.lock, self.fault = threading.Condition(), fault
        self.waiting, self.taken, self.ended, self.done, self.made = [], [], [], 0, 0
        self.gone_after = None

    def gone(self):
        return self.gone_after is not None and self.done >= self.gone_after

    def put(self):
        with self.lock:
            self.made += 1
            if not (self.fault == "lost" and self.made % 3 == 0):
                self.waiting.append(str(self.made))
            if self.fault == "twice":
                self.waiting.append(str(self.made))
            self.lock.notify_all()
            return str(self.made)

    def take(self, most, seconds=0):
        with self.lock:
            self.lock.wait_for(lambda: self.waiting or self.gone(), seconds)
            found, self.waiting = self.waiting[:most], self.waiting[most:]
            self.taken += found
            return found

    def finish(self, job):
        with self.lock:
            self.taken.remove(job)
            self.ended.append(job)
            self.done += 1
            self.lock.notify_all()


class Fake(socketserver.ThreadingTCPServer):
    daemon_threads, allow_reuse_address = True, True

    def __init__(self, handler, jobs):
        super().__init__(("127.0.0.1", 0), handler)
        self.jobs, self.port = jobs, self.server_address[1]
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self):
        self.shutdown()
        self.server_close()


class Handler(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True  # or each answer in two parts waits 40 ms


class Beanstalkd(Handler):
    def handle(self):
        jobs = self.server.jobs
        for line in self.rfile:
            words = line.decode().split()
            if words[0] == "put":
                self.rfile.read(int(words[4]) + 2)
                self.say(f"INSERTED {jobs.put()}")
            elif words[0] == "reserve-with-timeout":
                found = jobs.take(1, int(words[1]))
                self.say(f"RESERVED {found[0]} 3\r\nabc" if found else "TIMED_OUT")
            elif words[0] == "delete":
                jobs.finish(words[1])
                self.say("DELETED")
            elif words[0] == "stats":
                text = f"---\ncurrent-jobs-ready: {len(jobs.waiting)}\ncurrent-jobs-reserved: {len(jobs.taken)}\n"
                self.say(f"OK {len(text)}\r\n{text}")

    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")


class Redis(Handler):
    def handle(self):
        while words := self.words():
            answer = getattr(self, words[0].lower())(words)
            self.wfile.write(answer.encode())

    def words(self):
        head = self.rfile.readline()
        return [self.rfile.read(int(self.rfile.readline()[1:]) + 2)[:-2].decode() for _ in range(int(head[1:] or 0))]

    def xgroup(self, _):
        return "-BUSYGROUP there already\r\n"

    def xadd(self, _):
        job = self.server.jobs.put()
        return f"${len(job)}\r\n{job}\r\n"

    def xreadgroup(self, words):
        wait = int(words[words.index("BLOCK") + 1]) / 1000 if "BLOCK" in words else 0
        found = self.server.jobs.take(int(words[words.index("COUNT") + 1]), wait)
        if not found:
            return "*-1\r\n"
        entries = "".join(f"*2\r\n${len(job)}\r\n{job}\r\n*2\r\n$1\r\np\r\n$1\r\nx\r\n" for job in found)
        return f"*1\r\n*2\r\n$1\r\nq\r\n*{len(found)}\r\n{entries}"

    def multi(self, _):
        return "+OK\r\n"

    def xack(self, words):
        self.acknowledged = words[3:]
        return "+QUEUED\r\n"

    def xdel(self, _):
        return "+QUEUED\r\n"

    def exec(self, _):
        for job in self.acknowledged:
            self.server.jobs.finish(job)
        return f"*2\r\n:{len(self.acknowledged)}\r\n:{len(self.acknowledged)}\r\n"

    def xlen(self, _):
        return f":{len(self.server.jobs.waiting) + len(self.server.jobs.taken)}\r\n"

    def xpending(self, _):
        return f"*1\r\n:{len(self.server.jobs.taken)}\r\n"


class Master(http.server.BaseHTTPRequestHandler):
    """Our interface."""
    protocol_version, disable_nagle_algorithm = "HTTP/1.1", True

    def do_GET(self):
        jobs, query = self.server.jobs, dict(pair.split("=") for pair in self.path.partition("?")[2].split("&") if pair)
        if self.path.startswith("/jobs/next"):
            found = [] if jobs.gone() else jobs.take(int(query["slots"]), int(query["wait"]))
            return self.say(503, {}) if jobs.gone() else self.say(200, self.offers(found))
        if self.path.startswith("/jobs/"):
            job = self.path.removeprefix("/jobs/")
            known = {"attempts": []} if job in jobs.waiting else {"attempts": [{"number": 1}]} if job in jobs.taken else \
                {"state": "completed", "attempts": [{"number": 1}], "report": {"id": job}} if job in jobs.ended else None
            return self.say(200 if known else 404, known or {})
        count = {"queued": len(jobs.waiting), "running": len(jobs.taken), "completed": jobs.done}[query["state"]]
        return self.say(200, {"jobs": [], "count": count, "next": None})

    def do_POST(self):
        jobs, body = self.server.jobs, json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if jobs.gone():
            return self.say(503, {})
        if self.path == "/nodes/register":
            return self.say(200, {"node_id": "n"})
        if self.path == "/jobs":
            made = [jobs.put() for _ in body.get("jobs", [body])]
            return self.say(201, {"id": made[0]} if "jobs" not in body else {"jobs": made})
        if self.path.endswith("/start"):
            return self.say(200 if body["token"] == "t" + body["job_id"] else 409, {})
        jobs.finish(body["job_id"])
        answer = {"state": "completed"}
        if "?next=1&" in self.path and jobs.fault == "next":
            answer["next"] = self.offers(jobs.take(1))
        return self.say(200, answer)

    @staticmethod
    def offers(found):
        offers = [{"id": job, "lease": {"job_id": job, "attempt": 1, "token": "t" + job}} for job in found]
        return {"job": offers[0] if offers else None, "jobs": offers, "commands": []}

    def say(self, status, value):
        body = json.dumps(value, separators=(",", ":")).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass
