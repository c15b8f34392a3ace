"""The permission matrix: people × every address of the review room, and of what came with it, that changes something.

The addresses come from the URL resolver: one that is neither in ``DOORS`` nor told to be another test's fails here. Each post is
one that an entitled person does with effect, so that a denial is a denial of the person and not of a bad form.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from wagtail.models import Workflow, WorkflowTask

import pytest

from articles.models import ArticlePage, ConsentRecord, ReprintPermission
from cms import roles
from publish import recall
from publish.models import Publication, Push, PushItem
from publish.states import State
from review import assignments, exceptions, identity, links, services
from review.models import (
    Absence,
    Account,
    Holiday,
    Notice,
    OlderArticle,
    ReReview,
    ReviewTask,
    SpotCheck,
    SpotCheckItem,
    StepKind,
    TrustedDevice,
)
from tests.factories import World, all_yes, make_physician, make_user, open_step, picture_bytes
from tests.integration.test_desk_doors import DESK
from tests.support.doors import names_of_doors, rows, written_tables


pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
# Addresses that stood before this matrix; their own tests look after them.
ELSEWHERE = {
    "publish_calendar", "publish_board", "publish_ledger", "publish_hand_over", "publish_connection", "publish_fixes",
    "corrections", "wechat_deletions", "preview_readers", "quiet_dates", "withdrawals", "departments",
    "wagtailusers_users", "wagtailimages", "wagtailimages_chooser",
    # Without a namespace: public pages, WeChat's callback, import, findings.
    "healthz", "wagtailadmin_password_reset", "articles_import", "article_findings", "editor_who", "media", "wechat_callback",
    "permanent", "preview", "preview_read", "search", "feed", "sitemap", "robots", "wagtail_serve", "count", "sitemap_part",
    "card",
    "feedback", "feedback_thanks", "how_we_check", "public_corrections", "accessibility",
    "search_suggest", "need", "department", "index", "letter", "body", "body_area",
}  # fmt: skip
PEOPLE = (
    "anonymous", "librarian", "author", "co_author", "last_editor", "importer", "other_department", "out_of_scope",
    "stand_in", "chief", "superuser", "admin", "submitter", "signer",
)  # fmt: skip
EDITORS = {"librarian", "submitter", "chief", "superuser"}
KEEPERS = {"chief", "admin", "superuser"}
WITH_ENTRY = {
    "author", "co_author", "last_editor", "importer", "other_department", "out_of_scope", "stand_in", "signer",
}  # fmt: skip


@dataclass(frozen=True)
class Door:
    """A post: to which address (``args`` of a Scene), with what, and who may; for all others nothing changes."""

    name: str
    who: set
    args: object = lambda scene: []
    data: object = lambda scene: {}
    note: str = field(default="")


class Scene(World):
    """One row of everything that an address can be about, and the people of the matrix."""

    def __init__(self):
        super().__init__()
        self.today = timezone.localdate()
        here, there = [self.department], [self.other_department]
        self.users = {
            "anonymous": None,
            "librarian": make_user("librarian2", roles.LIBRARIAN, "何", "示例"),
            "author": make_physician("author", here, "赵", "示例"),
            "co_author": make_physician("co_author", here, "钱", "示例"),
            "last_editor": make_physician("last_editor", here, "孙", "示例"),
            "importer": make_physician("importer", here, "李", "示例"),
            "other_department": make_physician("dentist", there, "吴", "示例"),
            "out_of_scope": make_physician("out_of_scope", here, "周", "示例"),
            "stand_in": make_physician("stand_in", there, "郑", "示例"),
            "chief": self.chief,
            "superuser": self.root,
            "admin": self.admin,
            "submitter": self.librarian,
            "signer": self.physician,
        }
        self.users["out_of_scope"].physician.reviews_for.set(there)
        self.colleague = make_physician("colleague", here, "冯", "示例")
        self.newcomer = make_user("newcomer", roles.PHYSICIAN, "陈", "新来")
        self._reviews()
        self._rows()

    def _reviews(self):
        self.signed = self.publish(slug="signed")
        self.recalled = self.publish(slug="recalled")
        self.withdrawal = recall.recall(self.recalled, user=self.physician, reason="剂量需要核对")
        article = self.make_article(
            slug="open", user=self.users["importer"], author_user=self.users["author"]
        )
        for name in ("co_author", "last_editor"):
            article = ArticlePage.objects.get(pk=article.pk)
            article.summary = f"{name}改过的摘要"
            article.save_revision(user=self.users[name])
        self.step = self.submit(article)
        self.digest = services.read(self.step).digest
        self.assignment = assignments.ask(self.step, self.physician, self.librarian)
        links.make(self.assignment, self.librarian)
        self.link = self.assignment.links.get()
        returned = self.make_article(slug="returned", author_user=self.users["author"])
        self.returned = self.submit(returned)
        services.send_back(
            self.returned,
            self.physician,
            seen_digest=services.read(self.returned).digest,
            reason="请写明剂量",
        )
        self.note = self.returned.return_notes.get()
        confirmed = self.make_article(slug="unconfirmed")
        self._chain_with_author().start(confirmed, self.librarian)
        self.author_step = open_step(confirmed)
        type(self.step).objects.update(first_opened_at=timezone.now())

    def _chain_with_author(self):
        chain = Workflow.objects.create(name="作者确认在先")
        author = ReviewTask.objects.create(name="作者确认", kind=StepKind.AUTHOR)
        for order, task in enumerate((author, self.step.task)):
            WorkflowTask.objects.create(workflow=chain, task=task, sort_order=order)
        return chain

    def _rows(self):
        later = self.today + timedelta(days=9)
        self.absence = Absence.objects.create(
            physician=self.physician.physician,
            starts=self.today + timedelta(days=1),
            ends=later,
            stand_in=self.users["stand_in"].physician,
        )
        self.holiday = Holiday.objects.create(day=later, name="调休")
        common = {
            "kind": "asked",
            "recipient": self.physician,
            "sender": "mail",
            "subject": "请审核",
            "text": "请审核",
        }
        self.failed, self.unsure = (
            Notice.objects.create(key=f"matrix:{state}", state=state, not_before=timezone.now(), **common)
            for state in ("failed", "unsure")
        )
        self.older = OlderArticle.objects.create(title="旧文", url="https://mp.weixin.qq.com/s/x")
        self.account = Account.objects.create(
            platform="微信", name="示例", operator="宣传科", filed_on=self.today
        )
        check = SpotCheck.objects.create(
            month=(self.today.replace(day=1) - timedelta(days=1)).replace(day=1),
            percent=5,
            seed="x",
            population=[],
        )
        self.item = SpotCheckItem.objects.create(spot_check=check, article=self.signed.article)
        self.consent = ConsentRecord.objects.create(
            patient_code="C-01", shows_text=True, given_on=self.today, explained_by="林", separate=True
        )
        self.reprint = ReprintPermission.objects.create(
            title="原文", granted_by="某刊", granted_on=self.today
        )
        identity.enrol(self.physician, "274950", self.librarian)
        self.device = TrustedDevice.objects.create(
            user=self.physician, token_hash="x", expires_at=timezone.now() + timedelta(days=9)
        )
        overdue = self.publish(slug="overdue")
        past = self.today - timedelta(days=1)
        Publication.objects.filter(pk=overdue.pk).update(valid_until=past)
        ReReview.objects.filter(article=overdue.article).update(due_on=past)
        push = Push.objects.create(account="wx", state=State.DONE)
        self.copy = PushItem.objects.create(
            push=push, publication=overdue, order=1, account="wx", title="旧文"
        )

    def client_of(self, name):
        client = Client()
        if user := self.users[name]:
            client.force_login(user)
        return client


# --- What is posted -----------------------------------------------------------------------------


def decision(scene):
    answers = {f"answer_{code}": answer for code, answer in all_yes().items()}
    return {"decision": "sign", "seen_digest": scene.digest, "whole": "on"} | answers


def return_of(scene):
    return {"decision": "return", "seen_digest": scene.digest, "comment": "请写明剂量"}


def exception(scene):
    user = scene.users["out_of_scope"]
    key = next(one.key for one in exceptions.refused(scene.step) if one.entry.user_id == user.pk)
    return {"who": key, "reason": "全院只有他懂这个病", "sure": "on"}


def scan():
    return SimpleUploadedFile("scan.jpg", picture_bytes(), content_type="image/jpeg")


def entry(scene, user, **changes):
    return {
        "user": user.pk,
        "name": "王示例",
        "title": "副主任医师",
        "department": scene.department.pk,
        "profession": "physician",
        "reviews_for": [scene.department.pk],
        "post": "in_post",
    } | changes


def days_away(scene):
    # The person counts for those who keep everybody's; all others enter their own.
    return {
        "physician": scene.physician.physician.pk,
        "starts": scene.today,
        "ends": scene.today,
        "stand_in": scene.colleague.physician.pk,
        "note": "会议",
    }


def account(scene):
    return {
        "platform": "视频号",
        "name": "示例二",
        "kind": "hospital",
        "operator": "宣传科",
        "filed_on": scene.today,
    }


def consent(scene):
    return {
        "patient_code": "C-02",
        "shows_text": "on",
        "on_website": "on",
        "separate": "on",
        "purpose": "健康科普",
        "given_on": scene.today,
        "explained_by": "林晓示",
    }


def reprint(scene):
    return {"title": "另一篇", "granted_by": "某刊", "granted_on": scene.today, "on_website": "on"}


def checklist_of_physicians(scene):
    formset_page = scene.client_of("chief").get(reverse("review_checklists:edit", args=["physician"]))
    formset = formset_page.context["formset"]
    data = {"based_on": formset_page.context["based_on"]}
    for form in (formset.management_form, *formset):
        for bound in form:
            value = bound.value()
            if value not in (None, False):
                data[bound.html_name] = "on" if value is True else value
    return data | {f"{formset.prefix}-0-text": "数字和单位都核对过。"}


def of(name):
    return lambda scene: [getattr(scene, name).pk]


def pass_on(scene):
    return {"to": scene.colleague.pk, "reason": "出差"}


DOORS = [
    Door("review:text", {"signer"}, of("step"), decision, "sign"),
    Door("review:text", {"signer"}, of("step"), return_of, "return"),
    Door("review:phone", {"signer"}, of("assignment"), decision, "sign"),
    Door("review:phone", {"signer"}, of("assignment"), return_of, "return"),
    Door("review:pass_on", {"signer"}, of("assignment"), pass_on),
    Door("review:assignment_claim", {"signer"}, of("assignment")),
    Door("review:assignment_decline", {"signer"}, of("assignment"), lambda s: {"reason": "出差"}),
    Door("review:assignment_pass_on", {"signer"}, of("assignment"), pass_on),
    Door(
        "review:confirmation",
        EDITORS,
        of("author_step"),
        lambda s: {
            "seen_digest": services.read(s.author_step).digest,
            "how": "paper",
            "day": s.today,
            "note": "2026-01",
        },
    ),
    Door("review:proof", EDITORS, of("step"), lambda s: {"seen_digest": s.digest, "number": "1"}),
    Door(
        "review:returned",
        EDITORS | {"author"},
        of("returned"),
        lambda s: {f"answer_{s.note.pk}": "已写明"},
    ),
    Door("review:call_back", {"submitter", "chief", "superuser"}, of("step")),
    Door("review:exceptions", {"chief"}, of("step"), exception),
    Door(
        "review:add_scan",
        EDITORS,
        lambda s: [s.signed.article_id, s.signed.approval.sequence],
        lambda s: {"scan": scan()},
    ),
    # With a true link: tests/integration/test_review_links.py.
    Door("review:link", set(), lambda s: ["x" * 43], lambda s: {"way": "send"}),
    Door("physicians:add", KEEPERS, data=lambda s: entry(s, s.newcomer)),
    Door(
        "physicians:edit",
        KEEPERS,
        lambda s: [s.physician.physician.pk],
        lambda s: entry(s, s.physician),
    ),
    Door("physicians:delete", set(), lambda s: [s.physician.physician.pk]),
    Door("absences:add", WITH_ENTRY | {"chief", "superuser"}, data=days_away),
    Door("absences:edit", {"signer", "chief", "superuser"}, of("absence"), days_away),
    Door("absences:delete", {"signer", "chief", "superuser"}, of("absence")),
    *(Door(f"approvals:{name}", set(), lambda s: [s.signed.approval_id]) for name in ("edit", "delete")),
    Door("approvals:add", set()),
    Door("review_checklists:edit", {"chief", "superuser"}, lambda s: ["physician"], checklist_of_physicians),
    Door("review_assignments:ask", EDITORS, of("step"), lambda s: {"person": s.colleague.pk}),
    Door("review_assignments:invitation", EDITORS, of("assignment")),
    Door("review_assignments:release", EDITORS, of("assignment")),
    Door("review_notices:again", EDITORS | {"admin"}, of("failed")),
    Door("review_notices:settle", EDITORS | {"admin"}, of("unsure")),
    Door("review_holidays:add", KEEPERS, data=lambda s: {"day": s.today, "name": "节日"}),
    Door("review_holidays:edit", KEEPERS, of("holiday"), lambda s: {"day": s.today, "name": "节日"}),
    Door("review_holidays:delete", KEEPERS, of("holiday")),
    Door("review_holidays:import", KEEPERS, data=lambda s: {"text": "2027-01-01,元旦,0"}),
    Door("review_links:revoke", EDITORS, of("link")),
    Door(
        "review_pins:person",
        EDITORS,
        lambda s: [s.colleague.pk],
        lambda s: {"pin": "274951", "again": "274951"},
    ),
    Door("review_pins:remove", EDITORS, of("physician")),
    Door("review_pins:forget", EDITORS, lambda s: [s.physician.pk, s.device.pk]),
    Door("rereviews:begin", EDITORS, lambda s: [s.signed.article.re_review.pk]),
    Door(
        "overdue_copies:copy",
        EDITORS | {"admin"},
        of("copy"),
        lambda s: {"settlement": "left", "note": "仍正确"},
    ),
    Door("spot_checks:draw", {"chief", "superuser"}),
    Door("spot_checks:judge", EDITORS, of("item"), lambda s: {"verdict": "fine", "note": "无误"}),
    Door(
        "older_articles:add",
        EDITORS,
        data=lambda s: {"title": "另一篇", "url": "https://mp.weixin.qq.com/s/y"},
    ),
    Door("older_articles:edit", EDITORS, of("older"), lambda s: {"title": "改名", "url": s.older.url}),
    Door("older_articles:delete", EDITORS, of("older")),
    Door(
        "older_articles:import",
        EDITORS,
        data=lambda s: {"text": "title,url\n又一篇,https://mp.weixin.qq.com/s/z"},
    ),
    Door("registered_accounts:add", EDITORS, data=account),
    Door("registered_accounts:edit", EDITORS, of("account"), account),
    Door("registered_accounts:delete", {"chief", "superuser"}, of("account")),
    Door("my_signatures:recall", {"signer"}, of("signed"), lambda s: {"reason": "剂量需要核对"}),
    Door("my_signatures:take_back", {"signer"}, of("withdrawal")),
    Door("consents:add", EDITORS, data=consent),
    Door("consents:edit", EDITORS, of("consent"), consent),
    Door("consents:delete", set(), of("consent")),
    Door("consents:withdraw", EDITORS, of("consent"), lambda s: {"withdrawn_on": s.today, "note": ""}),
    Door("reprints:add", EDITORS, data=reprint),
    Door("reprints:edit", EDITORS, of("reprint"), reprint),
    Door("reprints:delete", set(), of("reprint")),
    # Last: it logs out.
    Door("review:forget", set()),
]


# --- The matrix ---------------------------------------------------------------------------------


def test_every_address_that_changes_something_is_in_the_matrix():
    names = names_of_doors()
    assert {"review:text", "physicians:add"} <= names
    new = {name for name in names if name.split(":")[0] not in ELSEWHERE and name not in DESK}
    assert new == {door.name for door in DOORS}


@pytest.mark.long
def test_only_the_entitled_change_anything():
    scene = Scene()
    posts = [(door, reverse(door.name, args=door.args(scene)), door.data(scene)) for door in DOORS]
    wrong = []
    for name in PEOPLE:
        client = scene.client_of(name)
        before = rows()
        for door, address, data in posts:
            with transaction.atomic():
                with written_tables() as written:
                    response = client.post(address, data)
                transaction.set_rollback(name in door.who)
            for file in data.values():
                if hasattr(file, "seek"):
                    file.seek(0)
            if response.status_code >= 500:
                wrong.append(f"{name} {door.name} {door.note}: answered {response.status_code}")
            if bool(written) != (name in door.who):
                wrong.append(
                    f"{name} {door.name} {door.note}: {response.status_code}, wrote {written or 'nothing'}"
                )
        after = rows()
        wrong += [f"{name}: rows of {table} changed" for table in before if before[table] != after[table]]
    assert not wrong, "\n".join(wrong)
