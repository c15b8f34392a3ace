"""The readers' website over its own addresses: what is shown, to whom, with which headers and at which cost."""

import json
import re
from copy import copy
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles import finders
from django.core.files.storage import default_storage
from django.utils import timezone

from wagtail.models import Page, PageViewRestriction, WorkflowState

import pytest
from defusedxml import ElementTree

from articles import copies, formats
from articles.models import ArticlePage, Department, Institution, LibraryImage, TopicPage
from cms import demo
from publish import publishing, refresh
from publish.models import Publication, SearchEntry, Withdrawal
from publish.website import jsonld, preview, responses, sitemaps
from review.models import Approval
from tests import samples
from tests.bench import bench_search
from tests.tools import published
from tests.tools.site_pages import page_types
from themes import leaflet, website


pytestmark = pytest.mark.django_db
ADDRESS = "/blood-pressure/home-blood-pressure/"
PUBLIC = [
    "/",
    "/blood-pressure/",
    ADDRESS,
    "/search/",
    "/search/?q=血压",
    "/nowhere/",
    "/feed/",
    "/sitemap.xml",
    "/robots.txt",
]


@pytest.fixture
def publication():
    return published.publish()


def text(response):
    return response.content.decode()


# --- The article ------------------------------------------------------------------------------


def test_an_article_shows_what_was_signed(client, publication):
    html = text(client.get(ADDRESS))
    assert f"<h1>{samples.SNAPSHOT['title']}</h1>" in html
    assert samples.SNAPSHOT["key_message"] in html
    assert samples.SNAPSHOT["topic"]["emergency"] in html
    assert "2026年11月16日" in html
    assert "2028年11月16日" in html
    assert "尚未签发" not in html
    assert "草稿标题" not in html


def test_structured_data_is_on_the_page_and_complete(client, publication):
    html = text(client.get(ADDRESS))
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)[1])
    assert data["@type"] == "MedicalWebPage"
    assert data["url"] == settings.SITE_URL + ADDRESS
    assert data["lastReviewed"] == "2026-11-16"
    assert f'<link rel="canonical" href="{settings.SITE_URL}{ADDRESS}">' in html


def test_nothing_done_to_the_rows_changes_the_article(client, publication):
    before = client.get(ADDRESS).content
    ArticlePage.objects.update(title="改了", live=False, slug="elsewhere", summary="改了", key_message="改了")
    TopicPage.objects.update(title="改了", slug="elsewhere", live=False, emergency="改了", intro="改了")
    assert client.get(ADDRESS).content == before
    assert client.get(publication.permanent_path).headers["Location"] == ADDRESS


def test_lists_show_what_was_signed(client, publication):
    ArticlePage.objects.update(title="改了标题", summary="改了摘要", key_message="改了要点")
    for path in ("/", "/blood-pressure/", "/search/?q=量血压", "/feed/"):
        html = text(client.get(path))
        assert samples.SNAPSHOT["title"] in re.sub("</?mark>", "", html), path
        assert "改了" not in html, path


def test_the_topics_emergency_sentence_is_the_signed_one(client, publication):
    TopicPage.objects.update(emergency="没有人签发过这句话。")
    html = text(client.get("/blood-pressure/"))
    assert samples.SNAPSHOT["topic"]["emergency"] in html
    assert "没有人签发过" not in html


def test_an_unsigned_article_has_no_page(client):
    page = published.article("draft")
    page.live = True
    page.save_base()
    ArticlePage.objects.update(live=True)
    assert client.get("/blood-pressure/draft/").status_code == 404
    assert client.get(f"/a/{page.pk}/").status_code == 404
    for path in ("/", "/blood-pressure/", "/search/?q=草稿", "/feed/", "/sitemap.xml"):
        assert "草稿标题" not in text(client.get(path))
        assert "/draft/" not in text(client.get(path))


