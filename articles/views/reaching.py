"""For scripts of the editor that ask, before a form is sent, whether its person is still logged in."""

from django.conf import settings
from django.http import JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe


@require_safe
def who(request):
    """Answer who is logged in: JSON of user, a number. Wagtail leads everybody else to the login."""
    return JsonResponse({"user": request.user.pk}, headers={"Cache-Control": "no-store"})


def script_tag():
    """Return the script that asks, with what it says (hook ``insert_editor_js``)."""
    return format_html(
        '<script src="{}" data-reach-url="{}" data-cookie="{}" data-login-url="{}" data-say-out="{}" '
        'data-say-log-in="{}" data-say-lost="{}" data-say-again="{}" data-say-failed="{}"></script>',
        static("articles/before_sending.js"),
        reverse("editor_who"),
        settings.CSRF_COOKIE_NAME,
        reverse("wagtailadmin_home"),
        _(
            "You are not logged in any more, so nothing is stored. What you wrote is still on this page: log in as "
            "yourself in another tab and come back."
        ),
        _("Log in"),
        _("The server cannot be reached, so nothing was sent. What you wrote is still on this page."),
        _("Try again"),
        _(
            "The server could not store this. What you wrote is still on this page: copy it to a safe place, then tell "
            "an administrator."
        ),
    )
