"""The demo's articles, imported and loaded as the demo does, signed, then held to what the issue promises of them."""

import io
import re

from django.core.management import call_command
from django.test import Client

import pytest

from articles import findings
from articles.importing.service import import_file
from articles.models import ArticlePage
from cms import site_setup
from cms.demo import loading
from publish.models import Publication
from review import services
from review.models import ReviewTaskState
from tests.factories import all_yes
from tests.tools.roots import plant_roots
from themes.measure import expansion


# The demo runs on SQLite.
pytestmark = pytest.mark.one_database
HAN = re.compile(r"[\u3400-\u9fff]+")


@pytest.fixture
def demo(db):
    """Eight signed articles and the faulty draft."""
    plant_roots()
    home = site_setup.set_up()
    loading.load_people()
    librarian = loading.get_user_model().objects.get(username="librarian")
    physician = loading.get_user_model().objects.get(username="physician")
    topics = loading.load_topics(home, librarian)
    articles = []
    for entry in loading.read("imports.json"):
        data = (loading.CONTENT / entry["file"]).read_bytes()
        imported = import_file(entry["file"], data, topic=topics[entry["topic"]], author=librarian)
        articles.append(loading.complete_import(imported.page, entry, librarian))
    articles += [loading.load_draft(name, topics, librarian) for name in loading.DRAFTS]
    loading.load_draft("faulty", topics, librarian)
    for article in articles:
        article.get_workflow().start(article, librarian)
        step = ReviewTaskState.objects.get(workflow_state__object_id=str(article.pk))
        services.sign(step, physician, seen_digest=services.read(step).digest, answers=all_yes())
    return articles


def words_of(title):
    return {run[start : start + 2] for run in HAN.findall(title) for start in range(len(run) - 1)}


@pytest.mark.long
def test_demo_articles(demo):
    """One test, because signing eight illustrated articles takes its time."""
    assert Publication.objects.live().count() == 8
    client = Client()
    for publication in Publication.objects.live():
        # Every two-character word of the title finds the article.
        for word in words_of(publication.title):
            assert f'href="{publication.path}"' in client.get("/search/", {"q": word}).content.decode(), word
        # The WeChat body keeps within budget and allow-list.
        out = io.StringIO()
        call_command("render_wechat", str(publication.article_id), stdout=out, stderr=io.StringIO())
        body = out.getvalue()
        assert expansion(body) <= 2.5, publication.title
        assert len(body) < 20_000
        for forbidden in ("class=", "id=", "<style", "<script", "<div", "!important", "font-family"):
            assert forbidden not in body, (publication.title, forbidden)
        assert not re.search(r"(?<![-\w])width:\s*\d+(?:\.\d+)?px", body)
        assert all(
            address.startswith("http://mmbiz.qpic.cn/")
            for address in re.findall(r"url\(['\"]?([^)'\"]+)", body)
        )
        assert all(address.startswith("local:") for address in re.findall(r'<img[^>]+src="([^"]+)"', body))
        assert all("mp.weixin.qq.com" in address for address in re.findall(r'href="([^"]+)"', body))
        assert client.get(publication.path).status_code == 200
    # The faulty one is stopped, and nobody finds it.
    faulty = ArticlePage.objects.get(slug="faulty")
    codes = {finding.code for finding in findings.check(faulty) if finding.stops}
    assert codes == set(loading.read("faulty.json")["expected_findings"])
    for word in words_of(faulty.title):
        assert "/oral-health/faulty/" not in client.get("/search/", {"q": word}).content.decode()
