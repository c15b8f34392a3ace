from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ThemesConfig(AppConfig):
    name = "themes"
    label = "themes"
    verbose_name = _("Themes")

    def ready(self):
        from django.core import checks

        from themes.checks import check_themes

        checks.register(check_themes, "themes")
