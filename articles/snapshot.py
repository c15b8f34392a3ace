"""The snapshot: everything of an article that a reader can see, as plain values.

Referenced rows (topic, department, author, pictures, references) enter as values; ids, slugs and times stay out.
The same dict is digested, signed, kept with the approval and rendered for the website and for WeChat.
"""

from articles import copies, recordings
from articles.digest import SCHEME
from articles.html import canonical_html, plain_text
from articles.marks import Marks
from articles.models import EditorialSettings, LibraryImage, TopicPage


def build(page, *, read=copies.keep):
    """Return the snapshot of ``page`` (an ArticlePage, usually from a revision).

    ``read`` turns a library image into its value: ``copies.keep`` copies it by content, ready to be published (call
    it outside transactions); ``copies.probe`` reads without storing; ``copies.outline`` reads no file at all. The
    recording is treated in the same way. Raises articles.copies.CopyError when a file cannot be read.
    """
    topic = TopicPage.objects.parent_of(page).first() if page.depth and page.depth > 1 else None
    images = _Images(read, image_ids(page))
    references = list(page.references.all())
    style = EditorialSettings.load().citation_style
    marks = Marks([reference.key for reference in references])
    body = [block for child in page.body if (block := _block(child, images, marks))]
    return {
        "scheme": SCHEME,
        "title": page.title,
        "seo_title": page.seo_title,
        "seo_description": page.search_description,
        "summary": page.summary,
        "key_message": page.key_message,
        "audience": page.audience,
        "topic": {
            "title": topic.title if topic else "",
            "emergency": topic.emergency if topic else "",
        },
        "department": page.department.name if page.department_id else "",
        "author": {
            "name": page.author_name,
            "title": page.author_title,
            "department": page.author_department,
        },
        "source": {"type": page.source_type, "line": page.source_line},
        "ai": {"use": page.ai_use, "note": page.ai_note},
        "cover": images.cover(page.cover_id),
        "recording": _RECORDING[read](page.recording) if page.recording_id else None,
        "body": body,
        "references": [reference.line(style) for reference in references],
        "glossary": marks.glossary,
        "share_text": page.share_text,
        "push": {
            "title": page.push_title,
            "digest": page.push_digest,
            "alternatives": [_alternative(one, images) for one in page.push_alternatives.all()],
        },
        "correction": page.correction_note,
        "changes": page.changes_note,
        "review_months": page.review_months,
    }


def push_choices(snapshot):
    """Return what WeChat may print of ``snapshot``: dicts of title, digest and cover, the main one first.

    An alternative's empty part is the main one's. Snapshots of scheme xinglin/1 have the main one only.
    """
    push = snapshot["push"]
    main = {
        "title": push["title"] or snapshot["title"],
        "digest": push["digest"] or snapshot["summary"],
        "cover": snapshot["cover"],
    }
    given = push.get("alternatives", [])
    return [main, *({name: one[name] or main[name] for name in main} for one in given)]


def image_ids(page):
    """Return the ids of the library images that ``page`` shows."""
    ids = {page.cover_id} if page.cover_id else set()
    for child in page.body:
        if child.block_type == "image" and child.value.get("image"):
            ids.add(child.value["image"].pk)
    ids.update(one.cover_id for one in page.push_alternatives.all() if one.cover_id)
    return ids


def body_text(snapshot):
    """Return the plain text of a snapshot's body, block by block, for search and for counting."""
    return "\n".join(text for block in snapshot["body"] if (text := block_text(block)))


def block_text(block):
    """Return the plain text of one body block."""
    value = block["value"]
    match block["type"]:
        case "heading":
            parts = [value["text"]]
        case "paragraph":
            parts = [plain_text(value["html"])]
        case "image":
            parts = [value["image"]["caption"], value["image"]["alt"]]
        case "key_points":
            parts = [value["title"], *value["points"]]
        case "steps":
            parts = [value["title"], *map(plain_text, value["steps"])]
        case "do_dont":
            parts = [*value["do"], *value["dont"]]
        case "care_card":
            parts = [value["title"], plain_text(value["html"])]
        case "question_answer":
            parts = [value["question"], plain_text(value["answer"])]
        case "table":
            parts = [value["caption"], *value["header"], *(cell for row in value["rows"] for cell in row)]
        case "quote":
            parts = [value["text"], value["attribution"]]
        case unknown:
            raise ValueError(f"Unknown block type: {unknown!r}")
    return "\n".join(part for part in parts if part)


class _Images:
    def __init__(self, read, ids):
        self.read = read
        # A revision holds only the ids; focal points and files are those of the library now.
        self.library = LibraryImage.objects.in_bulk(ids)

    def value(self, pk, **texts):
        return self.read(self.library[pk], **texts)

    def cover(self, pk):
        return self.value(pk, alt=self.library[pk].description) if pk else None


def _alternative(one, images):
    return {"title": one.title, "digest": one.digest, "cover": images.cover(one.cover_id)}


def _block(child, images, marks):
    # Drafts may be half filled (deferred validation), so that every value may still be None.
    value = _VALUES[child.block_type](child.value, images, marks)
    return value and {"type": child.block_type, "value": value}


def _heading(value, images, marks):
    return {"text": value["text"] or "", "level": int(value["level"] or 2)}


def _paragraph(value, images, marks):
    return {"html": canonical_html(value.source, marks)}


def _image(value, images, marks):
    if not value["image"]:
        return None
    return {
        "image": images.value(
            value["image"].pk,
            alt=value["alt"] or "",
            caption=value["caption"] or "",
            credit=value["credit"] or "",
        )
    }


def _key_points(value, images, marks):
    return {"title": value["title"] or "", "points": [point or "" for point in value["points"]]}


def _steps(value, images, marks):
    return {
        "title": value["title"] or "",
        "steps": [canonical_html(step.source, marks) for step in value["steps"]],
    }


def _do_dont(value, images, marks):
    return {key: [line or "" for line in value[key]] for key in ("do", "dont")}


def _care_card(value, images, marks):
    return {
        "level": value["level"],
        "title": value["title"] or "",
        "html": canonical_html(value["text"].source, marks),
    }


def _question_answer(value, images, marks):
    return {"question": value["question"] or "", "answer": canonical_html(value["answer"].source, marks)}


def _table(value, images, marks):
    return {
        "caption": value.caption or "",
        "header": [column["heading"] or "" for column in value.columns],
        "rows": [[str(cell or "") for cell in row["values"]] for row in value.row_data],
    }


def _quote(value, images, marks):
    return {"text": value["text"] or "", "attribution": value["attribution"] or ""}


_RECORDING = {
    copies.keep: recordings.keep,
    copies.probe: recordings.probe,
    copies.outline: recordings.outline,
}
_VALUES = {
    "heading": _heading,
    "paragraph": _paragraph,
    "image": _image,
    "key_points": _key_points,
    "steps": _steps,
    "do_dont": _do_dont,
    "care_card": _care_card,
    "question_answer": _question_answer,
    "table": _table,
    "quote": _quote,
}
