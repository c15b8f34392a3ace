"""Consent and rights (facts/health.md §1B): what a text that shows a patient, or that is not ours, needs before review.

Personal Information Protection Law, art. 25 (publishing), 28 and 29 (health data: separate consent), 31 (guardians),
55 (impact assessment); for WeChat art. 23, another processor. Rules for ``articles.registry.finding_rules``.
"""

import re

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.choices import SourceType
from articles.findings import STOP, WARN, Finding, block_anchor, field_anchor, located
from articles.models import ArticlePage, ConsentRecord, LibraryImage
from articles.snapshot import block_text, image_ids


ENDS_SOON = 60  # days; what the list calls “ends soon”

# A person in a story: 张某, 王先生 …, with an age close by. Facts §1B, “regex for identifiers in text”.
_SURNAME = "[王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢钟姜崔谭陆范汪廖石金贾韦夏付方白邹孟熊秦邱江尹薛]"
_PERSON = rf"{_SURNAME}(?:某|先生|女士|大爷|大妈|大叔|阿姨|奶奶|爷爷|婆婆)"
_CASE = re.compile(
    rf"{_PERSON}[^。！？；\n]{{0,12}}?\d{{1,3}}\s*岁|\d{{1,3}}\s*岁的?{_PERSON}|患者[男女][，,、 ]?\s*\d{{1,3}}\s*岁"
)


# --- What an article rests on -------------------------------------------------------------------------


def listed(page):
    """Return the consents chosen for ``page``, as they are in the database now."""
    chosen = [one.pk for one in page.consents.all()]
    return list(ConsentRecord.objects.filter(pk__in=chosen).order_by("pk")) if chosen else []


def pictures(page):
    """Return {id: LibraryImage with its consent} of all pictures that ``page`` shows."""
    return LibraryImage.objects.select_related("consent").in_bulk(image_ids(page))


def shows_patient(image):
    """Say whether a picture needs a consent."""
    return image.shows_patient or image.consent_id is not None


def channels():
    """Return (field, name) of the channels an article goes to."""
    found = [("on_website", _("the website"))]
    if settings.WECHAT_APPID:
        found.append(("in_wechat", _("WeChat")))
    return found


# --- Rules --------------------------------------------------------------------------------------------


def rule(snapshot, page):
    """Yield the findings on consent and rights of an article."""
    if not isinstance(page, ArticlePage):  # a snapshot of something else than a draft
        return
    chosen, shown = listed(page), pictures(page)
    if not page.has_case:
        yield from _unmarked_case(snapshot, page)
    yield from _consents(page, chosen)
    yield from _patient_pictures(page, chosen, shown)
    yield from _endings(page, chosen, shown)
    yield from _reprint(page)
    yield from _licences(page, shown)


def objection_to_sign(article):
    """Return why a text under review must not be signed now, or "" (``articles.registry.signing_guards``).

    Locks the consents it rests on, so that a withdrawal at the same moment comes wholly before or after.
    """
    shown = pictures(article)
    resting = {one.pk for one in article.consents.all()} | {one.consent_id for one in shown.values()} - {None}
    if resting:
        list(ConsentRecord.objects.select_for_update().filter(pk__in=resting).order_by("pk"))
        shown = pictures(article)
    chosen = listed(article)
    stops = (*_consents(article, chosen), *_patient_pictures(article, chosen, shown), *_reprint(article))
    reasons = [f"{stop.place}：{stop.message}" for stop in stops if stop.stops]
    if not reasons:
        return ""
    return (
        _("This text can no longer be signed. Return it, or have it called back.") + "\n" + "\n".join(reasons)
    )


def weakness(consent, *, photo=False):
    """Return (what is wrong, what to do) of the first reason why ``consent`` does not carry, or None.

    ``photo``: asked on behalf of a picture.
    """
    words = {"code": consent.patient_code}
    if consent.withdrawn_on:
        return (
            _("the consent %(code)s has been withdrawn.") % words,
            _("Remove what shows this patient, and take the consent out of the list."),
        )
    if consent.has_ended():
        return (
            _("the consent %(code)s ended on %(day)s.") % (words | {"day": consent.valid_until.isoformat()}),
            _("Ask for a new consent and record it, or remove what shows this patient."),
        )
    if not consent.separate:
        return (
            _("the consent %(code)s was not asked for on its own.") % words,
            _("The law wants a separate consent: have its own form signed, then tick it in the record."),
        )
    if consent.minor and not consent.guardian:
        return (
            _("the consent %(code)s is for somebody under 18 and names no guardian.") % words,
            _("A guardian signs too; record the relation."),
        )
    for field, name in channels():
        if not getattr(consent, field):
            return (
                _("the consent %(code)s does not cover %(channel)s.") % (words | {"channel": name}),
                _("Ask the patient about it and record a new consent, or remove what shows this patient."),
            )
    if photo and not consent.shows_photo:
        return (
            _("the consent %(code)s does not cover photographs.") % words,
            _("Choose one that does, or use another picture."),
        )
    return None


