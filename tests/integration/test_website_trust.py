"""What readers are told about how we work, and what they may tell us: the log, the form for answers and its door."""

import re
from datetime import datetime, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.core import signing
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

import pytest

from articles.checks import personal
from cms import roles
from publish import feedback, publishing
from publish.models import Publication, ReaderFeedback, Withdrawal
from publish.website import feedback as door
from tests.factories import World, make_user
from tests.tools import published


pytestmark = pytest.mark.django_db
ORIGIN = {"HTTP_ORIGIN": "http://testserver", "HTTP_SEC_FETCH_SITE": "same-origin"}


@pytest.fixture(autouse=True)
def fresh_counters():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def publication():
    return published.publish()


@pytest.fixture
def browser():
    """A browser as strict as the server can be made: forms without Django's token would be refused."""
    return Client(enforce_csrf_checks=True)


def said(english):
    """Return a sentence of the interface as readers get it."""
    with translation.override("zh-hans"):
        return gettext(english)


def text(response):
    return response.content.decode()


def address(publication):
    return f"/a/{publication.article_id}/feedback/"


def token_of(client, publication):
    return re.search(r'name="token" value="([^"]+)"', text(client.get(address(publication))))[1]


def send(client, publication, token=None, headers=ORIGIN, **fields):
    data = {"token": token or token_of(client, publication), "answer": "unclear"} | fields
    body = "&".join(f"{name}={quote(str(value))}" for name, value in data.items())
    return client.post(
        address(publication), body, content_type="application/x-www-form-urlencoded", **headers
    )


# --- An answer --------------------------------------------------------------------------------


def test_an_answer_arrives_with_its_passage_and_without_its_sender(browser, publication):
    page = browser.get(address(publication))
    assert page.headers["Cache-Control"] == "private, no-store"
    assert not page.cookies
    assert said(
        "This is no place to see a doctor. In an emergency call 120. Do not write names or telephone numbers."
    ) in text(page)
    assert "■ 量血压的正确姿势" in text(page)
    sent = send(browser, publication, passage=3, words="<b>袖带</b>绑\x00多紧？\n看不懂")
    assert (sent.status_code, sent.headers["Location"]) == (303, f"{address(publication)}thanks/")
    assert not sent.cookies
    row = ReaderFeedback.objects.get()
    assert (row.publication, row.answer, row.passage) == (publication, "unclear", 3)
    assert row.words == "<b>袖带</b>绑多紧？ 看不懂"
    assert row.day == timezone.localdate()
    thanks = browser.get(sent.headers["Location"])
    assert said("Thank you") in text(thanks)
    assert thanks.headers["Cache-Control"] == "private, no-store"


def test_the_same_form_twice_is_one_answer(browser, publication):
    token = token_of(browser, publication)
    assert [send(browser, publication, token).status_code for _ in range(3)] == [303] * 3
    assert ReaderFeedback.objects.count() == 1
    for _ in range(2):  # another process has not seen the token; the words are known
        cache.clear()
        assert send(browser, publication, token, words="同样的话").status_code == 303
    assert ReaderFeedback.objects.count() == 2


def test_a_form_that_is_not_ours_is_refused(browser, publication):
    other = published.publish(slug="another")
    tokens = {
        "forged": "W10:1aaaaa:" + "x" * 43,
        "another article's": token_of(browser, other),
        "another salt": signing.dumps([publication.article_id, publication.pk, "x"]),
        "nonsense": "\x00" * 10,
    }
    for name, token in tokens.items():
        refused = send(browser, publication, token, words="原来的话")
        assert refused.status_code == 400, name
        assert "原来的话" in text(refused), name
    token = token_of(browser, publication)
    for headers in (
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_SEC_FETCH_SITE": "same-site", "HTTP_ORIGIN": "http://testserver"},
    ):
        refused = send(browser, publication, token, headers=headers, words="别处写的话")
        assert refused.status_code == 403, headers
        assert "别处写的话" not in text(refused)
    assert send(browser, publication, token, answer="best").status_code == 400
    assert browser.post(address(publication), {"token": token}, **ORIGIN).status_code == 415
    assert browser.put(address(publication)).status_code == 405
    assert not ReaderFeedback.objects.exists()


