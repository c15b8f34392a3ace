"""The phone page: from a link in a chat to a decision, without the editors' side.

``l/<token>/`` is the door: title, due date and sign-in, nothing of the text. Behind it the address is ``r/<assignment>/``,
which holds no secret and opens only to the person asked. Looking never decides; what is posted twice changes nothing.
"""

from functools import wraps

from django.contrib.auth import get_user_model
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import csrf_exempt

from wagtail.models import TaskState

from articles import recordings, registry
from articles.copies import CopyError
from articles.errors import Refusal
from review import (
    assignments,
    changes,
    checklist,
    devices,
    evidence,
    identity,
    links,
    numbers,
    progress,
    reading,
    returns,
    rights,
    services,
)
from review.forms import DecisionForm
from review.models import Assignment, StepKind
from review.models.assignments import OPEN_ANSWERS
from review.phone_forms import CodeForm, PassOnForm, PinForm


# How the text can be looked at: name -> (renderer, what its address says).
LOOKS = {
    "website": ("website", ""),
    "website-dark": ("website", "dark=1"),
    "website-large": ("website", "v=large"),
    "wechat": ("wechat", ""),
    "wechat-dark": ("wechat", "dark=1"),
    "wechat-large": ("wechat", "size=largest"),
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def _private(referrer, policy=POLICY):
    """Decorate a view: no cache, no search engine, nothing but our own script and styles (``policy``, if any)."""

    def decorator(view):
        @wraps(view)
        def served(*arguments, **named):
            response = view(*arguments, **named)
            response.headers["Cache-Control"] = "private, no-store"
            response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
            response.headers["Referrer-Policy"] = referrer
            if policy:
                response.headers["Content-Security-Policy"] = f"{policy}; media-src {recordings.source()}"
            return response

        return served

    return decorator


# Exempt from the check of forms: a browser that sends no referrer sends no origin either, and who knows the token may post.
@method_decorator([csrf_exempt, _private("no-referrer")], name="dispatch")
class LinkView(View):
    """The door behind a link. Whoever has shown to be the person asked goes straight on to the text."""

    def dispatch(self, request, token):
        self.link = links.find(token)
        if reason := links.state_of(self.link):
            links.note(request, self.link, reason)
            if reason == links.ENDED and self.link.assignment.person_id in identity.proofs(request):
                return redirect("review:phone", self.link.assignment_id)
            return render(
                request,
                "review/phone/closed.html",
                {"reason": reason},
                status=404 if reason == links.FORGED else 410,
            )
        self.assignment = self.link.assignment
        self.person = self.assignment.person
        return super().dispatch(request, token)

    def get(self, request, token):
        known = identity.proofs(request)
        if self.person.pk in known:
            links.note(request, self.link, links.OPENED, self.person)
            return self._on()
        if known:
            # Refused behind the door, whose address holds no token.
            links.note(request, self.link, links.OTHER_PERSON, _somebody(known))
            return self._on()
        links.note(request, self.link, links.SHOWN)
        return self._door()

    def post(self, request, token):
        action = {"pin": self._pin, "code": self._code, "send": self._send}.get(request.POST.get("way"))
        return action(request) if action else self._door()

    def _pin(self, request):
        form = PinForm(request.POST, prefix="pin")
        if form.is_valid():
            try:
                if identity.pin_is_right(self.person, form.cleaned_data["pin"]):
                    return self._admitted(request, form.cleaned_data["remember"])
                form.add_error("pin", _("This PIN is not right."))
            except Refusal as refusal:
                form.add_error(None, refusal.sentence)
            links.note(request, self.link, links.WRONG_PIN)
        return self._door(pin_form=form)

    def _code(self, request):
        form = CodeForm(request.POST, prefix="code")
        if form.is_valid():
            try:
                if identity.code_is_right(self.link, form.cleaned_data["code"]):
                    return self._admitted(request, form.cleaned_data["remember"])
                form.add_error("code", _("This code is not right, or no longer valid."))
            except Refusal as refusal:
                form.add_error(None, refusal.sentence)
            links.note(request, self.link, links.WRONG_CODE)
        return self._door(code_form=form)

    def _send(self, request):
        try:
            way = identity.send_code(self.link)
        except Refusal as refusal:
            return self._door(problem=refusal.sentence)
        links.note(request, self.link, links.CODE_SENT)
        return self._door(code_form=CodeForm(prefix="code"), sent_by=way)

    def _admitted(self, request, remember):
        identity.admit(request, self.person)
        links.note(request, self.link, links.OPENED, self.person)
        response = self._on()
        if remember:
            identity.remember(request, response, self.person)
        return response

    def _on(self):
        return redirect("review:phone", self.assignment.pk)

    def _door(self, pin_form=None, code_form=None, problem="", sent_by=""):
        context = {
            "title": self.assignment.task_state.revision.object_str,
            "due_on": self.assignment.due_on,
            "late": self.assignment.due_on < timezone.localdate(),
            "pin_form": (pin_form or PinForm(prefix="pin")) if hasattr(self.person, "review_pin") else None,
            "code_form": code_form,
            "can_send": bool(identity.ways_to_send(self.person)),
            "sent_by": sent_by,
            "problem": problem,
            "login": f"{reverse('wagtailadmin_login')}?next={reverse('review:phone', args=[self.assignment.pk])}",
        }
        return render(self.request, "review/phone/door.html", context)


def _somebody(known):
    return get_user_model().objects.filter(pk__in=known).first()


class AssignmentMixin:
    """One assignment, for the person asked alone. Whether an assignment exists is told to nobody else."""

    def dispatch(self, request, pk, **named):
        known = identity.proofs(request)
        self.assignment = (
            Assignment.objects.select_related(
                "person",
                "task_state__revision",
                "task_state__task__reviewtask",
                "task_state__workflow_state__workflow",
                "passed_to__person",
            )
            .filter(pk=pk, person__in=known)
            .first()
        )
        if self.assignment is None:
            links.note(request, None, links.OTHER_PERSON, _somebody(known))
            if not known:
                return redirect_to_login(request.get_full_path())
            return render(request, "review/phone/refused.html", status=403)
        self.person, self.state = self.assignment.person, self.assignment.task_state
        self.state.task = self.state.task.reviewtask
        return super().dispatch(request, pk, **named)

    @property
    def is_open(self):
        return self.assignment.answer in OPEN_ANSWERS and self.state.status == TaskState.STATUS_IN_PROGRESS

    def note(self, outcome):
        """Write down an outcome with the newest link of this assignment, if one was ever made."""
        if link := self.assignment.links.first():
            links.note(self.request, link, outcome, self.person)


@method_decorator(_private("same-origin"), name="dispatch")
class PhoneView(AssignmentMixin, View):
    """The text as readers will see it, what to check it by, and the questions; posting decides."""

    def get(self, request, pk):
        if not self.is_open:
            return self._over()
        return self._page(DecisionForm(task_state=self.state))

    def post(self, request, pk):
        if not self.is_open:
            self.note(links.TWICE)
            return redirect("review:phone", pk)
        form = DecisionForm(request.POST, task_state=self.state)
        if not form.is_valid():
            return self._page(form, status=422)
        try:
            services.decide(self.state, self.person, form.cleaned_data, device=devices.kind_of(request))
        except (Refusal, CopyError) as refusal:
            self.state.refresh_from_db()
            if not self.is_open:
                self.note(links.TWICE)
                return redirect("review:phone", pk)
            form.add_error(None, getattr(refusal, "sentence", str(refusal)))
            return self._page(form, status=409)
        self.note(links.DECIDED)
        return redirect("review:phone", pk)

    def _page(self, form, status=200):
        try:
            shown = services.read(self.state)
        except CopyError as error:
            return render(self.request, "review/phone/unreadable.html", {"error": error}, status=409)
        progress.opened(self.state)
        last = changes.looked(self.person, shown.article.pk, shown)
        returned = returns.last_returned(shown.article, before=self.state)
        kind = self.state.task.specific.kind
        steps = progress.steps_of(self.state.workflow_state)
        context = self._frame() | {
            "is_author_step": kind == StepKind.AUTHOR,
            "is_last_step": not any(step["state"] == "later" for step in steps),
            "snapshot": shown.snapshot,
            "digest": shown.digest,
            "recording": recordings.shown(shown.snapshot["recording"]),
            "form": form,
            "covers": checklist.COVERS[kind],
            "objection": rights.objection_to_sign(self.person, self.state, shown.article),
            "last": last,
            # When the last look was at the returned text, what changed since then is shown with the points.
            "since_look": changes.between(last.snapshot, shown.snapshot)
            if last and not (returned and returned.digest == last.digest)
            else [],
            "returned": returned,
            "notes": list(returned.return_notes.select_related("answered_by")) if returned else [],
            "changes": returns.changes_since(returned, shown.snapshot) if returned else None,
            "sentences": numbers.sentences(reading.parts(shown.snapshot)),
            "findings": evidence.found(shown.snapshot, shown.article),
        }
        return render(self.request, "review/phone/text.html", context, status=status)

    def _frame(self):
        look = self.request.GET.get("look")
        look = look if look in LOOKS else "website"
        renderer, query = LOOKS[look]
        address = reverse("review:phone_frame", args=[self.assignment.pk, renderer])
        return {
            "assignment": self.assignment,
            "state": self.state,
            "person": self.person,
            "late": self.assignment.due_on < timezone.localdate(),
            "look": look,
            "frame": f"{address}?{query}" if query else address,
        }

    def _over(self):
        waiting = assignments.open_of(self.person).exclude(pk=self.assignment.pk)
        context = self._frame() | {
            "title": self.state.revision.object_str,
            "mine": self.state.finished_by_id == self.person.pk,
            "waiting": waiting[:10],
        }
        return render(self.request, "review/phone/over.html", context)


# The renderers have policies of their own.
@method_decorator([_private("same-origin", policy=None), xframe_options_sameorigin], name="dispatch")
class FrameView(AssignmentMixin, View):
    """The text exactly as readers would get it on one channel."""

    def get(self, request, pk, mode):
        if not self.is_open:
            return redirect("review:phone", pk)
        try:
            shown = services.read(self.state)
        except CopyError as error:
            return HttpResponse(str(error), status=409, content_type="text/plain; charset=utf-8")
        return registry.preview_renderers[mode](shown.snapshot, shown.article, request)


@method_decorator(_private("same-origin"), name="dispatch")
class PassOnView(AssignmentMixin, View):
    """Handing the step on to a colleague who may sign it."""

    def get(self, request, pk):
        if not self.is_open:
            return redirect("review:phone", pk)
        return self._page(PassOnForm(colleagues=assignments.colleagues_for(self.assignment)))

    def post(self, request, pk):
        if not self.is_open:
            self.note(links.TWICE)
            return redirect("review:phone", pk)
        form = PassOnForm(request.POST, colleagues=assignments.colleagues_for(self.assignment))
        if not form.is_valid():
            return self._page(form, status=422)
        try:
            assignments.pass_on(
                self.assignment, self.person, form.cleaned_data["to"], form.cleaned_data["reason"]
            )
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
            return self._page(form, status=409)
        self.note(links.DECIDED)
        return redirect("review:phone", pk)

    def _page(self, form, status=200):
        context = {
            "assignment": self.assignment,
            "person": self.person,
            "title": self.state.revision.object_str,
            "form": form,
        }
        return render(self.request, "review/phone/pass_on.html", context, status=status)


@method_decorator(_private("same-origin"), name="dispatch")
class ForgetView(View):
    """Leaving: this device is not known any more, and nobody is logged in on it."""

    def post(self, request):
        response = render(request, "review/phone/left.html")
        identity.forget(request, response)
        return response
