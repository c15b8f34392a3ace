"""WeChat's events at a rush: ``python -m tests.tools.with_postgres python -m tests.bench.bench_callbacks``.

gunicorn as deployed, with production settings, on two cores and a PostgreSQL that writes to the disk before it answers.
A process of its own on the same cores signs the events beforehand (plain and sealed, XML and JSON, jobs and followers in
turn) and sends each at its moment whatever became of those before, on connections that stay open, as deploy/nginx.conf
keeps them. An event's time runs from the moment it was due. Afterwards the same socket gets forged and replayed ones.
"""

import base64
import hashlib
import json
import os
import resource
import selectors
import socket as socketlib
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlencode

from tests.bench import bench_nginx, figures


RATE = 500  # events a second
SECONDS = int(os.environ.get("BENCH_SECONDS", "30"))
P99 = 1.0  # seconds
BAD = 1_000  # forged or replayed
PATIENCE = 10.0  # seconds for one answer; WeChat itself waits five
WORKERS = 5  # what deploy/gunicorn.conf.py takes on two cores
IDLE = 16  # connections kept for later, as in deploy/nginx.conf
WECHAT = {
    "WECHAT_APPID": "wx0000000000000000",
    "WECHAT_SECRET": "bench-secret",
    "WECHAT_TOKEN": "benchtoken",
    "WECHAT_AES_KEY": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
}


