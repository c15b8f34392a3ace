"""Who may sign, by kind of step (P2); exceptions; absences; what readers see of those who left."""

from datetime import date, timedelta

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from wagtail.models import WorkflowTask

import pytest

from articles.models import Institution
from cms import roles
from publish.models import Publication
from review import exceptions, people, rights, services
from review.errors import MayNotSignError, ReviewStateError
from review.models import (
    Absence,
    Approval,
    Objection,
    Physician,
    Post,
    Profession,
    ReviewTask,
    SigningException,
    StepKind,
)
from review.presets import STEP_NAME
from tests.factories import World, make_physician, make_user, open_step


pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def change(user, **fields):
    Physician.objects.filter(user=user).update(**fields)


def turn_into(kind):
    """Make the one step of the chain one of ``kind``."""
    ReviewTask.objects.update(kind=kind)


def may_sign(user, step):
    return not rights.objection_to_sign(user, type(step).objects.get(pk=step.pk))


def absent(physician, stand_in, starts, ends):
    return Absence.objects.create(
        physician=physician.physician, stand_in=stand_in.physician, starts=starts, ends=ends
    )


# --- By kind of step ----------------------------------------------------------------------------


def test_each_profession_signs_its_own_kind_of_step(world):
    step = world.submit(world.make_article())
    for profession in Profession:
        change(world.physician, profession=profession)
        for kind, professions in rights.MEDICAL.items():
            turn_into(kind)
            assert may_sign(world.physician, step) == (profession in professions)


def test_steps_of_editors_office_and_leader_ask_for_the_group_alone(world):
    colleague = make_user("colleague", roles.PHYSICIAN)
    step, again = world.submit(world.make_article()), world.submit(world.make_article(user=colleague))
    for kind in (StepKind.EDITOR, StepKind.OFFICE, StepKind.LEADER):
        turn_into(kind)
        assert may_sign(colleague, step)
        assert not may_sign(world.librarian, step) and not may_sign(world.root, step)
        assert not may_sign(colleague, again), "who wrote the text does not sign it at any step"


def test_author_alone_confirms_the_authors_step(world):
    author = make_user("author")
    step, other_step = (
        world.submit(world.make_article(author_user=author)),
        world.submit(world.make_article()),
    )
    turn_into(StepKind.AUTHOR)
    assert may_sign(author, step)
    for other in (world.librarian, world.physician, world.chief, world.admin, world.root):
        assert not may_sign(other, step)
    author.is_active = False
    author.save()
    assert not may_sign(author, step)
    assert not may_sign(world.physician, other_step)


def test_nothing_goes_out_without_a_physician_even_when_the_chain_is_changed_midway(world):
    physicians_step = ReviewTask.objects.get(name=STEP_NAME)
    office = ReviewTask.objects.create(name="宣传科把关", kind=StepKind.OFFICE)
    office.groups.set(physicians_step.groups.all())
    article = world.make_article()
    WorkflowTask.objects.create(workflow=article.get_workflow(), task=office, sort_order=-1)
    colleague = make_user("colleague", roles.PHYSICIAN)
    world.sign(world.submit(article), colleague)
    assert open_step(article).task_id == physicians_step.pk
    with pytest.raises(ReviewStateError, match=r"physician|医师"), transaction.atomic():
        physicians_step.deactivate(user=world.chief)
    assert not Approval.objects.exists() and not Publication.objects.exists()
    physicians_step.refresh_from_db()
    turn_into(StepKind.LEADER)
    with pytest.raises(ReviewStateError):
        world.sign(open_step(article), make_user("other", roles.PHYSICIAN))
    assert not Approval.objects.exists() and not Publication.objects.exists()


def test_assessment_that_ran_out_yesterday_keeps_from_signing(world):
    step = world.submit(world.make_article())
    today = timezone.localdate()
    for until, expected in ((today, True), (today - timedelta(days=1), False), (None, True)):
        change(world.physician, assessed_until=until)
        assert may_sign(world.physician, step) is expected


def test_nobody_signs_after_leaving(world):
    step = world.submit(world.make_article())
    for post in (Post.LEFT, Post.RETIRED):
        change(world.physician, post=post)
        with pytest.raises(MayNotSignError):
            world.sign(step)


