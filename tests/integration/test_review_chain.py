"""The chain (三审三校) as journeys: its steps and their questions, two reviewers, points of a return, proof-readings."""

import json
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from wagtail.models import GroupApprovalTask, Workflow, WorkflowState, WorkflowTask

import pytest

from articles.choices import Subject
from articles.models import ArticlePage, Department, TopicPage
from cms import roles
from publish.models import Publication
from review import checklist, presets, returns, services
from review.errors import MayNotSignError, ReviewStateError
from review.models import (
    Approval,
    ChecklistVersion,
    ProofReading,
    ReturnNote,
    ReviewSettings,
    ReviewTaskState,
    StepKind,
)
from tests.factories import World, all_yes, make_physician, make_user, open_step


pytestmark = pytest.mark.django_db
PASSAGE, WORDING = "凭感觉改变药量", "不问医生就改变药量"


@pytest.fixture
def world():
    return World()


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def choose(**names):
    """Let the review settings pick the presets by name."""
    settings = ReviewSettings.load()
    for field, name in names.items():
        setattr(settings, field, Workflow.objects.get(name=name))
    settings.full_clean()
    settings.save()


def post_decision(user, step, **data):
    """Post a decision on the review page, as a browser does; returns the response."""
    client, address = client_of(user), reverse("review:text", args=[step.pk])
    digest = client.get(address).context["digest"]
    return client.post(address, {"seen_digest": digest, **data})


def sign_on_page(user, step):
    answers = {f"answer_{code}": "yes" for code in all_yes(step)}
    response = post_decision(user, step, decision="sign", **answers)
    assert response.status_code == 302, response.content.decode()


def send_back(step, user, **note):
    services.send_back(
        step, user, seen_digest=services.read(step).digest, notes=[{"category": "safety"} | note]
    )
    return ReviewTaskState.objects.get(pk=step.pk)


@pytest.mark.both_databases
def test_full_chain_with_the_authors_confirmation(world):
    choose(chain=presets.FULL_CHAIN_NAME)
    author = make_user("author", None, "赵", "作者")
    editor = make_user("editor", roles.EDITOR, "钱", "编辑")
    office = make_user("office", roles.OFFICE, "孙", "宣传")
    leader = make_user("leader", roles.LEADER, "李", "院长")
    article = world.make_article(author_user=author)
    world.submit(article)
    kinds = []
    for person in (author, editor, world.physician, office, leader):
        assert not Publication.objects.exists()
        step = open_step(article)
        kinds.append(step.task.specific.kind)
        waiting = client_of(person).get(reverse("review:desk")).context["rows"]
        assert [row["state"].pk for row in waiting] == [step.pk] and not waiting[0]["objection"]
        for other in {author, editor, world.physician, office, leader} - {person}:
            with pytest.raises(MayNotSignError):
                world.sign(step, other)
        sign_on_page(person, step)
    signatures = Approval.objects.get().signatures
    assert kinds == [signature["kind"] for signature in signatures]
    assert kinds == ["author", "editor", "physician", "office", "leader"]
    assert len({signature["digest"] for signature in signatures}) == 1
    assert [signature["checklist"] for signature in signatures] == [
        "author/1", "editor/1", "physician/2", "office/1", "leader/1",
    ]  # fmt: skip
    assert all(set(s["answers"]) == set(s["questions"]) and s["whole"] for s in signatures)
    # Readers meet the physician, not the hospital's house.
    assert [reviewer["name"] for reviewer in Publication.objects.live().get().reviewers] == ["王示例"]


def test_an_author_without_account_is_recorded_in_writing(world):
    choose(chain=presets.FULL_CHAIN_NAME)
    article = world.make_article()
    step = world.submit(article)
    address = reverse("review:confirmation", args=[step.pk])
    digest = services.read(step).digest
    given = {
        "seen_digest": digest,
        "how": "paper",
        "day": timezone.localdate().isoformat(),
        "note": "2026 年卷 12",
    }
    assert client_of(world.physician).post(address, given).status_code == 403
    librarian = client_of(world.librarian)
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    assert librarian.post(address, given | {"day": tomorrow}).status_code == 422
    assert librarian.post(address, given | {"seen_digest": "0" * 64}).status_code == 409
    assert open_step(article).pk == step.pk
    assert librarian.post(address, given).status_code == 302
    assert librarian.post(address, given).status_code == 409
    signature = ReviewTaskState.objects.get(pk=step.pk).signature
    assert (signature["name"], signature["username"]) == ("李示例", "")
    assert (
        signature["recorded_by"]["username"] == "librarian"
        and signature["confirmed"]["note"] == "2026 年卷 12"
    )
    assert open_step(article).task.specific.kind == StepKind.EDITOR


