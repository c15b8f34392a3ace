"""What every test stands on: settings, folders, the clock, child processes, the sandbox, Chromium."""

import gc
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings as django_settings
from django.db import connection
from django.test import Client, SimpleTestCase, TransactionTestCase

import pytest
from hypothesis import settings as hypothesis_settings

from publish.sandbox.server import Sandbox
from tests.tools import replayed, statements, template_database
from tests.tools.chromium import launch
from tests.tools.database import url_of
from tests.tools.recorded import full_tables


ROOT = Path(__file__).resolve().parents[1]
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}
# Tests make many objects and few cycles: looking for those at Django's pace is a tenth of the time.
gc.set_threshold(100_000, 50, 100)
# How long Chromium may take for one step, in milliseconds: for what hangs. A busy machine has taken a quarter of it.
PATIENCE = 60_000
# Never a failure because the machine was busy, nor of what nobody touched: the same examples each time. `make fuzz`
# looks for others.
hypothesis_settings.register_profile(
    "xinglin", deadline=None, derandomize="XINGLIN_EXAMPLES" not in os.environ
)
hypothesis_settings.load_profile("xinglin")
# Playwright's synchronous API keeps an event loop in this thread; Django's guard takes that for an
# asynchronous caller.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_configure(config):
    """Refuse to run where a test could reach patients or the real WeChat."""
    if django_settings.SETTINGS_MODULE != "cms.settings.test":
        pytest.exit(f"Tests need cms.settings.test, not {django_settings.SETTINGS_MODULE}.", returncode=2)
    if not django_settings.WECHAT_API_BASE.startswith("http://127.0.0.1:"):
        pytest.exit("WECHAT_API_BASE must be an address of this machine in tests.", returncode=2)
    if folder := config.getoption("--statements-to"):
        config.pluginmanager.register(statements.Recorder(folder))


def pytest_addoption(parser):
    parser.addoption(
        "--only-database",
        action="store_true",
        help="leave out what never asks the database, and further cases of one test (for the second run, on another one)",
    )
    parser.addoption("--statements-to", metavar="FOLDER", help="write down there which SQL each test sends")
    parser.addoption(
        "--statements-from",
        metavar="FOLDER",
        help="with --only-database: what was written down there says which tests send all the SQL",
    )


def pytest_collection_modifyitems(config, items):
    """Sort the tests by what they need.

    Those in tests/browser are marked ``browser``. Those in tests/faults stay together, a file each (--dist
    loadgroup), because a file shares what it has started.
    """
    for item in items:
        folders = item.path.relative_to(ROOT).parts
        if "browser" in folders:
            item.add_marker(pytest.mark.browser)
        elif item.get_closest_marker("browser"):
            pytest.exit(
                f"{item.nodeid} needs Chromium: put it into tests/browser, or nothing runs it.", returncode=2
            )
        if "faults" in folders:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
    # First what takes longest, so that no process of the run is left alone with it at the end.
    items.sort(key=lambda item: (item.path.parent.name != "faults", not item.get_closest_marker("long")))
    if config.getoption("--only-database"):
        asking = [item for item in items if _asks_the_database(item)]
        folder = config.getoption("--statements-from")
        kept = set(_all_statements(asking, folder) if folder else _one_case_each(asking))
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = [item for item in items if item in kept]


