"""How long the review room keeps what only shows who knocked when: network addresses, spent codes, devices no longer known.

The personal-information law (个人信息保护法, in force since 2021-11-01) has personal information kept no longer than its
purpose needs (art. 19); the cybersecurity law (网络安全法 of 2016, art. 21 no. 3; the amendment in force since 2026-01-01 moves the
article, not the rule) has network logs kept for six months at least. So openings of review links, the log of who came to the phone page from where, stay for six months and no longer. Codes and devices are no log: what they did stands among the openings. Approvals, returns and notices are
records of the review and are not removed here.
"""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from review.models import LinkOpening, OneTimeCode, TrustedDevice


OPENINGS = timedelta(days=184)
"""Six months, whichever (the longest six have 184 days)."""
CODES = timedelta(days=1)


def tidy(now=None):
    """Remove what need not be kept at ``now``; return how many (openings, codes, devices). Safe to repeat.

    A code is kept a day, so that those asked for within the hour are counted (review.identity), a revoked device as long as it
    would have been known.
    """
    now = now or timezone.now()
    outdated = (
        LinkOpening.objects.filter(at__lt=now - OPENINGS),
        OneTimeCode.objects.filter(Q(used_at__lt=now - CODES) | Q(expires_at__lt=now - CODES)),
        TrustedDevice.objects.filter(expires_at__lte=now),
    )
    return tuple(rows.delete()[0] for rows in outdated)