def test_nobody_records_for_an_author_with_an_account(world):
    choose(chain=presets.FULL_CHAIN_NAME)
    step = world.submit(world.make_article(author_user=make_user("author")))
    with pytest.raises(MayNotSignError):
        services.record_confirmation(
            step,
            world.librarian,
            seen_digest=services.read(step).digest,
            how="paper",
            day=timezone.localdate(),
        )


@pytest.mark.parametrize("subject", [None, *sorted(presets.CAREFUL_SUBJECTS), Subject.TREATMENT])
def test_subjects_choose_the_chain(world, subject):
    choose(careful_chain=presets.CAREFUL_CHAIN_NAME)
    article = world.make_article(subjects=[subject] if subject else [])
    expected = presets.CAREFUL_CHAIN_NAME if subject in presets.CAREFUL_SUBJECTS else presets.CHAIN_NAME
    assert article.get_workflow().name == expected


@pytest.mark.both_databases
def test_two_reviewers_for_a_text_on_medicines(world):
    choose(careful_chain=presets.CAREFUL_CHAIN_NAME)
    article = world.make_article(subjects=["medicines"])
    step = world.submit(article)
    assert "label" in all_yes(step) and "guardians" not in all_yes(step)
    with pytest.raises(ReviewStateError):
        services.sign(step, world.physician, seen_digest=services.read(step).digest, answers=all_yes())
    sign_on_page(world.physician, step)
    assert not Publication.objects.exists()
    with pytest.raises(MayNotSignError):
        world.sign(open_step(article))
    sign_on_page(make_physician("second", [world.department], "周", "示例"), open_step(article))
    assert len(Publication.objects.live().get().reviewers) == 2


def test_a_chain_without_a_physician_takes_no_article(world):
    chain = Workflow.objects.create(name="快速")
    WorkflowTask.objects.create(
        workflow=chain, task=GroupApprovalTask.objects.create(name="随便"), sort_order=0
    )
    with pytest.raises(ValidationError):
        choose(chain="快速")
    chain.workflow_tasks.all().delete()
    leader = WorkflowTask.objects.get(task__name=presets.FULL_STEPS[StepKind.LEADER]).task
    WorkflowTask.objects.create(workflow=chain, task=leader, sort_order=0)
    with pytest.raises(ReviewStateError):
        chain.start(world.make_article(), world.librarian)
    assert not ReviewTaskState.objects.exists()


def test_the_desk_asks_for_one_page_at_a_time(world):
    for _ in range(2):
        world.submit(world.make_article())
    desk = client_of(world.physician)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("review.views.desk.DESK_LENGTH", 1)
        first, second = (desk.get(reverse("review:desk"), {"p": number}) for number in (1, 2))
        shown = [row["state"].pk for page in (first, second) for row in page.context["rows"]]
        assert shown == list(ReviewTaskState.objects.order_by("pk").values_list("pk", flat=True))
        assert desk.get(reverse("review:desk"), {"p": "x"}).status_code == 200