@pytest.mark.both_databases
def test_stand_in_signs_on_the_days_of_absence_and_on_no_other(world, clock):
    dentist = make_physician("dentist", [world.other_department], "吴", "示例")
    step = world.submit(world.make_article())
    absent(world.physician, dentist, date(2026, 11, 17), date(2026, 11, 18))
    signs = []
    for _day in range(4):
        signs.append(may_sign(dentist, step))
        clock.shift(timedelta(days=1))
    assert signs == [False, True, True, False]
    clock.shift(timedelta(days=-2))
    assert may_sign(world.physician, step), "who is absent may still sign"
    signed = world.sign(step, dentist)
    assert signed.signature["stands_in_for"] == "王示例"


def test_nobody_stands_in_for_someone_who_has_left(world):
    dentist = make_physician("dentist", [world.other_department], "吴", "示例")
    step = world.submit(world.make_article())
    today = timezone.localdate()
    absent(world.physician, dentist, today, today)
    change(world.physician, post=Post.LEFT)
    assert not may_sign(dentist, step)


# --- Exceptions ---------------------------------------------------------------------------------


def key_of(step, user):
    return next(one.key for one in exceptions.refused(step) if one.entry.user_id == user.pk)


def test_exception_lifts_what_was_named_for_one_person_and_one_run(world):
    author = make_physician("author", [world.other_department], "赵", "示例")
    change(author, assessed_until=timezone.localdate() - timedelta(days=1))
    article = world.make_article(author_user=author)
    step = world.submit(article)
    form = {"who": key_of(step, author), "reason": "全院只有他懂这个病", "sure": "on"}
    address = reverse("review:exceptions", args=[step.pk])
    chief = client_of(world.chief)
    assert "赵示例" in chief.get(address).content.decode()
    assert chief.post(address, form).status_code == 302
    assert set(SigningException.objects.values_list("objection", flat=True)) == set(Objection.values)
    signed = world.sign(step, author)
    assert {one["reason"] for one in signed.signature["exceptions"]} == {"全院只有他懂这个病"}
    assert {one["objection"] for one in signed.signature["exceptions"]} == set(Objection.values)
    assert not may_sign(author, world.submit(article)), "the next run needs an exception of its own"
    report = chief.get(reverse("review_exceptions:index"))
    assert "全院只有他懂这个病" in report.content.decode()


def test_exception_is_refused(world):
    dentist = make_physician("dentist", [world.other_department], "吴", "示例")
    step = world.submit(world.make_article())
    form = {"who": key_of(step, dentist), "reason": "全院只有他懂这个病", "sure": "on"}
    wrong = [(who, {}) for who in ("librarian", "admin", "root", "physician")] + [
        ("chief", changes)
        for changes in (
            {"reason": "  "},
            {"reason": "同意"},
            {"reason": "因" * 301},
            {"who": "0:scope"},
            {"who": "nonsense"},
            {"sure": ""},
        )
    ]
    for who, changes in wrong:
        client = client_of(getattr(world, who))
        response = client.post(reverse("review:exceptions", args=[step.pk]), form | changes)
        assert response.status_code in (302, 403, 409, 422)
        assert not SigningException.objects.exists() and not may_sign(dentist, step)


def test_exception_needs_the_objections_that_were_shown_and_somebody_else(world):
    dentist = make_physician("dentist", [world.other_department], "吴", "示例")
    step = world.submit(world.make_article())
    shown = key_of(step, dentist)
    change(dentist, assessed_until=timezone.localdate() - timedelta(days=1))
    with pytest.raises(ReviewStateError):
        exceptions.grant(step, world.chief, shown, "全院只有他懂这个病")
    dentist.groups.add(*world.chief.groups.all())
    with pytest.raises(MayNotSignError):
        exceptions.grant(step, dentist, key_of(step, dentist), "全院只有他懂这个病")
    services.call_back(step.workflow_state, world.librarian)
    with pytest.raises(ReviewStateError):
        exceptions.grant(step, world.chief, shown, "全院只有他懂这个病")
    assert not SigningException.objects.exists()


