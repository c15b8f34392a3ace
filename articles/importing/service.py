"""One import: a file becomes a draft below a topic, with its pictures in the library, or nothing at all."""

from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from wagtail.log_actions import log
from wagtail.models import COMMENTS_RELATION_NAME, Comment

from articles import intake
from articles.importing import progress
from articles.importing.convert import convert
from articles.importing.report import RefusedError, Report, snippet
from articles.models import ArticlePage, Department, LibraryImage, Reference
from articles.slugs import free_slug


LOG_ACTION = "articles.import"
IMAGE_TITLE_LENGTH = 255


@dataclass(frozen=True)
class Imported:
    """The new draft and what happened to the file."""

    page: ArticlePage
    report: Report


def import_file(name, data, *, topic, author, tell=progress.silent, came_in=None, also=None):
    """Import ``data``, the bytes of a file called ``name``, as a draft below ``topic`` (TopicPage) on behalf of ``author``.

    The author owns the page and stands in its first revision, so that review counts them among those who wrote the text.
    ``tell(step, percent)`` is called outside the transaction (articles.importing.progress); ``also(page, report)`` inside
    it, so that what it writes stands or falls with the draft; ``came_in`` (convert.CameIn) is filled when given.
    Returns Imported. Raises RefusedError with one sentence; then no row and no file is left.
    """
    report = Report()
    draft = convert(name, data, report, tell, came_in)
    department = _department(draft, report)
    tell(progress.SAVING, progress.PERCENT[progress.SAVING])
    with _stored(draft, author, name) as images, transaction.atomic():
        topic = _as_it_stands(topic)
        for image in images.values():
            if image.pk is None:
                image.save()
        page = _page(draft, images, department, author)
        page.slug = free_slug(draft.title, topic)
        topic.add_child(instance=page)
        page.save_revision(user=author, log_action=True, clean=False)  # a draft may be unfinished
        log(
            page,
            LOG_ACTION,
            user=author,
            data={"file": name, "report": report.as_data(), "account": report.account},
        )
        if also:
            also(page, report)
    return Imported(page, report)


def _as_it_stands(topic):
    """Return ``topic`` anew and held: reading took a while, and others added pages below it or deleted it."""
    found = type(topic).objects.select_for_update(of=("self",)).filter(pk=topic.pk).first()
    if found is None:
        raise RefusedError(
            "topic_gone",
            _("The topic was deleted while the file was being read. Choose another and send the file again."),
        )
    return found


def report_of(page):
    """Return (name of the file, Report) of the import that made ``page``, or (\"\", None)."""
    from wagtail.models import PageLogEntry

    entry = PageLogEntry.objects.filter(page=page.pk, action=LOG_ACTION).order_by("-timestamp").first()
    if not entry:
        return "", None
    return entry.data["file"], Report.from_data(entry.data["report"], entry.data.get("account"))


def _department(draft, report):
    """Return the department the file names, else None: nobody guesses who answers for a text."""
    found = Department.objects.filter(name=draft.department).first() if draft.department else None
    if found:
        return found
    if draft.department:
        report.not_taken(
            "department_unknown",
            _("Department: there is none of this name here. Choose one"),
            snippet(draft.department),
        )
    else:
        report.not_taken("no_department", _("Department: none is marked in the file (科室：…). Choose one"))
    return None


@contextmanager
def _stored(draft, author, name):
    """Put the pictures into storage before the transaction; take them out again when anything goes wrong.

    Yields {address: LibraryImage}; one that the library already holds is used again, known by its hash.
    """
    images, by_hash, stored = {}, {}, []
    try:
        for address, picture in draft.pictures.items():
            image = (
                by_hash.get(picture.sha1)
                or LibraryImage.objects.filter(file_hash=picture.sha1).order_by("pk").first()
            )
            if image is None:
                image = _image(draft, address, picture, author)
                # Whose it is, a file hardly ever says; the licence stays open, so that a finding asks.
                image.source = _("From the file %(name)s") % {"name": name[-150:]}
                image.file.save(image.file.name, image.file.file, save=False)
                stored.append(image.file)
            images[address] = by_hash[picture.sha1] = image
        yield images
    except BaseException:
        for file in stored:
            file.delete(save=False)
        raise


def _image(draft, address, picture, author):
    value = next(
        block["value"]
        for block in draft.body
        if block["type"] == "image" and block["value"]["image"] == address
    )
    title = value["alt"] or value["caption"] or draft.title
    return LibraryImage(
        title=title[:IMAGE_TITLE_LENGTH],
        description=value["alt"],
        file=intake.TakenFile(f"import-{picture.sha1[:12]}.{picture.extension}", picture.data),
        uploaded_by_user=author,
        file_size=len(picture.data),
        file_hash=picture.sha1,
    )


def _page(draft, images, department, author):
    page = ArticlePage(
        title=draft.title,
        owner=author,
        live=False,
        summary=draft.summary,
        key_message=draft.key_message,
        department=department,
        author_name=draft.author_name,
        author_title=draft.author_title,
        author_department=draft.author_department,
        source_type=draft.source_type,
        source_line=draft.source_line,
    )
    page.body = page.body.stream_block.to_python([_with_image(block, images) for block in draft.body])
    page.references = [
        Reference(sort_order=number, **values) for number, values in enumerate(draft.references)
    ]
    comments = [Comment(user=author, contentpath=path, text=words) for path, words in draft.comments]
    setattr(page, COMMENTS_RELATION_NAME, comments)
    return page


def _with_image(block, images):
    if block["type"] != "image":
        return block
    return block | {"value": block["value"] | {"image": images[block["value"]["image"]].pk}}
