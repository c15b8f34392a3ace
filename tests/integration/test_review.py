"""The review gate: who may decide, over which text, and what the record keeps (P1, P2)."""

from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from wagtail.models import WorkflowState, WorkflowTask

import pytest

from articles.models import ArticlePage
from cms import roles
from publish.models import Delivery, Publication, SearchEntry
from review import chain, checklist, services
from review.errors import AppendOnlyError, MayNotSignError, ReviewStateError, StaleTextError
from review.models import Approval, ChainHead, ReviewTask, ReviewTaskState
from review.presets import STEP_NAME
from review.signals import article_approved
from tests.factories import World, all_yes, edit_data, make_physician, make_user, open_step


pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


def answers(value="yes"):
    return {f"answer_{code}": value for code in checklist.all_yes()}


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def test_signature_approves_and_publishes_at_once(world):
    article = world.make_article()
    step = world.submit(article)
    client = client_of(world.physician)
    page = client.get(reverse("review:text", args=[step.pk]))
    assert page.status_code == 200
    data = {"decision": "sign", "seen_digest": page.context["digest"]} | answers()
    response = client.post(reverse("review:text", args=[step.pk]), data)
    assert response.status_code == 302
    approval = Approval.objects.get()
    publication = Publication.objects.live().get(article=article)
    assert approval.digest == page.context["digest"]
    assert publication.approval == approval
    assert approval.signatures[0]["name"] == "王示例"
    assert approval.signatures[0]["answers"] == all_yes()
    assert ArticlePage.objects.get(pk=article.pk).live
    assert set(Delivery.objects.filter(publication=publication).values_list("channel", flat=True)) == {
        "website",
        "wechat",
    }
    assert list(chain.faults()) == []


def test_form_keeps_what_was_typed_when_something_is_missing(world):
    step = world.submit(world.make_article())
    client = client_of(world.physician)
    digest = client.get(reverse("review:text", args=[step.pk])).context["digest"]
    data = (
        {"decision": "sign", "seen_digest": digest, "comment": "已核对剂量"} | answers() | {"answer_care": ""}
    )
    response = client.post(reverse("review:text", args=[step.pk]), data)
    assert response.status_code == 422
    assert "已核对剂量" in response.content.decode()
    assert not Approval.objects.exists()


def test_a_no_forbids_signing(world):
    step = world.submit(world.make_article())
    with pytest.raises(ReviewStateError):
        services.sign(
            step,
            world.physician,
            seen_digest=services.read(step).digest,
            answers=all_yes() | {"numbers": "no"},
        )
    assert not Approval.objects.exists()


def test_return_needs_a_reason_and_reaches_the_author(world):
    article = world.make_article()
    step = world.submit(article)
    digest = services.read(step).digest
    with pytest.raises(ReviewStateError):
        services.send_back(step, world.physician, seen_digest=digest, reason="  ")
    services.send_back(step, world.physician, seen_digest=digest, reason="请写明剂量")
    state = WorkflowState.objects.get(object_id=str(article.pk))
    assert state.status == WorkflowState.STATUS_NEEDS_CHANGES
    assert state.current_task_state.comment == "请写明剂量"
    article = ArticlePage.objects.get(pk=article.pk)
    assert not article.get_lock()
    # Mended and sent again, the same run goes on and ends in an approval.
    article.summary = "每天量血压，剂量听医生的。"
    article.save_revision(user=world.librarian)
    state.resume(user=world.librarian)
    world.sign(open_step(article))
    assert Publication.objects.live().get(article=article).summary == "每天量血压，剂量听医生的。"


def test_text_is_frozen_for_everyone_under_review(world):
    article = world.make_article()
    world.submit(article)
    article = ArticlePage.objects.get(pk=article.pk)
    revisions = article.revisions.count()
    for user in (world.librarian, world.chief, world.root):
        client = client_of(user)
        response = client.post(
            reverse("wagtailadmin_pages:edit", args=[article.pk]), edit_data(article, title="改")
        )
        assert response.status_code == 200
        autosave = client.post(
            reverse("wagtailadmin_pages:edit", args=[article.pk]),
            edit_data(article, title="改"),
            headers={"accept": "application/json"},
        )
        assert autosave.status_code == 400
        assert client.post(reverse("wagtailadmin_pages:unlock", args=[article.pk])).status_code in (302, 403)
    assert article.revisions.count() == revisions


@pytest.mark.parametrize("who", ["librarian", "chief", "admin", "root"])
def test_only_physicians_asked_may_decide(world, who):
    step = world.submit(world.make_article())
    user = getattr(world, who)
    reading = services.read(step)
    with pytest.raises(MayNotSignError):
        services.sign(step, user, seen_digest=reading.digest, answers=all_yes())
    with pytest.raises(MayNotSignError):
        services.send_back(step, user, seen_digest=reading.digest, reason="不行")
    client = client_of(user)
    client.post(
        reverse("review:text", args=[step.pk]),
        {"decision": "sign", "seen_digest": reading.digest} | answers(),
    )
    step.refresh_from_db()
    assert step.status == "in_progress" and not Approval.objects.exists()


