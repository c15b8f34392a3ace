"""The door of the phone page: links that open for one person alone, and everything that tries them."""

import re
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import pytest

from review import assignments, changes, identity, links, numbers, sending, services
from review.errors import ReviewStateError
from review.models import (
    Approval,
    Assignment,
    LastReading,
    LinkOpening,
    Notice,
    OneTimeCode,
    ReviewLink,
    ReviewPin,
    TrustedDevice,
)
from tests.factories import World, make_physician, open_step


pytestmark = pytest.mark.django_db
PIN = "274913"
BODY = "坐下休息"
"""Words of the article that stand in no title."""


@pytest.fixture
def world():
    world = World()
    world.article = world.make_article()
    world.step = world.submit(world.article)
    world.assignment = assignments.ask(world.step, world.physician, world.librarian)
    world.link = path_of(links.make(world.assignment, world.librarian))
    world.text = reverse("review:phone", args=[world.assignment.pk])
    return world


def path_of(url):
    return url[url.index("/review/") :]


def with_pin(world, client=None, remember=True):
    """Come in by the PIN; return the client."""
    identity.enrol(world.physician, PIN, world.librarian)
    client = client or Client()
    data = {"way": "pin", "pin-pin": PIN} | ({"pin-remember": "on"} if remember else {})
    assert client.post(world.link, data).headers["Location"] == world.text
    return client


def sign_data(client, world, answer="yes"):
    context = client.get(world.text).context
    return {"decision": "sign", "seen_digest": context["digest"]} | {
        field.html_name: answer for field in context["form"].questions
    }


def outcomes():
    return list(LinkOpening.objects.order_by("pk").values_list("outcome", flat=True))


def gives_nothing_away(response):
    content = response.content.decode()
    return BODY not in content and "每天量血压" not in content and "李示例" not in content


def test_the_link_alone_shows_title_due_date_and_sign_in(world):
    page = Client().get(world.link, headers={"User-Agent": "Mozilla/5.0 MicroMessenger/8.0 WeChat preview"})
    content = page.content.decode()
    assert page.status_code == 200 and gives_nothing_away(page)
    assert world.article.title in content and world.assignment.due_on.isoformat() in content
    # What a chat shows of an address: its title and og tags.
    assert world.article.title not in re.search("<title>(.*?)</title>", content)[1]
    assert "og:" not in content
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page.headers["X-Robots-Tag"] and "no-store" in page.headers["Cache-Control"]
    assert "unsafe-inline" not in page.headers["Content-Security-Policy"]
    # The token goes nowhere: no address on the page holds it, and its row keeps a hash.
    token = world.link.split("/")[3]
    assert token not in content
    assert token not in str(ReviewLink.objects.values())
    assert outcomes() == [links.SHOWN]
    assert not world.assignment.links.get().codes.exists()


@pytest.mark.parametrize("kind", ["forged", "expired", "revoked", "ended", "cut off"])
def test_links_that_open_nothing(world, kind):
    client = with_pin(world)
    LinkOpening.objects.all().delete()
    link = world.assignment.links.get()
    path, status = world.link, 410
    if kind == "forged":
        path, status = reverse("review:link", args=["A" * 43]), 404
    elif kind == "cut off":
        path, status = world.link[:-5] + "/", 404
    elif kind == "expired":
        ReviewLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif kind == "revoked":
        links.revoke(link, world.librarian)
    else:
        Assignment.objects.update(answer="declined")
    if kind == "ended":
        # Who has shown to be the person asked learns what came of it.
        assert client.get(path).headers["Location"] == world.text
        LinkOpening.objects.all().delete()
        client = Client()
    stranger = Client()
    for asking in (client, stranger):
        assert asking.get(path).status_code == status
        page = asking.post(path, {"way": "pin", "pin-pin": PIN})
        assert page.status_code == status
        assert gives_nothing_away(page) and world.article.title not in page.content.decode()
    assert identity.SESSION_KEY not in stranger.session
    assert set(outcomes()) == {links.FORGED if status == 404 else kind} and len(outcomes()) == 4
    assert not OneTimeCode.objects.exists()


