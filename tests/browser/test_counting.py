"""Visits as a real browser brings them: counted once, by where the reader came from, with and without JavaScript."""

import pytest

from publish import visits
from publish.models import VisitCount
from tests.tools import published


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# The browser of the tests says that it is a program, which is not counted.
PHONE = (
    "Mozilla/5.0 (Linux; Android 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/86.0 Mobile Safari/537.36"
)


@pytest.fixture
def sums(monkeypatch):
    fresh = visits.Sums()
    monkeypatch.setattr(visits, "sums", fresh)
    return fresh


@pytest.mark.parametrize("script", [True, False])
def test_each_way_to_an_article_counts_once(open_page, live_server, settings, sums, script):
    settings.SITE_URL = live_server.url
    published.keep_pictures()
    article = published.publish()
    page = open_page(375, 667, java_script_enabled=script, user_agent=PHONE)

    def arrive(address, **how):
        with page.expect_response(lambda answer: "/count/" in answer.url) as found:
            page.goto(live_server.url + address, wait_until="load", **how)
        assert found.value.status == 200
        return page.url.removeprefix(live_server.url)

    clean = (lambda query: "") if script else (lambda query: query)
    assert arrive(f"{article.permanent_path}?p=key-of-a-push") == article.path + clean("?from=wechat")
    assert arrive(f"{article.permanent_path}?from=qr") == article.path + clean("?from=qr")
    assert arrive(article.path) == article.path
    arrive(article.path, referer="https://www.baidu.com/")
    page.goto(live_server.url)
    with page.expect_response(lambda answer: "/count/" in answer.url):
        page.click(f"a[href='{article.path}']")
    assert page.evaluate("document.cookie") == "" and not page.context.cookies()
    assert sums.write()
    found = dict(VisitCount.objects.values_list("source", "visits"))
    known = {"other": 1, "search": 1, "site": 1} if script else {"other": 3}
    assert found == {"wechat": 1, "qr": 1} | known


def test_another_view_of_the_page_is_no_visit(open_page, live_server, settings, sums):
    settings.SITE_URL = live_server.url
    published.keep_pictures()
    article = published.publish()
    page = open_page(375, 667, user_agent=PHONE)
    page.goto(live_server.url + article.path)
    page.locator("a[href$='?v=large']").first.click()
    page.wait_for_url("**?v=large")
    page.goto(f"{live_server.url}/search/", wait_until="networkidle")
    assert sums.write()
    assert dict(VisitCount.objects.values_list("source", "visits")) == {"other": 1}
