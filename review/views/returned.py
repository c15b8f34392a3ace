"""A returned text: its points, the author's answers, and taking a better wording over."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from wagtail.models import TaskState, WorkflowState

from articles.errors import Refusal
from articles.views.access import number
from review import returns, submission
from review.models import ReviewTaskState


@method_decorator([login_required, never_cache], name="dispatch")
class ReturnedView(View):
    """The points of one return; posting keeps the answers that were changed, and takes over the wording whose button was pressed."""

    def setup(self, request, pk, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.returned = get_object_or_404(
            ReviewTaskState.objects.select_related("finished_by", "task", "workflow_state"),
            pk=pk,
            status=TaskState.STATUS_REJECTED,
        )

    def dispatch(self, request, *args, **kwargs):
        if not returns.may_answer(request.user, self.returned):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, pk):
        return self._page(request)

    def post(self, request, pk):
        notes = {note.pk: note for note in self.returned.return_notes.all()}
        given = {pk: request.POST.get(f"answer_{pk}", "") for pk in notes}
        # What was left as it was shown, somebody else may have answered meanwhile.
        typed = {pk: text for pk, text in given.items() if text != request.POST.get(f"shown_{pk}", "")}
        wanted = notes.get(number(request.POST.get("take_over")))
        try:
            for pk, text in typed.items():
                returns.answer(notes[pk], request.user, text)
            if "submit_again" in request.POST:
                return self._submit_again(request)
            if wanted:
                returns.take_over(wanted, request.user)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
            return self._page(request, typed, status=409)
        if wanted:
            messages.success(request, _("The better wording stands in the draft now. The rest is unchanged."))
        else:
            messages.success(request, _("Your answers are kept; the next reviewer sees them."))
        return redirect("review:returned", self.returned.pk)

    def _submit_again(self, request):
        step = submission.submit_again(self.returned.workflow_state.content_object, request.user)
        messages.success(
            request,
            _("Submitted again. The next step of “%(title)s”: %(step)s.")
            % {"title": step.revision.object_str, "step": step.task.name},
        )
        return redirect("review:text", step.pk)

    def _page(self, request, typed=None, status=200):
        article = returns.article_of(self.returned)
        notes = list(self.returned.return_notes.select_related("answered_by"))
        for note in notes:
            note.typed = (typed or {}).get(note.pk, note.answer)
        context = {
            "returned": self.returned,
            "article": article,
            "notes": notes,
            "open": returns.is_open(self.returned),
            "may_submit": self.returned.workflow_state.status == WorkflowState.STATUS_NEEDS_CHANGES,
            "may_edit": article.permissions_for_user(request.user).can_edit(),
        }
        return render(request, "review/returned.html", context, status=status)
