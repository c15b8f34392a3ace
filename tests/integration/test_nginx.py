"""The real nginx with the documented configuration in front of the application: what it keeps, for whom, and when not."""

import re
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path

from django.utils import timezone

import pytest
from pytest_django.live_server_helper import LiveServer

from articles.models import Institution
from publish import publishing, refresh, visits
from publish.models import CacheRefresh, ReaderFeedback, VisitCount
from publish.website import counting, responses
from tests import samples
from tests.tools import nginx, published
from themes import website


SECRET = "a-secret-of-the-caches-0123456789-abc"
ADDRESS = "/blood-pressure/home-blood-pressure/"
KEPT = responses.CACHED.replace("s-maxage=2", "s-maxage=3600")
TITLE = samples.SNAPSHOT["title"]


@pytest.fixture
def application(transactional_db):
    """The application over a socket of its own; a test may stop it."""
    server = LiveServer("127.0.0.1")
    yield server
    if server.thread.is_alive():
        server.stop()


@pytest.fixture
def front(application, tmp_path, settings, monkeypatch):
    """nginx in front of the application, in CACHE_REFRESH_URLS. What it keeps stays good for as long as a test takes."""
    if not nginx.NGINX:
        pytest.skip("nginx is not installed (apt-get install nginx-light)")
    port = nginx.free_port()
    upstream = f"{application.thread.host}:{application.thread.port}"
    nginx.configuration(tmp_path, port, upstream, secret=SECRET)
    settings.CACHE_REFRESH_URLS = [f"http://127.0.0.1:{port}"]
    settings.CACHE_REFRESH_SECRET = SECRET
    settings.SITE_URL = "http://testserver"
    monkeypatch.setattr(responses, "CACHED", KEPT)
    front = Front(tmp_path, port)
    with front.running():
        yield front


class Front:
    """Readers of nginx; each request returns (status, what the cache did, text)."""

    def __init__(self, folder, port):
        self.folder, self.port = folder, port
        self._process = ExitStack()

    @contextmanager
    def running(self):
        with self._process:
            self.restart()
            yield

    def restart(self):
        """Stop nginx and start it: the connections it kept are gone, the copies are not."""
        self._process.close()
        self._process.enter_context(nginx.running(self.folder, self.port))

    def get(self, path=ADDRESS, method="GET", body=None, **headers):
        status, body = self.bytes(path, method, body, **headers)
        return status, self.answer.headers["X-Cache"], body.decode()

    def bytes(self, path, method="GET", body=None, **headers):
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, {"Host": "testserver"} | names)
        self.answer = connection.getresponse()
        body = self.answer.read()
        connection.close()
        return self.answer.status, body

    def stale(self, path):
        """Return the answer once the copy is no longer fresh, a second after it was made."""
        while (answer := self.get(path))[1] == "HIT":
            pass
        return answer


def rename(name):
    """Change what every page prints, so that a new copy can be told from an old one."""
    Institution.objects.update(name=name)


def test_one_copy_for_everybody_but_those_who_are_logged_in(front):
    published.publish()
    institution = Institution.load()
    institution.name = "甲医院"
    institution.save()
    assert front.get()[1] == "MISS"
    rename("乙医院")
    status, cache, html = front.get(
        f"{ADDRESS}?from=timeline&isappinstalled=0", Accept_Language="en", Cookie="x=1"
    )
    assert (status, cache) == (200, "HIT") and "甲医院" in html
    assert front.answer.headers["Vary"] == "Accept-Encoding" and front.answer.headers["ETag"]
    status, cache, html = front.get(Cookie="a=b; sessionid=abc")
    assert (status, cache) == (200, "BYPASS") and "乙医院" in html
    assert front.get()[1:] == ("HIT", front.get()[2]) and "甲医院" in front.get()[2], "nor did it leave one"