def test_anonymous_is_sent_to_log_in(world):
    step = world.submit(world.make_article())
    for name in ("review:text", "review:call_back"):
        response = Client().post(reverse(name, args=[step.pk]), {"decision": "sign"})
        assert response.status_code == 302 and "/login/" in response["Location"]
    assert open_step_count() == 1


def open_step_count():
    return ReviewTaskState.objects.filter(status="in_progress").count()


def test_nobody_signs_their_own_text(world):
    author = make_physician("author", [world.department], "赵", "示例")
    editor = make_physician("editor", [world.department], "钱", "示例")
    importer = make_physician("importer", [world.department], "孙", "示例")
    article = world.make_article(author_user=author, user=importer)
    article = ArticlePage.objects.get(pk=article.pk)
    article.summary = "编辑过的摘要"
    article.save_revision(user=editor)
    submitter = make_physician("submitter", [world.department], "周", "示例")
    step = world.submit(article, submitter)
    for user in (author, editor, importer, submitter):
        with pytest.raises(MayNotSignError, match=r"写|wrote"):
            world.sign(step, user)
    world.sign(step)
    assert Approval.objects.count() == 1


def test_physician_of_another_department_may_not_sign(world):
    other = make_physician("dentist", [world.other_department], "吴", "示例")
    step = world.submit(world.make_article())
    with pytest.raises(MayNotSignError):
        world.sign(step, other)


def test_physician_out_of_post_may_not_sign(world):
    step = world.submit(world.make_article())
    world.physician.physician.post = "left"
    world.physician.physician.save()
    with pytest.raises(MayNotSignError):
        world.sign(step)


def test_group_member_without_entry_may_not_sign(world):
    stranger = make_user("stranger", roles.PHYSICIAN)
    step = world.submit(world.make_article())
    with pytest.raises(MayNotSignError):
        world.sign(step, stranger)


def test_stale_digest_is_refused(world):
    step = world.submit(world.make_article())
    with pytest.raises(StaleTextError):
        services.sign(step, world.physician, seen_digest="0" * 64, answers=all_yes())


def test_posted_twice_decides_once(world):
    step = world.submit(world.make_article())
    digest = services.read(step).digest
    services.sign(step, world.physician, seen_digest=digest, answers=all_yes())
    with pytest.raises(ReviewStateError):
        services.sign(step, world.physician, seen_digest=digest, answers=all_yes())
    assert Approval.objects.count() == 1


def test_revision_added_by_code_during_review_cannot_be_signed_unread(world):
    article = world.make_article()
    step = world.submit(article)
    digest = services.read(step).digest
    article = ArticlePage.objects.get(pk=article.pk)
    article.title = "绕过编辑器"
    article.save_revision(user=world.root)
    with pytest.raises(StaleTextError):
        services.sign(step, world.physician, seen_digest=digest, answers=all_yes())
    assert not Publication.objects.exists()


def test_wagtails_own_doors_do_not_sign(world):
    article = world.make_article()
    step = world.submit(article)
    client = client_of(world.physician)
    address = reverse("wagtailadmin_pages:workflow_action", args=[article.pk, "approve", step.pk])
    assert client.post(address, {"comment": "好"}).status_code in (302, 403)
    root = client_of(world.root)
    data = edit_data(article, **{"action-workflow-action": "1", "workflow-action-name": "approve"})
    root.post(reverse("wagtailadmin_pages:edit", args=[article.pk]), data)
    root.post(address, {"comment": "好"})
    with pytest.raises(ReviewStateError), transaction.atomic():
        ReviewTaskState.objects.get(pk=step.pk).approve(user=world.root)
    with pytest.raises(ReviewStateError):
        step.task.specific.on_action(step, world.physician, "approve")
    step.refresh_from_db()
    assert step.status == "in_progress"
    assert not Approval.objects.exists() and not ArticlePage.objects.get(pk=article.pk).live


def test_failing_receiver_rolls_everything_back(world):
    step = world.submit(world.make_article())

    def fail(**kwargs):
        raise RuntimeError("no room")

    article_approved.connect(fail)
    try:
        with pytest.raises(RuntimeError), transaction.atomic():
            world.sign(step)
    finally:
        article_approved.disconnect(fail)
    step.refresh_from_db()
    assert step.status == "in_progress"
    assert not Approval.objects.exists() and not Publication.objects.exists()


