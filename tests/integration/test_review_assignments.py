"""Asking people to review: who is proposed, who may be asked, what they may answer, and that nobody is asked in vain."""

import json
from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from wagtail.models import WorkflowTask

import pytest

from articles.models import ArticlePage
from cms import roles
from review import assignments, services
from review.errors import MayNotSignError, ReviewStateError
from review.models import Absence, Assignment, Notice, Physician, ReviewLink, ReviewTask, StepKind
from tests.factories import World, edit_data, make_physician, make_user, open_step


pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


@pytest.fixture
def step(world):
    return world.submit(world.make_article())


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def colleague(world, username="zhao", given="同科", departments=None):
    return make_physician(username, departments or [world.department], "赵", given)


def names(step, query=""):
    return [one.name for one in assignments.propose(step, query)]


def add_step(world, kind, name, order=1, group=None):
    task = ReviewTask.objects.create(name=name, kind=kind)
    if group:
        task.groups.add(group)
    workflow = world.make_article().get_workflow()
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=order)
    return task


# --- proposing --------------------------------------------------------------------------------


def test_who_may_sign_is_proposed_by_department_load_and_absence(world, step):
    near = colleague(world)
    other = make_physician("qian", [world.other_department], "钱", "外科")
    other.physician.reviews_for.add(world.department)
    make_physician("sun", [world.other_department], "孙", "口腔")
    assert names(step) == ["王示例", "赵同科", "钱外科"] or names(step) == ["赵同科", "王示例", "钱外科"]
    busy = world.submit(world.make_article())
    assignments.ask(busy, world.physician, world.librarian)
    found = assignments.propose(step)
    assert [one.name for one in found] == ["赵同科", "王示例", "钱外科"]
    assert found[1].load == 1 and any("1" in reason for reason in found[1].reasons)
    today = timezone.localdate()
    Absence.objects.create(
        physician=near.physician, starts=today, ends=today + timedelta(days=3), stand_in=other.physician
    )
    found = assignments.propose(step)
    assert [one.name for one in found][-1] == "赵同科" and found[-1].away
    stand_in = next(one for one in found if one.name == "钱外科")
    assert stand_in.stands_in_for == near
    assert names(step, "口腔") == ["钱外科"], "looked for by department"
    assert assignments.ask(step, other, world.librarian).stands_in_for == near
    assert "钱外科" not in names(step), "asked already"


def test_the_page_asks_as_often_for_many_as_for_few(world, step):
    client = client_of(world.librarian)
    address = reverse("review_assignments:ask", args=[step.pk])
    for number in range(assignments.MOST_PROPOSED):
        colleague(world, f"a{number}")

    def count():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    count()
    few = count()
    for number in range(10):
        colleague(world, f"b{number}")
    assert count() <= few
    assignments.ask(step, world.physician, world.librarian)
    index = reverse("review_assignments:index")

    def listed():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(index, {"q": "高血压"}).status_code == 200
        return len(queries)

    listed()
    few = listed()
    for number in range(10):
        assignments.ask(step, Physician.objects.get(user__username=f"b{number}").user, world.librarian)
    assert listed() == few


# --- asking -----------------------------------------------------------------------------------


