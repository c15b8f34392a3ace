"""Uploaded files on their way to a draft: one row each, kept until somebody removes it, never run twice.

A job is claimed by compare-and-set; whoever runs it renews the claim with every step it tells, and gives up when another
has taken it over. The draft and the word that the job is done are one transaction, so that trying again never makes a
second draft. A file that is refused leaves neither row nor file.
"""

import datetime
import logging
import secrets
from pathlib import PurePath

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.errors import Refusal
from articles.importing import accounts, guard, rendering
from articles.importing.convert import CameIn, convert
from articles.importing.report import RefusedError, Report
from articles.importing.service import import_file
from articles.models import ImportJob
from articles.private import PrivateStorage


logger = logging.getLogger(__name__)
State = ImportJob.State
# Six times the budget of the longest file: a step that takes longer has nobody behind it any more.
SILENCE = datetime.timedelta(seconds=120)
# An upload of 20 MB over a slow line.
ARRIVAL = datetime.timedelta(minutes=30)
PASTED_NAME = "pasted.html"


class JobError(Refusal):
    """A job that cannot be done what was asked; the message says why."""


class TakenOverError(Exception):
    """Somebody else has claimed the job meanwhile."""


def storage():
    """Return where uploaded files lie."""
    return PrivateStorage()


def begin(user, topic, name, size=0, pasted=False):
    """Return a new waiting job for a file that is about to arrive."""
    return ImportJob.objects.create(
        file_name=(PurePath(name.replace("\\", "/")).name or "?")[-200:],
        size=max(0, min(size, 2**31 - 1)),
        topic=topic,
        by=user,
        pasted=pasted,
    )


def shown_state(job, now=None):
    """Return the state people see: a job whose process fell silent is interrupted."""
    now = now or timezone.now()
    if job.state == State.RUNNING and job.changed_at < now - SILENCE:
        return State.BROKEN
    if job.state == State.WAITING and job.changed_at < now - ARRIVAL:
        return State.BROKEN
    return State(job.state)


def in_state(state, now=None):
    """Return the condition on rows that are shown in ``state``."""
    now = now or timezone.now()
    silent = Q(state=State.RUNNING, changed_at__lt=now - SILENCE) | Q(
        state=State.WAITING, changed_at__lt=now - ARRIVAL
    )
    if state == State.BROKEN:
        return Q(state=State.BROKEN) | silent
    return Q(state=state) & ~silent


def may_be_tried_again(job):
    """True when the file is here and nobody is at work on it."""
    return bool(job.stored) and shown_state(job) == State.BROKEN


def run(job, data=None):
    """Import the file of ``job``; ``data``: its bytes when they have just arrived, None to try again with the kept file.

    Returns the job anew, DONE. Raises RefusedError when the file is not accepted (row and file are gone then), JobError when the job is not one to run now; any other error leaves it BROKEN, to be tried
    again.
    """
    claim = _Claim(job, in_state(State.BROKEN if data is None else State.WAITING))
    try:
        if data is None:
            with storage().open(job.stored) as kept:
                data = guard.read_limited(kept, job.file_name)
        else:
            suffix = PurePath(job.file_name).suffix.lower()
            wanted = f"imports/{job.pk}-{secrets.token_hex(8)}{suffix if suffix in guard.KINDS else ''}"
            claim.store(storage().save(wanted, ContentFile(data)), len(data))
        came_in = CameIn()
        import_file(
            job.file_name,
            data,
            topic=job.topic,
            author=job.by,
            tell=claim.tell,
            came_in=came_in,
            also=lambda page, report: claim.done(page, _as_data(page, report, came_in)),
        )
    except RefusedError:
        claim.refuse()
        raise
    except TakenOverError as error:
        if not ImportJob.objects.filter(pk=job.pk).exists():
            raise JobError(
                _(
                    "This import was removed meanwhile, or its topic was. Choose a topic and send the file again."
                ),
                code="gone",
            ) from error
        raise JobError(
            _("Somebody else is trying this import again. Look at the list of imports."), code="taken_over"
        ) from error
    except BaseException:
        claim.break_off()
        raise
    _keep_rendering(claim.stored, came_in)
    return ImportJob.objects.get(pk=job.pk)


