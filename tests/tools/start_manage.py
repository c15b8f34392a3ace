"""Starts of manage.py, forked from one process: ``python -m tests.tools.start_manage``.

Only what knows no settings is loaded beforehand, so a fork reads its environment, settings and applications as a new
process does. Each line on standard input ({"arguments", "environment"}) is answered with one line of JSON
({"returncode", "stdout", "stderr"}).
"""

import json
import os
import sys
import tempfile
import traceback

import django.contrib.auth.hashers
import django.db.models
import django.forms
import django.template

# The libraries, without anything that asks for settings while it is imported.
import bs4
import csp.constants
import dj_database_url
import dj_email_url
import PIL.Image
import psycopg
import requests
import whitenoise


__all__ = [
    "PIL",
    "bs4",
    "csp",
    "dj_database_url",
    "dj_email_url",
    "django",
    "psycopg",
    "requests",
    "whitenoise",
]


def main():
    from django.conf import settings

    for line in sys.stdin:
        assert not settings.configured
        order = json.loads(line)
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
            pid = os.fork()
            if not pid:
                _run(order, out, errors)
            code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            texts = []
            for file in (out, errors):
                file.seek(0)
                texts.append(file.read().decode())
        answer = {"returncode": code, "stdout": texts[0], "stderr": texts[1]}
        print(json.dumps(answer), flush=True)


def _run(order, out, errors):
    os.dup2(out.fileno(), 1)
    os.dup2(errors.fileno(), 2)
    code = 1
    try:
        os.environ.clear()
        os.environ.update(order["environment"] | {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"})
        from django.core.management import execute_from_command_line

        execute_from_command_line(["manage.py", *order["arguments"]])
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(bool(end.code))
    except BaseException:  # noqa: BLE001 - told as the interpreter tells it
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
