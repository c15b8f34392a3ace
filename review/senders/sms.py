"""Notices by SMS through a gateway that takes JSON over HTTP.

SMS_GATEWAY_URL takes a POST; SMS_GATEWAY_BODY is its JSON with the marks {mobile} and {text}; SMS_GATEWAY_TOKEN goes into
“Authorization: Bearer”. SMS_GATEWAY_OK (“code=0”) names the field and value that mean success where the gateway
answers 200 to everything.
"""

import json

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from review.senders import http
from review.senders.errors import Reached, SendError


NAME, SWITCH = "sms", "by_sms"
LABEL = gettext_lazy("SMS")
BODY = '{"mobile": "{mobile}", "text": "{text}"}'


def missing():
    return "" if settings.SMS_GATEWAY_URL else _("SMS_GATEWAY_URL is not set.")


def address(user):
    entry = getattr(user, "physician", None)
    return entry.mobile if entry else ""


def send(address, subject, text):
    token = settings.SMS_GATEWAY_TOKEN
    status, answer = http.call(
        "POST",
        settings.SMS_GATEWAY_URL,
        json=filled(settings.SMS_GATEWAY_BODY or BODY, mobile=address, text=text),
        headers={"Authorization": f"Bearer {token}"} if token else {},
    )
    if status in (429, 503):
        raise SendError(Reached.LATER, _("The SMS gateway takes no more messages for now."))
    if status >= 500:
        raise SendError(Reached.MAYBE, _("The SMS gateway failed (HTTP %(status)d).") % {"status": status})
    if not 200 <= status < 300 or not _fine(answer):
        raise SendError(
            Reached.REFUSED,
            _("The SMS gateway refused the message (HTTP %(status)d). Check its settings and the number.")
            % {"status": status},
        )


def filled(template, **values):
    """Return the JSON of ``template`` with its marks filled in; values are put in after parsing, so none can break out.

    Raises SendError when the template is no JSON.
    """
    try:
        return _fill(json.loads(template), values)
    except ValueError:
        raise SendError(Reached.REFUSED, _("SMS_GATEWAY_BODY is not JSON.")) from None


def _fill(part, values):
    if isinstance(part, dict):
        return {key: _fill(item, values) for key, item in part.items()}
    if isinstance(part, list):
        return [_fill(item, values) for item in part]
    if isinstance(part, str):
        for mark, value in values.items():
            part = part.replace(f"{{{mark}}}", value)
    return part


def _fine(answer):
    field, _equals, wanted = settings.SMS_GATEWAY_OK.partition("=")
    return not field or (isinstance(answer, dict) and str(answer.get(field)) == wanted)
