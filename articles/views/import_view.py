"""导入文章: librarians upload or paste texts and watch them being read."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST
from django.views.generic import FormView, TemplateView

from wagtail.admin import messages

from articles.errors import Refusal
from articles.importing import guard, jobs, limits, progress
from articles.importing.report import RefusedError
from articles.models import ImportJob, TopicPage
from articles.permissions import writable_topics
from articles.views.access import number
from articles.views.page import AdminPageMixin


SHOWN = 8  # of one's own imports below the form
REMOVE = "articles.delete_importjob"
SEE = "articles.view_importjob"


def may_see(user, job):
    """True for whoever brought the file, may edit the draft, or answers for imports."""
    return (
        job.by_id == user.pk
        or user.has_perm(SEE)
        or bool(job.article and job.article.permissions_for_user(user).can_edit())
    )


def may_run(user, job):
    """True for whoever brought the file, while they may still write where it is to go."""
    return job.by_id == user.pk and writable_topics(user).filter(pk=job.topic_id).exists()


def may_remove(user, job):
    """True for whoever brought the file or may remove imports."""
    return job.by_id == user.pk or user.has_perm(REMOVE)


def seen_job(request, pk):
    """Return the ImportJob ``pk``. Raises Http404, or PermissionDenied for whom it does not concern."""
    job = get_object_or_404(ImportJob.objects.select_related("topic", "by", "article"), pk=pk)
    if not may_see(request.user, job):
        raise PermissionDenied
    return job


def _beyond_limit(request):
    length = request.META.get("CONTENT_LENGTH") or "0"
    return length.isdigit() and int(length) > limits.MAX_FILE_BYTES + limits.FORM_ALLOWANCE_BYTES


class ImportForm(forms.Form):
    """A topic, of those where ``user`` may add articles, and a file or a pasted text."""

    topic = forms.ModelChoiceField(
        TopicPage.objects.none(),
        label=gettext_lazy("Topic"),
        error_messages={"invalid_choice": gettext_lazy("Choose a topic where you may write.")},
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("Word (.docx), Markdown (.md) or a web page (.html), 20 MB at most."),
        widget=forms.FileInput(attrs={"accept": ",".join(guard.KINDS)}),
        allow_empty_file=True,  # the import has its own sentence
        required=False,
    )
    pasted = forms.CharField(
        label=gettext_lazy("Or paste the text here"),
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
        strip=False,
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["topic"].queryset = writable_topics(user)

    def clean(self):
        values = super().clean()
        if not self.errors and not values.get("file") and not (values.get("pasted") or "").strip():
            self.add_error("file", _("Choose a file, or paste a text."))
        return values


def page_of_text(text):
    """Return pasted text as a page: HTML stays as it is, plain text gets a paragraph a line."""
    if text.lstrip().startswith("<") and "</" in text:
        return text
    return "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line.strip())


@csrf_exempt  # until the size is known: the check would read the whole upload first
def import_article(request):
    """Show the form; on POST import the file and go to its page. An upload beyond the limit is answered unread."""
    if request.method == "POST" and _beyond_limit(request):
        return ImportView(refusal=str(guard.too_large())).refuse_unread(request)
    return csrf_protect(ImportView.as_view())(request)


class ImportView(AdminPageMixin, FormView):
    """The form, which works without JavaScript for one file, and the rows of files under way."""

    template_name = "articles/admin/import.html"
    form_class = ImportForm
    header_icon = "upload"
    page_title = gettext_lazy("Import an article")
    refusal = ""

    def dispatch(self, request, *args, **kwargs):
        if not writable_topics(request.user).exists():
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
        mine = ImportJob.objects.filter(by=self.request.user).select_related("article", "topic", "by")
        return super().get_context_data(
            refusal=self.refusal,
            jobs=[shown(job, self.request.user) for job in mine[:SHOWN]],
            words=_words_for_script(),
            most_bytes=limits.MAX_FILE_BYTES,
            **kwargs,
        )

    def form_valid(self, form):
        upload, pasted = form.cleaned_data.get("file"), form.cleaned_data.get("pasted") or ""
        name = upload.name if upload else jobs.PASTED_NAME
        try:
            if upload:
                guard.check_size(upload.size, upload.name)
                data = guard.read_limited(upload, upload.name)
            else:
                data = page_of_text(pasted).encode()
                guard.check_size(len(data), name)
            job = jobs.begin(
                self.request.user, form.cleaned_data["topic"], name, len(data), pasted=not upload
            )
            job = jobs.run(job, data)
        except (RefusedError, Refusal) as error:
            form.add_error("file" if upload else "pasted", str(error))
            return self.form_invalid(form)
        messages.success(self.request, _("“%(title)s” is a draft now.") % {"title": job.article.title})
        return redirect("articles_import_job", job.pk)


def shown(job, user):
    """Return a job as its row shows it."""
    state = jobs.shown_state(job)
    return {
        "job": job,
        "state": state,
        "label": state.label,
        "step": progress.STEPS.get(job.step, "") if state == ImportJob.State.RUNNING else "",
        "title": job.article.title if job.article else "",
        "again": jobs.may_be_tried_again(job) and job.by_id == user.pk,
        "removable": may_remove(user, job) and state != ImportJob.State.RUNNING,
        "arrived": bool(job.stored),
    }


def _words_for_script():
    return {
        "uploading": _("Being uploaded: %s %"),
        "waiting": _("Waiting"),
        "done": _("Taken in"),
        "open": _("Look at what became of it"),
        "lost": _("The connection was lost. The file may still be read: look at the list of imports."),
        "signed_out": _("You are signed out. Reload this page, sign in and send the file once more."),
        "topic": _("Choose a topic first."),
        "too_large": str(guard.too_large()),
        "pasted": _("Pasted: %s characters, %s pictures."),
        "pasted_name": _("Pasted text"),
        "nothing": _("There is no text on the clipboard."),
        "leave": _("Files are still being uploaded."),
    }


# --- Files with progress ----------------------------------------------------------------------------


@require_POST
def new_import(request):
    """Announce a file (topic, name, size, pasted); answers with the addresses to send it to and to ask about it."""
    form = ImportForm({"topic": request.POST.get("topic"), "pasted": "x"}, user=request.user)
    if not writable_topics(request.user).exists():
        raise PermissionDenied
    if not form.is_valid():
        return JsonResponse({"refusal": _("Choose a topic first.")}, status=400)
    size = number(request.POST.get("size"))
    name = request.POST.get("name", "")[:500] or "?"
    pasted = request.POST.get("pasted") == "1"
    try:
        guard.check_size(size, name)
    except RefusedError as error:
        return JsonResponse({"refusal": str(error), "code": error.code}, status=413)
    job = jobs.begin(
        request.user,
        form.cleaned_data["topic"],
        jobs.PASTED_NAME if pasted else name,
        size,
        pasted=pasted,
    )
    return JsonResponse(
        {
            "id": job.pk,
            "upload": reverse("articles_import_upload", args=[job.pk]),
            "state": reverse("articles_import_state", args=[job.pk]),
        }
    )


@csrf_exempt  # as for import_article
@require_POST
def upload(request, job_id):
    """Take the bytes of an announced file and import it; answers when that is done or refused."""
    if _beyond_limit(request):
        ImportJob.objects.filter(pk=job_id, by=request.user, state=ImportJob.State.WAITING).delete()
        refusal = guard.too_large()
        return JsonResponse({"state": "refused", "refusal": str(refusal), "code": refusal.code}, status=413)
    return csrf_protect(_upload)(request, job_id)


def _upload(request, job_id):
    job = get_object_or_404(ImportJob, pk=job_id)
    if not may_run(request.user, job):
        raise PermissionDenied
    sent = request.FILES.get("file")
    if sent is None:
        return JsonResponse({"refusal": _("No file arrived. Send it again."), "code": "no_file"}, status=400)
    try:
        job = jobs.run(job, guard.read_limited(sent, job.file_name))
    except RefusedError as error:
        ImportJob.objects.filter(pk=job_id, state=ImportJob.State.WAITING).delete()
        return JsonResponse({"state": "refused", "refusal": str(error), "code": error.code}, status=422)
    except jobs.JobError as error:
        return JsonResponse({"refusal": str(error), "code": error.code}, status=409)
    return JsonResponse(state_data(job))


@require_GET
def state(request, job_id):
    """Answer where a job is, as JSON."""
    return JsonResponse(state_data(seen_job(request, job_id)))


def state_data(job):
    """Return what the page shows of a job."""
    seen = jobs.shown_state(job)
    return {
        "id": job.pk,
        "state": seen.value,
        "label": str(seen.label),
        "step": str(progress.STEPS.get(job.step, "")),
        "percent": job.percent,
        "address": reverse("articles_import_job", args=[job.pk]),
        "title": job.article.title if job.article else "",
    }


@require_POST
def try_again(request, job_id):
    """Read the kept file of an interrupted import once more."""
    job = seen_job(request, job_id)
    if not may_run(request.user, job):
        raise PermissionDenied
    try:
        if not jobs.may_be_tried_again(job):
            raise jobs.JobError(
                _("There is nothing to try again: the file is being read, done, or not here.")
            )
        job = jobs.run(job)
    except (RefusedError, Refusal) as error:
        messages.error(request, str(error))
        return redirect("articles_imports")
    messages.success(request, _("“%(title)s” is a draft now.") % {"title": job.article.title})
    return redirect("articles_import_job", job.pk)


class RemoveView(AdminPageMixin, TemplateView):
    """Ask, then delete an import with its file; the draft stays."""

    template_name = "articles/admin/import_remove.html"
    header_icon = "upload"
    page_title = gettext_lazy("Remove an import")

    def dispatch(self, request, *args, **kwargs):
        self.job = seen_job(request, kwargs["job_id"])
        if not may_remove(request.user, self.job):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def way_here(self):
        return [(reverse("articles_imports"), _("Imports"))]

    def get_context_data(self, **kwargs):
        return super().get_context_data(job=self.job, **kwargs)

    def post(self, request, *args, **kwargs):
        try:
            jobs.remove(self.job)
        except Refusal as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The import of %(name)s was removed.") % {"name": self.job.file_name})
        return redirect("articles_imports")
