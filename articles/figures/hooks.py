"""Registers the figure maker and the cropping of covers with Wagtail's admin."""

from django.templatetags.static import static
from django.urls import include, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wagtail import hooks
from wagtail.admin.menu import MenuItem

from articles.figures import views


class FiguresMenuItem(MenuItem):
    def is_shown(self, request):
        return views.may_add(request.user)


@hooks.register("register_admin_urls")
def register_figure_urls():
    patterns = [
        path("", views.FiguresView.as_view(), name="index"),
        path("new/<slug:kind>/", views.FigureView.as_view(), name="new"),
        path("<int:pk>/", views.FigureView.as_view(), name="edit"),
        path("crop/<int:pk>/", views.CropView.as_view(), name="crop"),
        path("cropped/<int:pk>/", views.CroppedView.as_view(), name="cropped"),
    ]
    return [path("figures/", include((patterns, "figures")))]


@hooks.register("register_admin_menu_item")
def register_figures_menu_item():
    return FiguresMenuItem(
        gettext_lazy("Figures"), reverse("figures:index"), name="figures", icon_name="pick", order=301
    )


@hooks.register("insert_editor_js")
def add_cover_script():
    return format_html(
        '<script src="{}" data-xl-crop="{}" data-xl-crop-label="{}"></script>',
        static("articles/figures.js"),
        reverse("figures:crop", args=[0]),
        _("Make a cover from this picture"),
    )
