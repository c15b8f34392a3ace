"""Findings (检查结果): what an editorial check says, where, why, and what to do. Stop findings keep a text from review.

Rules are functions of a snapshot; rooms above add theirs through ``articles.registry.finding_rules``: what WeChat takes
is known by ``publish.preflight``.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles import copies, registry
from articles.snapshot import block_text, body_text, build


STOP, WARN, INFO = "stop", "warn", "info"
LEVELS = {
    STOP: gettext_lazy("Must be mended"),
    WARN: gettext_lazy("Please check"),
    INFO: gettext_lazy("For your information"),
}
MAX_SENTENCE = 40  # Han characters; published leaflets average about 31 a sentence

_HAN = re.compile(r"[\u3400-\u9fff]")
_NEGATION = re.compile(
    r"(不能|不要|不可|不会|切勿|请勿|别|谣言|误区|没有哪|并不|无法|难以|不可能|骗局|虚假|宣称|声称|号称)"
)
# Guarantees and absolute claims: negative list 2025-11 item 6, Advertising Law art. 9(3) and 16.
_CLAIMS = re.compile(
    r"根治|包治|包好|药到病除|永不复发|立竿见影|无效退款|治愈率\s*\d|有效率\s*\d|(?:100%|百分之?百|9\d%)\s*(?:有效|治愈|安全|康复)"
    r"|(?:无|没有|零)(?:任何)?(?:副作用|不良反应)|(?:国家级|世界级|国际领先|全国第一|顶级)(?:医院|专家|疗法|技术|设备|药)?|神医|神药|祖传秘方|特效药"
)
# Promotion and patient steering: measures on internet advertising 2023, four-ministry notice 2025-08.
_PROMOTION = re.compile(
    r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)|400[- ]?\d{3}[- ]?\d{4}|(?:扫码|扫描二维码|加微信|优惠价|特价|立即购买|下单|预约热线|咨询热线)"
)
_STOPPING = re.compile(
    r"(?:自行|可以|直接|马上)(?:停药|停掉|加量|减量|换药)|不用(?:再)?(?:吃药|去医院|看医生)"
)
_IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)|(?:住院号|病案号|门诊号)[：: ]?\d+")


@dataclass(frozen=True)
class Fix:
    """What one click can mend: ``code`` is understood by the room that offers it, ``label`` stands on the button."""

    code: str
    label: str


@dataclass(frozen=True)
class Finding:
    """One result: ``place`` says where, ``message`` what and why, ``hint`` what to do.

    ``anchor`` is the id of the editor's element that is meant, ``fix`` what one click can mend. ``technical``: about how
    a channel takes the text and not about what readers learn from it, so a matter of the librarian alone.
    """

    code: str
    level: str
    place: str
    message: str
    hint: str = ""
    anchor: str = ""
    fix: Fix | None = None
    technical: bool = False

    @property
    def stops(self):
        return self.level == STOP

    @property
    def concerns_reviewers(self):
        return self.stops or not self.technical

    @property
    def level_text(self):
        return LEVELS[self.level]


def check(page):
    """Return the findings on ``page`` (an ArticlePage, perhaps unsaved), stop findings first. Reads no picture files."""
    return check_snapshot(build(page, read=copies.outline), page)


def check_snapshot(snapshot, page):
    """Return the findings on a snapshot already built; ``page`` for what readers do not see."""
    found = [finding for rule in (*RULES, *registry.finding_rules) for finding in rule(snapshot, page)]
    return sorted(found, key=lambda finding: [STOP, WARN, INFO].index(finding.level))


def field_anchor(name):
    """Return the id of a field's control in the editor."""
    return f"id_{name}"


def block_anchor(block_id):
    """Return the id of a body block's panel in the editor; the body's own when the block is not known."""
    return f"block-{block_id}-section" if block_id else "id_body"


def located(snapshot, page):
    """Yield (heading above it, id in the draft or "", block) of each block of the snapshot's body."""
    ids = [child.id or "" for child in page.body if child.block_type != "image" or child.value["image"]]
    if len(ids) != len(snapshot["body"]):  # a snapshot of something else than this draft
        ids = [""] * len(snapshot["body"])
    heading = _("Beginning")
    for block_id, block in zip(ids, snapshot["body"], strict=True):
        if block["type"] == "heading":
            heading = block_text(block) or heading
        yield heading, block_id, block