def test_report_exports_text_not_formulas_and_asks_no_more_for_more_rows(world):
    physician = world.physician.physician
    physician.name = "=HYPERLINK(1)"
    physician.save()

    def add():
        step = world.submit(world.make_article())
        SigningException.objects.create(
            workflow_state=step.workflow_state,
            physician=physician,
            objection=Objection.SCOPE,
            reason="@SUM(A1)",
            granted_by=world.chief,
        )

    add()
    chief, address = client_of(world.chief), reverse("review_exceptions:index")
    chief.get(address)
    few = count_queries(chief, address)
    add()
    add()
    assert count_queries(chief, address) == few
    rows = b"".join(chief.get(address, {"export": "csv"}).streaming_content).decode()
    assert rows.count("'@SUM(A1)") == 3 and rows.count("'=HYPERLINK") == 3
    for other in (world.librarian, world.physician):
        assert client_of(other).get(address).status_code in (302, 403)


def count_queries(client, address):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


# --- Entries and absences in the admin ----------------------------------------------------------


def entry_data(entry, **changes):
    data = {
        field: getattr(entry, field) or ""
        for field in (
            "name", "title", "profession", "specialties", "post", "licence_category", "licence_scope",
            "main_institution", "expert_pool", "mobile", "wecom_account",
        )
    }  # fmt: skip
    return (
        data
        | {
            "user": entry.user_id,
            "department": entry.department_id,
            "reviews_for": [department.pk for department in entry.reviews_for.all()],
            "assessed_until": entry.assessed_until or "",
            "left_on": entry.left_on or "",
        }
        | changes
    )


def test_private_part_is_for_those_who_keep_the_entries(world):
    change(world.physician, mobile="13900001111", licence_scope="内科专业", specialties="高血压、心衰")
    entry = world.physician.physician
    pages = [reverse("physicians:inspect", args=[entry.pk]), reverse("physicians:index")]
    for user, sees in ((world.chief, True), (world.admin, True), (world.librarian, False)):
        texts = [client_of(user).get(page).content.decode() for page in pages]
        assert "高血压、心衰" in texts[0]
        assert ("13900001111" in texts[0]) is sees and ("内科专业" in texts[0]) is sees
    assert client_of(world.physician).get(pages[0]).status_code in (302, 403)
    found = client_of(world.chief).get(pages[1], {"q": "心衰"})
    assert "王示例" in found.content.decode()
    assert "王示例" not in client_of(world.chief).get(pages[1], {"q": "骨折"}).content.decode()


def test_list_filters_by_assessment(world):
    today = timezone.localdate()
    for number, (name, days) in enumerate((("甲", -1), ("乙", 60), ("丙", 61)), 1):
        user = make_physician(f"p{number}", [world.department], name, "医师")
        change(user, assessed_until=today + timedelta(days=days))
    chief = client_of(world.chief)
    address = reverse("physicians:index")
    shown = {
        choice: [
            name for name in ("甲", "乙", "丙", "王") if f"{name}{'示例' if name == '王' else '医师'}" in text
        ]
        for choice in ("overdue", "soon", "none")
        for text in [chief.get(address, {"assessment": choice}).content.decode()]
    }
    assert shown == {"overdue": ["甲"], "soon": ["乙"], "none": ["王"]}


def test_entry_form_checks_leaving_and_ones_own_rights(world):
    entry = world.physician.physician
    address = reverse("physicians:edit", args=[entry.pk])
    chief = client_of(world.chief)
    chief.post(address, entry_data(entry, left_on="2026-01-01"))
    chief.post(address, entry_data(entry, mobile="<script>"))
    entry.refresh_from_db()
    assert entry.left_on is None and not entry.mobile
    world.chief.groups.add(*world.physician.groups.all())
    own = Physician.objects.create(user=world.chief, name="陈示范", title="馆长", department=world.department)
    data = entry_data(own, reviews_for=[world.department.pk])
    assert chief.post(reverse("physicians:edit", args=[own.pk]), data).status_code == 200
    assert not own.reviews_for.exists()
    nurse = make_user("nurse", roles.ADMINISTRATOR)
    client_of(nurse).post(reverse("physicians:add"), data | {"user": nurse.pk})
    assert not Physician.objects.filter(user=nurse).exists(), "nobody makes themselves a signer"
    assert chief.post(address, entry_data(entry, post="left")).status_code == 302
    entry.refresh_from_db()
    assert entry.post == Post.LEFT and entry.left_on == timezone.localdate()


