"""DESIGN §9: what the review room lists costs as many queries for twenty rows as for three; the phone page a fixed number."""

from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from wagtail.models import Workflow, WorkflowTask

import pytest

from articles.models import ConsentRecord, Department, ReprintPermission
from publish import recall
from publish.models import Publication, Push, PushItem
from publish.states import State
from review import assignments, identity, links, services
from review.models import (
    Absence,
    Account,
    Holiday,
    LinkOpening,
    Notice,
    Objection,
    OlderArticle,
    ProofReading,
    ReReview,
    ReviewTask,
    SigningException,
    SpotCheck,
    SpotCheckItem,
    StepKind,
    TrustedDevice,
)
from tests.factories import World, all_yes, make_image, make_physician, make_user, open_step


pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
# Whose page, and which.
LISTS = [
    ("physician", "my_signatures:index"),
    ("physician", "absences:index"),
    *[
        ("chief", name)
        for name in (
            "wagtailadmin_home", "physicians:index", "absences:index", "approvals:index", "review_exceptions:index",
            "review_assignments:index", "review_notices:index", "review_holidays:index", "review_links:index",
            "review_openings:index", "review_pins:index", "review_report:index", "rereviews:index",
            "overdue_copies:index", "spot_checks:index", "older_articles:index", "registered_accounts:index",
            "consents:index", "reprints:index", "withdrawals:index", "departments:index",
        )
    ],
    ("librarian", "wagtailadmin_home"),
    ("physician", "wagtailadmin_home"),
    ("librarian", "rereviews:index"),
]  # fmt: skip


class Scene(World):
    """A world to which rows of every kind are added."""

    def __init__(self):
        super().__init__()
        self.today = timezone.localdate()
        self.cover = make_image("封面")
        self.count = 0
        self.dentist = make_physician("dentist", [self.other_department], "吴", "示例")
        # Signed by a physician, confirmed before by an author who has no account.
        self.step = ReviewTask.objects.filter(kind=StepKind.PHYSICIAN).order_by("pk").first()
        self.with_author = Workflow.objects.create(name="作者确认在先")
        author = ReviewTask.objects.create(name="作者确认", kind=StepKind.AUTHOR)
        author.groups.set(self.librarian.groups.all())
        for order, task in enumerate((author, self.step)):
            WorkflowTask.objects.create(workflow=self.with_author, task=task, sort_order=order)
        self.month = self.today.replace(day=1)

    def add(self, rows, desk_only=False):
        for _row in range(rows):
            self.count += 1
            colleague = make_physician(f"p{self.count}", [self.department], "丁", f"示例{self.count}")
            self._for_the_desk(colleague)
            if not desk_only:
                self._reviews()
                self._after()
                self._registers(self.count, colleague)

    def article(self, slug, **fields):
        return self.make_article(slug=f"{slug}-{self.count}", cover=self.cover, **fields)

    def _for_the_desk(self, colleague):
        writer = make_user(f"w{self.count}")
        writer.groups.set(self.librarian.groups.all())
        step = self.submit(self.article("open", user=writer), writer)
        self.assignment = assignments.ask(
            step, self.physician, self.librarian, self.today - timedelta(days=1)
        )
        links.make(self.assignment, self.librarian)
        LinkOpening.objects.create(link=self.assignment.links.get(), outcome="opened", user=colleague)
        SigningException.objects.create(
            workflow_state=step.workflow_state,
            physician=colleague.physician,
            objection=Objection.SCOPE,
            reason="全院只有他懂",
            granted_by=self.chief,
        )
        ProofReading.objects.create(
            workflow_state=step.workflow_state, number=1, reader=self.librarian, digest="x"
        )
        unconfirmed = self.article("unconfirmed")
        self.with_author.start(unconfirmed, self.librarian)
        assert open_step(unconfirmed).task.specific.kind == StepKind.AUTHOR

    def _reviews(self):
        returned = self.submit(self.article("returned"))
        services.send_back(
            returned, self.physician, seen_digest=services.read(returned).digest, reason="请写明剂量"
        )

    def _after(self):
        recalled = self.publish(self.article("recalled"))
        recall.recall(recalled, user=self.physician, reason="剂量需要核对")
        publication = self.publish(self.article("signed"))
        past = self.today - timedelta(days=1)
        Publication.objects.filter(pk=publication.pk).update(valid_until=past)
        ReReview.objects.filter(article=publication.article).update(due_on=past)
        push = Push.objects.create(account="wx", state=State.DONE)
        PushItem.objects.create(push=push, publication=publication, order=1, account="wx", title="旧文")
        self.month = (self.month - timedelta(days=1)).replace(day=1)
        check = SpotCheck.objects.create(month=self.month, percent=5, seed="x", population=[])
        SpotCheckItem.objects.create(spot_check=check, article=publication.article)

    def _registers(self, number, colleague):
        Absence.objects.create(
            physician=self.physician.physician,
            stand_in=colleague.physician,
            starts=self.today,
            ends=self.today,
        )
        identity.enrol(colleague, "274950", self.librarian)
        TrustedDevice.objects.create(
            user=colleague, token_hash=f"x{number}", expires_at=timezone.now() + timedelta(days=9)
        )
        Holiday.objects.create(day=self.today + timedelta(days=number), name="调休")
        Notice.objects.create(
            key=f"x:{number}", kind="asked", recipient=colleague, sender="mail", subject="请审核", text="请审核",
            not_before=timezone.now(),
        )  # fmt: skip
        department = Department.objects.create(name=f"科室{number}")
        OlderArticle.objects.create(title="旧文", url=f"https://a.cn/{number}", department=department)
        Account.objects.create(platform="微信", name=f"号{number}", operator="宣传科", filed_on=self.today)
        ConsentRecord.objects.create(
            patient_code=f"C-{number}", shows_text=True, given_on=self.today, explained_by="林", separate=True
        )
        ReprintPermission.objects.create(title="原文", granted_by="某刊", granted_on=self.today)