def test_a_new_version_replaces_the_old_one_at_the_same_address(client, publication):
    published.publish(title="第二版")
    html = text(client.get(ADDRESS))
    assert "<h1>第二版</h1>" in html
    assert samples.SNAPSHOT["title"] not in html


def test_large_type_is_an_address_and_links_keep_it(client, publication):
    html = text(client.get(f"{ADDRESS}?v=large"))
    assert '<html lang="zh-Hans" class="large">' in html
    assert 'href="/blood-pressure/?v=large"' in html
    assert 'href="/search/?v=large"' in html
    home = text(client.get("/?v=large"))
    assert f'href="{ADDRESS}?v=large"' in home
    assert '<input type="hidden" name="v" value="large">' in home
    assert f'href="{ADDRESS}"' in html  # the way back


def test_the_sheet_to_print_is_linked_and_works(client, publication):
    assert f'href="{ADDRESS}?v=print"' in text(client.get(ADDRESS))
    html = text(client.get(f"{ADDRESS}?v=print"))
    assert 'class="qr"' in html
    assert publication.permanent_url in html


def test_a_sheet_to_print_names_the_addresses_behind_its_links(client, publication):
    html = text(client.get(f"{ADDRESS}?v=print"))
    links = re.findall(
        r'<a href="(https://[^"]+)"', html.partition('class="body"')[2].partition("<footer")[0]
    )
    (listed,) = re.findall(r'type="a">(.*?)</ol>', html)
    assert re.findall(r"<li>(.*?)</li>", listed) == links
    assert 'class="zoom"' not in html


@pytest.mark.parametrize("view", website.LEAFLETS)
def test_a_leaflet_holds_what_was_signed_and_who_signed_it(client, publication, view):
    ArticlePage.objects.update(title="改了", summary="改了", key_message="改了", author_name="改了")
    TopicPage.objects.update(title="改了", emergency="改了")
    assert f'href="{ADDRESS}?v=leaflet"' in text(client.get(ADDRESS))
    html = text(client.get(f"{ADDRESS}?v={view}"))
    institution = Institution.load()
    for words in (
        samples.SNAPSHOT["title"],
        samples.SNAPSHOT["key_message"],
        samples.SNAPSHOT["topic"]["emergency"],
        "胸口压榨样疼痛",
        "周明远",
        "2026年11月16日",
        "2028年11月16日",
        "适用人群：患者和家属",
        "原创",
        samples.SNAPSHOT["ai"]["note"],
        institution.name,
        institution.disclaimer,
        publication.permanent_url,
        '<meta name="robots" content="noindex">',
        f'<link rel="canonical" href="{settings.SITE_URL}{ADDRESS}">',
    ):
        assert words in html, words
    assert "改了" not in html and "<script" not in html and "复审" not in html
    Publication.objects.update(valid_until="2020-01-02")
    assert "原定在 2020年1月2日 前复审" in text(client.get(f"{ADDRESS}?v={view}"))


def test_a_draft_has_no_leaflet(rf):
    facts = preview.facts_of_draft(Institution.load().facts())
    with pytest.raises(ValueError, match="unsigned"):
        leaflet.render(samples.SNAPSHOT, facts, rf.get("/?v=leaflet"), canonical="")


def test_the_card_is_drawn_once_and_only_while_the_article_may_be_passed_on(client, publication):
    address = f"{publication.permanent_path}card.png"
    assert f'href="{ADDRESS}?v=card"' in text(client.get(ADDRESS))
    assert f'src="{address}"' in text(client.get(f"{ADDRESS}?v=card"))
    first = client.get(address)
    assert (first.status_code, first.headers["Content-Type"]) == (200, "image/png")
    assert first.headers["Cache-Control"] == responses.CACHED and not first.cookies
    (kept,) = default_storage.listdir("cards")[1]
    assert client.get(f"{address}?size=9999&colour=ff0000").content == first.content
    assert default_storage.listdir("cards")[1] == [kept], "asked for with arguments: no other card"
    Institution.objects.update(name="另一家示例医院")
    assert client.get(address).content != first.content
    assert len(default_storage.listdir("cards")[1]) == 2
    assert address in refresh.paths_of(publication)
    Publication.objects.update(valid_until="2020-01-02")
    assert client.get(address).status_code == 404
    assert "v=card" not in text(client.get(ADDRESS))
    publishing.withdraw(publication, reason="数字有误")
    gone = client.get(address)
    assert (gone.status_code, gone.content) == (410, b"")
    assert client.get("/a/999999999/card.png").status_code == 404


