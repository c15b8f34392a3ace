"""Notices to people: one row for each person, occasion and sender, written here and sent by the worker (review.sending).

A row's key names its occasion, so that neither a second worker nor a restart writes it twice. Texts hold the title, the due
date and a way in, never a word of the article. The way in of an assignment is a link made while sending; it is not stored.
"""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext_lazy

from wagtail.users.models import UserProfile

from review import people, senders
from review.models import Notice, NoticeState, ReviewSettings
from review.workdays import Calendar


KINDS = {
    "asked": gettext_lazy("Asked to review"),
    "soon": gettext_lazy("Due soon"),
    "due": gettext_lazy("Due today"),
    "late": gettext_lazy("Late"),
    "escalated": gettext_lazy("Late, to the chief librarian"),
    "declined": gettext_lazy("Declined"),
    "passed_on": gettext_lazy("Passed on"),
    "wanted": gettext_lazy("Somebody to be chosen"),
    "returned": gettext_lazy("Returned"),
    "approved": pgettext_lazy("of a text", "Signed"),
    "code": gettext_lazy("One-time code"),
    "pin": gettext_lazy("PIN enrolled"),
    "re_review": gettext_lazy("Review again"),
    "recalled": gettext_lazy("Signature recalled"),
    "desk": gettext_lazy("Writing together"),
}
# Waited for by a person at that moment, so neither quiet hours nor holidays hold them back.
URGENT = frozenset({"code", "recalled"})
# Good for minutes: asked for anew rather than sent again, and shown in no list.
FLEETING = frozenset({"code"})
# Of these the person asked gets a link of their own.
WITH_LINK = frozenset({"asked", "soon", "due", "late"})
NOBODY = "none"
"""The sender of a row that no switched-on sender can carry; it is shown as not sent."""


def write(kind, occasion, recipient, subject, text, *, assignment=None, now=None):
    """Write one notice for each switched-on sender that reaches ``recipient``; return how many rows are new.

    ``occasion`` is unique for what happened (at most 90 characters). Call it in the transaction of what happened.
    """
    if not recipient.is_active:
        return 0
    now = now or timezone.now()
    chosen = ReviewSettings.load()
    at = now if kind in URGENT else speaking_time(now, chosen)
    reaching = [name for name in senders.switched_on(chosen) if senders.by_name(name).address(recipient)]
    rows = [
        Notice(
            key=f"{occasion}/{name}",
            kind=kind,
            assignment=assignment,
            recipient=recipient,
            sender=name,
            subject=line(subject)[:120],
            text=text,
            not_before=at,
            state=NoticeState.READY if name != NOBODY else NoticeState.FAILED,
            error="" if name != NOBODY else _unreachable(),
        )
        for name in reaching or [NOBODY]
    ]
    known = set(Notice.objects.filter(key__in=[row.key for row in rows]).values_list("key", flat=True))
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows) - len(known)


def speaking_time(moment, chosen=None):
    """Return ``moment``, or the next one at which notices may go out (ReviewSettings, holidays)."""
    chosen = chosen or ReviewSettings.load()
    return Calendar().speaking_time(moment, chosen.quiet_from, chosen.quiet_until)


def cancel(assignment):
    """Take back what was written to the person asked and has not been sent."""
    Notice.objects.filter(
        assignment=assignment, kind__in=WITH_LINK | {"escalated"}, state=NoticeState.READY
    ).update(state=NoticeState.CANCELLED)


def line(text):
    """Return ``text`` on one line: a title goes into the head of a mail."""
    return " ".join(str(text).split())


def tell(user, key, subject, text, address):
    """Write a notice between colleagues at the desk, once for each ``key``; installed as ``articles.registry.tell``."""
    write("desk", f"desk:{key}", user, subject, f"{text}\n{address}")


# --- what happened ----------------------------------------------------------------------------


@override(settings.LANGUAGE_CODE)
def asked(assignment):
    """To the person asked: what, until when."""
    facts = facts_of(assignment)
    write(
        "asked",
        f"asked:{assignment.pk}",
        assignment.person,
        _("Please review: %(title)s") % facts,
        _("You are asked to review “%(title)s” (%(step)s), by %(due)s.") % facts,
        assignment=assignment,
    )