def test_answers_of_readers_pass_by_the_cache(front):
    publication = published.publish()
    path = f"{publication.permanent_path}feedback/"
    tokens = set()
    for _ in range(2):
        status, kept, html = front.get(f"{path}?v=large")
        assert (status, kept, front.answer.headers["Cache-Control"]) == (200, None, "private, no-store")
        tokens.add(re.search(r'name="token" value="([^"]+)"', html)[1])
    assert len(tokens) == 2
    form = {"Content_Type": "application/x-www-form-urlencoded", "Origin": "http://testserver"}
    for token in tokens:
        status, kept, _html = front.get(path, "POST", f"answer=helpful&token={token}", **form)
        assert (status, kept, front.answer.headers["Location"]) == (303, None, f"{path}thanks/")
    assert ReaderFeedback.objects.filter(publication=publication).count() == 2
    assert front.get(f"{path}thanks/")[:2] == (200, None)


def test_only_the_secret_has_a_page_fetched_anew(front):
    published.publish()
    front.get()
    for forged in ("1", SECRET.upper(), SECRET + "x", ".*"):
        assert front.get(X_Cache_Refresh=forged)[1] == "HIT"
    assert front.get(X_Cache_Refresh=SECRET)[1] == "BYPASS"


def test_what_was_withdrawn_does_not_come_back_when_the_application_is_gone(front, application, monkeypatch):
    """Read before: still served. Read before and withdrawn: its withdrawal is served, in every view it was read in."""
    monkeypatch.setattr(responses, "CACHED", responses.CACHED.replace("s-maxage=3600", "s-maxage=1"))
    publication = published.publish()
    other = published.publish("other", title="另一篇")
    CacheRefresh.objects.all().delete()
    views = [ADDRESS, *(f"{ADDRESS}?v={view}" for view in website.VIEWS)]
    for path in (*views, other.path, "/", "/blood-pressure/"):
        assert front.get(path)[1] == "MISS"
    publishing.withdraw(publication, reason="数字有误")
    later = timezone.now() + timedelta(minutes=1)
    while refresh.take(later):
        pass
    assert set(CacheRefresh.objects.values_list("tries", "error")) == {(1, "")}
    application.stop()
    front.restart()
    for path in views:
        status, cache, html = front.stale(path)
        assert (status, cache) == (410, "STALE") and TITLE not in html and "数字有误" in html, path
    for path in (other.path, "/", "/blood-pressure/"):
        status, cache, html = front.stale(path)
        assert (status, cache) == (200, "STALE") and "另一篇" in html and TITLE not in html, path
    assert front.get("/never-read/")[0] == 502


def test_a_cache_that_does_not_confirm_is_asked_again(front, settings, admin_client):
    """A wrong secret and a cache that is down: what is left is kept, with the reason; growing waits; then done."""
    settings.CACHE_REFRESH_URLS = [*settings.CACHE_REFRESH_URLS, "http://127.0.0.1:9"]
    settings.CACHE_REFRESH_SECRET = "x" * 32
    published.publish()
    CacheRefresh.objects.filter(pk=CacheRefresh.objects.latest("due_at").pk).delete()
    row, now = CacheRefresh.objects.get(), timezone.now() + timedelta(seconds=1)
    for wait in refresh.WAITS[:3]:
        assert refresh.take(now) and not refresh.take(now)
        row.refresh_from_db()
        assert row.due_at - now == timedelta(seconds=wait) and row.left == settings.CACHE_REFRESH_URLS
        now = row.due_at
    assert "CACHE_REFRESH_SECRET" in row.error and "127.0.0.1:9: ConnectionRefusedError" in row.error
    assert list(refresh.in_trouble()) == [row]
    assert "127.0.0.1:9: ConnectionRefusedError" in admin_client.get("/admin/").content.decode()
    settings.CACHE_REFRESH_SECRET = SECRET
    assert refresh.take(now)
    row.refresh_from_db()
    assert row.left == ["http://127.0.0.1:9"] and not row.done_at
    settings.CACHE_REFRESH_URLS = settings.CACHE_REFRESH_URLS[:1]
    assert refresh.take(row.due_at)
    assert not refresh.in_trouble() and not refresh.take(now + timedelta(days=1))


