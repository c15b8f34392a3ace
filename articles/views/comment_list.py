"""Comments outside the editor: those that call me, all open ones; and the way from a notice to its comment."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View

from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.viewsets.base import ViewSet
from wagtail.models import Comment

from articles import colleagues, comments
from articles.models import ArticlePage
from articles.views.page import AdminPageMixin


PAGE = 25
OFFERED = 8


class CommentListView(AdminPageMixin, TemplateView):
    """Open comments: those that call me (``?of=me``, the default), or all on articles I may edit."""

    template_name = "articles/admin/planning/comments.html"
    page_title = _("Comments")
    header_icon = "comment"

    def get_context_data(self, **kwargs):
        every = self.request.GET.get("of") == "all" and user_has_any_page_permission(self.request.user)
        rows = comments.open_comments(self.request.user) if every else comments.calling(self.request.user)
        return super().get_context_data(**kwargs) | {
            "every": every,
            "may_see_all": user_has_any_page_permission(self.request.user),
            "page_obj": Paginator(rows, PAGE).get_page(self.request.GET.get("p")),
        }


class OpenView(AdminPageMixin, TemplateView):
    """From a notice: into the editor at the comment, or the thread alone for one who may not edit but is called."""

    template_name = "articles/admin/planning/thread.html"
    page_title = _("Comment")
    header_icon = "comment"

    def get(self, request, pk):
        rows = Comment.objects.select_related("page", "user").prefetch_related("replies__user")
        self.comment = get_object_or_404(rows, pk=pk)
        article = get_object_or_404(ArticlePage, pk=self.comment.page_id)
        if article.permissions_for_user(request.user).can_edit():
            editor = reverse("wagtailadmin_pages:edit", args=[article.pk])
            return redirect(f"{editor}?comment={pk}")
        _known, handles = comments.people()
        if not any(
            request.user.pk in comments.mentioned(text, handles) for text in comments.texts(self.comment)
        ):
            raise PermissionDenied
        return super().get(request, comment=self.comment, article=article)

    def get_page_subtitle(self):
        return self.comment.page.get_admin_display_title()


class ColleaguesView(View):
    """Names offered after ``@``: JSON for those who may write comments."""

    def get(self, request):
        if not user_has_any_page_permission(request.user):
            raise PermissionDenied
        query = request.GET.get("q", "").strip().casefold()[:60]
        found = []
        for user in colleagues.working():
            name, number = user.get_full_name(), user.get_username()
            if query in name.casefold() or query in number.casefold():
                found.append({"name": name, "number": number})
            if len(found) == OFFERED:
                break
        return JsonResponse({"colleagues": found})


class CommentsViewSet(ViewSet):
    icon = "comment"
    menu_label = _("Comments")
    menu_order = 40
    url_prefix = "article-comments"
    url_namespace = "article_comments"

    def get_urlpatterns(self):
        return [
            path("", CommentListView.as_view(), name="index"),
            path("<int:pk>/", OpenView.as_view(), name="open"),
            path("colleagues/", ColleaguesView.as_view(), name="colleagues"),
        ]
