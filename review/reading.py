"""The text of a snapshot as one reads it: part by part, each with the name of its place."""

from django.utils.translation import gettext as _

from articles.choices import AIUse, Audience, SourceType
from articles.html import plain_text
from articles.recordings import length
from articles.snapshot import block_text


def parts(snapshot):
    """Return [(place, text)] of what a reader sees as words, in reading order; empty parts stay out."""
    author, push = snapshot["author"], snapshot["push"]
    found = [
        (_("Title"), snapshot["title"]),
        (_("Summary"), snapshot["summary"]),
        (_("Key message"), snapshot["key_message"]),
        (_("Audience"), _label(Audience, snapshot["audience"])),
        (_("Author"), " ".join(filter(None, (author["name"], author["title"], author["department"])))),
        (_("Emergencies"), plain_text(snapshot["topic"]["emergency"])),
        *_body(snapshot),
        (_("Correction"), snapshot.get("correction", "")),
        (_("Title in WeChat"), push["title"]),
        (_("Digest in WeChat"), push["digest"]),
        *((_("Alternative for WeChat"), f"{one['title']}\n{one['digest']}") for one in _alternatives(push)),
        (_("Share text"), snapshot["share_text"]),
    ]
    return [(place, text.strip()) for place, text in found if text.strip()]


def lines(snapshot):
    """Return all that may differ between two versions, one line each: the parts, pictures, sources and references."""
    source, ai = snapshot["source"], snapshot["ai"]
    more = [
        (_("Cover"), _picture(snapshot["cover"])),
        *((_("Picture"), _picture(image)) for image in pictures(snapshot)),
        (_("Recording"), _recording(snapshot.get("recording"))),
        (_("Source"), " ".join(filter(None, (_label(SourceType, source["type"]), source["line"])))),
        (_("Use of AI"), " ".join(filter(None, (_label(AIUse, ai["use"]), ai["note"])))),
        (_("Title for search engines"), snapshot["seo_title"]),
        (_("Description for search engines"), snapshot["seo_description"]),
        (_("Review again after (months)"), str(snapshot["review_months"])),
        *((_("Reference"), printed) for printed in snapshot["references"]),
    ]
    return [
        _("%(place)s: %(text)s") % {"place": place, "text": line}
        for place, text in [*parts(snapshot), *more]
        for line in text.splitlines()
        if line.strip()
    ]


def pictures(snapshot):
    """Return the image values of the body, in reading order."""
    return [block["value"]["image"] for block in snapshot["body"] if block["type"] == "image"]


def _body(snapshot):
    heading = _("Text")
    for block in snapshot["body"]:
        text = block_text(block)
        if block["type"] == "heading":
            heading = text or heading
        yield heading, text


def _alternatives(push):
    # Snapshots of scheme xinglin/1 have none.
    return push.get("alternatives", [])


def _picture(image):
    """Name a picture by the beginning of its content's hash, so that another picture is another line."""
    return f"[{image['sha256'][:8]}] {image['alt']} {image['credit']}".strip() if image else ""


def _recording(value):
    return f"[{value['sha256'][:8]}] {value['reader']} {length(value['seconds'])}" if value else ""


def _label(choices, value):
    return str(dict(choices.choices).get(value, value))
