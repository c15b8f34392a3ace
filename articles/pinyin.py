"""Chinese by its sound: the order of an index, and what people type who cannot find the characters."""

import re


OTHER = "#"
_LETTERS = re.compile(r"[a-z0-9]+")


def sound_of(text):
    """Return the syllables of ``text`` without tones, blank-separated, in small letters; signs are left out."""
    from pypinyin import lazy_pinyin  # loads its tables on first use

    return " ".join(_LETTERS.findall(" ".join(lazy_pinyin(text.replace("ü", "v"), v_to_u=False)).lower()))


def letter_of(text):
    """Return the capital letter ``text`` stands under in an index, ``#`` when it begins with none."""
    first = sound_of(text)[:1].upper()
    return first if first.isalpha() else OTHER
