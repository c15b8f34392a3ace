"""What the paste box asks: read this, look it up, is it still there; and an article's references as a file."""

import json

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from wagtail.permissions import page_permission_policy

from articles.choices import ReferenceKind
from articles.citing import addresses, files, lookups, reading
from articles.models import ArticlePage, Reference
from articles.models.editorial import EditorialSettings


CONTENT_TYPES = {
    "ris": ("application/x-research-info-systems", "ris"),
    "bibtex": ("application/x-bibtex", "bib"),
    "noteexpress": ("text/plain", "net"),
    "list": ("text/plain", "txt"),
}


@require_POST
def read(request):
    """Return what ``text`` or ``file`` holds as entries; ``known``: the references the form has already."""
    _may_write(request)
    try:
        text = request.POST.get("text", "")
        if file := request.FILES.get("file"):
            text = reading.decoded(file.read(reading.MOST_BYTES + 1))
        entries = reading.read(text)
        known = [
            (str(one.get("name", ""))[:80], {name: str(value) for name, value in one.items()})
            for one in _json(request, "known", list)
            if isinstance(one, dict)
        ]
    except (reading.UnreadableError, ValueError) as error:
        return JsonResponse({"error": str(error) or _("This could not be read.")}, status=400)
    reading.mark_known(entries, known)
    for entry in entries:
        if entry.fields["kind"] == "web" and "accessed" not in entry.fields:
            entry.fields["accessed"] = timezone.localdate().isoformat()
    switches = EditorialSettings.load()
    return JsonResponse({"entries": [_shown(entry, switches) for entry in entries]})


@require_POST
def look_up(request):
    """Ask the services that are switched on about one entry; what was typed or pasted stays."""
    _may_write(request)
    try:
        fields = _fields(request)
    except ValueError:
        return JsonResponse({"error": _("This could not be read.")}, status=400)
    answer = lookups.look_up(fields)
    given = {name: value for name, value in fields.items() if value}
    if not given.get("title") and answer.fields.get("kind"):
        given.pop("kind", None)
        given.pop("manual", None)
    entry = reading.fitted(reading.Entry(raw="", fields=answer.fields | given))
    message = ""
    if answer.failures:
        message = " ".join(answer.failures) + " " + _("Type the rest by hand, or try again later.")
    elif answer.asked and not answer.found:
        message = _("%s does not know it. Check the number, or type the reference by hand.") % "、".join(
            answer.asked
        )
    extra = {"found": answer.found, "retracted": answer.retracted, "message": message}
    if answer.found:
        extra["looked_up_at"] = timezone.now().isoformat(timespec="seconds")
    return JsonResponse(_shown(entry, EditorialSettings.load()) | extra)


@require_POST
def check(request):
    """Ask again about one reference: retracted? Does its address answer? Unknown is null."""
    _may_write(request)
    try:
        fields = _fields(request)
    except ValueError:
        return JsonResponse({"error": _("This could not be read.")}, status=400)
    answer = lookups.look_up(fields, fresh=True)
    reachable, notes = None, list(answer.failures)
    if fields.get("url") and EditorialSettings.load().addresses:
        try:
            reachable = addresses.answers(fields["url"])
        except addresses.PrivateAddressError:
            notes.append(_("The address leads into a private network and is not asked."))
    return JsonResponse(
        {
            "asked": bool(answer.asked) or reachable is not None,
            "retracted": answer.retracted,
            "reachable": reachable,
            "notes": notes,
            "at": timezone.now().isoformat(timespec="seconds"),
        }
    )


@require_GET
def export(request, page_pk, kind):
    """The references of the latest draft as a file: RIS, BibTeX, NoteExpress, or the printed list."""
    if kind not in CONTENT_TYPES:
        raise Http404
    page = get_object_or_404(ArticlePage, pk=page_pk)
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    references = list(page.get_latest_revision_as_object().references.all())
    if kind == "list":
        style = EditorialSettings.load().citation_style
        text = "".join(f"[{number}] {one.line(style)}\r\n" for number, one in enumerate(references, start=1))
    else:
        text = files.write(references, kind)
    content_type, ending = CONTENT_TYPES[kind]
    # Windows programs take a file without a mark for one of their own code page.
    encoding = "utf-8-sig" if ending in ("net", "txt") else "utf-8"
    response = HttpResponse(text.encode(encoding), content_type=f"{content_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="references-{page.pk}.{ending}"'
    return response


def _may_write(request):
    if not page_permission_policy.user_has_any_permission(request.user, {"add", "change"}):
        raise PermissionDenied


def _json(request, name, kind):
    try:
        found = json.loads(request.POST.get(name) or ("[]" if kind is list else "{}"))
    except RecursionError:
        raise ValueError from None
    if not isinstance(found, kind):
        raise ValueError
    return found


def _fields(request):
    """Fields of one reference from the browser: known names, texts, no longer than a Reference takes."""
    found = _json(request, "fields", dict)
    fields = {name: str(found[name])[:4000].strip() for name in reading.FIELDS if found.get(name)}
    if fields.get("kind") not in ReferenceKind.values:
        fields["kind"] = ReferenceKind.JOURNAL.value
    return fields


def _shown(entry, switches):
    """An entry as the box shows it."""
    names = {name: str(Reference._meta.get_field(name).verbose_name) for name in entry.missing()}
    return {
        "fields": entry.fields,
        "raw": entry.raw,
        "kind": str(ReferenceKind(entry.fields["kind"]).label),
        "printed": entry.printed(switches.citation_style),
        "missing": list(names),
        "missing_names": list(names.values()),
        "doubts": [str(doubt) for doubt in entry.doubts],
        "same_as": entry.same_as,
        "services": lookups.allowed(switches, entry.fields),
    }
