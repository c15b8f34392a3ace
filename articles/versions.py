"""The versions of an article that can be compared: its revisions, and what was signed of them."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from articles import comparison, copies, registry
from articles.models import ArticlePage
from articles.snapshot import build


LIVE, LATEST, EARLIEST = "live", "latest", "earliest"
MOST = 100
"""Revisions offered to choose from, the newest first."""


@dataclass(frozen=True)
class Signed:
    """A signed version as the room above keeps it: its number, revision, day, and whether readers see it now."""

    number: int
    revision_id: int
    day: date
    live: bool


@dataclass
class Version:
    """One version. ``key`` stands in addresses; ``signed`` (Signed) or None; ``latest``: the present draft."""

    key: str
    at: object
    by: object
    signed: Signed | None
    latest: bool


class NoSuchVersionError(LookupError):
    """The version asked for is not there: nothing is signed yet, or the revision was another article's."""


def signed_of(article):
    """Return the Signed versions of ``article``, the newest first."""
    return list(registry.reader_copy.signed_versions(article.pk)) if registry.reader_copy else []


def of(article, with_keys=()):
    """Return the MOST newest Versions, newest first, and besides those with ``with_keys`` and those signed."""
    signed = {one.revision_id: one for one in signed_of(article)}
    rows = article.revisions.defer("content").select_related("user").order_by("-created_at", "-pk")
    newest = list(rows[:MOST])
    wanted = {*signed, *(int(key) for key in with_keys if key.isdigit())} - {row.pk for row in newest}
    newest += list(rows.filter(pk__in=wanted)) if wanted else []
    return [
        Version(str(row.pk), timezone.localtime(row.created_at), row.user, signed.get(row.pk), row.pk == article.latest_revision_id)
        for row in newest
    ]  # fmt: skip


def resolve(article, key):
    """Return the key of a revision, or LIVE, for what an address may hold. Raises NoSuchVersionError."""
    if key == LIVE:
        if not any(one.live for one in signed_of(article)):
            raise NoSuchVersionError
        return LIVE
    rows = article.revisions.order_by("created_at", "pk").values_list("pk", flat=True)
    found = rows.last() if key == LATEST else rows.first() if key == EARLIEST else rows.filter(pk=key).first()
    if found is None:
        raise NoSuchVersionError
    return str(found)


def snapshot_of(article, key):
    """Return the snapshot of a resolved version: the signed one, where there is one, else made from the revision."""
    for one in signed_of(article):
        if (one.live and key == LIVE) or str(one.revision_id) == key:
            return registry.reader_copy.signed_snapshot(article.pk, one.number)
    page = article.revisions.get(pk=key).as_object()
    try:
        return build(page, read=copies.probe)
    except copies.CopyError:
        # A picture whose file is gone: the texts can be compared all the same.
        return build(page, read=copies.outline)


def compare(article, old_key, new_key):
    """Return (fields, body): Parts of comparison for two resolved versions."""
    old, new = snapshot_of(article, old_key), snapshot_of(article, new_key)
    return comparison.fields(old, new, words()), comparison.body(old, new)


def words():
    """Return {field of a snapshot: {value: what people read}} for what is stored as a code."""
    fields = {"audience": "audience", "source.type": "source_type", "ai.use": "ai_use"}
    return {path: dict(ArticlePage._meta.get_field(name).choices) for path, name in fields.items()}


def label_of(path):
    """Return what a field of the snapshot is called in the editor."""
    own = {
        "topic.title": _("Topic"),
        "topic.emergency": _("Emergency sentence of the topic"),
        "references": _("References"),
        "glossary": _("Explained words"),
        "push.alternatives": _("Alternatives for WeChat"),
    }
    if path in own:
        return own[path]
    names = {
        "author.name": "author_name", "author.title": "author_title", "author.department": "author_department",
        "source.type": "source_type", "source.line": "source_line", "ai.use": "ai_use", "ai.note": "ai_note",
        "changes": "changes_note", "correction": "correction_note", "push.title": "push_title",
        "push.digest": "push_digest", "seo_description": "search_description",
    }  # fmt: skip
    return ArticlePage._meta.get_field(names.get(path, path)).verbose_name
