"""Who may log in."""

from django.conf import settings
from django.contrib.auth.backends import ModelBackend

from cms.demo import MAIL_DOMAIN


class StaffBackend(ModelBackend):
    """Colleagues in post. Accounts of the demo, whose passwords were printed, open nothing outside it."""

    def user_can_authenticate(self, user):
        if user.email.endswith(f"@{MAIL_DOMAIN}") and not settings.DEMO:
            return False
        return super().user_can_authenticate(user)
