"""Telling the duty person by mail, once, that WeChat waits for a confirmation (API 群发保护).

An errand of the worker. That a mail was tried is a unique row, so that neither a second worker nor a restart sends it
again; while that row has no end the push's page says that the person was not told.
"""

import logging

from django.conf import settings
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string

from publish.models.pushes import JobRun, Push
from publish.states import State


logger = logging.getLogger(__name__)

NAME = "duty"


def told(push):
    """Return whether the mail about ``push`` has gone out."""
    return JobRun.objects.filter(name=NAME, slot=_slot(push)).exclude(ended_at=None).exists()


def take(ctx):
    """Tell about one push that waits and was not told of; return whether there was one."""
    waiting = Push.objects.filter(
        account=ctx.client.appid,
        reason="admin_confirmation",
        confirm_until__gt=ctx.clock(),
        state__in=[State.WAITING, State.RETRY_AT],
    )
    reachable = waiting.exclude(duty_person=None).exclude(duty_person__email="").select_related("duty_person")
    return any(_tell(push, ctx) for push in reachable)


def _tell(push, ctx):
    slot = _slot(push)
    if JobRun.objects.filter(name=NAME, slot=slot).exists():
        return False
    try:
        with transaction.atomic():
            run = JobRun.objects.create(name=NAME, slot=slot, worker=ctx.worker, started_at=ctx.clock())
    except IntegrityError:
        return False
    facts = {
        "push": push,
        "person": push.duty_person,
        "until": push.confirm_until,
        "link": settings.ADMIN_URL + push.get_absolute_url(),
    }
    subject = render_to_string("publish/mail/duty_subject.txt", facts).strip()
    try:
        send_mail(subject, render_to_string("publish/mail/duty.txt", facts), None, [push.duty_person.email])
    except OSError as error:
        logger.error("push %s: the duty person could not be told: %s", push.pk, type(error).__name__)
        return True
    JobRun.objects.filter(pk=run.pk).update(ended_at=ctx.clock())
    return True


def _slot(push):
    return f"{push.pk}/{push.confirm_until:%Y%m%dT%H%M%S}" if push.confirm_until else ""