def test_the_arguments_of_the_key_are_those_that_change_a_page():
    """Another view would never reach the application, one too many would have copies that no withdrawal replaces."""
    text = (nginx.ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    everywhere, of_articles = re.search(
        r'\$xinglin_v \{.* (\w+)\$" "&v=large";.*? \(([^)]*)\)\$" "&v=\$arg_v"', text, re.DOTALL
    ).groups()
    assert (everywhere, *of_articles.split("|")) == website.VIEWS
    # What has a location of its own reaches the application with all its arguments; `dark` belongs to previews.
    own = {"searching.py", "feedback.py", "preview_page.py", "counting.py"}
    files = [path for path in (nginx.ROOT / "publish" / "website").glob("*.py") if path.name not in own]
    source = "".join(path.read_text("utf-8") for path in [*files, Path(website.__file__)])
    asked = set(re.findall(r"""GET(?:\.get\(|\[)["'](\w+)""", source))
    kept = set(re.findall(r"\$arg_(\w+)", " ".join(re.findall("^map .*", text, re.MULTILINE))))
    assert asked - {"dark"} | {"from", "p"} == kept


def test_where_a_reader_came_from_travels_without_another_copy_of_the_article(front):
    """The permanent address hands it on in copies of its own, each known to a withdrawal; an article has one copy."""
    publication = published.publish()
    permanent = publication.permanent_path
    for asked, handed_on in {
        "": "",
        "?from=qr": "?from=qr",
        "?p=a-key-of-a-push": "?from=wechat",
        "?from=singlemessage&isappinstalled=0": "",
        "?p=a-key&from=timeline": "",
        "?from=wechat&page=2&x=1": "?from=wechat",
        "?v=large&from=wechat": "?v=large",
    }.items():
        assert front.get(permanent + asked)[0] == 302
        assert front.answer.headers["Location"] == ADDRESS + handed_on, asked
    assert front.get(f"{permanent}?p=the-key-of-another-push")[1] == "HIT"
    assert front.get(f"{ADDRESS}?from=qr")[1] == "MISS"
    assert {front.get(f"{ADDRESS}{more}")[1] for more in ("", "?from=wechat", "?page=2", "?p=x")} == {"HIT"}
    assert [front.get(f"/{more}")[1] for more in ("", "?v=card", "?v=print", "?v=large")] == [
        "MISS",
        "HIT",
        "HIT",
        "MISS",
    ]
    publishing.withdraw(publication, reason="数字有误")
    while refresh.take(timezone.now() + timedelta(minutes=1)):
        pass
    for asked in ("", "?from=qr", "?p=a-key-of-a-push", "?v=large&from=wechat"):
        assert front.get(permanent + asked)[:2] == (410, "HIT"), asked


def test_a_visit_is_counted_behind_it_and_its_picture_never_fails(front, application, monkeypatch):
    monkeypatch.setattr(visits, "sums", visits.Sums())
    publication = published.publish()
    picture = f"/count/{publication.article_id}.gif"
    for headers in (
        {"Referer": f"http://testserver{ADDRESS}?from=qr"},
        {},
        {"Referer": "http://else.example/"},
    ):
        assert front.bytes(picture, **headers) == (200, counting.PICTURE)
        assert front.answer.headers["Cache-Control"] == "no-store" and not front.answer.headers["Set-Cookie"]
    assert visits.sums.write()
    assert dict(VisitCount.objects.values_list("source", "visits")) == {"qr": 1, "other": 2}
    application.stop()
    front.restart()
    status, body = front.bytes(picture)
    assert (status, body[:6]) == (200, b"GIF89a") and front.answer.headers["Cache-Control"] == "no-store"