def queries_of(client, address):
    """Return how many queries ``address`` costs."""
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert response.status_code == 200, address
    return len(queries)


def counts_of(scene, lists):
    found = {}
    for who, name in lists:
        client = Client()
        client.force_login(getattr(scene, who))
        client.get(reverse(name))  # what is asked once a process or session
        found[who, name] = queries_of(client, reverse(name))
    return found


def test_no_list_of_the_review_room_grows_with_its_rows():
    scene = Scene()
    scene.add(1)
    few = counts_of(scene, LISTS)
    scene.add(2)
    assert counts_of(scene, LISTS) == few


def test_the_desk_asks_as_often_for_twenty_texts_as_for_three():
    desks = [(who, "review:desk") for who in ("physician", "librarian", "dentist")]
    scene = Scene()
    scene.add(3, desk_only=True)
    few = counts_of(scene, desks)
    scene.add(17, desk_only=True)
    assert counts_of(scene, desks) == few


def test_the_phone_page_costs_a_fixed_number_of_queries(record_property):
    """Ten of them are Wagtail's, to make a page of a stored revision; five read the house's lists for the checks."""
    scene = Scene()
    scene.add(1, desk_only=True)
    client = Client()
    client.force_login(scene.physician)
    address = reverse("review:phone", args=[scene.assignment.pk])
    client.get(address)
    count = queries_of(client, address)
    record_property("queries of the phone page", count)
    assert count <= 39


def test_submitting_and_signing_cost_a_fixed_number_of_queries(record_property):
    world = World()
    world.publish()  # so that what a process asks once has been asked
    article = world.make_article()
    with CaptureQueriesContext(connection) as submitting:
        step = world.submit(article)
    digest, answers = services.read(step).digest, all_yes(step)
    with CaptureQueriesContext(connection) as signing:
        services.sign(step, world.physician, seen_digest=digest, answers=answers)
    record_property("queries of a submission", len(submitting))
    record_property("queries of the last signature", len(signing))
    assert len(submitting) <= 75, [query["sql"][:120] for query in submitting]
    assert len(signing) <= 200, [query["sql"][:120] for query in signing]
