"""A refused action answers with a sentence, never with an error page (DESIGN P5)."""

from django.contrib import messages
from django.db.models import ProtectedError
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from articles.errors import Refusal
from cms.errors import bad_request


class RefusalMiddleware:
    """Turn a Refusal that no view caught into a message on the page the person came from."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, OverflowError) and "SQLite INTEGER" in str(exception):
            # A made-up number in an address or a form. PostgreSQL finds no row; SQLite's driver refuses to ask.
            return bad_request(request)
        sentence = _sentence(exception)
        if not sentence:
            return None
        if "application/json" in request.headers.get("Accept", ""):
            return JsonResponse(
                {"success": False, "error_code": "refused", "error_message": sentence}, status=409
            )
        messages.error(request, sentence)
        return redirect(_where_from(request))


def _sentence(exception):
    if isinstance(exception, Refusal):
        return exception.sentence
    if isinstance(exception, ProtectedError):
        return _("This cannot be deleted, because signed or published records point to it.")
    return ""


def _where_from(request):
    referer = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
        return referer
    return reverse("wagtailadmin_home")