def test_foreign_parameters_do_no_harm(client, publication):
    for query in ("?p=xl3k", "?v=nonsense", "?v=%00", "?utm_source=x&p[]=1"):
        assert client.get(ADDRESS + query).status_code == 200, query


# --- Permanent address, withdrawal, moves ------------------------------------------------------


def test_the_permanent_address_leads_to_the_current_one(client, publication):
    response = client.get(f"{publication.permanent_path}?x=abc&v=large")
    assert response.status_code == 302
    assert response.headers["Location"] == f"{ADDRESS}?v=large"
    assert "max-age=60" in response.headers["Cache-Control"]


@pytest.mark.parametrize(
    "path", ["/a/1/", "/a/999999999999999999/", "/a/0/", "/a/" + "9" * 40 + "/", "/a/x/", "/a/-1/"]
)
def test_unknown_permanent_addresses_are_not_found(client, path):
    published.home()
    assert client.get(path).status_code == 404


def test_a_withdrawn_article_is_gone_at_once(client, publication):
    withdrawal = publishing.withdraw(publication, reason="数字有误")
    views = [f"{ADDRESS}?v={view}" for view in website.VIEWS]
    for path in (ADDRESS, publication.permanent_path, *views):
        response = client.get(path)
        assert response.status_code == 410, path
        assert samples.SNAPSHOT["title"] not in text(response)
        assert samples.SNAPSHOT["key_message"] not in text(response)
        assert "数字有误" in text(response)
    for path in ("/", "/blood-pressure/", "/search/?q=血压", "/feed/", "/sitemap.xml"):
        assert "home-blood-pressure" not in text(client.get(path))
        assert publication.permanent_path not in text(client.get(path))
    publishing.undo_withdrawal(withdrawal, user=None)
    assert client.get(ADDRESS).status_code == 200


def test_a_moved_or_renamed_article_is_found_at_every_address_it_had(client, publication):
    page = publication.article
    page.move(published.topic("用药", "medicine"), pos="last-child")
    assert client.get("/medicine/home-blood-pressure/").status_code == 200
    page = ArticlePage.objects.get(pk=page.pk)
    page.slug = "measuring"
    page.save()
    published.publish("measuring", title="第二版")
    for path in (ADDRESS, "/medicine/home-blood-pressure/", publication.permanent_path):
        response = client.get(path, follow=True)
        assert response.redirect_chain[-1][0].endswith("/medicine/measuring/"), path
        assert "<h1>第二版</h1>" in text(response)


def test_an_old_version_at_an_old_address_leads_to_the_new_one(client, publication):
    second = published.publish(title="第二版")
    Publication.objects.filter(pk=second.pk).update(path="/blood-pressure/new-place/")
    response = client.get(ADDRESS)
    assert response.status_code == 302
    assert response.headers["Location"] == "/blood-pressure/new-place/"


def test_an_address_taken_over_by_another_article_shows_that_article(client, publication):
    publishing.withdraw(publication, reason="让位")
    other = published.publish("other", title="另一篇")
    Publication.objects.filter(pk=other.pk).update(path=ADDRESS)
    assert "<h1>另一篇</h1>" in text(client.get(ADDRESS))


# --- Headers: no cookies, no script, any cache --------------------------------------------------


