"""The access token, shared by all processes through the database.

One process renews at a time (a lease on the row); the others use the old token while it lives, and
otherwise wait for the new one. WeChat's stable token may live far shorter than two hours, and a
token it returns lives at least 300 seconds more (facts on cgi-bin/stable_token).
"""

import time
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from publish.models.pushes import AccessToken
from publish.wechat.errors import CallError


RENEW_BEFORE = timedelta(seconds=120)
LEASE = timedelta(seconds=25)
# Real seconds: how long a process waits for another's renewal before it tries again later.
PATIENCE = 5.0
PAUSE = 0.1


class Tokens:
    """Tokens of one account.

    ``fetch`` takes nothing, asks WeChat and returns (token, seconds it lives); it may raise
    CallError. ``clock`` gives the time, ``pause`` waits.
    """

    def __init__(self, account, fetch, worker, clock=timezone.now, pause=time.sleep):
        self.account = account
        self.fetch = fetch
        self.worker = worker
        self.clock = clock
        self.pause = pause

    def get(self):
        """Return a token that should work; renew it when it is near its end."""
        row = self._row()
        if row.token and row.expires_at - self.clock() > RENEW_BEFORE:
            return row.token
        return self._renew(old=row.token)

    def replace(self, refused):
        """Return another token than ``refused``, which WeChat did not accept."""
        AccessToken.objects.filter(account=self.account, token=refused).update(token="", expires_at=None)
        row = self._row()
        return row.token or self._renew(old="")

    def _row(self):
        row, _made = AccessToken.objects.get_or_create(account=self.account)
        return row

    def _renew(self, old):
        waited_until = time.monotonic() + PATIENCE
        while time.monotonic() < waited_until:
            now = self.clock()
            mine = AccessToken.objects.filter(
                Q(lease_until=None) | Q(lease_until__lt=now), account=self.account
            ).update(lease_by=self.worker, lease_until=now + LEASE)
            row = self._row()
            if row.token and row.token != old:  # another process was quicker
                if mine:
                    self._release()
                return row.token
            if mine:
                return self._fetch()
            if row.token and row.expires_at > now:
                return row.token
            self.pause(PAUSE)
        raise CallError("stable_token", reached="no", errmsg="another process is still renewing the token")

    def _fetch(self):
        try:
            token, seconds = self.fetch()
        except BaseException:
            self._release()
            raise
        AccessToken.objects.filter(account=self.account).update(
            token=token, expires_at=self.clock() + timedelta(seconds=seconds)
        )
        self._release()
        return token

    def _release(self):
        AccessToken.objects.filter(account=self.account, lease_by=self.worker).update(
            lease_by="", lease_until=None
        )
