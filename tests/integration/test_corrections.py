"""更正: what a newer signed version puts right, said on the page, and WeChat's ladder for its older copies."""

import json
import re

from django.utils import translation
from django.utils.translation import gettext

import pytest

from articles.errors import Refusal
from publish import corrections, deletions, publishing, services
from publish.corrections import CorrectionRefusedError
from publish.models import ChannelSettings, Correction, CorrectionStep, Publication
from publish.states import State
from tests import samples
from tests.integration.test_deletions import people
from tests.tools.channel import channel, sign


__all__ = ["channel", "people"]
NOTE = "原文写“每次量三遍”，应为“每次量两遍”。"


def text_of(response):
    return response.content.decode()


def body(words):
    return [{"type": "paragraph", "value": {"html": f"<p>{line}</p>"}} for line in words.split("|")]


WRONG = "坐下休息五分钟再量。|每次量三遍，取平均值。|按时吃药，记下两个数字。"
RIGHT = WRONG.replace("三遍", "两遍")


def version(words, note="", **changes):
    return sign("measuring", body=body(words), correction=note, **changes)


@pytest.fixture
def wrong(channel):
    """A version that is out in WeChat."""
    publication = version(WRONG)
    push = services.create_push([publication], mode="publish")
    channel.settle(push)
    assert push.state == State.DONE
    return push.items.get()


# --- on the website -------------------------------------------------------------------------------


def test_readers_see_what_changed_and_when(client, channel):
    first = version(WRONG)
    assert 'class="corrections"' not in text_of(client.get(first.path))
    version(RIGHT, NOTE)
    second = version(RIGHT.replace("五分钟", "十分钟"), "休息时间应为十分钟。")
    page = text_of(client.get(second.path))
    assert page.index("休息时间应为十分钟。") < page.index(NOTE)
    assert page.count('<time datetime="2026-11-16"') >= 2
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page).group(1))
    assert [one["text"] for one in data["correction"]] == ["休息时间应为十分钟。", NOTE]
    with translation.override("zh-hans"):
        assert f'<span class="tag">{gettext("Corrected")}</span>' in text_of(client.get("/"))
        assert gettext("Corrected: %(title)s") % {"title": second.title} in text_of(client.get("/feed/"))


def test_a_note_counts_once(channel):
    """The first version corrects nothing; the same note in the next version says nothing new."""
    version(WRONG, "没有可更正的")
    version(RIGHT, "没有可更正的")
    assert not Correction.objects.exists()
    version(RIGHT, NOTE)
    version(RIGHT + "|多走路。", NOTE)
    version(RIGHT, "")
    assert [one.note for one in Correction.objects.all()] == [NOTE]


def test_only_what_was_signed_is_printed(client, channel):
    """P1: the row beside the snapshot is not what readers get."""
    version(WRONG)
    publication = version(RIGHT, NOTE)
    Correction.objects.update(note="没有人签过的话")
    page = text_of(client.get(publication.path))
    assert NOTE in page and "没有人签过的话" not in page


def test_hostile_notes_are_text(client, channel):
    version(WRONG)
    publication = version(RIGHT, "</script><script>alert(1)</script><b>粗")
    assert "<script>alert" not in text_of(client.get(publication.path))


def test_the_preview_shows_the_note_before_it_is_signed(channel):
    version(WRONG)
    publication = version(RIGHT, NOTE)
    snapshot = samples.snapshot(correction="新的更正")
    assert corrections.public_with_draft(publication.article_id, snapshot)[0] == {
        "day": None,
        "note": "新的更正",
    }
    assert len(corrections.public_with_draft(publication.article_id, publication.snapshot)) == 1


def test_a_withdrawal_tells_readers_why(client, channel, people):
    publication = version(WRONG)
    publishing.withdraw(publication, reason="剂量<b>有误", user=people["chief"])
    answer = client.get(publication.path)
    assert answer.status_code == 410 and "剂量&lt;b&gt;有误" in text_of(answer)


# --- the ladder -----------------------------------------------------------------------------------