def test_public_answers_carry_no_cookie_and_vary_on_nothing(client, publication):
    for path in PUBLIC:
        response = client.get(
            path, headers={"accept-language": "en", "cookie": "sessionid=x; django_language=en"}
        )
        assert not response.cookies
        assert "Vary" not in response.headers
        assert response.headers["Cache-Control"] == responses.CACHED
        assert "csrfmiddlewaretoken" not in text(response)
        assert "sessionid" not in text(response)


def test_a_topic_made_private_is_not_there(client, publication):
    PageViewRestriction.objects.create(page=publication.topic, restriction_type=PageViewRestriction.LOGIN)
    assert client.get("/blood-pressure/").status_code == 404
    assert 'href="/blood-pressure/"' not in text(client.get("/"))
    assert client.get(ADDRESS).status_code == 200


def test_an_editor_who_is_logged_in_gets_the_same_bytes(client, admin_client, publication):
    for path in PUBLIC:
        assert admin_client.get(path).content == client.get(path).content
        assert "Vary" not in admin_client.get(path).headers


def test_the_policy_allows_scripts_of_ours_alone(client, publication):
    for path in PUBLIC:
        policy = client.get(path).headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; ")
        assert "; script-src 'self'; connect-src 'self'; " in policy
        assert "unsafe" not in policy
        assert "form-action 'self'" in policy


def test_pages_run_one_file_and_fetch_nothing_from_elsewhere(client, publication):
    for path in ("/", "/blood-pressure/", ADDRESS, "/search/?q=血压", "/nowhere/"):
        html = text(client.get(path))
        scripts = re.findall(r"<script[^>]*>", html)
        assert set(scripts) - {'<script type="application/ld+json">'} == {
            f'<script src="/static/themes/{"article" if path == ADDRESS else "site"}.js" defer>'
        }
        assert not re.search(r"\son\w+=|javascript:|style=\"", html)
        for address in re.findall(
            r'<(?:img|link|source|iframe|form)[^>]*(?:src|href|srcset|action)="([^"]+)"', html
        ):
            assert address.startswith(("/", settings.SITE_URL)), address
        assert "userbar" not in html
        assert "hreflang" not in html


def test_the_inline_colour_matches_its_hash(client, publication):
    import base64
    import hashlib

    institution = Institution.load()
    institution.colour = "#8A1F3C"
    institution.save()
    response = client.get(ADDRESS)
    (style,) = re.findall(r"<style>(.*?)</style>", text(response))
    assert "--brand:#8a1f3c;" in style
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in response.headers["Content-Security-Policy"]


def test_an_unchanged_page_is_not_sent_again(client, publication):
    first = client.get(ADDRESS)
    again = client.get(ADDRESS, headers={"if-none-match": first.headers["ETag"]})
    assert again.status_code == 304
    assert not again.content


def test_readers_cannot_post(client, publication):
    for path in ("/", ADDRESS, "/search/", "/a/1/"):
        assert client.post(path).status_code == 405


def test_head_is_answered(client, publication):
    for path in ("/", ADDRESS, "/search/", "/feed/", "/sitemap.xml"):
        response = client.head(path)
        assert response.status_code == 200
        assert not response.content


# --- Budgets ------------------------------------------------------------------------------------


def demo_snapshots():
    for file in sorted((Path(demo.__file__).parent / "content").glob("*.json")):
        content = json.loads(file.read_text(encoding="utf-8"))
        if isinstance(content, dict) and content.get("body"):
            blocks = [
                block if block["type"] != "image" else {"type": "image", "value": {"image": samples.FIGURE}}
                for block in content["body"]
            ]
            yield samples.snapshot(title=content["title"], key_message=content["key_message"], body=blocks)


