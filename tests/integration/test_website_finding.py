"""Ways to an article: the home page by need, departments, letters, parts of the body. Publications only, bounded."""

import copy
import re
from html import unescape
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

from wagtail.models import Page
from wagtail.test.utils.form_data import nested_form_data, rich_text

import pytest

from articles.choices import BodyArea
from articles.models import ArticlePage, Department, GlossaryTerm, TopicPage
from articles.slugs import RESERVED
from cms.demo import loading
from publish import publishing, refresh
from publish.website import places
from tests.tools import published
from themes import body


pytestmark = pytest.mark.django_db
PLACES = [
    "/need/tests/",
    "/departments/",
    "/departments/{department}/",
    "/a-z/",
    "/a-z/j/",
    "/body/",
    "/body/chest/",
]
NEEDS, AREAS = ["conditions", "tests"], ["chest"]


@pytest.fixture
def topic():
    found = published.topic()
    TopicPage.objects.filter(pk=found.pk).update(needs=NEEDS, body_areas=AREAS)
    return TopicPage.objects.get(pk=found.pk)


@pytest.fixture
def publication(topic):
    """「在家怎样量血压…」 of 心血管内科, under a topic with needs and a part of the body."""
    return published.publish(snapshot=published.plain("家庭血压怎样量", "早晚各量一次。"))


def text(client, path, status=200):
    response = client.get(path)
    assert response.status_code == status, path
    return response.content.decode()


def addresses(publication):
    return [path.format(department=publication.department_id) for path in PLACES]


def many(count, topic, start=0):
    for number in range(start, start + count):
        published.publish(
            f"more{number}", topic, snapshot=published.plain(f"家里常备药第{number}种", "照说明服用。")
        )


def test_home_leads_with_the_needs_that_have_articles(client, publication):
    published.topic("疫苗", "vaccines", needs=["vaccines"])  # holds no article
    html = text(client, "/")
    assert re.findall(r'href="(/need/[^"]+)"', html) == ["/need/conditions/", "/need/tests/"]
    places_in_order = [
        html.index(mark) for mark in ('"/need/tests/"', 'role="search"', 'id="newest"', 'id="topics"')
    ]
    assert places_in_order == sorted(places_in_order)
    for path in ("/a-z/", "/departments/", "/body/"):
        assert f'href="{path}"' in html
    assert "/need/" not in text(client, "/?page=1&v=print").split("<h1", 1)[0]


def test_every_article_is_three_links_from_home(client, monkeypatch):
    """The demo's topics and articles among sixty others, with an index that has several pages under a letter."""
    monkeypatch.setattr(places, "LETTER_SIZE", 7)
    topics = {}
    for entry in loading.read("topics.json"):
        wanted = {name: entry[name] for name in ("needs", "body_areas")}
        topics[entry["slug"]] = published.topic(entry["title"], entry["slug"], **wanted)
    for name in loading.DRAFTS:
        entry = loading.read(f"{name}.json")
        page = published.article(entry["slug"], topics[entry["topic"]])
        department, _ = Department.objects.get_or_create(name=entry["department"])
        ArticlePage.objects.filter(pk=page.pk).update(department=department)
        snapshot = published.plain(entry["title"], entry["summary"])
        published.publish(entry["slug"], topics[entry["topic"]], snapshot=snapshot)
    many(60, topics["medicines-at-home"])
    wanted = set(published.live().values_list("path", flat=True))
    assert len(wanted) == 60 + len(loading.DRAFTS)
    seen, edge = {"/"}, ["/"]
    for _tap in range(3):
        found = set()
        for path in edge:
            for link in re.findall(r'<a [^>]*href="([^"]+)"', text(client, path)):
                link = urljoin(path, unescape(link))
                if link.startswith("/") and "v=" not in urlsplit(link).query:
                    found.add(link)
        edge = sorted(found - seen)
        seen |= found
        edge = [path for path in edge if path not in wanted]
    assert wanted <= seen


def test_pages_cost_the_same_with_few_and_with_many_articles(client, topic, publication):
    GlossaryTerm.objects.create(term="脑卒中", synonyms="中风")
    many(4, topic)
    text(client, "/")  # Wagtail remembers the site's root
    costs = []
    for start in (0, 4):
        many(55 if start else 0, topic, start)
        cost = {}
        for path in ["/", "/blood-pressure/", *addresses(publication)]:
            with CaptureQueriesContext(connection) as queries:
                text(client, path)
            cost[path] = len(queries)
        costs.append(cost)
    assert costs[0] == costs[1]
    assert max(costs[1].values()) <= 14


def test_only_what_is_signed_is_shown(client, topic, publication):
    published.article("draft", topic, "草稿标题")
    ArticlePage.objects.update(title="改了标题", summary="改了摘要", live=True)
    other = Department.objects.create(name="骨科")
    ArticlePage.objects.update(department=other)
    pages = addresses(publication)
    for path in pages:
        html = text(client, path)
        assert "改了" not in html, path
        assert "草稿" not in html, path
        assert "骨科" not in html, path
    named = ("/need/tests/", f"/departments/{publication.department_id}/", "/a-z/j/", "/body/chest/")
    for path in named:
        assert f'<a href="{publication.path}">' in text(client, path), path
    publishing.withdraw(publication, reason="数字有误")
    for path in pages:
        html = text(client, path)
        assert publication.path not in html, path
        assert "家庭血压" not in html, path


@pytest.mark.parametrize(
    "path",
    [
        "/need/nonsense/",
        "/need/",
        "/departments/999/",
        "/departments/x/",
        "/a-z/1/",
        "/a-z/ab/",
        "/body/tail/",
    ],
)
def test_what_does_not_exist_is_not_found(client, publication, path):
    text(client, path, 404)


