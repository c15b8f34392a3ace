"""What an import refuses, before it reads a text."""

import io

import pytest

from articles.importing import guard, limits
from articles.importing.convert import convert
from articles.importing.report import RefusedError, Report
from tests.fixtures import make_import_files as files


HOSTILE = {name: code for name, (code, _data) in files.hostile_files().items()}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_and_broken_files_are_refused_with_a_sentence(name):
    with pytest.raises(RefusedError) as refusal:
        convert(name, (files.FOLDER / name).read_bytes(), Report())
    assert refusal.value.code == HOSTILE[name]
    sentence = str(refusal.value)
    assert sentence.endswith((".", "。"))
    assert HOSTILE[name] == "too_complex" or name in sentence


def test_a_part_that_unpacks_to_more_than_a_manuscript_is_a_bomb():
    with pytest.raises(RefusedError) as refusal:
        guard.accept("bomb.docx", files.bomb_docx(limits.MAX_UNPACKED_BYTES // limits.MEGABYTE + 1))
    assert refusal.value.code == "bomb"


def test_a_directory_that_lies_about_sizes_is_not_believed():
    with pytest.raises(RefusedError) as refusal:
        guard.accept("bomb.docx", files.lying_bomb_docx(limits.MAX_UNPACKED_BYTES // limits.MEGABYTE + 1))
    assert refusal.value.code in ("bomb", "broken")


def test_a_small_part_of_extreme_regularity_is_a_bomb():
    part = b"\0" * (2 * limits.RATIO_COUNTS_FROM_BYTES)
    with pytest.raises(RefusedError) as refusal:
        guard.accept("bomb.docx", files.word(extra={"word/media/x.bin": part}))
    assert refusal.value.code == "bomb"


def test_more_xml_than_an_article_needs_is_a_bomb():
    # Random enough not to be caught by its packing ratio.
    words = "".join(
        f"<w:p><w:r><w:t>{number * 7919 % 1000003}</w:t></w:r></w:p>" for number in range(110_000)
    )
    with pytest.raises(RefusedError) as refusal:
        guard.accept("long.docx", files.word(words))
    assert refusal.value.code == "bomb"


def test_what_is_not_words_own_xml_never_reaches_the_reader():
    drawing = b'<?xml version="1.0"?><!DOCTYPE svg SYSTEM "http://example.org/x.dtd"><svg/>'
    accepted = guard.accept("drawing.docx", files.word(extra={"word/media/drawing.svg": drawing}))
    assert b"drawing.svg" not in accepted.archive
    assert b"word/document.xml" in accepted.archive


class Counting(io.RawIOBase):
    """An endless upload that knows how much of it was read."""

    taken = 0

    def readable(self):
        return True

    def read(self, size=-1):
        assert size >= 0, "asked for everything"
        self.taken += size
        return b"x" * size


def test_an_endless_stream_is_left_alone_at_the_limit():
    stream = Counting()
    with pytest.raises(RefusedError) as refusal:
        guard.read_limited(stream, "endless.md")
    assert refusal.value.code == "too_large"
    assert stream.taken == limits.MAX_FILE_BYTES + 1


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [("utf-8", "utf-8-sig"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("gb18030", "gb18030")],
)
def test_the_encodings_of_chinese_offices_are_read(encoding, expected):
    accepted = guard.accept("a.md", "# 血压\r\n\r\n每天量。".encode(encoding))
    assert (accepted.text, accepted.encoding) == ("# 血压\n\n每天量。", expected)


def test_a_path_in_the_name_counts_for_nothing():
    assert guard.accept("..\\..\\secret/页面.MD", b"# x").name == "页面.MD"