def many_more(like, count):
    """Insert ``count`` publications of articles of their own, each with the words of publication ``like``."""
    approval, entry = like.approval, SearchEntry.objects.get(publication=like)
    topic = TopicPage.objects.get(pk=like.topic_id)
    first = 1 + max(model.objects.latest("pk").pk for model in (Page, Publication, Approval, WorkflowState))
    numbers = range(first, first + count)
    pages = [bench_search.page(pk, topic, f"量血压{pk}", like.body_text, like.published_at) for pk in numbers]
    for start in range(0, count, bench_search.BATCH):
        bench_search.insert(pages[start : start + bench_search.BATCH])

    def again(row, pk, **fields):
        new = copy(row)
        for name, value in fields.items():
            setattr(new, name, value)
        new.pk = pk
        return new

    def insert(rows):
        rows = list(rows)
        type(rows[0]).objects.bulk_create(rows, batch_size=bench_search.BATCH)

    insert(again(approval.workflow_state, pk, object_id=str(pk)) for pk in numbers)
    insert(
        again(approval, pk, sequence=pk, article_id=pk, workflow_state_id=pk, mac=f"{pk:064d}")
        for pk in numbers
    )
    insert(
        again(like, pk, article_id=pk, approval_id=pk, path=f"{topic.url_path}a{pk}/", title=f"量血压{pk}")
        for pk in numbers
    )
    insert(SearchEntry(article_id=pk, publication_id=pk, tokens=entry.tokens) for pk in numbers)


@pytest.mark.long
@pytest.mark.one_database
def test_pages_cost_as_many_queries_with_ten_thousand_articles_as_with_ten(
    client, django_assert_max_num_queries
):
    """Without any cache; the lists have further pages then."""
    lists = ["/", "/blood-pressure/", "/search/", "/search/?q=血压", "/feed/", "/sitemap.xml", "/nowhere/"]
    limits = {ADDRESS: 12, "/a/{pk}/": 12} | dict.fromkeys(lists, 14)
    first, costs = published.publish(), {}
    for number in range(1, 10):
        minute = published.SIGNED_AT + timedelta(minutes=number)
        last = published.publish(
            f"more{number}", title=f"量血压{number}", cover=None, body=[], signed_at=minute
        )
    for more in (0, 9_990):
        if more:
            many_more(last, more)
        for path, most in limits.items():
            with django_assert_max_num_queries(most) as queries:
                html = text(client.get(path.format(pk=first.article_id)))
            costs.setdefault(path, []).append(len(queries))
            assert path in ("/a/{pk}/", "/nowhere/") or re.search(
                "more|量(<mark>)?血压|/sitemap-1.xml", html
            ), path
    assert Publication.objects.live().count() == 10_000
    with django_assert_max_num_queries(14):
        assert text(client.get("/sitemap-1.xml")).count("<loc>") > 5_000
    assert all(many <= few for few, many in costs.values()), costs


def test_html_css_and_script_stay_within_forty_kilobytes(client, publication):
    for image, kind in formats.wanted(samples.SNAPSHOT):
        copies.store(formats.list_name(image, kind), json.dumps(kind).encode())
    for number in range(4):
        published.publish(f"more{number}", title=f"同专题{number}")
    html = text(client.get(ADDRESS))
    assert "full.avif" in html
    files = [name.removeprefix("/static/") for name in _files(html)]
    assert {"themes/calm/site.css", "themes/article.js"} <= set(files)
    beside = sum(Path(finders.find(name)).stat().st_size for name in files)
    sizes = [len(html.encode())]
    for number, snapshot in enumerate(demo_snapshots()):
        path = published.publish(f"demo{number}", snapshot=snapshot).path
        sizes.append(len(client.get(path).content))
    assert len(sizes) > 5
    assert max(sizes) + beside <= 40 * 1024, (max(sizes), beside)


def _files(html):
    return re.findall(r'<(?:link rel="stylesheet" href|script src)="([^"]+)"', html)


# --- Lists, feed, map, 404 ----------------------------------------------------------------------


