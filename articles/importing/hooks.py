"""The import's places in Wagtail's admin. ``articles.wagtail_hooks`` imports this module, which registers them."""

from django.db.models.signals import post_delete
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button

from articles.importing import jobs
from articles.importing.service import LOG_ACTION
from articles.models import ImportJob, TopicPage
from articles.permissions import writable_topics
from articles.views import import_list, import_result, import_view


post_delete.connect(jobs.forget_file, sender=ImportJob, dispatch_uid="import-job-file")


@hooks.register("register_admin_urls")
def register_import_urls():
    job = "articles/imports/<int:job_id>/"
    return [
        path("articles/import/", import_view.import_article, name="articles_import"),
        path(
            "articles/import/<int:page_id>/",
            import_result.ImportReportView.as_view(),
            name="articles_import_report",
        ),
        path("articles/imports/", import_list.ImportListView.as_view(), name="articles_imports"),
        path(
            "articles/imports/results/",
            import_list.ImportListView.as_view(results_only=True),
            name="articles_imports_results",
        ),
        path("articles/imports/new/", import_view.new_import, name="articles_import_new"),
        path(job, import_result.JobView.as_view(), name="articles_import_job"),
        path(f"{job}upload/", import_view.upload, name="articles_import_upload"),
        path(f"{job}state/", import_view.state, name="articles_import_state"),
        path(f"{job}original/", import_result.original, name="articles_import_original"),
        path(f"{job}again/", import_view.try_again, name="articles_import_again"),
        path(f"{job}remove/", import_view.RemoveView.as_view(), name="articles_import_remove"),
    ]


class ImportMenuItem(MenuItem):
    """Shown to people who may add articles somewhere."""

    def is_shown(self, request):
        return writable_topics(request.user).exists()


@hooks.register("register_admin_menu_item")
def register_import_menu_item():
    return ImportMenuItem(
        _("Import an article"),
        reverse("articles_import"),
        name="import-article",
        icon_name="upload",
        order=150,
    )


@hooks.register("register_page_header_buttons")
def add_import_button(page, user, view_name, next_url=None):
    if isinstance(page, TopicPage) and page.permissions_for_user(user).can_add_subpage():
        yield Button(
            _("Import an article"),
            f"{reverse('articles_import')}?topic={page.pk}",
            icon_name="upload",
            priority=18,
        )


@hooks.register("register_log_actions")
def register_import_log_action(actions):
    actions.register_action(LOG_ACTION, _("Import"), _("Imported from a file"))
