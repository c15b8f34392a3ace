"""Chinese by its sound: the order of an index, and what people type who cannot find the characters."""

import re
from functools import cache


OTHER = "#"
# Words of medicine as people say and type them, where the library's tables have another reading.
_SAID = {
    "卒中": "cù zhòng",
    "脑卒中": "nǎo cù zhòng",
    "便血": "biàn xuè",
    "吐血": "tù xuè",
    "咳血": "ké xuè",
    "咯血": "kǎ xuè",
    "大夫": "dài fu",
}
_LETTERS = re.compile(r"[a-z0-9]+")


def sound_of(text):
    """Return the syllables of ``text`` without tones, blank-separated, in small letters; signs are left out."""
    syllables = _reader()(text.replace("ü", "v"), v_to_u=False)
    return " ".join(_LETTERS.findall(" ".join(syllables).lower()))


def letter_of(text):
    """Return the capital letter ``text`` stands under in an index, ``#`` when it begins with none."""
    first = sound_of(text)[:1].upper()
    return first if first.isalpha() else OTHER


@cache
def _reader():
    """Return the library's function; its tables take most of a second to load."""
    from pypinyin import lazy_pinyin, load_phrases_dict

    load_phrases_dict({word: [[one] for one in said.split()] for word, said in _SAID.items()})
    return lazy_pinyin