def test_a_token_runs_out_and_a_new_version_asks_again(browser, publication, monkeypatch):
    token = token_of(browser, publication)
    newer = published.publish(title="第二版")
    assert send(browser, publication, token).status_code == 409
    monkeypatch.setattr(door, "TOKEN_SECONDS", -1)
    late = send(browser, newer, words="等了很久")
    assert late.status_code == 400
    assert "等了很久" in text(late)
    assert not ReaderFeedback.objects.exists()


def test_what_tells_a_person_is_refused_and_kept_in_the_form(browser, publication):
    for words in (
        "请打13800138000",
        "１３８ ００１３ ８０００",
        "电话一三八零零一三八零零零",
        "010-62345678找我",
        "身份证 11010519491231002X",
        "回信到 a.b@example.cn",
        "微信号：abc_12345",
        "住院号:0012345",
        "姓名：赵示例",
        "1\u200b3\u200b8\u200b00138000",
    ):
        refused = send(browser, publication, words=words)
        assert refused.status_code == 400, words
        assert said("Please look again") in text(refused)
    assert "13800138000" in text(send(browser, publication, words="请打13800138000"))
    assert not ReaderFeedback.objects.exists()
    for words in (
        "血压135/85，心率70，要不要吃药？",
        "第3条说2026年11月16日，对吗",
        "120什么时候打",
        "早晚各2次，连续7天",
    ):
        assert not personal.found(words), words


def test_too_much_is_refused(browser, publication, monkeypatch):
    long = send(browser, publication, words="长" * 301)
    assert long.status_code == 400
    assert "长" * 301 in text(long)
    assert send(browser, publication, words="长" * 10_000).status_code == 413
    assert send(browser, publication, words="长" * 300, passage=10**9).status_code == 303
    assert ReaderFeedback.objects.get().passage == 0
    assert send(browser, publication, homepage="https://shop.example", words="买").status_code == 303
    monkeypatch.setattr(feedback, "MOST_A_DAY", 1)
    assert send(browser, publication).status_code == 429
    monkeypatch.setattr(feedback, "MOST_A_DAY", 100)
    monkeypatch.setattr(door, "MOST_AN_HOUR", 6)
    assert send(browser, publication).status_code == 303
    assert send(browser, publication).status_code == 303
    assert send(browser, publication).status_code == 429
    elsewhere = ORIGIN | {"REMOTE_ADDR": "2001:db8::1"}
    monkeypatch.setattr(door, "MOST_AN_HOUR", 1)
    assert send(browser, publication, headers=elsewhere).status_code == 303
    neighbour = ORIGIN | {"REMOTE_ADDR": "2001:db8::2"}  # the same household
    assert send(browser, publication, headers=neighbour).status_code == 429
    assert ReaderFeedback.objects.count() == 4


def test_a_withdrawn_article_takes_no_answer(browser, publication):
    token = token_of(browser, publication)
    publishing.withdraw(publication, reason="剂量有误", user=None)
    for response in (
        browser.get(address(publication)),
        send(browser, publication, token),
        browser.get(f"{address(publication)}thanks/"),
    ):
        assert response.status_code == 410
        assert "剂量有误" in text(response)
        assert publication.title not in text(response)
        assert response.headers["Cache-Control"] == "private, no-store"
    assert browser.get("/a/999999/feedback/").status_code == 404
    assert not ReaderFeedback.objects.exists()


# --- Pages --------------------------------------------------------------------------------------


