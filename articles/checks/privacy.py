"""What may tell who a patient is (Personal Information Protection Law, art. 28; Civil Code, art. 1226)."""

import datetime
import re

from django.utils.translation import gettext as _

from articles.checks.finding import STOP, WARN


_ID = re.compile(r"(?<!\d)\d(?:[ \-]?\d){16}[ \-]?[\dXx](?![\dA-Za-z])")
_RECORD = re.compile(
    r"(?:住院|病案|门诊|床|病历|就诊卡|登记|检查|影像|社保卡|医保卡|医保|病理|护照)(?:号码?|ID|编号)[为是:： ]{0,3}[A-Za-z]{0,4}\d{1,18}"
)
_BED = re.compile(r"(?<!\d)\d{1,3}\s?床(?:的)?(?:患者|病人|张|王|李|刘|陈|老|大|阿|那|，|,)")
_SURNAME = "[王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢钟姜崔谭陆范汪廖石金贾韦夏付方白邹孟熊秦邱江尹薛]"
_PERSON = re.compile(
    rf"{_SURNAME}(?:某某?|先生|女士|大爷|大妈|大叔|阿姨|奶奶|爷爷|婆婆|老师|师傅|[\u4e00-\u9fff]{{1,2}}[，,（(])"
)
_AGE = re.compile(r"\d{1,3}\s?岁")
_DATE = re.compile(
    r"\d{4}\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?[日号]|(?<!\d)\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)|\d{1,2}月\d{1,2}[日号]"
)
_PLACE = re.compile(r"[\u4e00-\u9fff]{2,8}?(?:省|市|县|区|镇|乡|村|街道|小区|社区|学校|中学|小学|公司|工厂)")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
WITHIN = 120  # characters in which name, age, day and place together tell who somebody is


def found(reading):
    """Yield numbers that identify somebody, and descriptions that do so together."""
    for passage in reading.passages:
        if passage.part == "attribution":
            continue
        text = passage.folded
        if not any(char.isdigit() for char in text):
            continue
        for match in _ID.finditer(text):
            sure = is_identity(re.sub(r"[ \-]", "", match.group()))
            yield passage.finding(
                "privacy.identity" if sure else "privacy.number",
                STOP if sure else WARN,
                *match.span(),
                _("“%(words)s” may identify a patient.")
                if sure
                else _("“%(words)s” looks like an identity number."),
                _("Remove it."),
            )
        for match in _RECORD.finditer(text):
            yield passage.finding(
                "privacy.identity",
                STOP,
                *match.span(),
                _("“%(words)s” may identify a patient."),
                _("Remove it."),
            )
        for match in _BED.finditer(text):
            yield passage.finding(
                "privacy.person",
                WARN,
                *match.span(),
                _("“%(words)s” may identify a patient."),
                _("Remove it."),
            )
        yield from _described(passage)


def identifies(text):
    """Say whether a folded text holds what looks like an identity, record or bed number."""
    return any(pattern.search(text) for pattern in (_ID, _RECORD, _BED))


def _described(passage):
    text, after = passage.folded, 0
    for match in _AGE.finditer(text):
        if match.start() < after:
            continue
        low, high = max(0, match.start() - WITHIN // 2), match.end() + WITHIN // 2
        around = text[low:high]
        person = _PERSON.search(around)
        if person and _DATE.search(around) and _PLACE.search(around):
            after = high
            start, end = (
                min(match.start(), low + person.start()),
                max(match.end(), low + person.end()),
            )
            yield passage.finding(
                "privacy.person",
                WARN,
                start,
                end,
                _("“%(words)s”: name, age, day and place together may tell who it is."),
                _("Leave out what readers need not know: “a man in his sixties” is enough."),
            )


def is_identity(number):
    """Say whether 18 characters are a Chinese identity number: a real day of birth and the right check character.

    GB 11643-1999: weights 2**(17-i) mod 11, check characters 10X98765432.
    """
    if not re.fullmatch(r"\d{17}[\dXx]", number):
        return False
    try:
        born = datetime.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    return 1850 <= born.year <= 2100 and "10X98765432"[total % 11] == number[17].upper()
