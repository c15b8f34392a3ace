"""WeChat's events at a rush: ``python -m tests.tools.with_postgres python -m tests.bench.bench_callbacks``.

gunicorn as deployed, with production settings, on two cores and a PostgreSQL that writes to the disk before it answers.
A process of its own signs the events beforehand (plain and sealed, XML and JSON, jobs and followers in turn) and sends
each at its moment whatever became of those before, on a connection of its own as nginx does. An event's time runs from
the moment it was due. Afterwards the same socket gets forged and replayed ones.
"""

import asyncio
import base64
import hashlib
import json
import os
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
        fill()
        stack.enter_context(web(f"{folder}/web.sock"))
        rush = load(f"{folder}/web.sock", "rush")
        stored = rows()
        bad = load(f"{folder}/web.sock", "bad")
        after = rows()
    return report(rush, stored, bad, after)


def fill():
    """Make the tables, in a database that keeps what it says it has."""
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
    connection.close()


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
        yield
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


def load(socket, what):
    """Run the generator; return what it saw: a list of [status, seconds] in the order of sending."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.bench_callbacks", what, socket],
        stdout=subprocess.PIPE,
        check=True,
        cwd=bench_nginx.ROOT,
        timeout=SECONDS + 300,
    )
    return json.loads(done.stdout)


def report(rush, stored, bad, after):
    sent, lost = len(rush), len(rush) - len(stored)
    failed = sum(status != 200 for status, _seconds in rush)
    times = sorted(seconds for _status, seconds in rush)
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
            after == stored and refused == len(bad) // 2 and not odd,
        ),
    ]
    return figures.verdict(found)


# --- the generator: a process without Django ------------------------------------------------------


def generate(what, socket):
    """Sign the events, send them, and print what came back as JSON."""
    if what == "rush":
        requests = [signed(*event(number)) for number in range(RATE * SECONDS)]
    else:
        forged = [signed(*event(number), token="guessed") for number in range(BAD // 2)]
        # The same time and nonce again: with the same text, and with a text that was never sent.
        half = BAD // 4
        again = [signed(*event(number)) for number in range(half)]
        other = [signed(*event(number), text=event(10**6 + number)[1]) for number in range(half)]
        requests = [*forged, *again, *other]
    wait_for(socket)
    print(json.dumps(asyncio.run(send(socket, requests))))


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


# One for all requests, so that a replay carries the very time that was used.
STAMP = str(int(time.time()) // 3600 * 3600)


def signed(number, body, sealed, *, token=WECHAT["WECHAT_TOKEN"], text=None):
    """Return the bytes of one HTTP request. ``text`` stands in for the body after the nonce was chosen."""
    from wechatpy.crypto import PrpCrypto

    def signature(*parts):
        return hashlib.sha1("".join(sorted([token, *parts])).encode(), usedforsecurity=False).hexdigest()

    nonce = f"{number:010d}"
    body = text or body
    query = {"signature": signature(STAMP, nonce), "timestamp": STAMP, "nonce": nonce, "openid": "o"}
    if sealed:
        key = base64.b64decode(WECHAT["WECHAT_AES_KEY"] + "=")
        secret = PrpCrypto(key).encrypt(body, WECHAT["WECHAT_APPID"]).decode()
        query |= {"encrypt_type": "aes", "msg_signature": signature(STAMP, nonce, secret)}
        body = (
            json.dumps({"ToUserName": "gh_1", "Encrypt": secret})
            if body.startswith("{")
            else node("xml", {"ToUserName": "gh_1", "Encrypt": secret})
        )
    raw = body.encode()
    head = (
        f"POST /wechat/callback/?{urlencode(query)} HTTP/1.0\r\nHost: {bench_nginx.HOST}\r\nX-Forwarded-Proto: https\r\n"
        f"X-Forwarded-For: 127.0.0.1\r\nContent-Type: text/xml\r\nContent-Length: {len(raw)}\r\nConnection: close\r\n\r\n"
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


class Exchange(asyncio.Protocol):
    """One request on a connection of its own."""

    def __init__(self, raw, done):
        self.raw, self.done, self.answer = raw, done, b""

    def connection_made(self, transport):
        transport.write(self.raw)

    def data_received(self, data):
        self.answer += data

    def connection_lost(self, error):
        if not self.done.done():
            self.done.set_result(int(self.answer[9:12]) if self.answer.startswith(b"HTTP/1.") else 0)


async def send(path, requests):
    """Send each request at its moment, RATE a second; return [status, seconds] of each (status 0: no answer)."""
    loop = asyncio.get_running_loop()
    start = loop.time() + 0.5
    results = [None] * len(requests)

    async def one(number):
        due = start + number / RATE
        done = loop.create_future()
        try:
            async with asyncio.timeout(PATIENCE):
                await loop.create_unix_connection(lambda: Exchange(requests[number], done), path)
                status = await done
        except OSError:  # a time-out is one, too
            status = 0
        results[number] = [status, loop.time() - due]

    running = []
    for number in range(len(requests)):
        delay = start + number / RATE - loop.time()
        if delay > 0:
            await asyncio.sleep(delay)
        running.append(asyncio.create_task(one(number)))
    await asyncio.gather(*running)
    return results


if __name__ == "__main__":
    if len(sys.argv) == 3:
        generate(*sys.argv[1:])
    else:
        sys.exit(main())