# --- Returning ----------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_return_with_a_point_one_click_wording_and_a_new_signature(world):
    article = world.make_article()
    step = world.submit(article)
    points = {
        "notes-TOTAL_FORMS": "2",
        "notes-INITIAL_FORMS": "0",
        "notes-0-category": "safety",
        "notes-0-passage": PASSAGE,
        "notes-0-text": "说清楚要问谁",
        "notes-0-suggestion": WORDING,
    }
    assert post_decision(world.physician, step, decision="sign", **points).status_code == 422
    assert post_decision(world.physician, step, decision="return", **points).status_code == 302
    note = ReturnNote.objects.get()
    librarian, address = client_of(world.librarian), reverse("review:returned", args=[step.pk])
    edit_page = librarian.get(reverse("wagtailadmin_pages:edit", args=[article.pk]), follow=True)
    assert address in edit_page.content.decode()
    assert PASSAGE in librarian.get(address).content.decode()
    done = librarian.post(address, {f"answer_{note.pk}": "同意", "take_over": note.pk})
    assert done.status_code == 302
    article = ArticlePage.objects.get(pk=article.pk)
    text = str(json.loads(article.get_latest_revision().content["body"]))
    assert text.count(WORDING) == 1 and PASSAGE not in text
    # Twice changes nothing.
    assert librarian.post(address, {"take_over": note.pk}).status_code == 409
    assert article.revisions.count() == 2
    article.current_workflow_state.resume(user=world.librarian)
    again = open_step(article)
    page = client_of(world.physician).get(reverse("review:text", args=[again.pk]))
    changed = [(kind, text) for kind, text in page.context["changes"] if kind in ("old", "new")]
    assert changed and all(text in PASSAGE + WORDING for _kind, text in changed)
    content = page.content.decode()
    assert "同意" in content and content.index("同意") < content.index("website-preview")
    sign_on_page(world.physician, again)
    assert WORDING in str(Publication.objects.live().get().snapshot["body"])
    with pytest.raises(ReviewStateError):
        returns.answer(note, world.librarian, "太晚了")


@pytest.mark.parametrize(
    ("passage", "suggestion"),
    [
        ("这句话不在文中", "别的"),  # not there
        ("血压", "压力"),  # many times
        ("每次量两遍", "每次量三遍"),  # divided by a link
        ("坐稳，脚放平。", "坐" * 290),  # fits
        ("每天量血压，按时吃药，少盐多动。", "量" * 200),  # longer than a summary may be
        ("怎么量血压", "量" * 61),  # longer than a heading may be
    ],
)
def test_a_wording_is_put_exactly_there_or_not_at_all(world, passage, suggestion):
    article = world.make_article()
    step = send_back(
        world.submit(article), world.physician, passage=passage, text="改", suggestion=suggestion
    )
    note = step.return_notes.get()
    fits = suggestion.startswith("坐")
    if fits:
        returns.take_over(note, world.librarian)
    else:
        with pytest.raises(ReviewStateError):
            returns.take_over(note, world.librarian)
    note.refresh_from_db()
    assert note.taken_over is fits
    assert ArticlePage.objects.get(pk=article.pk).revisions.count() == (2 if fits else 1)


def test_hostile_wording_stays_text(world):
    article = world.make_article()
    hostile = '<script>alert("1 & 2")</script>'
    step = send_back(
        world.submit(article), world.physician, passage="坐稳，脚放平。", text="改", suggestion=hostile
    )
    returns.take_over(step.return_notes.get(), world.librarian)
    article = ArticlePage.objects.get(pk=article.pk)
    article.current_workflow_state.resume(user=world.librarian)
    page = client_of(world.physician).get(reverse("review:text", args=[open_step(article).pk]))
    assert hostile not in page.content.decode()
    steps = [block for block in page.context["snapshot"]["body"] if block["type"] == "steps"]
    assert "&lt;script&gt;" in steps[0]["value"]["steps"][0]


def test_points_are_answered_by_those_who_may(world):
    author, stranger = make_user("author"), make_user("stranger", roles.PHYSICIAN)
    step = send_back(world.submit(world.make_article(author_user=author)), world.physician, text="写明剂量")
    address, note = reverse("review:returned", args=[step.pk]), step.return_notes.get()
    assert client_of(stranger).post(address, {f"answer_{note.pk}": "x"}).status_code == 403
    assert client_of(author).post(address, {f"answer_{note.pk}": "已写明"}).status_code == 302
    # Whoever had the page open before, and answers another point, leaves this answer alone.
    stale = {f"shown_{note.pk}": "", f"answer_{note.pk}": ""}
    assert client_of(world.librarian).post(address, stale).status_code == 302
    with pytest.raises(MayNotSignError):
        returns.take_over(note, author)
    note.refresh_from_db()
    assert (note.answer, note.answered_by) == ("已写明", author)


def test_a_suggestion_needs_its_passage(world):
    step = world.submit(world.make_article())
    with pytest.raises(ReviewStateError):
        send_back(step, world.physician, text="改", suggestion="别的")
    with pytest.raises(ReviewStateError):
        send_back(step, world.physician, text="改", category="nonsense")
    assert open_step(step.workflow_state.content_object).pk == step.pk


