"""Notices by mail, through Django's mail settings (EMAIL_URL)."""

import smtplib
from contextlib import suppress

from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from review.senders.errors import Reached, SendError


NAME, SWITCH = "mail", "by_mail"
LABEL = gettext_lazy("Mail")


def missing():
    return ""


def address(user):
    return user.email


def send(address, subject, text):
    connection = get_connection()
    try:
        connection.open()
    except smtplib.SMTPAuthenticationError:
        raise SendError(
            Reached.REFUSED, _("The mail server does not accept our login. Check EMAIL_URL.")
        ) from None
    except OSError:
        raise SendError(Reached.NO, _("The mail server cannot be reached.")) from None
    message = EmailMessage(
        subject, text, None, [address], headers={"Auto-Submitted": "auto-generated"}, connection=connection
    )
    try:
        message.send()
    except smtplib.SMTPServerDisconnected:
        raise SendError(Reached.MAYBE, _("The mail server broke off while taking the mail.")) from None
    except smtplib.SMTPRecipientsRefused:
        raise SendError(
            Reached.REFUSED, _("The mail server refuses this address. Correct it in the person's account.")
        ) from None
    except smtplib.SMTPResponseException as refusal:
        reached = Reached.LATER if 400 <= refusal.smtp_code < 500 else Reached.REFUSED
        raise SendError(
            reached, _("The mail server refuses the mail (code %(code)d).") % {"code": refusal.smtp_code}
        ) from None
    except (OSError, smtplib.SMTPException):
        raise SendError(Reached.MAYBE, _("The mail server broke off while taking the mail.")) from None
    finally:
        _close(connection)


def _close(connection):
    # What the server says about our good-bye changes nothing about the mail it has taken.
    with suppress(OSError, smtplib.SMTPException):
        connection.close()
