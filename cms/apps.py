from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from wagtail.users.apps import WagtailUsersAppConfig


class CmsConfig(AppConfig):
    name = "cms"
    label = "cms"
    verbose_name = _("Site")
    default = True

    def ready(self):
        from cms import checks  # noqa: F401  registers the checks


class XinglinUsersConfig(WagtailUsersAppConfig):
    """Wagtail's user area with our user viewset (staff number, invitation)."""

    default = False
    user_viewset = "cms.viewsets.users.ColleagueViewSet"