def test_forged_links_fill_no_disk(world):
    client = Client()
    for number in range(links.FORGED_PER_HOUR + 3):
        assert client.get(reverse("review:link", args=[f"guess-{number}"])).status_code == 404
    assert LinkOpening.objects.filter(link=None).count() == links.FORGED_PER_HOUR


def test_another_person_is_refused_everywhere(world):
    other = make_physician("other", [world.department], "赵", "示例")
    client = Client()
    client.force_login(other)
    for user_client in (client, with_superuser(world)):
        assert user_client.get(world.link).headers["Location"] == world.text
        for address in (
            world.text,
            f"{world.text}wechat/",
            reverse("review:pass_on", args=[world.assignment.pk]),
        ):
            for response in (user_client.get(address), user_client.post(address, {"decision": "sign"})):
                assert response.status_code == 403 and gives_nothing_away(response)
                assert world.article.title not in response.content.decode()
    # Whether an assignment exists cannot be told.
    there, nowhere = client.get(world.text), client.get(reverse("review:phone", args=[10**9]))
    assert there.status_code == nowhere.status_code
    assert without_tokens(there) == without_tokens(nowhere)
    assert set(outcomes()) == {links.OTHER_PERSON}
    assert Assignment.objects.get().answer == "asked"


def with_superuser(world):
    client = Client()
    client.force_login(world.root)
    return client


def without_tokens(response):
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", response.content.decode())


def test_addresses_behind_the_door_ask_for_a_login(world):
    for pk in (world.assignment.pk, 10**9):
        response = Client().get(reverse("review:phone", args=[pk]))
        assert response.status_code == 302 and "/admin/login/" in response.headers["Location"]
    assert outcomes() == [links.OTHER_PERSON] * 2


def test_a_known_device_opens_the_text_and_nothing_of_the_editors_side(world):
    client = with_pin(world)
    cookie = client.cookies[identity.COOKIE]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["path"] == "/review/"
    client.cookies.pop("sessionid")
    assert client.get(world.link).headers["Location"] == world.text
    page = client.get(world.text)
    assert page.status_code == 200 and world.article.title in page.content.decode()
    assert BODY in client.get(f"{world.text}website/").content.decode()
    for address in (
        reverse("wagtailadmin_home"),
        reverse("review:desk"),
        reverse("review:text", args=[world.step.pk]),
    ):
        assert client.get(address).status_code == 302
    # Looking again and again decides nothing.
    assert Assignment.objects.get().answer == "asked" and not Approval.objects.exists()

    client.post(reverse("review:forget"))
    assert TrustedDevice.objects.get().revoked_at
    client.cookies[identity.COOKIE] = cookie.value
    assert client.get(world.text).status_code == 302


def test_a_device_that_is_no_longer_known(world):
    def close_account():
        get_user_model().objects.filter(pk=world.physician.pk).update(is_active=False)

    for end in (
        lambda: identity.forget_device(TrustedDevice.objects.latest("pk")),
        lambda: TrustedDevice.objects.update(expires_at=timezone.now()),
        lambda: identity.enrol(world.physician, "830162", world.librarian),
        close_account,
    ):
        client = with_pin(world)
        client.cookies.pop("sessionid")
        assert client.get(world.text).status_code == 200
        end()
        assert client.get(world.text).status_code == 302


def test_without_remembering_it_ends_after_two_hours(clock, world):
    client = with_pin(world, remember=False)
    assert identity.COOKIE not in client.cookies and not TrustedDevice.objects.exists()
    assert client.get(world.text).status_code == 200
    clock.shift(identity.OPEN_FOR)
    assert client.get(world.text).status_code == 302


def test_wrong_pins_close_that_way_for_a_quarter_of_an_hour(clock, world):
    identity.enrol(world.physician, PIN, world.librarian)
    client = Client()

    def attempt(pin):
        return client.post(world.link, {"way": "pin", "pin-pin": pin})

    for _try in range(identity.TRIES):
        page = attempt("000000")
        assert page.status_code == 200 and gives_nothing_away(page)
    # Now the right one does not help either, from wherever it is tried.
    assert attempt(PIN).status_code == 200
    assert Client().post(world.link, {"way": "pin", "pin-pin": PIN}).status_code == 200
    assert outcomes() == [links.WRONG_PIN] * (identity.TRIES + 2)
    clock.shift(identity.LOCKED_FOR + timedelta(seconds=1))
    assert attempt(PIN).status_code == 302


