"""导入文章: a librarian uploads a file, gets a draft and the report of what became of it."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.generic import FormView, TemplateView

from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from articles.importing import guard, limits
from articles.importing.report import RefusedError
from articles.importing.service import import_file, report_of
from articles.models import ArticlePage, TopicPage


class ImportForm(forms.Form):
    """A file and the topic it belongs to, of those where ``user`` may add articles."""

    topic = forms.ModelChoiceField(TopicPage.objects.none(), label=gettext_lazy("Topic"))
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("Word (.docx), Markdown (.md) or a web page (.html), 20 MB at most."),
        widget=forms.FileInput(attrs={"accept": ",".join(guard.KINDS)}),
        allow_empty_file=True,  # the import has its own sentence
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["topic"].queryset = TopicPage.objects.filter(
            pk__in=[topic.pk for topic in topics_for(user)]
        )


def topics_for(user):
    """Return the topics below which ``user`` may add articles."""
    return [
        topic
        for topic in TopicPage.objects.order_by("path")
        if topic.permissions_for_user(user).can_add_subpage()
    ]


@csrf_exempt  # until the size is known: the check would read the whole upload first
def import_article(request):
    """Show the form; on POST import the file and go to its report. An upload beyond the limit is answered unread."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if (
        request.method == "POST"
        and length.isdigit()
        and int(length) > limits.MAX_FILE_BYTES + limits.FORM_ALLOWANCE_BYTES
    ):
        return ImportView(refusal=str(guard.too_large())).refuse_unread(request)
    return csrf_protect(ImportView.as_view())(request)


class ImportPageMixin(WagtailAdminTemplateMixin):
    """Header and breadcrumbs of the import's pages."""

    header_icon = "upload"

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]


class ImportView(ImportPageMixin, FormView):
    template_name = "articles/admin/import.html"
    form_class = ImportForm
    page_title = gettext_lazy("Import an article")
    refusal = ""

    def dispatch(self, request, *args, **kwargs):
        if not topics_for(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def refuse_unread(self, request):
        """Answer with the sentence ``refusal`` without touching the body of the request."""
        self.setup(request)
        context = self.get_context_data(form=ImportForm(user=request.user))
        return self.render_to_response(context, status=413)

    def get_initial(self):
        return {"topic": self.request.GET.get("topic")}

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_context_data(self, **kwargs):
        return super().get_context_data(refusal=self.refusal, **kwargs)

    def form_valid(self, form):
        upload = form.cleaned_data["file"]
        try:
            guard.check_size(upload.size, upload.name)
            data = guard.read_limited(upload, upload.name)
            imported = import_file(
                upload.name, data, topic=form.cleaned_data["topic"], author=self.request.user
            )
        except RefusedError as error:
            form.add_error("file", str(error))
            return self.form_invalid(form)
        messages.success(self.request, _("“%(title)s” is a draft now.") % {"title": imported.page.title})
        return redirect("articles_import_report", imported.page.pk)


class ImportReportView(ImportPageMixin, TemplateView):
    template_name = "articles/admin/import_report.html"
    page_title = gettext_lazy("Import report")

    def get_context_data(self, **kwargs):
        page = get_object_or_404(ArticlePage, pk=self.kwargs["page_id"])
        if not page.permissions_for_user(self.request.user).can_edit():
            raise PermissionDenied
        file_name, report = report_of(page)
        return super().get_context_data(
            page=page,
            file_name=file_name,
            sections=report.sections() if report else [],
            edit_url=reverse("wagtailadmin_pages:edit", args=[page.pk]),
            **kwargs,
        )
