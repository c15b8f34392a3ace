"""Whose a name is: no word may lead to two entries of the glossary. And which entries a text under review explains."""

import re

from django.utils.translation import gettext as _

from wagtail.models import WorkflowState

from articles.glossary.matching import folded
from articles.models import GlossaryTerm


_MARK = re.compile(r'data-term=\\*"(\d+)')
# What readers see of an entry.
SHOWN = ("term", "plain", "explanation")


def of(term, synonyms):
    """Return the term and its synonyms (text, one a line) as a list."""
    return [name for name in (term.strip(), *(line.strip() for line in synonyms.splitlines())) if name]


def key(name):
    """Return the form in which names are compared: half width, small letters."""
    return folded(name.strip())


def owners(except_pk=None):
    """Return {name as compared: the term that has it} of the glossary, without the entry ``except_pk``."""
    entries = GlossaryTerm.objects.exclude(pk=except_pk).only("term", "synonyms")
    return {key(name): entry.term for entry in entries for name in entry.names}


def clash(own, others):
    """Return a sentence when a name of ``own`` is among ``others`` (see `owners`), else an empty string."""
    for name in own:
        if owner := others.get(key(name)):
            return _(
                "“%(name)s” already leads to the entry “%(owner)s”. Take it out there first, or leave it out here."
            ) % {"name": name, "owner": owner}
    return ""


def objection(entry, values, reviewed=None):
    """Return a sentence when ``values`` would change what readers see of ``entry`` while a text under review explains it.

    ``reviewed``: what marked_under_review() says, asked for when None.
    """
    changed = any(name in values and values[name] != getattr(entry, name) for name in SHOWN)
    return under_review(entry, reviewed) if changed else ""


def under_review(entry, reviewed=None):
    """Return a sentence naming the text under review that explains ``entry``, or an empty string.

    Its readers would otherwise sign another text than the one they were asked about.
    """
    for title, marked in marked_under_review() if reviewed is None else reviewed:
        if entry.pk in marked:
            return _("“%(title)s” is under review and explains this term. Change it after the signature.") % {
                "title": title
            }
    return ""


def marked_under_review():
    """Return [(title, ids of the terms its draft explains)] of the articles under review."""
    open_runs = WorkflowState.objects.filter(
        status=WorkflowState.STATUS_IN_PROGRESS, current_task_state__revision__isnull=False
    ).select_related("current_task_state__revision")
    found = []
    for run in open_runs:
        revision = run.current_task_state.revision
        marked = {int(number) for number in _MARK.findall(str(revision.content.get("body", "")))}
        if marked:
            found.append((revision.object_str, marked))
    return found