def test_pins_that_are_refused(world):
    for pin in ("12345", "123456", "987654", "111111", "112211", "abcdef", "１２３９０５", ""):
        with pytest.raises(ReviewStateError):
            identity.enrol(world.physician, pin, world.librarian)
    assert not ReviewPin.objects.exists()


def test_a_one_time_code_comes_by_mail_and_opens_once(world):
    client = Client()
    assert client.post(world.link, {"way": "send"}).status_code == 200
    notice = Notice.objects.get(kind="code")
    digits = identity.digits_of(OneTimeCode.objects.get())
    assert digits not in notice.text, "whoever reads the list of notices could come in"
    claimed = sending.claim(timezone.now())
    while claimed and claimed.pk != notice.pk:
        claimed = sending.claim(timezone.now())
    sending.deliver(claimed, timezone.now())
    assert mail.outbox[-1].to == [world.physician.email] and digits in mail.outbox[-1].body
    assert digits not in Notice.objects.get(pk=notice.pk).text

    wrong = f"{(int(digits) + 1) % 1_000_000:06d}"
    assert client.post(world.link, {"way": "code", "code-code": wrong}).status_code == 200
    response = client.post(world.link, {"way": "code", "code-code": digits})
    assert response.headers["Location"] == world.text and client.get(world.text).status_code == 200
    assert Client().post(world.link, {"way": "code", "code-code": digits}).status_code == 200
    assert outcomes() == [links.CODE_SENT, links.WRONG_CODE, links.OPENED, links.WRONG_CODE]


def test_codes_end_and_cannot_be_asked_for_without_end(clock, world):
    client = Client()
    client.post(world.link, {"way": "send"})
    first = identity.digits_of(OneTimeCode.objects.get())
    client.post(world.link, {"way": "send"})
    assert not identity.code_is_right(world.assignment.links.get(), first), "a newer code ends the older one"
    second = OneTimeCode.objects.latest("pk")
    for _try in range(identity.TRIES - 1):
        client.post(world.link, {"way": "code", "code-code": "000000"})
    with pytest.raises(identity.TooManyTriesError):
        identity.code_is_right(world.assignment.links.get(), identity.digits_of(second))
    for _more in range(identity.CODES_PER_HOUR):
        page = client.post(world.link, {"way": "send"})
    assert OneTimeCode.objects.count() == identity.CODES_PER_HOUR and page.status_code == 200
    third = OneTimeCode.objects.latest("pk")
    clock.shift(identity.CODE_LIFE)
    assert not identity.code_is_right(world.assignment.links.get(), identity.digits_of(third))


def test_a_decision_posted_twice_is_harmless(world):
    client = with_pin(world)
    data = sign_data(client, world)
    for _time in range(2):
        response = client.post(world.text, data)
        assert response.status_code == 302 and response.headers["Location"] == world.text
    returned = client.post(world.text, data | {"decision": "return", "comment": "再想想"})
    assert returned.status_code == 302
    approval = Approval.objects.get()
    assert approval.signatures[0]["username"] == world.physician.username
    page = client.get(world.text)
    assert page.status_code == 200 and gives_nothing_away(page)
    assert outcomes()[-3:] == [links.DECIDED, links.TWICE, links.TWICE]
    # The link has done its work; to the known device it says what came of it, to others nothing.
    assert client.get(world.link).headers["Location"] == world.text
    assert Client().get(world.link).status_code == 410


def test_what_is_incomplete_or_stale_loses_nothing(world):
    client = with_pin(world)
    data = sign_data(client, world) | {"comment": "已核对剂量"}
    first = next(name for name in data if name.startswith("answer_"))
    page = client.post(world.text, data | {first: ""})
    assert page.status_code == 422 and "已核对剂量" in page.content.decode()
    page = client.post(world.text, data | {"seen_digest": "0" * 64})
    assert page.status_code == 409 and "已核对剂量" in page.content.decode()
    for nonsense in ({}, {"decision": "everything"}, {"decision": "sign", "seen_digest": "<b>"}):
        assert client.post(world.text, nonsense).status_code == 422
    assert not Approval.objects.exists() and Assignment.objects.get().answer == "asked"


