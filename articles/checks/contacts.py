"""Contact details and ways to buy: what no page with health knowledge may carry (measures on internet advertising, 2023).

Public hotlines pass: they sell nothing.
"""

import re

from django.utils.translation import gettext as _

from articles.checks.finding import STOP


HOTLINES = {
    "110",
    "119",
    "120",
    "122",
    "12320",
    "12331",
    "12338",
    "12345",
    "12355",
    "12356",
    "12393",
    "12315",
    "999",
}
MOST = 20

_GAP = r"[ \-–—.]{0,2}"
_MOBILE = re.compile(rf"(?<![\d.])(?:\+?86{_GAP})?1{_GAP}[3-9](?:{_GAP}\d){{9}}(?!\d)")
_PATIENT = re.compile(r"患者|病人|病友|家属|家长|姓名|本人|联系人|手机号|电话号码")
_REACHING = (
    re.compile(
        rf"(?<![\d.])0\d{{2,3}}{_GAP}\d{{3,4}}{_GAP}\d{{4}}(?!\d)|(?<![\d.])[48]00{_GAP}\d{{3}}{_GAP}\d{{4}}(?!\d)"
    ),
    re.compile(
        r"(?:微信|薇信|v信|vx|wx|wechat)(?:号|id|咨询)?[:： ]{0,2}[a-z][\w\-]{5,19}|(?:qq|扣扣)(?:群|号)?[:： ]{0,2}[1-9]\d{4,11}",
        re.I | re.A,
    ),
    re.compile(r"[\w.+\-]{1,40}@[\w\-]{1,40}\.[a-z]{2,10}", re.I | re.A),
)
_PATTERNS = (
    *_REACHING,
    re.compile(
        r"(?:售价|收费|价格|定价|挂号费|原价|现价|仅需|只需|特价|每盒|每瓶|一盒|一瓶|一疗程)(?:为|是|只要|约|:|：)?\s?[¥￥]?\d{1,6}(?:\.\d{1,2})?\s?元|[¥￥]\s?\d{1,6}"
    ),
    re.compile(
        r"(?:地址|院址|店址|门诊地址|就诊地点)[:：为是在 ]{1,3}[^。；\n]{2,40}|[\u4e00-\u9fff]{1,8}(?:路|街|大道|胡同|巷)\s?\d{1,5}\s?号(?:楼|院)?"
    ),
)
_NUMBER = re.compile(r"(?:热线|电话|拨打|致电|客服)[^\d。！？；\n]{0,4}(\d{3,5})(?![\d\-])")


def found(reading):
    """Yield contact details, prices and addresses; a mobile number next to a patient is a matter of privacy."""
    for passage in reading.passages:
        if passage.part == "attribution":
            continue
        for number, (start, end) in enumerate(sorted(set(_places(passage.folded)))):
            if number == MOST:
                break
            yield passage.finding(
                "wording.promotion",
                STOP,
                start,
                end,
                _("“%(words)s” advertises or steers patients."),
                _("Health knowledge carries no contact, price or code."),
                rule="contact",
            )
        for match in _MOBILE.finditer(passage.folded):
            if near_patient(passage, match):
                yield passage.finding(
                    "privacy.identity",
                    STOP,
                    *match.span(),
                    _("“%(words)s” may identify a patient."),
                    _("Remove it."),
                )


def reaches(text):
    """Say whether a folded text holds a telephone number, an account or a mail address of anybody."""
    return any(pattern.search(text) for pattern in (_MOBILE, *_REACHING))


def near_patient(passage, match):
    """Say whether a number stands next to words for a patient, in the twelve characters before it."""
    first, _last = passage.sentences.around(match.start())
    return bool(_PATIENT.search(passage.folded, max(first, match.start() - 12), match.start()))


def _places(text):
    if not any(char.isdigit() or char in "@址¥￥" or char.isascii() for char in text):
        return
    for pattern in _PATTERNS:
        yield from (match.span() for match in pattern.finditer(text))
    yield from (match.span() for match in _MOBILE.finditer(text))
    yield from (match.span() for match in _NUMBER.finditer(text) if match[1] not in HOTLINES)