def test_the_log_tells_corrections_and_repeats_nothing_that_was_taken_back(
    client, publication, django_assert_max_num_queries
):
    published.publish(scheme="xinglin/3", correction="第三步的数字写错了，已改正。")
    gone = published.publish(slug="gone", title="一篇撤回的文章")
    published.publish(slug="gone", title="一篇撤回的文章", scheme="xinglin/3", correction="撤回前的更正")
    publishing.withdraw(Publication.objects.live().get(article=gone.article_id), reason="剂量有误", user=None)
    html = text(client.get("/corrections/"))
    assert "第三步的数字写错了，已改正。" in html
    assert publication.title in html
    assert "剂量有误" in html
    assert f'href="/a/{gone.article_id}/"' in html
    assert "一篇撤回的文章" not in html
    assert "撤回前的更正" not in html
    for number in range(25):
        other = published.publish(slug=f"gone-{number}")
        publishing.withdraw(other, reason=f"理由{number}", user=None)
    with django_assert_max_num_queries(8):
        first = text(client.get("/corrections/"))
    assert first.index("理由24") < first.index("理由23")
    assert "第三步的数字" not in first
    assert "第三步的数字" in text(client.get("/corrections/?page=2"))
    publishing.undo_withdrawal(Withdrawal.objects.order_by("-pk").first(), user=None)
    assert "理由24" not in text(client.get("/corrections/"))


def test_how_we_check_says_what_is_set_and_names_nobody(client, django_assert_max_num_queries):
    world = World()
    with django_assert_max_num_queries(9):
        html = text(client.get("/how-we-check/"))
    assert "审核医师" in html
    assert (
        said(
            "A physician reads every sentence, number and dose, answers the hospital's checklist, and signs or sends the text back."
        )
        in html
    )
    for user in (world.physician, world.librarian, world.chief):
        assert user.get_full_name() not in html
    for path in ("/how-we-check/", "/corrections/", "/accessibility/"):
        response = client.get(path)
        assert response.status_code == 200
        assert response.headers["ETag"]
        assert "public" in response.headers["Cache-Control"]
        assert not response.cookies


# --- For editors --------------------------------------------------------------------------------


def test_editors_settle_by_passage_and_take_it_back(client):
    world = World()
    signed = world.publish(slug="signed")
    feedback.keep(signed, "helpful", 0, "")
    first = feedback.keep(signed, "unclear", 1, "第一段看不懂")
    later = feedback.keep(signed, "wrong", 1, "=1+1")
    client.force_login(world.librarian)
    assert "第一段看不懂" in text(client.get(reverse("reader_feedback:index")))
    page = reverse("reader_feedback:article", args=[signed.article_id])
    assert "第一段看不懂" in text(client.get(page))
    assert "2" in text(client.get(reverse("wagtailadmin_home")))
    settle = {"act": "settle", "answer": [first.pk], "note": "已请医师改写"}
    assert client.post(page, settle).status_code == 302
    first.refresh_from_db()
    later.refresh_from_db()
    assert (first.settled_by, first.note, later.settled_at) == (world.librarian, "已请医师改写", None)
    assert list(feedback.waiting(signed.article_id)) == [later]
    export = client.get(reverse("reader_feedback:index") + "?export=csv&open=open")
    rows = b"".join(export.streaming_content).decode() if export.streaming else text(export)
    assert "'=1+1" in rows
    assert "第一段" not in rows
    client.post(page, {"act": "settle", "answer": [first.pk, later.pk], "note": " "})
    assert feedback.waiting().count() == 1
    client.post(page, {"act": "reopen", "answer": [first.pk]})
    assert feedback.waiting().count() == 2
    outsider = make_user("pharmacist", roles.PHYSICIAN)
    client.force_login(outsider)
    assert client.get(page).status_code in (302, 403)
    client.post(page, settle)
    assert feedback.waiting().count() == 2


def test_answers_are_forgotten_when_they_are_done(publication):
    now = datetime(2028, 1, 1, 4, tzinfo=ZoneInfo("Asia/Shanghai"))
    long_ago = now.date() - timedelta(days=401)
    helpful = feedback.keep(publication, "helpful", 0, "", long_ago)
    waiting = feedback.keep(publication, "wrong", 0, "还没看", long_ago)
    done = feedback.keep(publication, "wrong", 0, "看过了", long_ago)
    recent = feedback.keep(publication, "unclear", 0, "刚看过", long_ago)
    ReaderFeedback.objects.filter(pk=done.pk).update(settled_at=now - timedelta(days=401))
    ReaderFeedback.objects.filter(pk=recent.pk).update(settled_at=now - timedelta(days=399))
    assert feedback.tidy(now) == 2
    assert set(ReaderFeedback.objects.all()) == {waiting, recent}
    assert helpful not in ReaderFeedback.objects.all()