def test_lists_ask_no_more_for_more_rows(world):
    today = timezone.localdate()

    def add():
        colleague = make_physician(f"p{Physician.objects.count()}", [world.department], "丁", "示例")
        absent(world.physician, colleague, today, today)

    lists = [(world.chief, "physicians"), (world.chief, "absences"), (world.physician, "absences")]

    def counts():
        return [count_queries(client_of(user), reverse(f"{name}:index")) for user, name in lists]

    add()
    counts()
    few = counts()
    add()
    add()
    assert counts() == few


def test_physician_keeps_own_absences_only(world):
    dentist = make_physician("dentist", [world.other_department], "吴", "示例")
    today = timezone.localdate()
    client, add = client_of(world.physician), reverse("absences:add")
    form = {"starts": today, "ends": today, "stand_in": dentist.physician.pk, "note": "会议"}
    assert client.post(add, form | {"physician": dentist.physician.pk}).status_code == 302
    own = Absence.objects.get()
    assert own.physician.user == world.physician, "a forged person changes nothing"
    theirs = absent(dentist, world.physician, today, today)
    for name in ("edit", "delete"):
        response = client.post(reverse(f"absences:{name}", args=[theirs.pk]), form | {"note": "改"})
        assert response.status_code in (302, 403)
    theirs.refresh_from_db()
    assert theirs.physician.user == dentist and theirs.note == ""
    assert client.get(reverse("absences:index")).status_code == 200
    assert client_of(world.librarian).post(add, form).status_code in (302, 403)
    assert Absence.objects.count() == 2


def test_absence_form_refuses(world):
    other = make_physician("other", [world.department], "吴", "示例")
    change(world.physician, licence_category="clinical")
    today, chief = timezone.localdate(), client_of(world.chief)
    form = {
        "physician": world.physician.physician.pk,
        "starts": today,
        "ends": today,
        "stand_in": other.physician.pk,
        "note": "",
    }
    fine = {"post": Post.IN_POST, "profession": Profession.PHYSICIAN, "licence_category": ""}
    for changes, entry in (
        ({"stand_in": world.physician.physician.pk}, {}),
        ({"ends": today - timedelta(days=1)}, {}),
        ({}, {"post": Post.RETIRED}),
        ({}, {"profession": Profession.NURSE}),
        ({}, {"licence_category": "dental"}),
    ):
        change(other, **fine | entry)
        assert chief.post(reverse("absences:add"), form | changes).status_code == 200
        assert not Absence.objects.exists()
    change(other, **fine)
    assert chief.post(reverse("absences:add"), form).status_code == 302


def test_overlapping_absences_are_warned_of_and_kept(world):
    other = make_physician("other", [world.department], "吴", "示例")
    today = timezone.localdate()
    absent(world.physician, other, today, today)
    absent(other, world.physician, today, today)
    form = {
        "physician": world.physician.physician.pk,
        "starts": today,
        "ends": today,
        "stand_in": other.physician.pk,
        "note": "",
    }
    response = client_of(world.chief).post(reverse("absences:add"), form, follow=True)
    levels = [message.level_tag for message in response.context["messages"]]
    assert levels.count("warning") == 2 and Absence.objects.count() == 3


# --- Readers ------------------------------------------------------------------------------------


def test_readers_see_at_once_that_a_signer_has_left(world):
    publication = world.publish()
    reader, signatures = Client(), publication.approval.signatures
    before = reader.get(publication.path).content.decode()
    assert people.FORMER not in before and "主任医师" in before
    change(world.physician, post=Post.RETIRED)
    after = reader.get(publication.path).content.decode()
    assert after.count("时任主任医师") >= 2, "in the page's text and in its JSON-LD"
    publication = Publication.objects.live().get()
    assert publication.facts(Institution.load())["reviewers"][0]["title"] == "时任主任医师"
    assert publication.approval.signatures == signatures
    change(world.physician, post=Post.IN_POST)
    assert reader.get(publication.path).content.decode() == before