def test_call_back_by_submitter_or_chief_only(world):
    article = world.make_article()
    step = world.submit(article)
    other = make_user("librarian2", roles.LIBRARIAN)
    with pytest.raises(MayNotSignError):
        services.call_back(step.workflow_state, other)
    client = client_of(world.chief)
    assert client.get(reverse("review:call_back", args=[step.pk])).status_code == 200
    assert client.post(reverse("review:call_back", args=[step.pk])).status_code == 302
    assert open_step_count() == 0
    step = world.submit(article)
    services.call_back(step.workflow_state, world.librarian)
    with pytest.raises((ReviewStateError, MayNotSignError)):
        world.sign(step)
    assert not Approval.objects.exists()


def test_chain_of_two_steps_publishes_after_the_last(world):
    workflow = world.make_article().get_workflow()
    second = ReviewTask.objects.create(name="科主任终审")
    second.groups.set(ReviewTask.objects.exclude(pk=second.pk).first().groups.all())
    WorkflowTask.objects.create(workflow=workflow, task=second, sort_order=1)
    head = make_physician("head", [world.department], "郑", "示例")
    article = world.make_article()
    world.sign(world.submit(article))
    assert not Approval.objects.exists() and not Publication.objects.exists()
    with pytest.raises(MayNotSignError):
        world.sign(open_step(article), world.physician)
    world.sign(open_step(article), head)
    approval = Approval.objects.get()
    assert [signature["step"] for signature in approval.signatures] == [STEP_NAME, "科主任终审"]
    assert len(Publication.objects.live().get().reviewers) == 2


def test_stop_findings_keep_a_text_from_review_and_lose_nothing(world):
    article = world.make_article(references=False)
    client = client_of(world.librarian)
    data = edit_data(article, title="一周根治高血压", **{"action-submit": "1"})
    response = client.post(reverse("wagtailadmin_pages:edit", args=[article.pk]), data, follow=True)
    text = response.content.decode()
    assert "根治" in text
    assert open_step_count() == 0
    assert ArticlePage.objects.get(pk=article.pk).get_latest_revision_as_object().title == "一周根治高血压"
    with pytest.raises(ReviewStateError):
        world.submit(article)


def test_submit_button_submits_a_clean_text(world):
    article = world.make_article()
    client = client_of(world.librarian)
    response = client.get(reverse("wagtailadmin_pages:edit", args=[article.pk]))
    assert response.status_code == 200
    article.get_workflow().start(article, world.librarian)
    assert client.get(reverse("wagtailadmin_pages:edit", args=[article.pk])).status_code == 200
    assert client_of(world.physician).get(reverse("wagtailadmin_home")).status_code == 200


# --- The record ---------------------------------------------------------------------------------


def test_approvals_are_append_only(world):
    approval = world.publish().approval
    for attempt in (
        approval.save,
        approval.delete,
        Approval.objects.all().delete,
        lambda: Approval.objects.update(digest="x"),
    ):
        with pytest.raises(AppendOnlyError):
            attempt()


def raw(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


TAMPERINGS = {
    "digest": lambda a: raw("UPDATE review_approval SET digest = %s WHERE id = %s", "0" * 64, a[1].pk),
    "signatures": lambda a: raw("UPDATE review_approval SET signatures = %s WHERE id = %s", "[]", a[1].pk),
    "snapshot": lambda a: raw(
        "UPDATE review_approval SET snapshot = %s WHERE id = %s", '{"scheme": "xinglin/1"}', a[1].pk
    ),
    "signed_at": lambda a: raw(
        "UPDATE review_approval SET signed_at = %s WHERE id = %s", "2020-01-01 00:00:00+00:00", a[1].pk
    ),
    "article": lambda a: raw(
        "UPDATE review_approval SET article_id = %s WHERE id = %s", a[0].article_id, a[1].pk
    ),
    "head": lambda a: ChainHead.objects.update(count=2),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_found(world, name, capsys):
    approvals = [world.publish().approval for _ in range(3)]
    assert list(chain.faults()) == []
    TAMPERINGS[name](approvals)
    with pytest.raises(SystemExit) as stop:
        call_command("verify_approvals")
    assert stop.value.code == 1
    assert capsys.readouterr().out.strip()


@pytest.mark.parametrize("lost", [0, 1, 2])
def test_losing_a_row_is_found_the_last_one_too(world, lost):
    approvals = [world.publish().approval for _ in range(3)]
    for model in (SearchEntry, Delivery, Publication):
        model.objects.all()._raw_delete("default")
    Approval.objects.filter(pk=approvals[lost].pk)._raw_delete("default")
    assert [fault for fault in chain.faults() if f"Approval {lost + 1}: missing" in fault]


def test_swapping_two_rows_is_found(world):
    one, two = world.publish().approval, world.publish().approval
    for sequence, row in ((99, one), (1, two), (2, one)):
        raw("UPDATE review_approval SET sequence = %s WHERE id = %s", sequence, row.pk)
    assert list(chain.faults())


def test_wrong_key_is_told_apart_from_tampering(world, settings):
    world.publish()
    settings.APPROVAL_KEY = "another key"
    assert list(chain.faults()) == ["APPROVAL_KEY is not the key these approvals were sealed with."]