def test_lists_have_pages(client):
    for number in range(14):
        published.publish(
            f"n{number}", title=f"第{number}篇", signed_at=published.SIGNED_AT + timedelta(minutes=number)
        )
    for path in ("/", "/blood-pressure/"):
        first = text(client.get(path))
        assert first.count('<li class="card">') == 12
        assert "第13篇" in first
        following = re.search(r'rel="next" href="([^"]+)"', first)[1]
        second = text(client.get(following))
        assert second.count('<li class="card">') == 2
        assert "第0篇" in second
        assert 'rel="next"' not in second


def test_the_home_page_names_the_topics_that_have_articles(client, publication):
    published.topic("空专题", "empty")
    html = text(client.get("/"))
    assert 'href="/blood-pressure/"' in html
    assert "空专题" not in html
    assert Institution.load().name in html


def test_an_empty_site_is_no_error(client):
    published.home()
    published.topic()
    for path in ("/", "/blood-pressure/", "/search/", "/search/?q=血压", "/feed/", "/sitemap.xml"):
        assert client.get(path).status_code == 200, path


def test_the_feed_is_well_formed_and_permanent(client, publication):
    published.publish("second", title="<第二篇> & 更多")
    response = client.get("/feed/")
    assert response.headers["Content-Type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(response.content)
    atom = {"a": "http://www.w3.org/2005/Atom"}
    entries = feed.findall("a:entry", atom)
    assert {entry.findtext("a:title", namespaces=atom) for entry in entries} == {
        samples.SNAPSHOT["title"],
        "<第二篇> & 更多",
    }
    for entry in entries:
        link = entry.find("a:link", atom).get("href")
        assert link == entry.findtext("a:id", namespaces=atom)
        assert re.fullmatch(re.escape(settings.SITE_URL) + r"/a/\d+/", link)


def test_the_map_names_home_topics_and_articles(client, publication):
    root = ElementTree.fromstring(client.get("/sitemap.xml").content)
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    found = [element.text for element in root.findall("s:url/s:loc", space)]
    lists = ["/departments/", f"/departments/{publication.department_id}/", "/a-z/", "/a-z/z/"]
    trust = ["/how-we-check/", "/corrections/", "/accessibility/"]
    paths = ("/", "/blood-pressure/", *lists, *trust, ADDRESS)
    assert found == [f"{settings.SITE_URL}{path}" for path in paths]


def days(client, path="/sitemap.xml", element="url"):
    """Return {path: day or None} of a map."""
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    rows = ElementTree.fromstring(client.get(path).content).findall(f"s:{element}", space)
    return {
        row.findtext("s:loc", None, space).removeprefix(settings.SITE_URL): row.findtext(
            "s:lastmod", None, space
        )
        for row in rows
    }


def test_the_map_gives_the_days_on_which_readers_got_something_new(client, publication):
    """A list has the day of the newest in it, or of a withdrawal from it; what is overdue is left out; no day is today's."""
    TopicPage.objects.update(needs=["medicines"], body_areas=["chest"])
    other = published.topic("用药", "medicine", needs=["medicines"])
    later = published.SIGNED_AT + timedelta(days=3)
    second = published.publish("second", other, title="阿司匹林", cover=None, signed_at=later)
    found = days(client)
    assert {found[path] for path in ("/", "/medicine/", "/need/medicines/", "/a-z/a/", second.path)} == {
        "2026-11-19"
    }
    assert {found[path] for path in ("/blood-pressure/", "/body/", "/body/chest/", "/a-z/z/", ADDRESS)} == {
        "2026-11-16"
    }
    assert found["/corrections/"] is None and found["/accessibility/"] is None
    third = published.publish("third", title="早上量血压", cover=None, signed_at=later)
    publishing.withdraw(third, reason="数字有误")
    Withdrawal.objects.update(withdrawn_at=later + timedelta(days=2))
    Publication.objects.filter(pk=second.pk).update(valid_until=later.date())
    found = days(client)
    assert second.path not in found and third.path not in found
    gone = ("/", "/blood-pressure/", "/body/chest/", "/a-z/z/", "/corrections/")
    assert {found[path] for path in gone} == {"2026-11-21"} and found["/medicine/"] == "2026-11-19"


def test_a_long_map_is_split_and_old_articles_keep_their_place(client, publication, monkeypatch):
    monkeypatch.setattr(sitemaps, "MOST", 3)
    for number in range(1, 4):
        minute = published.SIGNED_AT + timedelta(days=number)
        published.publish(f"n{number}", title=f"第{number}篇", cover=None, body=[], signed_at=minute)
    assert days(client, element="sitemap") == {
        "/sitemap-0.xml": "2026-11-19",
        "/sitemap-1.xml": "2026-11-18",
        "/sitemap-2.xml": "2026-11-19",
    }
    assert list(days(client, "/sitemap-1.xml")) == [ADDRESS, "/blood-pressure/n1/", "/blood-pressure/n2/"]
    assert list(days(client, "/sitemap-2.xml")) == ["/blood-pressure/n3/"]
    assert "/" in days(client, "/sitemap-0.xml") and client.get("/sitemap-3.xml").status_code == 404
    assert {"/sitemap.xml", "/sitemap-0.xml", "/sitemap-2.xml"} <= set(refresh.paths_of(publication))


def test_the_feed_is_right_for_those_who_ask_again(client):
    published.home()
    empty = client.get("/feed/").content
    assert empty == client.get("/feed/").content and b"<updated>2000-01-01T" in empty
    nobody = {"name": "", "title": "", "department": ""}
    publication = published.publish(summary="少于 5 < 6 & 更多", author=nobody)
    first = client.get("/feed/")
    atom = {"a": "http://www.w3.org/2005/Atom"}
    entry = ElementTree.fromstring(first.content).find("a:entry", atom)
    assert entry.find("a:summary", atom).get("type") == "html"
    assert entry.findtext("a:summary", None, atom) == "少于 5 &lt; 6 &amp; 更多"
    assert (
        entry.find("a:author", atom) is None
        and entry.findtext("a:updated", None, atom) == "2026-11-16T01:30:00+00:00"
    )
    asked = {"if-none-match": first.headers["ETag"], "if-modified-since": first.headers["Last-Modified"]}
    assert client.get("/feed/", headers=asked).status_code == 304
    publishing.withdraw(publication, reason="数字有误")
    again = client.get("/feed/", headers=asked)
    assert again.status_code == 200 and again.headers["Last-Modified"] != first.headers["Last-Modified"]


def test_robots_are_shown_the_map_and_kept_off_the_desk(client):
    lines = text(client.get("/robots.txt")).splitlines()
    for path in ("/admin/", "/review/", "/preview/", "/search/", "/count/", "/a/*/feedback/"):
        assert f"Disallow: {path}" in lines
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in lines


# --- What machines are told -----------------------------------------------------------------------


def told(html):
    """Return the head of a page as programs read it: {name: content}, and what its structured data say, by type."""
    head = html.partition("</head>")[0]
    names = dict(re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)"', head))
    names["canonical"] = (re.findall(r'<link rel="canonical" href="([^"]+)"', head) or [None])[0]
    data = [
        json.loads(one)
        for one in re.findall(r'<script type="application/ld\+json">(.*?)</script>', head, re.DOTALL)
    ]
    return names, {one.get("@type", one["@context"]): one for one in data}


def test_every_page_can_be_shared_and_says_which_address_is_its_own(client, publication, settings):
    settings.SITE_URL = "https://kepu.example.cn"
    gone = published.publish("gone", title="撤回的一篇")
    publishing.withdraw(gone, reason="数字有误")
    TopicPage.objects.update(needs=["medicines"], body_areas=["chest"])
    pages = page_types(publication, department=publication.department_id, withdrawn=gone)
    for other in (
        "leaflet",
        "leaflet-a5",
        "share-card",
    ):  # of the article; nobody is to find them by themselves
        html = text(client.get(pages.pop(other)))
        assert f'<link rel="canonical" href="https://kepu.example.cn{ADDRESS}">' in html and "noindex" in html
    assert len(pages) > 15
    institution = Institution.load()
    name_of_site = institution.name + institution.short_name
    for name, path in pages.items():
        for view in (path, f"{path}{'&' if '?' in path else '?'}v=large"):
            found, data = told(text(client.get(view)))
            assert found["description"] and found["og:description"] and found["og:title"], view
            assert found["og:type"] == ("article" if name.startswith("article") else "website")
            assert (found["og:locale"], found["og:site_name"]) == ("zh_CN", name_of_site), view
            assert found["og:image"].startswith("https://kepu.example.cn/") and found["og:image:alt"], view
            assert (found["og:image:width"], found["og:image:height"]) == ("500", "500")
            hidden = name in {
                "search",
                "search-found",
                "search-nothing",
                "not-found",
                "withdrawn",
                "feedback",
            }
            assert (found.get("robots") == "noindex") == hidden, view
            own = None if hidden else f"https://kepu.example.cn{path.partition('?')[0]}"
            assert found["canonical"] == found.get("og:url") == own, view
            assert bool(data) != hidden, view
    found, data = told(text(client.get(ADDRESS)))
    assert found["article:published_time"] == found["article:modified_time"] == "2026-11-16T09:30:00+08:00"
    trail = data["MedicalWebPage"]["breadcrumb"]["itemListElement"]
    assert [one["item"].removeprefix("https://kepu.example.cn") for one in trail] == [
        "/",
        "/blood-pressure/",
        ADDRESS,
    ]
    assert data[jsonld.BAIDU]["upDate"] == "2026-11-16T09:30:00"
    search = told(text(client.get("/")))[1]["WebSite"]["potentialAction"]["target"]["urlTemplate"]
    assert (
        client.get(search.removeprefix(settings.SITE_URL).format(search_term_string="血压")).status_code
        == 200
    )
    published.keep_pictures()
    assert client.get(found["og:image"].removeprefix(settings.SITE_URL)).status_code == 200


def test_machines_are_told_what_was_signed_whatever_is_edited_since(client, publication):
    """Every word and day of the head, the feed and the maps comes from the signature or is the hospital's own chrome."""
    published.publish("second", title="第二篇")

    def outputs():
        heads = {
            path: text(client.get(path)).partition("</head>")[0]
            for path in (ADDRESS, f"{ADDRESS}?v=large", "/")
        }
        return heads | {path: client.get(path).content for path in ("/feed/", "/sitemap.xml", "/robots.txt")}

    before = outputs()
    page = ArticlePage.objects.get(pk=publication.article_id)
    changed = "没有人签发过"
    page.title = page.seo_title = page.summary = page.key_message = page.share_text = page.author_name = (
        changed
    )
    page.search_description = changed
    page.save_revision()
    ArticlePage.objects.update(
        title=changed, seo_title=changed, summary=changed, share_text=changed, author_name=changed
    )
    TopicPage.objects.update(
        title=changed, intro=changed, emergency=changed, latest_revision_created_at=timezone.now()
    )
    Department.objects.update(name=changed)
    get_user_model().objects.update(first_name=changed)
    LibraryImage.objects.update(title=changed, description=changed)
    published.article("draft", title=changed)
    assert outputs() == before


def test_a_missing_page_helps(client, publication):
    response = client.get("/nowhere/at-all/")
    html = text(response)
    assert response.status_code == 404
    assert 'action="/search/"' in html
    assert 'href="/blood-pressure/"' in html


# --- Preview ------------------------------------------------------------------------------------


def test_a_preview_shows_the_draft_to_nobodys_cache(rf):
    page = published.article("draft")
    response = preview.render(samples.snapshot(title="草稿"), page, rf.get("/"))
    assert "<h1>草稿</h1>" in text(response)
    assert 'class="ribbon"' in text(response)
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "application/ld+json" not in text(response)
