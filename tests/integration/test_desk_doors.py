"""The permission matrix of the authoring desk: every address that changes something there, and who gets through.

The addresses come from the URL resolver (tests/integration/test_review_doors.py fails for one that is in neither matrix).
"""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

import pytest

from articles.models import (
    DraftTask,
    FindingWaiver,
    GlossaryTerm,
    HealthDay,
    Idea,
    ImportJob,
    SensitiveWord,
    Series,
    WordingRule,
)
from publish import feedback
from publish.models import Publication
from tests.factories import World, make_recording
from tests.support import sounds
from tests.support.doors import rows, written_tables


pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
LIBRARIANS = {"librarian", "chief"}
RULES = {
    "category": "other",
    "level": "warn",
    "pattern": "示例词",
    "explanation": "理由",
    "active": "on",
    "negatable": "on",
}


class Scene(World):
    def __init__(self):
        super().__init__()
        self.article = self.make_article(slug="draft")
        self.signed = self.publish(slug="signed").article
        self.answer = feedback.keep(
            Publication.objects.live().get(article=self.signed), "wrong", 1, "数字不对"
        )
        self.term = GlossaryTerm.objects.create(term="示例术语", plain="说法")
        self.day = HealthDay.objects.create(name="示例日", month=5, day=6)
        self.rule = WordingRule.objects.create(code="sample", **RULES | {"active": True, "negatable": True})
        self.word = SensitiveWord.objects.create(word="错词")
        self.series = Series.objects.create(title="示例系列")
        self.recording = make_recording()
        self.idea = Idea.objects.create(title="示例选题", topic=self.topic, created_by=self.chief)
        self.task = DraftTask.objects.create(article=self.article, person=self.librarian, given_by=self.chief)
        self.waiver = FindingWaiver.objects.create(
            article=self.article, code="wording.x", passage="一句话", reason="理由", by=self.librarian
        )
        self.job = ImportJob.objects.create(
            file_name="a.md", topic=self.topic, by=self.librarian, state="broken"
        )
        self.waiting = ImportJob.objects.create(file_name="b.md", topic=self.topic, by=self.librarian)
        self.people = {
            "anonymous": None,
            "physician": self.physician,
            "librarian": self.librarian,
            "chief": self.chief,
        }


def pk(name):
    return lambda scene: [getattr(scene, name).pk]


def none(scene):
    return []


def csv(text):
    return lambda scene: {"text": text}


def reading(scene):
    return {"title": "又一段", "reader": "赵示例", "file": SimpleUploadedFile("a.mp3", sounds.mp3(2))}