class _Claim:
    """The right to run a job, held as long as the row bears the time this claim wrote last."""

    def __init__(self, job, condition):
        self.pk, self.stored, self.seen = job.pk, job.stored, self.now(None)
        rows = ImportJob.objects.filter(condition, pk=job.pk)
        claimed = rows.update(state=State.RUNNING, step="", percent=0, changed_at=self.seen)
        if not claimed:
            raise JobError(
                _("This file is being read already, or has been. Look at the list of imports."), code="busy"
            )

    @staticmethod
    def now(before):
        """Return the time, later than ``before`` even on a coarse clock."""
        now = timezone.now()
        return now if before is None or now > before else before + datetime.timedelta(microseconds=1)

    def write(self, **values):
        now = self.now(self.seen)
        rows = ImportJob.objects.filter(pk=self.pk, state=State.RUNNING, changed_at=self.seen)
        if not rows.update(changed_at=now, **values):
            raise TakenOverError
        self.seen = now

    def store(self, name, size):
        self.stored = name
        try:
            self.write(stored=name, size=size)
        except TakenOverError:
            storage().delete(name)
            raise

    def tell(self, step, percent):
        self.write(step=step, percent=percent)

    def done(self, page, report):
        self.write(state=State.DONE, step="", percent=100, article=page, report=report)

    def refuse(self):
        """Leave nothing of a file that was refused."""
        ImportJob.objects.filter(pk=self.pk).delete()
        if self.stored:
            storage().delete(self.stored)

    def break_off(self):
        try:
            self.write(state=State.BROKEN)
        except Exception:  # noqa: BLE001 - the database may be what failed; silence says the same later
            logger.warning("Import %s could not be marked as interrupted", self.pk)


def remove(job):
    """Delete a job with its file; the draft stays. Raises JobError while somebody is at work on it."""
    gone, _by_model = ImportJob.objects.filter(pk=job.pk).exclude(in_state(State.RUNNING)).delete()
    if not gone and ImportJob.objects.filter(pk=job.pk).exists():
        raise JobError(_("The file is being read right now. Wait until it is done."), code="running")


def forget_file(sender, instance, **kwargs):
    """Delete the stored file once its row is gone for good, whatever deleted it (receiver of ``post_delete``)."""
    if instance.stored:
        stored = instance.stored
        transaction.on_commit(lambda: [storage().delete(name) for name in (stored, _rendering_name(stored))])


# --- What is shown beside the draft -------------------------------------------------------------------


def _rendering_name(stored):
    return f"{stored}.seen"


def _keep_rendering(stored, came_in):
    if stored:
        storage().save(_rendering_name(stored), ContentFile(came_in.html.encode()))


def came_in(job):
    """Return the inside of the page that shows what came in, made again when it is not kept; empty without the file."""
    name = _rendering_name(job.stored) if job.stored else ""
    if name and storage().exists(name):
        with storage().open(name) as kept:
            return kept.read().decode()
    if not job.stored or not storage().exists(job.stored):
        return ""
    seen = CameIn()
    with storage().open(job.stored) as kept:
        try:
            convert(job.file_name, kept.read(), Report(), came_in=seen)
        except RefusedError:
            return seen.html
    if ImportJob.objects.filter(pk=job.pk).exists():
        _keep_rendering(job.stored, seen)
    return seen.html


def _as_data(page, report, came_in):
    """Return the report as the job keeps it: each entry with the places in both texts that it speaks of."""
    blocks = [
        (block["id"], accounts.letters("\n".join(accounts.plain(block["value"]))))
        for block in page.body.raw_data
    ]

    def spots(text):
        return {"left": rendering.find(came_in.lines, text), "right": rendering.find(blocks, text)}

    entries = [
        entry | {"spots": [spots(text) if text else {} for text in entry["texts"]]}
        for entry in report.as_data()
    ]
    account = dict(report.account)
    account["missing"] = [row | {"left": spots(row["line"][:40])["left"]} for row in account["missing"]]
    return {"entries": entries, "account": account}


def report_of(job):
    """Return (Report, entries as data with their spots) of a job."""
    entries = job.report.get("entries", [])
    plain = [{name: value for name, value in entry.items() if name != "spots"} for entry in entries]
    return Report.from_data(plain, job.report.get("account")), entries
