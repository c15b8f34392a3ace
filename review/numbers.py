"""All numbers, doses and units of a text, each beside its sentence, so that a physician checks them in one go.

Every Arabic digit is found, whatever stands around it; Chinese numerals where a unit or a fraction follows (一片, 两到三次,
百分之五), because 一 alone is mostly no number (一定, 一般). Printed references stay out: their years and pages are no
medical statement.
"""

import re
from dataclasses import dataclass


_UNITS = (
    "毫米汞柱|微克|毫克|千克|公斤|毫升|国际单位|单位|千卡|毫摩尔|摄氏度"
    "|个月|个星期|个小时|个疗程|个单位|月龄|星期|小时|分钟|厘米|毫米|公里|疗程"
    "|μg|µg|ug|mg|kg|mL|ml|dL|mmol|μmol|umol|mmHg|kPa|kcal|IU|cm|mm|km|℃|°C|%|％|‰|g|L|U|h|min"
    "|克|斤|两|升|滴|片|粒|颗|支|瓶|袋|包|丸|贴|喷|勺|杯|碗|拳|度|年|岁|月|周|天|日|秒|次|遍|回|顿|餐|针|剂"
    "|人|例|倍|成|米|步|级|期|型|种|个|项|类|分"
)
# After Chinese numerals only what is counted or measured; 一个, 一种, 十分 are mostly no number.
_COUNTED = "|".join(unit for unit in _UNITS.split("|") if unit not in ("个", "种", "类", "项", "分", "型"))
_PER = rf"(?:\s*[/／每]\s*(?:{_UNITS})(?![A-Za-z]))*"
_OF_A_DAY = r"(?:每(?:天|日|周|月|年|次|晚|早|餐|顿|小时)\s*)?"
_SIGN = r"[<>≤≥＜＞±约]?\s*"
_TO = r"\s*(?:[-–—~～/／×xX:：.．]|至|到|或|、)\s*"
_DIGITS = r"\d+(?:[.,．，]\d+)*\s*[百千万亿]*"
_ARABIC = (
    rf"{_OF_A_DAY}{_SIGN}(?:[A-Za-zα-ω]+[-‑]?)?{_DIGITS}(?:\s*(?:{_UNITS})(?![A-Za-z]))?"
    rf"(?:{_TO}{_DIGITS})*(?:\s*(?:{_UNITS})(?![A-Za-z]))?{_PER}"
)
_HAN_DIGITS = r"[零〇一二两三四五六七八九十百千万亿半]"
_HAN = (
    rf"{_OF_A_DAY}(?:百分之{_HAN_DIGITS}+(?:点{_HAN_DIGITS}+)?|{_HAN_DIGITS}+分之{_HAN_DIGITS}+|一半"
    rf"|{_HAN_DIGITS}+(?:点{_HAN_DIGITS}+)?(?:[至到、~～-]?{_HAN_DIGITS}+)*?(?:多|来)?(?:{_COUNTED})(?:半(?!径|夜))?{_PER})"
)
_NUMBER = re.compile(f"{_ARABIC}|{_HAN}")
_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]?")


@dataclass(frozen=True)
class Sentence:
    """One sentence with numbers: ``pieces`` are (text, whether it is a number) in reading order."""

    place: str
    pieces: tuple

    @property
    def numbers(self):
        return [text.strip() for text, is_number in self.pieces if is_number]


def sentences(parts):
    """Return the Sentences of ``parts`` ([(place, text)], see review.reading) that hold a number, each once."""
    found = {}
    for place, text in parts:
        for match in _SENTENCE.finditer(text):
            words = match.group().strip()
            pieces = _pieces(words)
            if any(is_number for _text, is_number in pieces):
                found.setdefault(words, Sentence(place, pieces))
    return list(found.values())


def _pieces(words):
    pieces, at = [], 0
    for match in _NUMBER.finditer(words):
        start = match.start() + len(match.group()) - len(match.group().lstrip())
        if start > at:
            pieces.append((words[at:start], False))
        pieces.append((words[start : match.end()], True))
        at = match.end()
    if at < len(words):
        pieces.append((words[at:], False))
    return tuple(pieces)
