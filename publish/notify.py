"""The worker's part in review's notices: it sends what is due, works out reminders and removes outdated rows once a day.

Notices stop with everything outgoing: after a restored backup nobody knows which of them went out.
"""

import logging

from django.db import Error as DatabaseError

from publish import jobs
from publish.models.pushes import Outgoing
from review import reminders, retention, sending


logger = logging.getLogger(__name__)

# Before the quiet hours end as a rule, so that reminders go out with them.
REMIND_AT = 7


def take(guard, now):
    """Send one notice that is due; return whether there was one. ``guard``: the installation, which counts what went out."""
    try:
        notice = None if Outgoing.current().paused else sending.claim(now)
        if notice is None:
            return False
        guard.confirm(guard.count())
        sending.deliver(notice, now)
    except DatabaseError:
        raise
    except Exception as error:  # noqa: BLE001 - a fault of the program must not keep the pushes waiting
        logger.error("notices broke: %s", type(error).__name__)
        return False
    return True


jobs.register("reminders", jobs.daily(REMIND_AT), reminders.remind)
jobs.register("review-retention", jobs.daily(3), retention.tidy)
