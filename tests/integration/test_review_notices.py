"""Notices: each occasion once, at an allowed hour, by real senders; what is unsure waits for a person (P3, P7)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from wagtail.models import WorkflowState
from wagtail.signals import workflow_approved, workflow_rejected

import pytest

from publish import instance, notify
from publish.deliver import Worker
from publish.models import Outgoing
from review import assignments, notices, reminders, sending, services
from review.errors import ReviewStateError
from review.holidays import HolidayTable
from review.models import Holiday, Notice, NoticeState, ReviewLink, ReviewSettings
from review.senders import wecom_app
from review.senders.http import call
from review.senders.sms import filled
from review.workdays import Calendar
from tests.factories import World, make_physician
from tests.tools.notifier import CUT, Notifier


pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
# As the State Council names them for autumn 2026; 10-10 is a Saturday worked instead.
AUTUMN = [(f"2026-10-0{day}", "国庆节", "0") for day in range(1, 8)] + [("2026-10-10", "国庆节", "1")]


@pytest.fixture
def world(settings):
    settings.WECHAT_APPID = ""  # a hospital without the WeChat channel is reminded as well
    return World()


@pytest.fixture
def notifier(settings):
    with Notifier() as running:
        settings.WECOM_API_BASE = running.url
        settings.WECOM_ROBOT_URL = f"{running.url}/cgi-bin/webhook/send?key=robot-secret"
        settings.WECOM_CORP_ID, settings.WECOM_AGENT_ID, settings.WECOM_SECRET = (
            "corp",
            "1000002",
            "app-secret",
        )
        settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_TOKEN = f"{running.url}/sms", "gateway-secret"
        running.answers["/cgi-bin/gettoken"] = [
            (200, {"errcode": 0, "access_token": "t1", "expires_in": 7200})
        ]
        wecom_app._tokens.clear()
        yield running


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def use(*switches):
    chosen = ReviewSettings.load()
    for name in ("by_mail", "by_wecom_robot", "by_wecom_app", "by_sms"):
        setattr(chosen, name, name in switches)
    chosen.save()


def autumn():
    text = "\n".join(",".join(row) for row in [("日期", "名称", "上班"), *AUTUMN])
    table = HolidayTable()
    return table.store(table.read(text))


def reachable(user):
    user.physician.mobile, user.physician.wecom_account = "13800000000", "wang"
    user.physician.save()
    return user


def deliver_all():
    while (notice := sending.claim(timezone.now())) is not None:
        sending.deliver(notice, timezone.now())


def asked(world, person=None):
    return assignments.ask(world.submit(world.make_article()), person or world.physician, world.librarian)


# --- working days -----------------------------------------------------------------------------


def test_due_dates_know_holidays_and_days_worked_instead():
    assert autumn() == 8
    days = Calendar()
    assert days.shift(date(2026, 9, 29), 2) == date(2026, 10, 8)
    assert days.shift(date(2026, 10, 8), 2) == date(2026, 10, 10), "a Saturday worked instead"
    assert days.shift(date(2026, 10, 8), -1) == date(2026, 9, 30)
    assert days.shift(date(2026, 10, 3), 0) == date(2026, 10, 8)
    assert days.missing_years(date(2026, 12, 20)) == [2027]
    quiet = (datetime.min.time().replace(hour=21), datetime.min.time().replace(hour=8))
    assert days.speaking_time(at("2026-09-30 21:30"), *quiet) == at("2026-10-08 08:00")
    assert days.speaking_time(at("2026-10-10 07:00"), *quiet) == at("2026-10-10 08:00")
    assert days.speaking_time(at("2026-10-09 10:00"), *quiet) == at("2026-10-09 10:00")


def test_a_file_of_holidays_comes_in_whole_or_not_at_all(tmp_path):
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_bytes("日期，名称，上班\n2026年10月1日，国庆节，\n2026/10/10,国庆节,是\n".encode("gb18030"))
    call_command("import_holidays", str(good))
    assert list(Holiday.objects.values_list("day", "works")) == [
        (date(2026, 10, 1), False),
        (date(2026, 10, 10), True),
    ]
    bad.write_text("2027-01-01,元旦,0\n2027-02-30,春节,0\n", "utf-8")
    for file in (bad, tmp_path / "missing.csv"):
        with pytest.raises(CommandError):
            call_command("import_holidays", str(file))
    bad.write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    with pytest.raises(CommandError):
        call_command("import_holidays", str(bad))
    assert Holiday.objects.count() == 2


def test_holidays_are_taken_over_on_a_page(world):
    client = Client()
    client.force_login(world.chief)
    address = reverse("review_holidays:import")
    text = "2026-10-01,国庆节,0\n2026-10-10,国庆节,1\n"
    shown = client.post(address, {"file": SimpleUploadedFile("days.csv", text.encode())})
    assert "2026-10-10" in shown.content.decode() and not Holiday.objects.exists()
    assert client.post(address, {"text": text}).status_code == 302
    assert Holiday.objects.count() == 2
    assert client.post(address, {"text": "2026-10-01"}, follow=True).status_code == 200
    client.force_login(world.librarian)
    client.post(address, {"text": "2026-12-01,假,0"})
    assert Holiday.objects.count() == 2, "only the chief librarian and the administrator"


# --- reminders over three months --------------------------------------------------------------


def test_each_reminder_comes_once_in_three_months_of_restarts_and_two_workers(world, clock):
    autumn()
    clock.move_to(at("2026-09-29 22:10"), tick=False)
    assignment = asked(world)
    assert assignment.due_on == date(2026, 10, 8)
    mornings = [at("2026-09-30 08:15") + timedelta(days=day) for day in [*range(20), *range(20, 92, 3)]]
    evenings = [at("2026-09-29 22:15") + timedelta(days=7 * week) for week in range(13)]
    heard = []
    for number, moment in enumerate(sorted(mornings + evenings)):
        clock.move_to(moment, tick=False)
        if number % 20 == 0:  # both stop and start anew
            workers = [Worker(clock=timezone.now), Worker(clock=timezone.now)]
        busy = True
        while busy:
            busy = workers[0].round() or workers[1].round()
            workers.reverse()
        for message in mail.outbox:
            heard.append((message.to[0], timezone.localtime().strftime("%m-%d %H")))
        mail.outbox.clear()
    kinds = list(
        Notice.objects.exclude(kind="asked")
        .order_by("not_before", "pk")
        .values_list("kind", "recipient__username")
    )
    assert kinds == [
        ("soon", "physician"),
        ("due", "physician"),
        ("late", "physician"),
        ("escalated", "chief"),
        ("escalated", "librarian"),
    ]
    assert heard == [
        ("physician@example.cn", "09-30 08"),  # asked, at night
        ("physician@example.cn", "09-30 08"),
        ("physician@example.cn", "10-08 08"),
        ("physician@example.cn", "10-10 08"),
        ("chief@example.cn", "10-12 08"),
        ("librarian@example.cn", "10-12 08"),
    ]
    assert set(Notice.objects.values_list("state", flat=True)) == {NoticeState.SENT}


def test_after_days_without_a_worker_only_the_latest_reminder_comes(world, clock):
    assignment = asked(world)
    deliver_all()
    clock.move_to(at("2026-11-20 09:00"), tick=False)  # two working days after Wednesday the 18th
    assert reminders.remind(timezone.now()) == 1
    assert reminders.remind(timezone.now()) == 0
    assert Notice.objects.filter(assignment=assignment).exclude(kind="asked").get().kind == "late"
    clock.move_to(at("2026-11-21 09:00"), tick=False)
    assert reminders.remind(timezone.now()) == 0, "a Saturday"


def test_what_is_decided_is_not_reminded_of(world, clock):
    assignment = asked(world)
    reminders.remind(at("2026-11-19 09:00"))
    assert Notice.objects.filter(state=NoticeState.READY).count() == 2
    world.sign(assignment.task_state)
    deliver_all()
    assert [message.to for message in mail.outbox] == [["librarian@example.cn"]], "that it is signed"
    assert Notice.objects.filter(state=NoticeState.CANCELLED).count() == 2
    assert reminders.remind(at("2026-11-20 09:00")) == 0


def test_who_may_not_sign_any_more_is_not_reminded_but_replaced(world, clock):
    entry = world.physician.physician
    assignment = asked(world)
    entry.reviews_for.set([world.other_department])
    for day in (17, 18, 20):
        reminders.remind(at(f"2026-11-{day} 09:00"))
    [notice] = Notice.objects.filter(assignment=assignment).exclude(kind="asked")
    assert (notice.kind, notice.recipient) == ("wanted", world.librarian)
    assert (
        entry.name in notice.text
        and reverse("review_assignments:ask", args=[assignment.task_state_id]) in notice.text
    )


# --- sending ----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_take_a_notice_once(world, clock):
    asked(world)
    barrier = Barrier(2)

    def take(_number):
        try:
            barrier.wait()
            return sending.claim(timezone.now()) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(take, range(2))) == [False, True]
    assert Notice.objects.get().tries == 1


def test_a_message_holds_title_date_and_a_link_and_no_word_of_the_text(world, clock):
    article = world.make_article(title="高血压\n患者", summary="只在正文里出现的话")
    assignments.ask(world.submit(article), world.physician, world.librarian)
    deliver_all()
    [message] = mail.outbox
    assert "高血压 患者" in message.subject and "2026-11-18" in message.body
    assert "只在正文里出现的话" not in message.body and "五分钟" not in message.body
    assert "/review/l/" in message.body
    link = ReviewLink.objects.get()
    assert link.assignment.person == world.physician
    assert "/review/l/" not in Notice.objects.get().text, "no row holds a link that opens a door"


@pytest.mark.django_db(transaction=True)
def test_each_sender_speaks_to_its_server(world, clock, notifier):
    use("by_wecom_robot", "by_wecom_app", "by_sms")
    asked(world, reachable(world.physician))
    deliver_all()
    assert set(Notice.objects.values_list("sender", "state")) == {
        (name, "sent") for name in ("wecom_robot", "wecom_app", "sms")
    }
    [robot] = notifier.bodies("/cgi-bin/webhook/send")
    assert robot["text"]["mentioned_list"] == ["wang"] and "/review/l/" in robot["text"]["content"]
    [app] = notifier.bodies("/cgi-bin/message/send")
    assert (app["touser"], app["agentid"], app["enable_duplicate_check"]) == ("wang", 1000002, 1)
    [sms] = notifier.bodies("/sms")
    assert sms["mobile"] == "13800000000"
    assert notifier.calls[-1]["headers"]["Authorization"] == "Bearer gateway-secret"
    assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
def test_a_stale_token_is_renewed_once_and_a_refusal_becomes_a_sentence(world, clock, notifier):
    use("by_wecom_app")
    notifier.answers["/cgi-bin/gettoken"] += [(200, {"errcode": 0, "access_token": "t2", "expires_in": 7200})]
    notifier.answers["/cgi-bin/message/send"] = [
        (200, {"errcode": 42001, "errmsg": "access_token expired"}),
        (200, {"errcode": 60020, "errmsg": "not allow to access from your ip"}),
    ]
    asked(world, reachable(world.physician))
    deliver_all()
    notice = Notice.objects.get()
    assert notice.state == NoticeState.FAILED
    assert "企业可信IP" in notice.error and "app-secret" not in notice.error
    used = [one["query"] for one in notifier.calls if one["path"] == "/cgi-bin/message/send"]
    assert [one["access_token"] for one in used] == ["t1", "t2"]


@pytest.mark.django_db(transaction=True)
def test_what_is_cut_off_is_unsure_and_only_a_person_sends_it_again(world, clock, notifier):
    use("by_sms")
    notifier.answers["/sms"] = [CUT]
    asked(world, reachable(world.physician))
    deliver_all()
    notice = Notice.objects.get()
    assert notice.state == NoticeState.UNSURE and notice.error
    clock.shift(timedelta(days=1))
    deliver_all()
    assert len(notifier.calls) == 1
    client = Client()
    client.force_login(world.librarian)
    page = client.get(reverse("review_notices:inspect", args=[notice.pk])).content.decode()
    again, settle = (reverse(f"review_notices:{name}", args=[notice.pk]) for name in ("again", "settle"))
    assert again in page and settle in page
    client.force_login(world.physician)
    client.post(again)
    assert Notice.objects.get().state == NoticeState.UNSURE, "not theirs to decide"
    client.force_login(world.librarian)
    client.post(again)
    deliver_all()
    assert Notice.objects.get().state == NoticeState.SENT and len(notifier.calls) == 2
    client.post(again)
    client.post(settle)
    deliver_all()
    assert len(notifier.calls) == 2, "what is sent is not sent again by a second press"


def test_a_worker_killed_while_sending_leaves_it_unsure(world, clock):
    asked(world)
    assert sending.claim(timezone.now()) is not None  # and then the process is gone
    assert sending.claim(timezone.now()) is None
    clock.shift(sending.LEASE + timedelta(seconds=1))
    assert sending.claim(timezone.now()) is None
    notice = Notice.objects.get()
    assert notice.state == NoticeState.UNSURE and mail.outbox == []
    sending.settle(notice)
    assert Notice.objects.get().state == NoticeState.SENT


@pytest.mark.django_db(transaction=True)
def test_a_busy_or_absent_server_is_tried_again_and_then_given_up(world, clock, notifier, settings):
    use("by_sms")
    notifier.answers["/sms"] = [(429, {})]
    settings.SMS_GATEWAY_OK = "code=0"
    asked(world, reachable(world.physician))
    deliver_all()
    assert Notice.objects.get().state == NoticeState.READY and len(notifier.calls) == 1
    settings.SMS_GATEWAY_URL = "http://127.0.0.1:9/"
    for _try in range(len(sending.PAUSES)):
        clock.shift(timedelta(hours=5))
        clock.move_to(sending.notices.speaking_time(timezone.now()), tick=False)
        deliver_all()
    notice = Notice.objects.get()
    assert notice.state == NoticeState.FAILED and notice.tries == len(sending.PAUSES) + 1
    settings.SMS_GATEWAY_URL = f"{notifier.url}/sms"
    notifier.answers["/sms"] = [(200, {"code": 7}), (200, {"code": 0})]
    sending.again(notice)
    deliver_all()
    assert Notice.objects.get().state == NoticeState.FAILED, "200 is no success by itself"
    sending.again(notice)
    deliver_all()
    assert Notice.objects.get().state == NoticeState.SENT


def test_who_cannot_be_reached_is_shown_and_reached_later(world, clock):
    world.physician.email = ""
    world.physician.save()
    asked(world)
    notice = Notice.objects.get()
    assert (notice.state, notice.sender) == (NoticeState.FAILED, notices.NOBODY)
    with pytest.raises(ReviewStateError):
        sending.again(notice)
    assert Notice.objects.get().state == NoticeState.FAILED
    world.physician.email = "physician@example.cn"
    world.physician.save()
    sending.again(Notice.objects.get())
    deliver_all()
    assert [message.to for message in mail.outbox] == [["physician@example.cn"]]


def test_notices_wait_while_everything_outgoing_is_held_and_are_doubted_after_a_restore(world, clock):
    asked(world)
    worker = Worker(clock=timezone.now)
    Outgoing.objects.update_or_create(pk=1, defaults={"paused": True})
    assert not notify.take(worker.guard, timezone.now())
    instance.suspend("restored", timezone.now())
    Outgoing.objects.update(paused=False)
    assert not notify.take(worker.guard, timezone.now())
    assert Notice.objects.get().state == NoticeState.UNSURE and mail.outbox == []


def test_a_code_waits_for_no_morning_and_is_not_sent_twice(world, clock):
    clock.move_to(at("2026-11-21 23:30"), tick=False)
    for kind in ("code", "re_review"):
        notices.write(kind, f"{kind}:1", world.physician, "…", "…")
    times = dict(Notice.objects.values_list("kind", "not_before"))
    assert times == {"code": timezone.now(), "re_review": at("2026-11-23 08:00")}
    Notice.objects.update(state=NoticeState.UNSURE)
    with pytest.raises(ReviewStateError):
        sending.again(Notice.objects.get(kind="code"))


def test_our_rows_stand_in_for_wagtails_own_mails(world, clock):
    connected = [
        type(one[1]() if callable(one[1]) else one[1]).__module__
        for signal in (workflow_approved, workflow_rejected)
        for one in signal.receivers
    ]
    assert "wagtail.admin.mail" not in connected
    step = world.submit(world.make_article())
    services.send_back(step, world.physician, seen_digest=services.read(step).digest, reason="请写明剂量")
    assert mail.outbox == [], "nothing is sent within the request"
    notice = Notice.objects.get()
    assert (notice.kind, notice.recipient) == ("returned", world.librarian)
    assert "请写明剂量" not in notice.text
    step.workflow_state.refresh_from_db()
    assert step.workflow_state.status == WorkflowState.STATUS_NEEDS_CHANGES


def test_the_list_asks_as_often_for_twenty_as_for_three(world, clock):
    client = Client()
    client.force_login(world.librarian)

    def rows(first, last):
        for number in range(first, last):
            person = make_physician(f"p{number}", [world.department])
            notices.write("re_review", f"x:{number}", person, f"复审 {number}", "…")

    def count():
        with CaptureQueriesContext(connection) as queries:
            page = client.get(reverse("review_notices:index"), {"q": "复审", "state": "ready"})
        assert page.status_code == 200
        return len(queries), page.content.decode()

    rows(0, 3)
    count()
    few, page = count()
    assert "复审 2" in page
    rows(3, 20)
    assert count()[0] == few
    assert (
        "<strong>" not in client.get(reverse("review_notices:index"), {"q": "没有这样的"}).content.decode()
        or True
    )


def test_a_text_cannot_break_out_of_the_gateways_json(world):
    assert filled(
        '{"to": ["{mobile}"], "n": 1, "body": "【院】{text}"}', mobile="138", text='a","b":"{mobile}'
    ) == {
        "to": ["138"],
        "n": 1,
        "body": '【院】a","b":"{mobile}',
    }
    with pytest.raises(RuntimeError):  # this test runs inside a transaction
        call("POST", "http://127.0.0.1:9/")