def test_forms_behind_the_door_are_checked_against_other_sites(world):
    client = with_pin(world, Client(enforce_csrf_checks=True))
    data = sign_data(client, world)
    assert client.post(world.text, data).status_code == 403
    assert client.post(reverse("review:pass_on", args=[world.assignment.pk]), {}).status_code == 403
    assert client.post(reverse("review:forget")).status_code == 403
    assert not Approval.objects.exists()


def test_passing_on_from_the_phone(world):
    client = with_pin(world)
    other = make_physician("other", [world.department], "赵", "示例")
    address = reverse("review:pass_on", args=[world.assignment.pk])
    assert "赵示例" in client.get(address).content.decode()
    for wrong in (
        {"to": str(other.pk)},
        {"to": "999999", "reason": "门诊"},
        {"to": str(world.librarian.pk), "reason": "门诊"},
    ):
        assert client.post(address, wrong).status_code == 422
    assert client.post(address, {"to": str(other.pk), "reason": "今天整天门诊"}).status_code == 302
    assert client.post(address, {"to": str(other.pk), "reason": "今天整天门诊"}).status_code == 302
    passed = Assignment.objects.get(person=other)
    assert Assignment.objects.get(person=world.physician).passed_to == passed
    # The first person's link and page are over; the new one's are their own.
    assert Client().get(world.link).status_code == 410
    assert "赵示例" in client.get(world.text).content.decode()
    assert client.get(reverse("review:phone", args=[passed.pk])).status_code == 403


@pytest.mark.parametrize(("way", "shown_as"), [("returned", "changes"), ("called back", "since_look")])
def test_changes_since_the_last_look_are_shown_until_the_decision(world, way, shown_as):
    client = with_pin(world)
    assert client.get(world.text).context["since_look"] == []
    article = world.article
    article.summary = "每天量血压两次，按时吃药，少盐多动。"
    if way == "returned":
        seen = services.read(world.step).digest
        services.send_back(world.step, world.physician, seen_digest=seen, reason="写明次数")
        article.save_revision(user=world.librarian)
        article.current_workflow_state.resume(user=world.librarian)
    else:
        services.call_back(world.step.workflow_state, world.librarian)
        article.save_revision(user=world.librarian)
        world.submit(article)
    again = assignments.ask(open_step(article), world.physician, world.librarian)
    address = reverse("review:phone", args=[again.pk])
    for _look in range(2):
        page = client.get(address)
        assert (changes.NEW, "两次") in page.context[shown_as]
        # Once, with signs beside the colours, and what was asked for.
        assert page.content.decode().count("<ins>") == 1
        assert ("写明次数" in page.content.decode()) == (way == "returned")
    # Kept when something is missing, done with after the decision.
    context = client.get(address).context
    before = LastReading.objects.get()
    assert before.digest != context["digest"]
    answers = {field.html_name: "yes" for field in context["form"].questions}
    client.post(address, {"decision": "sign", "seen_digest": context["digest"]} | answers)
    after = LastReading.objects.get()
    assert after.digest == context["digest"] and after.at > before.at


def test_every_digit_stands_in_the_list_of_numbers():
    text = "每日3次，每次0.5 g。儿童10～15mg/kg，半片起。一定要查HbA1c。百分之五的人，约1.5万例；血压180/110，COVID-19。"
    found = numbers.sentences([("正文", text)])
    assert [sentence.numbers for sentence in found] == [
        ["每日3次", "每次0.5 g"],
        ["10～15mg/kg", "半片"],
        ["HbA1"],
        ["百分之五", "约1.5万例"],
        ["180/110", "COVID-19"],
    ]
    assert all("".join(words for words, _number in one.pieces) in text for one in found)
    digits = "".join(number for one in found for number in one.numbers)
    assert re.sub(r"\D", "", digits) == re.sub(r"\D", "", text)
