"""The check of the catalogues names what is wrong with them."""

import polib
import pytest

from tests.tools.check_messages import compiled_faults, differences, faults, said_twice
from tests.tools.make_messages import HEADER, compiled


def catalogue(folder, name="django", **texts):
    folder.mkdir(parents=True, exist_ok=True)
    made = polib.POFile()
    made.metadata = dict(HEADER)
    made.extend(polib.POEntry(msgid=msgid, msgstr=msgstr) for msgid, msgstr in texts.items())
    made.save(str(folder / f"{name}.po"))
    return folder / f"{name}.po"


@pytest.mark.parametrize(
    ("msgid", "msgstr", "fault"),
    [
        ("%(n)s of %(m)s", "%(n)s 项", "placeholders differ"),
        ("%d of %s", "%s 的 %d", "placeholders differ"),
        ("{name} sent", "已发送", "placeholders differ"),
        ("<b>Now</b>", "现在", "tags differ"),
        ("Sent.\n", "已发送。", "line breaks at the ends differ"),
        ("Sent, done.", "已发送,完成。", "half-width punctuation"),
        ("Sent.", "已发送.", "half-width punctuation"),
        ("“%(n)s” sent", "'%(n)s'已发送", "half-width punctuation"),
    ],
)
def test_a_translation_that_loses_something(msgid, msgstr, fault):
    assert list(differences(polib.POEntry(msgid=msgid), msgstr)) == [fault]


def test_a_good_translation():
    entry = polib.POEntry(msgid="%(n)s article", msgid_plural="<b>%(n)s</b> articles, https://a.cn")
    assert list(differences(entry, "<b>%(n)s</b> 篇，https://a.cn")) == []


def test_left_out_on_purpose():
    entry = polib.POEntry(msgid="%(n)s %(model)s", tcomment="left out: %(model)s")
    assert list(differences(entry, "共 %(n)s 项")) == []


def test_untranslated_and_unknown_texts(tmp_path):
    path = catalogue(tmp_path, Save="", Delete="删除")
    assert list(faults(path, None)) == ["not translated: Save"]
    assert "no part we stand on says: Delete" in list(faults(path, {(None, "Save")}))


def test_compiled_catalogues_follow_from_their_source(tmp_path):
    catalogue(tmp_path, Save="保存")
    catalogue(tmp_path, "wagtail", Save="存", Delete="删除")
    assert list(compiled_faults(tmp_path)) == ["django.mo: not compiled (make messages)"]
    for name, made in compiled(tmp_path).items():
        made.save_as_mofile(str(tmp_path / name))
    assert list(compiled_faults(tmp_path)) == []
    assert {e.msgid: e.msgstr for e in polib.mofile(str(tmp_path / "django.mo"))} == {
        "Save": "保存",
        "Delete": "删除",
    }
    catalogue(tmp_path, Save="存起来")
    assert list(compiled_faults(tmp_path)) == ["django.mo: compiled from another source (make messages)"]
    (tmp_path / "djangojs.mo").write_bytes(b"")
    assert "djangojs.mo: nothing is compiled into it" in list(compiled_faults(tmp_path))


def test_one_text_said_in_two_ways(tmp_path):
    paths = [
        catalogue(tmp_path / room / "locale" / "zh_Hans" / "LC_MESSAGES", Topic=said)
        for room, said in (("cms", "专题"), ("review", "主题"))
    ]
    assert list(said_twice(paths)) == ["Topic: “主题”, but in cms “专题”"]