def _unmarked_case(snapshot, page):
    for heading, block_id, block in located(snapshot, page):
        if found := _CASE.search(block_text(block)):
            yield Finding(
                "consent.unmarked",
                WARN,
                heading,
                _("“%s” looks like a patient's story.") % found.group(),
                _(
                    "If it is one, tick “tells a patient's case” under “About the article” and choose the consent."
                ),
                block_anchor(block_id),
            )
            return  # one is enough to make somebody look


def _consents(page, chosen):
    place, anchor = _("Consent"), field_anchor("consents")
    if page.has_case and not any(one.shows_text for one in chosen):
        yield Finding(
            "consent.missing",
            STOP,
            place,
            _("a patient's case is told, and no consent to a case story is chosen."),
            _("Choose it under “About the article”; record it under “Consents” first if it is not there."),
            anchor,
        )
    for one in chosen:
        if weak := weakness(one):
            yield Finding("consent.weak", STOP, place, *weak, anchor)


def _patient_pictures(page, chosen, shown):
    checked = {one.pk for one in chosen}
    for place, anchor, image_id in _places(page):
        image = shown.get(image_id)
        if image is None or not shows_patient(image):
            continue
        if image.consent_id is None:
            # Chosen for the article: whether it carries otherwise is said there.
            if not any(one.shows_photo for one in chosen):
                yield Finding(
                    "consent.picture",
                    STOP,
                    place,
                    _("shows a patient, and no consent to photographs is chosen."),
                    _("Choose the consent on the picture's own page, or use another picture."),
                    anchor,
                )
        elif image.consent_id in checked and image.consent.shows_photo:
            continue
        elif weak := weakness(image.consent, photo=True):
            yield Finding("consent.picture", STOP, place, *weak, anchor)


def _endings(page, chosen, shown):
    """What ends before the next review, and what is not yet written down."""
    consents = {one.pk: one for one in chosen}
    consents |= {image.consent_id: image.consent for image in shown.values() if image.consent_id}
    place, anchor = _("Consent"), field_anchor("consents")
    for one in consents.values():
        words = {"code": one.patient_code}
        if one.withdrawn_on or one.has_ended():
            continue
        if _ends_before_review(one.valid_until, page.review_months):
            yield Finding(
                "consent.ends",
                WARN,
                place,
                _("the consent %(code)s ends on %(day)s, before the next review.")
                % (words | {"day": one.valid_until.isoformat()}),
                _("Shorten the time until the next review, or ask for a longer consent."),
                anchor,
            )
        if not one.scan or not one.assessment:
            yield Finding(
                "consent.papers",
                WARN,
                place,
                _("the record of the consent %(code)s lacks the scan or the impact assessment.") % words,
                _("Add them to the record."),
                anchor,
            )


def _reprint(page):
    if page.source_type not in (SourceType.REPOSTED, SourceType.TRANSLATED):
        return
    place, anchor, leave = _("Permission to reprint"), field_anchor("reprint"), page.reprint
    found = None
    if leave is None:
        found = (
            STOP,
            _("somebody else's text is reprinted or translated, and no permission is chosen."),
            _("Choose it under “About the article”; record it under “Permissions to reprint” first."),
        )
    elif leave.has_ended():
        found = (
            STOP,
            _("the permission ended on %(day)s.") % {"day": leave.valid_until.isoformat()},
            _("Ask for a new one and record it."),
        )
    elif missing := [name for field, name in channels() if not getattr(leave, field)]:
        found = (
            STOP,
            _("the permission does not cover %(channel)s.") % {"channel": missing[0]},
            _("Ask for it and record the new permission."),
        )
    elif _ends_before_review(leave.valid_until, page.review_months):
        found = (
            WARN,
            _("the permission ends on %(day)s, before the next review.")
            % {"day": leave.valid_until.isoformat()},
            _("Shorten the time until the next review, or ask for a longer permission."),
        )
    if found:
        level, message, hint = found
        yield Finding("rights.reprint", level, place, message, hint, anchor)


def _licences(page, shown):
    told = set()
    for place, anchor, image_id in _places(page):
        image = shown.get(image_id)
        if image is None or image_id in told or (image.licence and image.source):
            continue
        told.add(image_id)
        yield Finding(
            "rights.picture",
            WARN,
            place,
            _lacking(image),
            _("Write on the picture's own page who made it and why it may be used."),
            anchor,
        )


def _lacking(image):
    if image.source:
        return _("has no licence recorded.")
    return _("has no source recorded.") if image.licence else _("has no source and no licence recorded.")


def _places(page):
    """Yield (place, anchor, id of the picture) of each picture an article shows."""
    if page.cover_id:
        yield _("Cover"), field_anchor("cover"), page.cover_id
    shown = [child for child in page.body if child.block_type == "image" and child.value["image"]]
    for number, child in enumerate(shown, start=1):
        yield _("Picture %s") % number, block_anchor(child.id), child.value["image"].pk
    for number, one in enumerate(page.push_alternatives.all(), start=1):
        if one.cover_id:
            anchor = field_anchor(f"push_alternatives-{number - 1}-cover")
            yield f"{_('Alternative %d') % number} {_('Cover')}", anchor, one.cover_id


def _ends_before_review(day, months):
    if day is None:
        return False
    today = timezone.localdate()
    left = (day.year - today.year) * 12 + day.month - today.month - (day.day < today.day)
    return left < (months or 0)