@pytest.mark.parametrize(
    "nonsense",
    [
        {"notes-TOTAL_FORMS": "x"},
        {"notes-TOTAL_FORMS": "99999", "notes-INITIAL_FORMS": "-1"},
        {"notes-TOTAL_FORMS": "1", "notes-INITIAL_FORMS": "0", "notes-0-text": "a\0b"},
        {"notes-TOTAL_FORMS": "1", "notes-INITIAL_FORMS": "0", "notes-0-text": "改", "notes-0-category": "?"},
        {"notes-TOTAL_FORMS": "1", "notes-INITIAL_FORMS": "0", "notes-0-passage": "量" * 301},
    ],
)
def test_nonsense_returns_nothing(world, nonsense):
    step = world.submit(world.make_article())
    assert post_decision(world.physician, step, decision="return", **nonsense).status_code == 422
    assert not ReturnNote.objects.exists() and open_step(step.workflow_state.content_object).pk == step.pk


def test_a_changed_text_begins_a_longer_chain_anew(world):
    choose(chain=presets.CAREFUL_CHAIN_NAME)
    second = make_physician("second", [world.department], "周", "示例")
    article = world.make_article()
    world.sign(world.submit(article))
    returned = send_back(open_step(article), second, text="改")
    article = ArticlePage.objects.get(pk=article.pk)
    article.summary = "每天量血压，听医生的话。"
    article.save_revision(user=world.librarian)
    with pytest.raises(ReviewStateError):
        article.current_workflow_state.resume(user=world.librarian)
    assert article.current_workflow_state.status == WorkflowState.STATUS_NEEDS_CHANGES
    # Any librarian goes on from the points, also one who did not submit it.
    address = reverse("review:returned", args=[returned.pk])
    assert client_of(second).post(address, {"submit_again": "yes"}).status_code == 403
    colleague = client_of(make_user("colleague", roles.LIBRARIAN))
    done = colleague.post(address, {"submit_again": "yes"})
    step = open_step(article)
    assert done["Location"] == reverse("review:text", args=[step.pk])
    assert step.task.name == presets.STEP_NAME
    assert colleague.post(address, {"submit_again": "yes"}).status_code == 409
    assert colleague.get(done["Location"]).context["returned"] == returned
    world.sign(step)
    world.sign(open_step(article), second)
    assert Publication.objects.live().get().summary == "每天量血压，听医生的话。"


def test_what_changed_between_two_signatures_is_named(world):
    """Values that stand outside the frozen text change in the middle of a chain; nothing is published then."""
    choose(chain=presets.CAREFUL_CHAIN_NAME)
    second = make_physician("second", [world.department], "周", "示例")
    world.sign(world.submit(world.make_article()))
    Department.objects.filter(pk=world.department.pk).update(name="心内科")
    TopicPage.objects.update(emergency="突然剧烈胸痛，请立即拨打120。")
    with pytest.raises(ReviewStateError) as refused:
        world.sign(open_step(ArticlePage.objects.get()), second)
    said = str(refused.value)
    assert gettext("Topic") + "、" + gettext("Department") in said
    assert gettext("References, or how the house prints them") not in said
    assert not Approval.objects.exists() and not Publication.objects.exists()


# --- The checklist ------------------------------------------------------------------------------


def test_the_hospitals_own_questions(world):
    own = [
        {"code": "local", "text": "与本院规范一致。", "stop": False},
        {"code": "child", "text": "儿童剂量无误。", "subject": "children"},
    ]
    ChecklistVersion.objects.create(kind="physician", number=3, questions=own)
    step = world.submit(world.make_article())
    assert list(all_yes(step)) == ["local"]
    unexplained = post_decision(world.physician, step, decision="sign", answer_local="na")
    assert unexplained.status_code == 422
    explained = {"answer_local": "na", "reason_local": "本院没有相关规范"}
    assert post_decision(world.physician, step, decision="sign", **explained).status_code == 302
    signature = Approval.objects.get().signatures[0]
    assert signature["checklist"] == "physician/3"
    assert signature["questions"] == {"local": "与本院规范一致。"}
    assert signature["reasons"] == {"local": "本院没有相关规范"}


def test_no_physician_is_asked_more_than_eight_questions():
    subjects = [subject.value for subject in Subject]
    assert len(checklist.questions_of(StepKind.PHYSICIAN, subjects)[1]) <= checklist.MOST_FOR_A_PHYSICIAN


