"""P3 for notices: two `manage.py deliver` live through an autumn with holidays, are killed and stopped; each notice once."""

import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

import pytest

from publish import jobs
from publish.models.pushes import JobRun
from review import assignments
from review.errors import MayNotSignError
from review.models import Absence, Holiday, Notice, NoticeState
from tests.conftest import ROOT
from tests.factories import World, make_physician
from tests.tools import published
from tests.tools.mailbox import Mailbox


SHANGHAI = ZoneInfo("Asia/Shanghai")
# As the State Council names them for autumn 2026; 10-10 is a Saturday worked instead.
OFF = [date(2026, 10, day) for day in range(1, 8)]
WORKED = date(2026, 10, 10)


def at(text):
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


def until(what):
    """Wait until ``what()`` is true; the time is only there to end a test that hangs."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if what():
            return
        time.sleep(0.02)
    pytest.fail("nothing happened")


class Deliver:
    """One `manage.py deliver` whose clock is in the test's hands."""

    def __init__(self, env, moment):
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "deliver"],
            cwd=ROOT,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.move_to(moment)

    def move_to(self, moment):
        self.process.stdin.write(f"{moment.timestamp()}\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "taken\n"

    def end(self, number):
        """Send a signal and return the exit status."""
        self.process.send_signal(number)
        self.process.communicate(timeout=60)
        return self.process.returncode


class Autumn:
    """The two workers, the calendar and the mailbox; ``heard`` counts (day and hour, recipient, subject)."""

    def __init__(self, clock, env, mailbox):
        self.clock, self.env, self.mailbox = clock, env, mailbox
        self.workers = []
        self.heard = Counter()

    def begin(self, moment):
        self.clock.move_to(moment, tick=False)
        self.workers = [self.another(), self.another()]

    def another(self):
        return Deliver(self.env, timezone.now())

    def move_to(self, text):
        self.clock.move_to(at(text), tick=False)
        for worker in self.workers:
            worker.move_to(at(text))

    def live(self, *moments):
        """Move on to each moment, and wait there until nothing is left to do."""
        for text in moments:
            self.move_to(text)
            self.rest()

    def rest(self):
        until(self.is_at_rest)
        for message in self.mailbox.messages:
            when = timezone.localtime().strftime("%m-%d %H")
            self.heard[when, message["to"].partition("@")[0], message["subject"]] += 1
        self.mailbox.messages.clear()

    def is_at_rest(self):
        """Say whether every job whose turn it is has ended, and nothing that may go out now waits or is under way."""
        now = timezone.now()
        turns = [(job.name, job.slot(now)) for job in jobs._jobs.values() if not job.remote]
        done = set(JobRun.objects.exclude(ended_at=None).values_list("name", "slot"))
        return {turn for turn in turns if turn[1]} <= done and not waiting(now).exists()

    def end(self):
        for worker in self.workers:
            if worker.process.poll() is None:
                worker.process.kill()
                worker.process.communicate()


@pytest.fixture
def autumn(clock, command_env, settings):
    settings.WECHAT_APPID = ""
    with Mailbox() as mailbox:
        env = command_env | {
            "FOLLOW_CLOCK": "1",
            "EMAIL_URL": mailbox.url,
            "WECHAT_APPID": "",
            "LOG_LEVEL": "ERROR",
        }
        autumn = Autumn(clock, env, mailbox)
        yield autumn
        autumn.end()


def test_each_notice_once_in_three_months_of_two_workers(autumn):
    autumn.clock.move_to(at("09-29 22:10"), tick=False)
    world = World()
    Holiday.objects.bulk_create([Holiday(day=day, name="国庆节") for day in OFF])
    Holiday.objects.create(day=WORKED, name="国庆节", works=True)
    # Due for re-review on December 2, so called near from Saturday, October 3 on.
    published.publish(review_months=6, signed_at=at("06-02 10:00"))
    stand_in = make_physician("standin", [world.other_department], "代", "示例")
    Absence.objects.create(
        physician=world.physician.physician,
        stand_in=stand_in.physician,
        starts=date(2026, 10, 19),
        ends=date(2026, 10, 30),
    )

    def ask(person, title, due_on):
        step = world.submit(world.make_article(title=title))
        assert assignments.ask(step, person, world.librarian, date.fromisoformat(due_on))

    ask(world.physician, "甲", "2026-10-08")
    autumn.begin(at("09-29 22:15"))
    autumn.live("09-30 08:15", "10-01 08:15", "10-05 08:15", "10-08 08:15", "10-10 08:15")

    # Four mails are due. Each worker is in the middle of one when the first worker is killed.
    autumn.mailbox.hold()
    autumn.move_to("10-12 08:15")
    until(lambda: autumn.mailbox.waiting == 2)
    killed = autumn.workers.pop(0)
    assert killed.end(signal.SIGKILL) == -signal.SIGKILL
    autumn.mailbox.release()
    until(lambda: [row.state for row in waiting(timezone.now())] == [NoticeState.SENDING])
    autumn.live("10-12 08:25")
    [cut_off] = Notice.objects.filter(state=NoticeState.UNSURE)
    autumn.workers.append(autumn.another())

    with pytest.raises(MayNotSignError):
        ask(stand_in, "早", "2026-10-22")
    autumn.live("10-19 08:15")
    ask(stand_in, "乙", "2026-10-22")
    autumn.live("10-20 08:15", "10-21 08:15", "10-22 08:15", "10-26 08:15", "10-27 08:15")
    ask(stand_in, "丙", "2026-11-03")
    autumn.live("10-28 08:15", "11-02 08:15", "11-03 08:15", "11-06 08:15")

    # The other one is told to stop, as when a new version is installed.
    assert autumn.workers.pop(0).end(signal.SIGTERM) == 0
    autumn.workers.append(autumn.another())
    autumn.live("11-09 08:15", "11-16 08:15", "11-23 08:15", "12-02 08:15", "12-07 08:15", "12-31 08:15")

    colleagues = ("chief", "librarian")
    weeks = (
        "10-08",
        "10-12",
        "10-19",
        "10-26",
        "11-02",
        "11-09",
        "11-16",
        "11-23",
        "12-02",
        "12-07",
        "12-31",
    )
    assert autumn.heard == Counter(
        [
            ("09-30 08", "physician", "请您审核：甲"),  # asked at night
            ("09-30 08", "physician", "即将截止：甲"),
            ("10-08 08", "physician", "今天截止：甲"),
            ("10-10 08", "physician", "已逾期：甲"),
            *[("10-12 08", person, "已逾期：甲") for person in colleagues],
            ("10-20 08", "standin", "请您审核：乙"),
            ("10-21 08", "standin", "即将截止：乙"),
            ("10-22 08", "standin", "今天截止：乙"),
            ("10-26 08", "standin", "已逾期：乙"),
            *[("10-27 08", person, "已逾期：乙") for person in colleagues],
            ("10-28 08", "standin", "请您审核：丙"),
            # Their days are over.
            ("11-02 08", "librarian", "请选择审核人：乙"),
            ("11-02 08", "librarian", "请选择审核人：丙"),
            *[("11-06 08", person, "已逾期：丙") for person in colleagues],
            *[(f"{day} 08", person, "复审：1 篇文章") for day in weeks for person in colleagues],
        ]
    )
    assert [row.pk for row in Notice.objects.exclude(state=NoticeState.SENT)] == [cut_off.pk]


def waiting(now):
    """Return the notices that may go out now, or are under way."""
    return Notice.objects.filter(
        Q(state=NoticeState.READY, not_before__lte=now) | Q(state=NoticeState.SENDING)
    )