def test_a_small_edit_prints_exact_strings(wrong, people):
    correction = version_correction()
    (copy,) = corrections.copies(correction)
    assert (copy.item, copy.objection, copy.characters) == (wrong, "", 1)
    (edit,) = copy.edits
    sent = wrong.content
    assert sent.count(edit.find) == 1 and "三遍" in edit.find
    assert edit.find.replace("三遍", "两遍") == edit.replace
    step = corrections.choose(correction, wrong, "edit", user=people["librarian"])
    assert list(corrections.open_steps()) == [step]
    with pytest.raises(CorrectionRefusedError):
        corrections.choose(correction, wrong, "edit", user=people["chief"])
    corrections.tick(step, user=people["chief"])
    step.refresh_from_db()
    assert step.done_by == people["chief"] and not corrections.open_steps().exists()
    with pytest.raises(CorrectionRefusedError):
        corrections.tick(step, user=people["librarian"])
    with pytest.raises(CorrectionRefusedError):
        corrections.drop(step, user=people["librarian"])
    corrections.untick(step, user=people["chief"])
    assert corrections.open_steps().exists()


def version_correction(words=RIGHT, **changes):
    return version(words, NOTE, **changes).correction


@pytest.mark.parametrize(
    ("words", "changes"),
    [
        (WRONG + "|多走路。", {}),
        (WRONG.replace("|按时吃药，记下两个数字。", ""), {}),
        (
            WRONG.replace(
                "坐下休息五分钟再量", "先坐在有靠背的椅子上安静地休息十分钟，不要说话，不要跷腿，然后再量"
            ),
            {},
        ),
        (RIGHT, {"title": "另一个标题"}),
        (WRONG, {}),
    ],
    ids=["paragraph added", "paragraph gone", "too many characters", "title", "same words"],
)
def test_what_does_not_fit_is_not_offered(wrong, people, words, changes):
    correction = version_correction(words, **changes)
    (copy,) = corrections.copies(correction)
    assert copy.objection
    with pytest.raises(CorrectionRefusedError):
        corrections.choose(correction, wrong, "edit", user=people["librarian"])
    assert not CorrectionStep.objects.exists()


def test_the_allowances_are_settings(wrong):
    correction = version_correction()
    channel = ChannelSettings.load()
    channel.edit_characters = 0
    channel.save()
    assert corrections.copies(correction)[0].objection
    channel.edit_characters, channel.edit_times = 20, 0
    channel.save()
    assert corrections.copies(correction)[0].objection


def test_a_corrigendum_begins_a_push_that_nobody_sends_yet(wrong, people, channel):
    correction = version_correction()
    step = corrections.choose(correction, wrong, "corrigendum", user=people["librarian"])
    assert step.push.composing and [i.publication for i in step.push.items.all()] == [correction.publication]
    channel.work()
    step.push.refresh_from_db()
    assert step.push.state == State.READY and corrections.open_steps().exists()
    type(step.push).objects.filter(pk=step.push.pk).update(composing=False)
    channel.settle(step.push)
    assert step.push.state == State.DONE and not corrections.open_steps().exists()
    # Followers read what was wrong, and the piece says so where it is put together.
    assert correction.note in step.push.items.get().content


def test_a_replaced_correction_begins_no_push(wrong, people):
    correction = version_correction()
    version(WRONG)
    with pytest.raises(Refusal):
        corrections.choose(correction, wrong, "corrigendum", user=people["librarian"])
    assert not CorrectionStep.objects.exists() and Publication.objects.live().count() == 1


def test_deletion_as_a_step(wrong, people, channel):
    correction = version_correction()
    deletion = deletions.ask(wrong, user=people["librarian"], reason="更正")
    step = corrections.deletion_asked(correction, wrong, deletion, user=people["librarian"])
    assert list(corrections.open_steps()) == [step]
    deletions.confirm(deletion, user=people["chief"])
    channel.work()
    assert not corrections.open_steps().exists()
    assert corrections.copies(correction)[0].deletion.state == "done"
