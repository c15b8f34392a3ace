from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ThemesConfig(AppConfig):
    name = "themes"
    label = "themes"
    verbose_name = _("Themes")

    def ready(self):
        from django.core import checks

        from articles import registry
        from themes.checks import check_themes
        from themes.figures import palette
        from themes.registry import choices

        registry.set_figure_palette(palette)
        registry.set_site_looks(choices)
        checks.register(check_themes, "themes")