def test_a_stop_item_takes_no_excuse(world):
    step = world.submit(world.make_article())
    with pytest.raises(ReviewStateError):
        services.sign(
            step,
            world.physician,
            seen_digest=services.read(step).digest,
            answers=all_yes() | {"numbers": "na"},
            reasons={"numbers": "没有数字"},
        )
    assert not Approval.objects.exists()


# --- Proof-readings -----------------------------------------------------------------------------


def test_proof_readings_are_kept_by_name(world):
    step = world.submit(world.make_article())
    address, digest = reverse("review:proof", args=[step.pk]), services.read(step).digest
    first = {"number": 1, "seen_digest": digest, "note": "改了两个标点"}
    client_of(world.physician).post(address, first)
    client_of(world.librarian).post(address, first | {"number": 4})
    client_of(world.librarian).post(address, first | {"seen_digest": "0" * 64})
    assert not ProofReading.objects.exists()
    client_of(world.librarian).post(address, first)
    client_of(world.chief).post(address, first)
    world.sign(step)
    (proof,) = Approval.objects.get().signatures[0]["proofs"]
    assert (proof["number"], proof["username"], proof["note"]) == (1, "librarian", "改了两个标点")
    client_of(world.librarian).post(address, first | {"number": 2})
    assert ProofReading.objects.count() == 1


def test_the_chief_librarian_makes_a_new_version(world):
    address = reverse("review_checklists:edit", args=["editor"])
    assert client_of(world.librarian).get(address).status_code == 302
    chief = client_of(world.chief)
    assert chief.get(reverse("review_checklists:index")).status_code == 200
    page = chief.get(address)
    formset = page.context["formset"]
    data = {
        "based_on": page.context["based_on"],
        "questions-TOTAL_FORMS": "3",
        "questions-INITIAL_FORMS": "0",
    }
    data |= {"questions-0-code": "plain", "questions-0-text": "句子短。", "questions-0-stop": "on"}
    data |= {
        "questions-1-code": "plain",
        "questions-1-text": "孕妇看得懂。",
        "questions-1-subject": "pregnancy",
    }
    assert formset.initial[0]["code"] == "current"
    assert chief.post(address, data | {"questions-0-text": ""}).status_code == 422
    assert not ChecklistVersion.objects.exists()
    assert chief.post(address, data).status_code == 302
    # A second window, opened before, does not undo it unseen.
    late = chief.post(address, data | {"questions-0-text": "句子更短。"})
    assert late.status_code == 422 and "句子更短。" in late.content.decode()
    assert ChecklistVersion.objects.get().number == 2
    version, questions = checklist.questions_of("editor", ["pregnancy"])
    assert version == "editor/2"
    assert [(one.code, one.text, one.stop) for one in questions] == [
        ("plain", "句子短。", True),
        ("own_1", "孕妇看得懂。", False),
    ]


def test_a_physicians_version_stays_short(world):
    address = reverse("review_checklists:edit", args=["physician"])
    data = {"based_on": "physician/2", "questions-TOTAL_FORMS": "9", "questions-INITIAL_FORMS": "0"}
    data |= {f"questions-{n}-text": f"问题{n}" for n in range(9)}
    assert client_of(world.chief).post(address, data).status_code == 422
    assert not ChecklistVersion.objects.exists()


def test_the_chief_librarian_chooses_and_edits_chains(world):
    chief = client_of(world.chief)
    settings = ReviewSettings.load()
    address = reverse("wagtailsettings:edit", args=["review", "reviewsettings", settings.pk])
    page = chief.get(address)
    assert page.status_code == 200
    data = {name: value for name, value in page.context["form"].initial.items() if value not in (None, False)}
    full = Workflow.objects.get(name=presets.FULL_CHAIN_NAME)
    assert chief.post(address, data | {"chain": full.pk}).status_code == 302
    assert world.make_article().get_workflow() == full
    for name in ("index", "task_index"):
        assert chief.get(reverse(f"wagtailadmin_workflows:{name}")).status_code == 200
    assert chief.get(reverse("wagtailadmin_workflows:edit", args=[full.pk])).status_code == 200
    task = full.tasks.first()
    assert chief.get(reverse("wagtailadmin_workflows:edit_task", args=[task.pk])).status_code == 200
    assert client_of(world.librarian).get(address).status_code == 302
