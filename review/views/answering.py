"""What the person asked answers on the review pages: I will do it, decline, pass on."""

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from articles.errors import Refusal
from articles.views.access import number
from review import assignments
from review.errors import ReviewStateError
from review.models import Assignment


@method_decorator([login_required, never_cache], name="dispatch")
class AnswerView(View):
    """One assignment of the person logged in; another person's is refused."""

    def setup(self, request, pk, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        rows = Assignment.objects.select_related(
            "task_state__revision", "task_state__task", "task_state__workflow_state"
        )
        self.assignment = get_object_or_404(rows, pk=pk)

    def dispatch(self, request, pk):
        if self.assignment.person_id != request.user.pk:
            raise PermissionDenied
        return super().dispatch(request)


class ClaimView(AnswerView):
    """“I will do it”, by POST."""

    http_method_names = ["post"]

    def post(self, request):
        try:
            assignments.claim(self.assignment, request.user)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
            return redirect("review:desk")
        messages.success(request, _("Noted: you will do it. Thank you."))
        return redirect("review:text", self.assignment.task_state_id)


class DeclineView(AnswerView):
    """Declining with a reason."""

    def get(self, request):
        return self._page(request)

    def post(self, request):
        try:
            done = self._do(request)
        except Refusal as refusal:
            return self._page(request, refusal.sentence, status=409)
        messages.success(request, done)
        return redirect("review:desk")

    def _do(self, request):
        assignments.decline(self.assignment, request.user, request.POST.get("reason", ""))
        return _("Declined. The librarian is told and asks somebody else.")

    def _page(self, request, refusal="", status=200):
        context = {
            "assignment": self.assignment,
            "refusal": refusal,
            "reason": request.POST.get("reason", "")[: assignments.MOST_CHARACTERS],
            **self._choices(request),
        }
        return render(request, "review/assignments/answer.html", context, status=status)

    def _choices(self, request):
        return {"heading": _("Decline"), "colleagues": None}


class PassOnView(DeclineView):
    """Passing on to a colleague who may sign, with a reason."""

    def _do(self, request):
        person = get_user_model().objects.filter(pk=number(request.POST.get("to"))).first()
        if person is None:
            raise ReviewStateError(_("Choose a colleague."))
        assignments.pass_on(self.assignment, request.user, person, request.POST.get("reason", ""))
        return _("Passed on. Your colleague and the librarian are told.")

    def _choices(self, request):
        return {
            "heading": _("Pass on"),
            "colleagues": assignments.colleagues_for(self.assignment),
            "chosen": number(request.POST.get("to")),
        }