@override(settings.LANGUAGE_CODE)
def declined(assignment, librarian):
    """To who answers for the asking: somebody else has to be chosen."""
    facts = facts_of(assignment) | {"reason": assignment.reason}
    _to_librarian(
        "declined",
        assignment,
        librarian,
        _("Declined: %(title)s") % facts,
        _("%(person)s cannot review “%(title)s”: %(reason)s Please choose somebody else.") % facts,
    )


@override(settings.LANGUAGE_CODE)
def passed_on(assignment, librarian):
    """To who answers for the asking: somebody else does it now."""
    facts = facts_of(assignment) | {
        "reason": assignment.reason,
        "to": people.name_of(assignment.passed_to.person),
    }
    _to_librarian(
        "passed_on",
        assignment,
        librarian,
        _("Passed on: %(title)s") % facts,
        _("%(person)s has passed “%(title)s” on to %(to)s: %(reason)s") % facts,
    )


@override(settings.LANGUAGE_CODE)
def somebody_wanted(task_state):
    """To who submitted the text: the next step is open, and somebody has to be chosen for it."""
    person = task_state.workflow_state.requested_by
    if person is None:
        return
    facts = {"title": line(task_state.revision.object_str), "step": task_state.task.name}
    write(
        "wanted",
        f"wanted:{task_state.pk}",
        person,
        _("Please choose who reviews: %(title)s") % facts,
        _("The next step of “%(title)s” is open: %(step)s. Please choose who is asked.") % facts
        + "\n"
        + asking_address(task_state.pk),
    )


@override(settings.LANGUAGE_CODE)
def run_returned(run, user):
    """To who submitted the text: it was returned, and the reasons stand in the editor."""
    _of_the_run(
        "returned",
        run,
        user,
        _("Returned: %(title)s"),
        _("“%(title)s” was returned. The reasons stand above the text."),
    )


@override(settings.LANGUAGE_CODE)
def run_approved(run, user):
    """To who submitted the text: it is signed and live."""
    _of_the_run("approved", run, user, _("Signed: %(title)s"), _("“%(title)s” is signed and on the website."))


@override(settings.LANGUAGE_CODE)
def pin_enrolled(pin):
    """To whom a ReviewPin belongs, whoever typed it."""
    write(
        "pin",
        f"pin:{pin.pk}:{pin.enrolled_at:%Y%m%d%H%M%S%f}",
        pin.user,
        _("A PIN for the review pages was enrolled for you"),
        _(
            "%(who)s enrolled a PIN for the review pages in your name. If you did not type it yourself, tell the chief librarian "
            "at once: it can sign for you."
        )
        % {"who": pin.enrolled_by},
    )


def _of_the_run(kind, run, user, subject, text):
    person = run.requested_by
    if person is None or (user is not None and person.pk == user.pk):
        return
    wanted = {"returned": "rejected_notifications", "approved": "approved_notifications"}[kind]
    if not getattr(UserProfile.get_for_user(person), wanted):
        return
    state = run.current_task_state
    facts = {"title": line(state.revision.object_str if state else run.content_object)}
    address = settings.ADMIN_URL + reverse("wagtailadmin_pages:edit", args=[run.object_id])
    write(
        kind,
        f"{kind}:{run.pk}:{state.pk if state else 0}",
        person,
        subject % facts,
        f"{text % facts}\n{address}",
    )


def _to_librarian(kind, assignment, librarian, subject, text):
    if librarian is None or librarian.pk == assignment.person_id:
        return
    address = asking_address(assignment.task_state_id)
    write(kind, f"{kind}:{assignment.pk}", librarian, subject, f"{text}\n{address}", assignment=assignment)


def asking_address(task_state_pk):
    """Return where somebody is chosen for a step."""
    return settings.ADMIN_URL + reverse("review_assignments:ask", args=[task_state_pk])


def facts_of(assignment):
    """Return what a text may say about an assignment: title, step, due date, person."""
    state = assignment.task_state
    return {
        "title": line(state.revision.object_str),
        "step": state.task.name,
        "due": assignment.due_on.isoformat(),
        "person": people.name_of(assignment.person),
    }


def chiefs():
    """Return the chief librarians: who may call any text back by their role, superusers apart."""
    return people.with_right("review.call_back_review")


def _unreachable():
    return str(
        _(
            "No sender that is switched on reaches this person: no mail address, mobile number or WeCom account is entered. "
            "Enter one and send again, or copy the invitation."
        )
    )