def test_submitting_leads_to_the_page_and_the_page_asks(world):
    article = world.make_article()
    client = client_of(world.librarian)
    words = {"key": "a", "type": "unstyled", "text": "胸痛不缓解，请立即拨打120，并尽快到医院就医。"}
    body = {
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "care_card",
        "body-0-id": "",
        "body-0-value-level": "call_120",
        "body-0-value-title": "",
        "body-0-value-text": json.dumps({"blocks": [words], "entityMap": {}}),
    }
    response = client.post(
        reverse("wagtailadmin_pages:edit", args=[article.pk]),
        edit_data(ArticlePage.objects.get(pk=article.pk), **body, **{"action-submit": "1"}),
    )
    address = reverse("review_assignments:ask", args=[open_step(article).pk])
    assert response.url == address
    due_on = timezone.localdate() + timedelta(days=20)
    page = client.get(address).content.decode()
    assert "王示例" in page
    response = client.post(address, {"person": world.physician.pk, "due_on": due_on.isoformat()}, follow=True)
    assert "王示例" in response.content.decode()
    assignment = Assignment.objects.get()
    assert (assignment.person, assignment.asked_by) == (world.physician, world.librarian)
    assert assignment.due_on == due_on
    client.post(address, {"person": world.physician.pk, "due_on": due_on.isoformat()})
    assert Assignment.objects.count() == Notice.objects.filter(kind="asked").count() == 1, "posted twice"


def test_nonsense_posted_to_the_page_asks_nobody(world, step):
    client, address = client_of(world.librarian), reverse("review_assignments:ask", args=[step.pk])
    person = world.physician.pk
    for data in (
        {},
        {"person": "x"},
        {"person": "9" * 30},
        {"person": "999999"},
        {"person": person, "due_on": "gestern"},
        {"person": person, "due_on": "9999-12-31"},
    ):
        assert client.post(address, data, follow=True).status_code == 200
    assert not Assignment.objects.exists()


def test_who_may_not_sign_is_not_asked_and_who_may_not_ask_asks_nobody(world, step):
    dentist = make_physician("dentist", [world.other_department], "钱", "牙")
    for person in (dentist, world.librarian, world.chief, world.root):
        with pytest.raises(MayNotSignError):
            assignments.ask(step, person, world.librarian)
    address = reverse("review_assignments:ask", args=[step.pk])
    for user in (world.physician, world.admin):
        client_of(user).post(address, {"person": world.physician.pk})
    Client().post(address, {"person": world.physician.pk})
    assert not Assignment.objects.exists()


def test_the_invitation_gives_words_to_paste(world, step):
    assignment = assignments.ask(step, world.physician, world.librarian)
    address = reverse("review_assignments:invitation", args=[assignment.pk])
    client = client_of(world.librarian)
    assert not ReviewLink.objects.exists() and client.get(address).status_code == 200
    assert not ReviewLink.objects.exists(), "looking makes no link"
    response = client.post(address)
    text = response.context["text"]
    assert "高血压患者的日常管理" in text and "/review/l/" in text and "少盐多动" not in text
    assert "no-store" in response["Cache-Control"]
    assignments.release(assignment, world.librarian)
    assert client.post(address).status_code == 302
    assert ReviewLink.objects.count() == 1


# --- answering --------------------------------------------------------------------------------


def test_claim_decline_and_pass_on(world, step):
    zhao = colleague(world)
    assignment = assignments.ask(step, world.physician, world.librarian)
    client = client_of(world.physician)
    assert (
        reverse("review:assignment_claim", args=[assignment.pk])
        in client.get(reverse("review:desk")).content.decode()
    )
    for _twice in range(2):
        client.post(reverse("review:assignment_claim", args=[assignment.pk]))
        assignment.refresh_from_db()
        assert assignment.answer == "claimed"
    address = reverse("review:assignment_pass_on", args=[assignment.pk])
    assert client.post(address, {"to": zhao.pk, "reason": " \0 "}).status_code == 409
    assert client.post(address, {"to": world.chief.pk, "reason": "出差"}).status_code == 409
    assignment.refresh_from_db()
    assert assignment.answer == "claimed", "a refusal leaves everything as it was"
    assert client.post(address, {"to": zhao.pk, "reason": "出差到周五"}).status_code == 302
    assert client.post(address, {"to": zhao.pk, "reason": "出差到周五"}).status_code == 409
    assignment.refresh_from_db()
    new = assignment.passed_to
    assert (assignment.answer, new.person, new.asked_by) == ("passed_on", zhao, world.physician)
    told = Notice.objects.get(kind="passed_on")
    assert told.recipient == world.librarian and "出差到周五" in told.text
    refused = client_of(zhao).post(reverse("review:assignment_decline", args=[new.pk]), {"reason": ""})
    assert refused.status_code == 409
    client_of(zhao).post(reverse("review:assignment_decline", args=[new.pk]), {"reason": "不是我的专业"})
    new.refresh_from_db()
    assert (new.answer, new.reason) == ("declined", "不是我的专业")
    assert Notice.objects.get(kind="declined").recipient == world.librarian, "who may choose somebody else"
    assert not assignments.open_of(zhao).exists()
    world.sign(step, zhao)  # being asked gives no right and takes none