def test_empty_lists_say_what_to_do(client):
    published.home()
    department = Department.objects.create(name="骨科")
    for path in [
        "/need/surgery/",
        "/departments/",
        f"/departments/{department.pk}/",
        "/a-z/q/",
        "/body/",
        "/body/skin/",
    ]:
        html = text(client, path)
        assert '<meta name="robots" content="noindex">' in html, path
        assert re.search(r'<main.*role="search".*</main>', html, re.DOTALL), path
    html = text(client, "/sitemap.xml")
    assert not re.search("/(need|departments|a-z|body)/", html)


def test_pages_tell_machines_what_they_are(client, publication):
    sitemap = text(client, "/sitemap.xml")
    titles, descriptions = set(), set()
    for path in addresses(publication):
        html = text(client, path)
        assert f"<loc>{settings.SITE_URL}{path}</loc>" in sitemap, path
        assert f'<link rel="canonical" href="{settings.SITE_URL}{path}">' in html, path
        titles.add(re.search("<title>(.*?)</title>", html)[1])
        descriptions.add(re.search('<meta name="description" content="([^"]+)">', html)[1])
        assert len(re.findall("<h1", html)) == 1, path
        assert '<nav class="crumbs"' in html, path
        assert "noindex" not in html, path
    assert len(titles) == len(descriptions) == len(PLACES)


def test_titles_stand_in_the_order_of_their_sound(client, topic, monkeypatch):
    monkeypatch.setattr(places, "LETTER_SIZE", 2)
    for slug, title in [("a", "高血压"), ("b", "感冒"), ("c", "骨折"), ("d", "120怎么打"), ("e", "CT检查")]:
        published.publish(slug, topic, snapshot=published.plain(title, "一句话。"))
    titles = re.compile(r'<ul class="titles">(.*?)</ul>', re.DOTALL)

    def under(path):
        return re.findall(r"<a[^>]*>([^<]+)</a>", titles.search(text(client, path))[1])

    assert under("/a-z/g/") == ["感冒", "高血压"]
    assert under("/a-z/g/?page=2") == ["骨折"]
    assert under("/a-z/c/") == ["CT检查"]
    assert under("/a-z/other/") == ["120怎么打"]
    front = text(client, "/a-z/")
    assert 'href="/a-z/g/?page=2"' in front
    assert 'href="/a-z/q/' not in front


def test_other_names_lead_on_only_where_something_is_found(client, topic):
    GlossaryTerm.objects.create(term="脑卒中", plain="中风")
    GlossaryTerm.objects.create(term="足癣", plain="脚气")
    stroke = published.publish("stroke", topic, snapshot=published.plain("认得脑卒中", "脑卒中来得急。"))
    html = text(client, "/a-z/z/")
    assert re.search(r'<li>中风 \S+ <a href="/search/\?q=%E8%84%91%E5%8D%92%E4%B8%AD">脑卒中</a></li>', html)
    assert "足癣" not in html
    assert 'href="/a-z/z/"' in text(client, "/a-z/")
    publishing.withdraw(stroke, reason="数字有误")
    assert "中风" not in text(client, "/a-z/z/")


def test_the_figure_shows_nothing_that_the_list_does_not(client, publication):
    TopicPage.objects.update(body_areas=BodyArea.values)
    html = text(client, "/body/")
    picture = re.search('<svg class="figure".*?</svg>', html, re.DOTALL)[0]
    drawn = re.findall('href="([^"]+)"', picture)
    assert len(drawn) == len(body.SPOTS)
    assert set(body.SPOTS) <= set(BodyArea.values)
    listed = re.findall(r'<li><a href="(/body/[^"]+)"', html)
    assert listed == [f"/body/{area}/" for area in BodyArea.values]
    assert picture.count('tabindex="-1"') == len(drawn)


def test_caches_read_these_pages_again(publication, topic):
    moved = copy.copy(publication)
    found = refresh.paths_of(publication, moved)
    assert set(addresses(publication)) | {"/need/conditions/"} <= set(found)
    assert len(found) == len(set(found))
    assert "/need/vaccines/" not in found


def test_a_topic_takes_needs_and_no_address_of_the_site(admin_client, topic):
    edit = reverse("wagtailadmin_pages:edit", args=[topic.pk])

    def post(**changes):
        data = {"title": "高血压", "slug": "blood-pressure", "intro": rich_text(""), "emergency": ""}
        data = nested_form_data(data | {"comments": []})
        return admin_client.post(edit, data | changes | {"action-publish": "1"})

    assert post(needs=["tests", "medicines"], body_areas=["head"]).status_code == 302
    topic.refresh_from_db()
    assert (topic.needs, topic.body_areas) == (["tests", "medicines"], ["head"])
    assert "needs" in post(needs=["nonsense"]).context["form"].errors
    for slug in ("need", "a-z", "Body", "search"):
        (refusal,) = post(slug=slug).context["form"].errors["slug"]
        assert f"/{slug}/" in refusal
    # Made from a title, the address steps aside by itself.
    assert post(title="Search", slug="").status_code == 302
    copying = reverse("wagtailadmin_pages:copy", args=[topic.pk])
    new = {"new_title": "新", "new_slug": "departments", "new_parent_page": published.home().pk}
    assert "new_slug" in admin_client.post(copying, new).context["form"].errors
    assert not Page.objects.filter(slug__in=["search", "departments"]).exists()
    # Whatever address the site gets: no topic may stand in its way.
    own = {str(one.pattern).lstrip("^").split("/")[0] for one in get_resolver().url_patterns}
    own |= {
        str(one.pattern).lstrip("^").split("/")[0]
        for one in get_resolver("publish.website.urls").url_patterns
    }
    assert {name for name in own if re.fullmatch(r"[\w-]+", name)} <= RESERVED
