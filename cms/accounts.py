"""Accounts: the throttled login, a new password by mail, the invitation of a colleague."""

import math

from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.encoding import force_bytes
from django.utils.formats import date_format
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from wagtail.admin.forms.auth import LoginForm as WagtailLoginForm
from wagtail.admin.forms.auth import PasswordResetForm as WagtailPasswordResetForm
from wagtail.admin.views import account

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off


class LoginForm(WagtailLoginForm):
    """Wagtail's form, with what it leaves to the browser: a name for the password, and password managers."""

    password = forms.CharField(
        label=translation.gettext_lazy("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs |= {"autocomplete": "username", "autocapitalize": "none"}


# --- Throttle -------------------------------------------------------------------------------


def locked_out(request, original_response, credentials):
    """Answer a login that the throttle refused: 429, a sentence, and when to try again.

    The signature is that of AXES_LOCKOUT_CALLABLE.
    """
    now = timezone.now()
    times = [
        time
        for attempts in AxesProxyHandler.get_implementation().get_user_attempts(request, credentials)
        for time in attempts.values_list("attempt_time", flat=True)
    ]
    again = max(times, default=now) + get_cool_off(request)
    minutes = max(1, math.ceil((again - now).total_seconds() / 60))
    context = {
        "title": _("Too many failed attempts"),
        "message": translation.ngettext(
            "For safety, this login is closed until %(time)s. Try again in %(minutes)d minute.",
            "For safety, this login is closed until %(time)s. Try again in %(minutes)d minutes.",
            minutes,
        )
        % {"time": date_format(timezone.localtime(again), "H:i"), "minutes": minutes},
    }
    return HttpResponse(
        render_to_string("cms/locked_out.html", context),
        status=429,
        headers={"Retry-After": str(minutes * 60), "Cache-Control": "no-store"},
    )


# --- A new password by mail -------------------------------------------------------------------


class PasswordResetForm(WagtailPasswordResetForm):
    """Also for a colleague whose invitation ran out before they chose a password."""

    email = forms.EmailField(
        label=translation.gettext_lazy("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def get_users(self, email):
        invited = get_user_model().objects.filter(
            Q(email__iexact=email), is_active=True, last_login__isnull=True
        )
        yield from super().get_users(email)
        yield from (user for user in invited if not user.has_usable_password())


class RedirectThenWork(HttpResponseRedirect):
    """A redirect that does its work when the answer has left.

    Whether an address is known must not be told by how long the answer takes, and asking the mail
    server takes long.
    """

    def __init__(self, to, work):
        super().__init__(to)
        self.work = work

    def close(self):
        work, self.work = self.work, None
        if work:
            work()
        super().close()


class PasswordResetView(account.PasswordResetView):
    """Wagtail's view, giving the same answer in the same time for known and unknown addresses."""

    def form_valid(self, form):
        return RedirectThenWork(
            self.get_success_url(),
            lambda: form.save(
                request=self.request,
                use_https=self.request.is_secure(),
                token_generator=self.token_generator,
                from_email=self.from_email,
                subject_template_name=self.subject_template_name,
                email_template_name=self.email_template_name,
            ),
        )


# --- Invitation -----------------------------------------------------------------------------


class NotInvitableError(Exception):
    """The colleague has a password already, or the account is closed."""


def can_be_invited(user):
    """Say whether ``user`` still waits for a first password."""
    return user.is_active and not user.has_usable_password()


def invite(user, inviter=None):
    """Mail ``user`` a link to choose a first password; links of earlier invitations stop working.

    The link works once and for PASSWORD_RESET_TIMEOUT. Raises NotInvitableError, or OSError (of
    which smtplib's errors are a kind) when the mail could not be handed over.
    """
    if not can_be_invited(user):
        raise NotInvitableError(user.get_username())
    # A new unusable password is a new secret below the token.
    user.set_unusable_password()
    user.save(update_fields=["password"])
    link = reverse(
        "wagtailadmin_password_reset_confirm",
        args=[urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)],
    )
    context = {
        "user": user,
        "inviter": inviter and inviter.get_short_name(),
        "site_name": settings.WAGTAIL_SITE_NAME,
        "link": settings.WAGTAILADMIN_BASE_URL + link,
        "days": settings.PASSWORD_RESET_TIMEOUT // 86_400,
    }
    with translation.override(settings.LANGUAGE_CODE):
        subject = " ".join(render_to_string("cms/mail/invitation_subject.txt", context).split())
        send_mail(subject, render_to_string("cms/mail/invitation.txt", context), None, [user.email])