def test_only_the_person_asked_answers(world, step):
    assignment = assignments.ask(step, world.physician, world.librarian)
    zhao = colleague(world)
    for user in (zhao, world.librarian, world.chief, world.root):
        for name in ("claim", "decline", "pass_on"):
            address = reverse(f"review:assignment_{name}", args=[assignment.pk])
            client_of(user).post(address, {"reason": "x", "to": zhao.pk})
    client_of(world.physician).post(reverse("review_assignments:release", args=[assignment.pk]))
    assignment.refresh_from_db()
    assert assignment.answer == "asked" and Assignment.objects.count() == 1


# --- steps ------------------------------------------------------------------------------------


def test_assignments_end_with_the_step(world, step):
    zhao = colleague(world)
    mine, other = (assignments.ask(step, person, world.librarian) for person in (world.physician, zhao))
    world.sign(step)
    assert [Assignment.objects.get(pk=one.pk).answer for one in (mine, other)] == ["done", "ended"]
    with pytest.raises(ReviewStateError):
        assignments.ask(step, zhao, world.librarian)
    again = world.submit(world.make_article())
    third = assignments.ask(again, zhao, world.librarian)
    services.call_back(again.workflow_state, world.librarian)
    assert Assignment.objects.get(pk=third.pk).answer == "ended"
    with pytest.raises(ReviewStateError):
        assignments.claim(Assignment.objects.get(pk=third.pk), zhao)


def test_a_clear_step_is_asked_for_by_itself_else_the_submitter_is_told(world):
    add_step(world, StepKind.PHYSICIAN, "复核", group=world.physician.groups.get())
    zhao = colleague(world)
    article = world.make_article()
    step = world.submit(article)
    assert not Assignment.objects.exists(), "the first step is the librarian's to ask for"
    world.sign(step)
    second = open_step(article)
    assert [(one.person, one.asked_by) for one in second.assignments.all()] == [(zhao, None)]
    colleague(world, "zhou", "又一位")
    other = world.make_article()
    world.sign(world.submit(other))
    assert not open_step(other).assignments.exists()
    told = Notice.objects.get(kind="wanted")
    assert told.recipient == world.librarian
    assert reverse("review_assignments:ask", args=[open_step(other).pk]) in told.text


def test_the_author_and_who_returned_it_are_asked_by_themselves(world):
    add_step(world, StepKind.AUTHOR, "作者确认", order=-1)
    author = make_user("author", roles.LIBRARIAN, "李", "示例")
    article = world.make_article(author_user=author)
    step = world.submit(article)
    [assignment] = step.assignments.all()
    assert (assignment.person, assignment.asked_by) == (author, None)
    WorkflowTask.objects.filter(task__name="作者确认").delete()
    plain = world.make_article()
    step = world.submit(plain)
    services.send_back(step, world.physician, seen_digest=services.read(step).digest, reason="请写明剂量")
    colleague(world)
    plain = ArticlePage.objects.get(pk=plain.pk)
    plain.save_revision(user=world.librarian)
    step.workflow_state.refresh_from_db()
    step.workflow_state.resume(user=world.librarian)
    assert [one.person for one in open_step(plain).assignments.all()] == [world.physician]