def _complete(snapshot, page):
    required = {
        "title": _("Title"),
        "summary": _("Summary"),
        "key_message": _("Key message"),
        "department": _("Department"),
    }
    for field, place in required.items():
        if not snapshot[field].strip():
            yield Finding(
                "complete.missing",
                STOP,
                place,
                _("is empty."),
                _("Fill it in: readers see it first."),
                anchor=field_anchor(field),
            )
    if not snapshot["author"]["name"].strip():
        yield Finding(
            "complete.author",
            STOP,
            _("Author"),
            _("nobody is named."),
            _("Name the author."),
            anchor=field_anchor("author_name"),
        )
    if not snapshot["body"]:
        yield Finding(
            "complete.body",
            STOP,
            _("Body"),
            _("is empty."),
            _("Write the text, or import a file."),
            anchor=block_anchor(""),
        )
    if snapshot["source"]["type"] != "original" and not snapshot["source"]["line"].strip():
        yield Finding(
            "complete.source",
            STOP,
            _("Source"),
            _("the text is not original but names no source."),
            _("Name the source."),
            anchor=field_anchor("source_line"),
        )
    if snapshot["ai"]["use"] not in ("none",) and not snapshot["ai"]["note"].strip():
        yield Finding(
            "complete.ai",
            STOP,
            _("AI use"),
            _("the tool and the person who verified its work are not named."),
            _("Name both."),
            anchor=field_anchor("ai_note"),
        )
    if not snapshot["cover"]:
        yield Finding(
            "complete.cover",
            WARN,
            _("Cover"),
            _("there is none; WeChat demands one."),
            _("Choose a picture 2.35 times as wide as high."),
            anchor=field_anchor("cover"),
        )


def _evidence(snapshot, page):
    if not snapshot["references"]:
        yield Finding(
            "evidence.none",
            STOP,
            _("References"),
            _("there is none, so nobody can check the statements."),
            _("Cite a guideline, a standard or a paper."),
            anchor=field_anchor("references-ADD"),
        )


def _care(snapshot, page):
    levels = {block["value"]["level"] for block in snapshot["body"] if block["type"] == "care_card"}
    if not levels & {"see_doctor", "call_120"}:
        yield Finding(
            "care.none",
            STOP,
            _("When to seek care"),
            _("the text does not say when to see a doctor."),
            _("Add a card “when to seek care”."),
            anchor=block_anchor(""),
        )


def _wording(snapshot, page):
    patterns = (
        (
            "wording.claim",
            STOP,
            _CLAIMS,
            _("“%s” promises or exaggerates."),
            _("Say what is known, with its limits."),
        ),
        (
            "wording.promotion",
            STOP,
            _PROMOTION,
            _("“%s” advertises or steers patients."),
            _("Health knowledge carries no contact, price or code."),
        ),
        (
            "wording.self_medication",
            STOP,
            _STOPPING,
            _("“%s” may make readers change their medicine."),
            _("Advise to ask the doctor first."),
        ),
        ("privacy.identity", STOP, _IDENTITY, _("“%s” may identify a patient."), _("Remove it.")),
    )
    for place, anchor, text in _passages(snapshot, page):
        for code, level, pattern, message, hint in patterns:
            for match in pattern.finditer(text):
                if code != "privacy.identity" and _NEGATION.search(
                    text[max(0, match.start() - 10) : match.start()]
                ):
                    continue
                yield Finding(code, level, place, message % match.group(), hint, anchor=anchor)


def _pictures(snapshot, page):
    pictures = [found for found in located(snapshot, page) if found[2]["type"] == "image"]
    for number, (_heading, block_id, block) in enumerate(pictures, start=1):
        if not block["value"]["image"]["alt"].strip():
            yield Finding(
                "pictures.alt",
                STOP,
                _("Picture %s") % number,
                _("has no alternative text."),
                _("Say what it shows, for readers who cannot see it."),
                anchor=block_anchor(block_id),
            )
    for child in page.body:
        if child.block_type == "image" and not child.value["image"]:
            yield Finding(
                "pictures.missing",
                STOP,
                _("Body"),
                _("a picture has been deleted from the library."),
                _("Choose another one or remove the block."),
                anchor=block_anchor(child.id),
            )


def _readability(snapshot, page):
    for place, anchor, text in _passages(snapshot, page):
        for sentence in re.split(r"[。！？；…\n]", text):
            count = len(_HAN.findall(sentence))
            if count > MAX_SENTENCE:
                yield Finding(
                    "readability.sentence",
                    INFO,
                    place,
                    ngettext("a sentence of %d character: “%s…”", "a sentence of %d characters: “%s…”", count)
                    % (count, sentence.strip()[:12]),
                    _("Split it."),
                    anchor=anchor,
                )
    length = len(_HAN.findall(body_text(snapshot)))
    if length > 2000:
        yield Finding(
            "readability.length",
            WARN,
            _("Body"),
            _("%d characters are many for a phone.") % length,
            _("600 to 1,500 read well; consider two articles."),
            anchor=block_anchor(""),
        )


def _passages(snapshot, page):
    for field, place in (("title", _("Title")), ("summary", _("Summary")), ("key_message", _("Key message"))):
        yield place, field_anchor(field), snapshot[field]
    for heading, block_id, block in located(snapshot, page):
        yield heading, block_anchor(block_id), block_text(block)


RULES = (_complete, _evidence, _care, _wording, _pictures, _readability)
