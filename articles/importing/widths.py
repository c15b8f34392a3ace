"""Full-width and half-width signs put right in running Chinese text (GB/T 15834, CY/T 154), sign by sign, nothing guessed.

Changed are full-width letters and digits, and half-width punctuation that touches Chinese characters. Addresses, DOIs and
numbers keep what they have.
"""

import re


LETTERS, PUNCTUATION = "letters", "punctuation"
_HAN = r"\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_BEFORE = re.compile(rf"[{_HAN}）》」』”’】]")
_IS_HAN = re.compile(rf"[{_HAN}]")
_AFTER = re.compile(rf"[{_HAN}（《「『“‘【]")
_WIDE = {"，": ",", "；": ";", "：": ":", "？": "?", "！": "!"}
_TO_WIDE = {narrow: wide for wide, narrow in _WIDE.items()}
_TO_NARROW = {
    **{chr(code): chr(code - 0xFEE0) for start, end in ((0xFF10, 0xFF19), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A)) for code in range(start, end + 1)},
    "％": "%",
    "＋": "+",
}  # fmt: skip
_BETWEEN = {"．": ".", "／": "/", "－": "-"}  # narrow only between letters or digits
_BRACKETS = re.compile(r"\(([^()\n]*)\)")
_LEFT_ALONE = re.compile(
    r"(?:https?://|www\.)[^\s，。；、（）\u3400-\u9fff]+|\b10\.\d{4,9}/\S+|[\w.+-]+@[\w-]+\.[\w.]+"
)


def mend(texts):
    """Return (texts, kinds): the strings of one paragraph's runs with their signs put right, and which kinds were changed.

    ``texts`` belong together and are looked at as one line. A blank after punctuation that became full-width goes.
    """
    line = "".join(texts)
    signs, kinds = list(line), set()
    kept = [span for found in _LEFT_ALONE.finditer(line) for span in range(*found.span())]
    alone = set(kept)
    for found in _BRACKETS.finditer(line):
        if _IS_HAN.search(found[1]) and not alone & {found.start(), found.end() - 1}:
            signs[found.start()], signs[found.end() - 1] = "（", "）"
            kinds.add(PUNCTUATION)
    line = "".join(signs)  # sign for sign: brackets first, because punctuation looks at them
    for place, sign in enumerate(line):
        if place in alone:
            continue
        if (narrow := _narrow(line, place, sign)) is not None:
            signs[place] = narrow
            kinds.add(LETTERS)
        elif (wide := _wide(line, place, sign)) is not None:
            signs[place] = wide
            kinds.add(PUNCTUATION)
            if place + 1 < len(line) and line[place + 1] == " ":
                signs[place + 1] = ""
    if not kinds:
        return list(texts), kinds
    result, start = [], 0
    for text in texts:
        result.append("".join(signs[start : start + len(text)]))
        start += len(text)
    return result, kinds


def _narrow(line, place, sign):
    if sign in _TO_NARROW:
        return _TO_NARROW[sign]
    if sign in _BETWEEN and 0 < place < len(line) - 1:
        sides = line[place - 1], line[place + 1]
        if all(
            _TO_NARROW.get(side, side).isascii() and _TO_NARROW.get(side, side).isalnum() for side in sides
        ):
            return _BETWEEN[sign]
    return None


def _wide(line, place, sign):
    if sign not in _TO_WIDE and sign != ".":
        return None
    before = line[place - 1] if place else ""
    after = line[place + 1 : place + 3].lstrip(" ")[:1]
    if sign == ".":
        ends = not line[place + 1 :].strip() or _AFTER.match(after)
        return "。" if before and _IS_HAN.match(before) and ends else None
    touches = (before and _BEFORE.match(before)) or (
        before and (before.isalnum() or before in "])%℃") and after and _AFTER.match(after)
    )
    return _TO_WIDE[sign] if touches else None
