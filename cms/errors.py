"""What a person sees when a request cannot be answered: a sentence and a way on, never a traceback.

These pages ask nothing of the database, the session or the theme, which may be what failed. Readers
who lost their way get the theme's own page instead (publish.website).
"""

from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from publish.website.responses import public


def page(status, title, message):
    """Return the plain error page with ``status``, a heading and one sentence."""
    content = render_to_string("cms/error.html", {"title": title, "message": message})
    return HttpResponse(content, status=status, headers={"Cache-Control": "no-store"})


def bad_request(request, exception=None):
    return page(400, _("This request cannot be read"), _("Go back, reload the page and try again."))


def permission_denied(request, exception=None):
    return page(
        403,
        _("This is not open to you"),
        _("Your account has no right to this page. If you need it, ask an administrator for the role."),
    )


def csrf_failure(request, reason=""):
    return page(
        403,
        _("The form was open for too long"),
        _("Nothing was changed. Go back, reload the page and send the form again."),
    )


def not_found(request, exception=None):
    return page(404, _("There is no such page"), _("It may have moved. Start again from the home page."))


@public
def lost_reader(request, exception=None):
    """Answer an address that belongs to no page: with the theme's 404, which helps on."""
    raise Http404


def server_error(request):
    return page(
        500,
        _("Something went wrong on our side"),
        _(
            "It has been written to the log. Try again in a minute; if it happens again, tell an administrator."
        ),
    )