# Name of the address -> (who may change something, arguments, what is posted). Nobody: it only answers or refuses.
DESK = {
    "article_edition": (LIBRARIANS, pk("signed"), lambda s: {"reason": "evidence", "changes": "补充"}),
    "article_finding_take_back": (LIBRARIANS, pk("waiver"), lambda s: {}),
    "article_finding_waive": (set(), lambda s: [s.article.pk, "0" * 12], lambda s: {"reason": "理由"}),
    "article_new": (
        LIBRARIANS,
        none,
        lambda s: {"topic": s.topic.pk, "title": "新的一篇", "point": "disease"},
    ),
    "articles_import_again": (set(), pk("job"), lambda s: {}),
    "articles_import_new": (LIBRARIANS, none, lambda s: {"topic": s.topic.pk, "name": "a.md", "size": "9"}),
    "articles_import_original": (set(), pk("job"), lambda s: {}),
    "articles_import_remove": (LIBRARIANS, pk("job"), lambda s: {}),
    "articles_import_state": (set(), pk("job"), lambda s: {}),
    "articles_import_upload": (
        {"librarian"},
        pk("waiting"),
        lambda s: {"file": SimpleUploadedFile("b.md", "# 题目\n\n一段文字。\n".encode())},
    ),
    "draft_tasks:end": (LIBRARIANS, pk("task"), lambda s: {}),
    "draft_tasks:give": (LIBRARIANS, pk("article"), lambda s: {"person": s.chief.pk, "note": "请写"}),
    "figures:crop": (set(), lambda s: [s.article.cover_id], lambda s: {}),
    "figures:edit": (set(), lambda s: [s.article.cover_id], lambda s: {}),
    "figures:new": (set(), lambda s: ["dose"], lambda s: {}),
    "finding_waivers:add": (set(), none, lambda s: {}),
    "finding_waivers:delete": (set(), pk("waiver"), lambda s: {}),
    "finding_waivers:edit": (set(), pk("waiver"), lambda s: {"reason": "别的"}),
    "glossary:add": (LIBRARIANS, none, lambda s: {"term": "新术语", "plain": "新说法"}),
    "glossary:delete": (LIBRARIANS, pk("term"), lambda s: {}),
    "glossary:edit": (LIBRARIANS, pk("term"), lambda s: {"term": "示例术语", "plain": "改过"}),
    "glossary:found": (set(), none, lambda s: {"text": "示例术语"}),
    "glossary:import": (LIBRARIANS, none, csv("term,plain\n又一个,说法\n")),
    "glossary:search": (set(), none, lambda s: {}),
    "health_days:add": ({"chief"}, none, lambda s: {"name": "又一日", "month": 3, "day": 3, "days": 1}),
    "health_days:delete": ({"chief"}, pk("day"), lambda s: {}),
    "health_days:edit": ({"chief"}, pk("day"), lambda s: {"name": "改名日", "month": 3, "day": 3, "days": 1}),
    "health_days:import": ({"chief"}, none, csv("name,month,day\n新日,3,4\n")),
    "ideas:add": (LIBRARIANS, none, lambda s: {"title": "又一个选题"}),
    "ideas:delete": (LIBRARIANS, pk("idea"), lambda s: {}),
    "ideas:edit": (LIBRARIANS, pk("idea"), lambda s: {"title": "改过的选题"}),
    "ideas:move": (LIBRARIANS, pk("idea"), lambda s: {"to": "dropped", "reason": "重复", "seen": "open"}),
    "ideas:write": (
        LIBRARIANS,
        pk("idea"),
        lambda s: {"topic": s.topic.pk, "title": "写成一篇", "point": "disease"},
    ),
    "recording_chooser:create": (LIBRARIANS, none, reading),
    "recordings:add": (LIBRARIANS, none, reading),
    "recordings:delete": (LIBRARIANS, pk("recording"), lambda s: {}),
    "recordings:edit": (LIBRARIANS, pk("recording"), lambda s: {"title": "改名"}),
    "reader_feedback:article": (
        LIBRARIANS,
        lambda s: [s.signed.pk],
        lambda s: {"act": "settle", "answer": [s.answer.pk], "note": "已改写"},
    ),
    "references:check": (set(), none, lambda s: {}),
    "references:export": (set(), lambda s: [s.article.pk, "ris"], lambda s: {}),
    "references:look_up": (set(), none, lambda s: {}),
    "references:read": (set(), none, lambda s: {"text": "PMID: 12345"}),
    "sensitive_words:add": ({"chief"}, none, lambda s: {"word": "新错词", "level": "warn"}),
    "sensitive_words:delete": ({"chief"}, pk("word"), lambda s: {}),
    "sensitive_words:edit": ({"chief"}, pk("word"), lambda s: {"word": "错词", "level": "stop"}),
    "sensitive_words:import": ({"chief"}, none, csv("word\n又错词\n")),
    "series:add": (LIBRARIANS, none, lambda s: {"title": "又一个系列"}),
    "series:delete": (LIBRARIANS, pk("series"), lambda s: {}),
    "series:edit": (LIBRARIANS, pk("series"), lambda s: {"title": "改名系列"}),
    "series:place": (LIBRARIANS, pk("series"), lambda s: {"act": "add", "article": s.article.pk}),
    "wording_rules:add": ({"chief"}, none, lambda s: RULES | {"code": "another"}),
    "wording_rules:delete": (set(), pk("rule"), lambda s: {}),
    "wording_rules:edit": ({"chief"}, pk("rule"), lambda s: RULES | {"code": "sample", "level": "stop"}),
    "wording_rules:import": ({"chief"}, none, csv("code,category,level,pattern,explanation\nnew,other,warn,词语,理由\n")),
    "wording_rules:try": (set(), none, lambda s: RULES | {"sentence": "示例词"}),
    # One's own: whether the welcome is shown.
    "welcome": (LIBRARIANS, none, lambda s: {}),
}  # fmt: skip


@pytest.mark.long
def test_only_the_entitled_change_anything_at_the_desk():
    scene = Scene()
    wrong = []
    for person, user in scene.people.items():
        client = Client()
        if user:
            client.force_login(user)
        before = rows()
        for name, (who, args, data) in DESK.items():
            with transaction.atomic():
                with written_tables() as written:
                    response = client.post(reverse(name, args=args(scene)), data(scene))
                transaction.set_rollback(person in who)
            if response.status_code >= 500:
                wrong.append(f"{person} {name}: answered {response.status_code}")
            if bool(written) != (person in who):
                wrong.append(f"{person} {name}: {response.status_code}, wrote {written or 'nothing'}")
        after = rows()
        wrong += [f"{person}: rows of {table} changed" for table in before if before[table] != after[table]]
    assert not wrong, "\n".join(wrong)
