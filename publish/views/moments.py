"""Days and minutes as forms send them."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from publish.errors import PushRefusedError
from publish.planning import SHANGHAI


def parse_minute(text):
    """Return the moment of a minute as forms send it (Shanghai). Raises PushRefusedError."""
    try:
        return datetime.strptime(text.strip(), "%Y-%m-%dT%H:%M").replace(tzinfo=SHANGHAI)
    except ValueError as error:
        raise PushRefusedError(_("Choose a day and a time.")) from error


def parse_day(text):
    """Return the day of a date field. Raises PushRefusedError."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise PushRefusedError(_("Choose a day.")) from error