def main():
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        figures.fail("this bench needs PostgreSQL: python -m tests.tools.with_postgres …")
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="xl-", dir="/tmp")))
        database = os.environ["DATABASE_URL"]
        bench_nginx.environment(folder)
        os.environ |= {"DATABASE_URL": database} | WECHAT
        postgres = fill()
        gunicorn = stack.enter_context(web(f"{folder}/web.sock"))
        wait_for(f"{folder}/web.sock")
        # One for all requests, so that a replay carries the very time that was used.
        job = {"socket": f"{folder}/web.sock", "stamp": str(int(time.time()))}
        before = cpu(gunicorn), cpu(postgres)
        rush = load(job | {"what": "rush"})
        spent = {
            "gunicorn": cpu(gunicorn) - before[0],
            "PostgreSQL": cpu(postgres) - before[1],
            "generator": rush["cpu"],
        }
        stored = rows()
        known = [number for number, (status, _seconds) in enumerate(rush["results"]) if status == 200]
        bad = load(job | {"what": "bad", "known": known[: BAD // 2]})
        after = rows()
    return report(rush, stored, bad["results"], after, spent)


def fill():
    """Make the tables, in a database that keeps what it says it has; return the number of its first process."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    connection.close()
    connection.set_autocommit(True)
    with connection.cursor() as cursor:
        cursor.execute("ALTER SYSTEM SET fsync = on")
        cursor.execute("ALTER SYSTEM SET synchronous_commit = on")
        cursor.execute("SELECT pg_reload_conf()")
        cursor.execute("SHOW data_directory")
        (folder,) = cursor.fetchone()
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')")
        if cursor.fetchone() != ("on", "on"):
            figures.fail("PostgreSQL does not write to the disk")
    connection.close()
    return int((Path(folder) / "postmaster.pid").read_text().split()[0])


def cpu(pid):
    """Return the seconds of CPU that a process and all below it have used, those that ended included."""
    used, parents = {}, {}
    for folder in Path("/proc").iterdir():
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except (OSError, IndexError):
            continue
        used[folder.name], parents[folder.name] = sum(map(int, fields[11:15])), fields[1]

    def ours(name):
        while name in parents and name != str(pid):
            name = parents[name]
        return name == str(pid)

    return sum(ticks for name, ticks in used.items() if ours(name)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def web(socket):
    """gunicorn on a socket; what it refuses it says in its log, which nobody wants to read a thousand times."""
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "--log-level", "critical"],
        env=os.environ | {"GUNICORN_BIND": f"unix:{socket}", "WEB_CONCURRENCY": str(WORKERS)},
        cwd=bench_nginx.ROOT,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(60)


def rows():
    """Return what is kept of all events, as one comparable value."""
    from django.db import connection

    from publish.models import CallbackEvent

    found = list(CallbackEvent.objects.order_by("pk").values_list("key", "kind", "remote_id", "handled_at"))
    connection.close()
    return found


def load(job):
    """Run the generator; return what it saw: ``results``, a list of [status, seconds] in the order of sending, and more."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.bench_callbacks", "generate"],
        input=json.dumps(job).encode(),
        stdout=subprocess.PIPE,
        check=True,
        cwd=bench_nginx.ROOT,
        timeout=SECONDS + 300,
    )
    return json.loads(done.stdout)


def report(rush, stored, bad, after, spent):
    results = rush["results"]
    sent, lost = len(results), len(results) - len(stored)
    failed = sum(status != 200 for status, _seconds in results)
    times = sorted(seconds for _status, seconds in results)
    p50, p99 = times[len(times) // 2], times[len(times) * 99 // 100]
    refused = sum(status == 403 for status, _seconds in bad)
    odd = sum(status not in (200, 403) for status, _seconds in bad)
    found = [
        figures.found(
            f"callbacks: {sent} events, {RATE} a second: not stored, not answered",
            f"{lost}, {failed}",
            "0, 0",
            not lost and not failed,
        ),
        figures.found(
            "callbacks: p99 from the moment due",
            f"{p99 * 1000:.0f} ms (p50 {p50 * 1000:.0f} ms, worst {times[-1] * 1000:.0f} ms)",
            f"< {P99:.0f} s",
            p99 < P99,
        ),
        figures.found(
            f"callbacks: rows changed by {len(bad)} forged or replayed",
            f"{len(set(after) ^ set(stored))} ({refused} refused, the others answered as before)",
            "0",
            after == stored and len(bad) == BAD and refused == BAD // 2 and not odd,
        ),
        figures.found(
            "callbacks: CPU for one event",
            ", ".join(f"{part} {seconds / sent * 1000:.2f} ms" for part, seconds in spent.items())
            + f" ({rush['opened']} connections, {rush['again']} events sent again)",
        ),
    ]
    return figures.verdict(found)


# --- the generator: a process without Django ------------------------------------------------------


def generate(job):
    """Sign the events, send them, and print what came back as JSON."""
    stamp = job["stamp"]
    if job["what"] == "rush":
        requests = [signed(*event(number), stamp=stamp) for number in range(RATE * SECONDS)]
    else:
        forged = [signed(*event(number), stamp=stamp, token="guessed") for number in range(BAD // 2)]
        # The same time and nonce again: with the same text, and with a text that was never sent.
        half = len(job["known"]) // 2
        again = [signed(*event(number), stamp=stamp) for number in job["known"][:half]]
        other = [
            signed(*event(number), stamp=stamp, text=event(10**6 + number)[1])
            for number in job["known"][half:]
        ]
        requests = [*forged, *again, *other]
    used = resource.getrusage(resource.RUSAGE_SELF)
    line = Line(job["socket"], requests)
    line.run()
    now = resource.getrusage(resource.RUSAGE_SELF)
    spent = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    print(json.dumps({"results": line.results, "opened": line.opened, "again": line.again, "cpu": spent}))


def event(number):
    """Return (number, text, sealed) of the event with this number."""
    job, as_json, sealed = number % 3, number // 3 % 2, number // 6 % 2
    head = {"ToUserName": "gh_1", "FromUserName": f"oFollower{number:019d}", "CreateTime": 1795300000}
    if job == 0:
        detail = {
            "count": 1,
            "item": {"idx": 1, "article_url": f"http://mp.weixin.qq.com/s/{number}"},
        }
        body = {"MsgType": "event", "Event": "PUBLISHJOBFINISH"} | {
            "PublishEventInfo": {
                "publish_id": str(2247500000 + number),
                "publish_status": 0,
                "article_id": f"A{number}",
                "article_detail": detail,
            }
        }
    elif job == 1:
        links = {
            "item": [
                {"ArticleIdx": n, "ArticleUrl": f"http://mp.weixin.qq.com/s/{number}-{n}"} for n in (1, 2)
            ]
        }
        body = {
            "MsgType": "event",
            "Event": "MASSSENDJOBFINISH",
            "MsgID": 3147500000 + number,
            "Status": "send success",
        }
        body |= {"TotalCount": 900, "FilterCount": 880, "SentCount": 870, "ErrorCount": 10}
        body |= {"ArticleUrlResult": {"Count": 2, "ResultList": links}}
    else:
        body = {"MsgType": "text", "Content": "血压高怎么办", "MsgId": 5147500000 + number}
    body = head | body
    return number, json.dumps(body, ensure_ascii=False) if as_json else node("xml", body), bool(sealed)


def node(name, value):
    if isinstance(value, list):
        return "".join(node(name, entry) for entry in value)
    if isinstance(value, dict):
        return f"<{name}>{''.join(node(*pair) for pair in value.items())}</{name}>"
    return f"<{name}><![CDATA[{value}]]></{name}>"


def signed(number, body, sealed, *, stamp, token=WECHAT["WECHAT_TOKEN"], text=None):
    """Return the bytes of one HTTP request. ``text`` stands in for the body after the nonce was chosen."""
    from wechatpy.crypto import PrpCrypto

    def signature(*parts):
        return hashlib.sha1("".join(sorted([token, *parts])).encode(), usedforsecurity=False).hexdigest()

    nonce = f"{number:010d}"
    body = text or body
    query = {"signature": signature(stamp, nonce), "timestamp": stamp, "nonce": nonce, "openid": "o"}
    if sealed:
        key = base64.b64decode(WECHAT["WECHAT_AES_KEY"] + "=")
        secret = PrpCrypto(key).encrypt(body, WECHAT["WECHAT_APPID"]).decode()
        query |= {"encrypt_type": "aes", "msg_signature": signature(stamp, nonce, secret)}
        body = (
            json.dumps({"ToUserName": "gh_1", "Encrypt": secret})
            if body.startswith("{")
            else node("xml", {"ToUserName": "gh_1", "Encrypt": secret})
        )
    raw = body.encode()
    head = (
        f"POST /wechat/callback/?{urlencode(query)} HTTP/1.1\r\nHost: {bench_nginx.HOST}\r\nX-Forwarded-Proto: https\r\n"
        f"X-Forwarded-For: 127.0.0.1\r\nContent-Type: text/xml\r\nContent-Length: {len(raw)}\r\n\r\n"
    )
    return head.encode() + raw


def wait_for(path):
    """Wait until gunicorn answers."""
    deadline = time.monotonic() + 120
    ask = f"GET /wechat/callback/ HTTP/1.0\r\nHost: {bench_nginx.HOST}\r\nX-Forwarded-Proto: https\r\n\r\n".encode()
    while True:
        try:
            with socketlib.socket(socketlib.AF_UNIX) as line:
                line.settimeout(PATIENCE)
                line.connect(path)
                line.sendall(ask)
                if line.recv(12).endswith(b"403"):
                    return
        except OSError:
            pass
        if time.monotonic() > deadline:
            figures.fail("gunicorn does not answer")
        time.sleep(0.1)


class Line:
    """Sends each request at its moment, RATE a second, on connections of which the last one freed is taken first.

    As nginx does with ``proxy_next_upstream … non_idempotent``, what was sent on a kept connection that turns out to be
    closed is sent again on a new one, once.
    """

    def __init__(self, path, requests):
        self.path, self.requests = path, requests
        self.results = [None] * len(requests)  # [status, seconds]; status 0: no answer
        self.busy, self.idle = {}, []  # connection: [number, bytes of the answer, is new]
        self.opened = self.again = 0
        self.poll = selectors.DefaultSelector()

    def run(self):
        self.start, number = time.monotonic() + 0.5, 0
        while number < len(self.requests) or self.busy:
            due = self._due(number) if number < len(self.requests) else time.monotonic() + PATIENCE
            for key, _mask in self.poll.select(max(0.0, min(due - time.monotonic(), PATIENCE))):
                self._read(key.fileobj)
            now = time.monotonic()
            while number < len(self.requests) and self._due(number) <= now:
                self._send(number, new=False)
                number += 1
            self._give_up(now)

    def _due(self, number):
        return self.start + number / RATE

    def _send(self, number, *, new):
        if self.idle and not new:
            line = self.idle.pop()
        else:
            new, line = True, socketlib.socket(socketlib.AF_UNIX)
            line.settimeout(PATIENCE)
            line.connect(self.path)
            self.poll.register(line, selectors.EVENT_READ)
            self.opened += 1
        self.busy[line] = [number, b"", new]
        try:
            line.sendall(self.requests[number])
        except OSError:
            self._ended(line)

    def _read(self, line):
        try:
            data = line.recv(65536)
        except OSError:
            data = b""
        if not data:
            self._ended(line)
            return
        work = self.busy[line]
        work[1] += data
        head, gap, body = work[1].partition(b"\r\n\r\n")
        if not gap:
            return
        head = head.lower()
        if len(body) < int(head.partition(b"content-length:")[2].split(b"\r\n")[0]):
            return
        self._done(line, int(head[9:12]))
        if b"connection: close" in head or len(self.idle) >= IDLE:
            self._close(line)
        else:
            self.idle.append(line)

    def _done(self, line, status):
        number = self.busy.pop(line)[0]
        self.results[number] = [status, time.monotonic() - self._due(number)]

    def _ended(self, line):
        """The other side closed: an idle connection, or one that owes an answer."""
        if line in self.busy:
            number, answer, new = self.busy[line]
            if new or answer:
                self._done(line, 0)
            else:
                del self.busy[line]
                self.again += 1
                self._send(number, new=True)
        else:
            self.idle.remove(line)
        self._close(line)

    def _close(self, line):
        self.poll.unregister(line)
        line.close()

    def _give_up(self, now):
        """Count as lost what has waited too long; the oldest stands first."""
        while self.busy:
            line = next(iter(self.busy))
            if now - self._due(self.busy[line][0]) < PATIENCE:
                return
            self._done(line, 0)
            self._close(line)


if __name__ == "__main__":
    if sys.argv[1:] == ["generate"]:
        generate(json.load(sys.stdin))
    else:
        sys.exit(main())
