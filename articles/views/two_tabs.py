"""Two people, or two tabs, on one draft: whoever saves over a newer version keeps both, and is told."""

from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from wagtail.admin import messages

from articles import frozen


SUBMITTING = ("submit", "restart_workflow")


class TwoTabsMixin:
    """For the editor. Wagtail refuses to autosave over a newer version and asks before a button does.

    What it leaves open: after the button nothing says where the other version is, and submitting would send a text to
    review that its other author never saw replaced.
    """

    @cached_property
    def overtaken(self):
        """The revision this form was not made from, though it was the latest; or None."""
        return self.latest_revision if self.is_out_of_date else None

    def save_action(self):
        overtaken = None if self.expects_json_response else self.overtaken
        if overtaken:
            # What this window autosaved before is no longer the latest, so that it cannot be written over: a new one.
            self.request.POST = self.request.POST.copy()
            self.request.POST.pop("overwrite_revision_id", None)
        response = super().save_action()
        if overtaken:
            self._say(overtaken)
        return response

    def form_valid(self, form):
        if self.overtaken and self.action_name in SUBMITTING:
            return self._kept_back()
        return super().form_valid(form)

    def json_error_response(self, error_code, error_message):
        """Answer an autosave that stored nothing: what happened, and what becomes of the words in this window."""
        if error_code in ("locked", "invalid_revision"):
            error_message = self._in_the_way() or error_message
        return super().json_error_response(error_code, error_message)

    def form_invalid(self, form):
        if self.locked_for_user and not self.is_cancelling_workflow and not self.expects_json_response:
            messages.warning(self.request, self._in_the_way())
        return super().form_invalid(form)

    def _in_the_way(self):
        """Return why what was written here is not stored, or an empty string."""
        if self.locked_for_user:
            return " ".join(
                [self._locked(), _("What you wrote here is not stored: copy it, then load this page anew.")]
            )
        if self.is_out_of_date:
            return " ".join(
                [
                    self._newer(self.latest_revision),
                    _(
                        "Nothing is stored by itself here now. Press “Save draft”: then both versions are kept."
                    ),
                ]
            )
        return ""

    def _locked(self):
        state = self.page.current_workflow_state
        if not state or not self.page.workflow_in_progress:
            return strip_tags(frozen.sentence(self.page, self.request.user))
        when = date_format(timezone.localtime(state.created_at), "DATETIME_FORMAT")
        if state.requested_by == self.request.user:
            return _("You submitted this text for review in another window (%(when)s).") % {"when": when}
        return _("%(who)s submitted this text for review (%(when)s).") % {
            "who": state.requested_by or _("Somebody"),
            "when": when,
        }

    def _newer(self, revision):
        if revision.user == self.request.user:
            return _("You had saved a newer version in another window.")
        return _("%(who)s had saved a newer version while you were writing.") % {
            "who": revision.user or _("Somebody")
        }

    def _kept_back(self):
        """Save as a version of its own instead of submitting."""
        self.page = self.form.save(commit=not self.page.live)
        self.page.save_revision(
            user=self.request.user, log_action=True, previous_revision=self.previous_revision
        )
        self._say(self.overtaken, _("Not submitted: look at both versions first, then submit."))
        return redirect(reverse("wagtailadmin_pages:edit", args=[self.page.pk]))

    def _say(self, overtaken, more=""):
        kept = _("Both are kept: yours is the draft now, the other one is in the history.")
        compare = reverse(
            "wagtailadmin_pages:revisions_compare",
            args=[self.page.pk, overtaken.pk, self.page.latest_revision_id],
        )
        messages.warning(
            self.request,
            " ".join(part for part in (more, self._newer(overtaken), kept) if part),
            buttons=[messages.button(compare, _("Compare both versions"))],
        )