def pytest_terminal_summary(terminalreporter):
    """Print what tests have measured (record_property), from all processes of the run."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            terminalreporter.write_line(f"{name}: {value}")


def _asks_the_database(item):
    if item.get_closest_marker("one_database"):
        return False
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(
        item.get_closest_marker("django_db")
        or fixtures & DATABASE_FIXTURES
        or issubclass(getattr(item, "cls", None) or object, SimpleTestCase)
    )


def _one_case_each(items):
    """Yield the tests in tests/faults with all their cases, and of the rest the first case of each.

    Further cases change what goes into the same statements. What a crash leaves behind is asked of each database.
    """
    seen = set()
    for item in items:
        test = (item.path, item.cls, getattr(item, "originalname", item.name))
        if item.path.parent.name == "faults" or test not in seen:
            yield item
        seen.add(test)


def _all_statements(items, folder):
    """Return the tests in tests/faults, those marked ``both_databases``, those that ``folder`` does not know, and so
    many others that every statement of any test is sent. Of a test marked ``answers`` the first case is given."""
    recorded = statements.recorded(folder)
    known = {item.nodeid: recorded[item.nodeid] for item in items if item.nodeid in recorded}
    given, seen = set(), set()
    for item in items:
        further = False
        if item.get_closest_marker("answers"):
            test = item.nodeid.partition("[")[0]
            further = test in seen
            seen.add(test)
        if (
            (item.path.parent.name == "faults" and not further)
            or item.get_closest_marker("both_databases")
            or item.nodeid not in known
        ):
            given.add(item.nodeid)
    taken = given | statements.enough(known, given)
    return [item for item in items if item.nodeid in taken]


def _empty_what_is_full(self):
    """Stand in for TransactionTestCase._fixture_teardown: empty the tables that hold rows, and those alone.

    Django's own empties every table and makes all content types and permissions anew, which took longer than
    most tests here. Content types and permissions follow from the code, so they stay.
    """
    if full := full_tables():
        # Every foreign key is checked at the end of the transaction. TRUNCATE, which PostgreSQL has, makes new files for
        # each table; SQLite's sql_flush reads all definitions to find tables that are in the list already.
        quote = connection.ops.quote_name
        connection.ops.execute_sql_flush([f"DELETE FROM {quote(name)};" for name in full])  # noqa: S608


TransactionTestCase._fixture_teardown = _empty_what_is_full
_log_in = Client.force_login


def _log_in_aside(self, *args, **kwargs):
    """Stand in for Client.force_login: what is made before and after can still be put back."""
    with replayed.aside():
        _log_in(self, *args, **kwargs)


Client.force_login = _log_in_aside


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker):
    """Stand in for pytest-django's: the database is copied from one the migrations made."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "")
    with django_db_blocker.unblock():
        made = template_database.set_up(worker)
    yield
    with django_db_blocker.unblock():
        template_database.tear_down(made)


@pytest.fixture(autouse=True)
def own_folders(monkeypatch, settings, tmp_path):
    """Give each test its own var/ and media/, gone with tmp_path."""
    replayed.begin_test(monkeypatch)
    settings.VAR_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()


@pytest.fixture
def clock(time_machine):
    """A stopped clock, on a Monday morning in Shanghai. Move it with move_to() and shift()."""
    time_machine.move_to(datetime(2026, 11, 16, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai")), tick=False)
    return time_machine


@pytest.fixture
def sandbox(settings):
    """The local WeChat over a real socket, with an empty store; the settings point at it.

    Nothing happens there by itself: jobs end on run(), callbacks go out on deliver().
    """
    with Sandbox(auto=False) as running:
        settings.WECHAT_API_BASE = running.base_url
        yield running


@pytest.fixture
def command_env(request, transactional_db, tmp_path):
    """The environment of a child process that shares this test's database and folders.

    Takes transactional_db: another process sees only what is committed.
    """
    if "sandbox" in request.fixturenames:
        request.getfixturevalue("sandbox")  # first, for its address

    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "DJANGO_SETTINGS_MODULE": "cms.settings.test",
        "DATABASE_URL": url_of(connection.settings_dict),
        "VAR_DIR": str(tmp_path),
        "WECHAT_API_BASE": django_settings.WECHAT_API_BASE,
    }


@pytest.fixture
def manage(command_env):
    """Return run(*arguments, **popen_options): manage.py in a process of its own, finished.

    Gives back subprocess.CompletedProcess with text; ``env`` adds to the environment.
    """

    def run(*arguments, env=None, timeout=60, **options):
        return subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *map(str, arguments)],
            env=command_env | (env or {}),
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            cwd=ROOT,
            **options,
        )

    return run


@pytest.fixture(scope="session")
def chromium():
    """One Chromium for the run; each test opens its own context in it (see ``open_page``)."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium):
    """Return open_page(width=1280, height=800, **context_options) -> a page in a context of its own.

    Any request that leaves this machine, and any error of a script, fails the test (P8).
    """
    contexts, complaints = [], []

    def open_page(width=1280, height=800, **options):
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            **options,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: _local_only(request.url, complaints))
        page.on("pageerror", lambda error: complaints.append(f"script error: {error}"))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints, complaints


def _local_only(url, complaints):
    if not url.startswith(("http://127.0.0.1:", "http://localhost:", "data:", "blob:", "about:")):
        complaints.append(f"left this machine: {url}")
