"""Two people, or two tabs, on one draft: whoever saves over a newer version keeps both, and is told."""

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from wagtail.admin import messages


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

    def _kept_back(self):
        """Save as a version of its own instead of submitting."""
        self.page = self.form.save(commit=not self.page.live)
        self.page.save_revision(
            user=self.request.user, log_action=True, previous_revision=self.previous_revision
        )
        self._say(self.overtaken, _("Not submitted: look at both versions first, then submit."))
        return redirect(reverse("wagtailadmin_pages:edit", args=[self.page.pk]))

    def _say(self, overtaken, more=""):
        who = overtaken.user
        sentence = (
            _("You had saved a newer version in another window.")
            if who == self.request.user
            else _("%(who)s had saved a newer version while you were writing.")
            % {"who": who or _("Somebody")}
        )
        kept = _("Both are kept: yours is the draft now, the other one is in the history.")
        compare = reverse(
            "wagtailadmin_pages:revisions_compare",
            args=[self.page.pk, overtaken.pk, self.page.latest_revision_id],
        )
        messages.warning(
            self.request,
            " ".join(part for part in (more, sentence, kept) if part),
            buttons=[messages.button(compare, _("Compare both versions"))],
        )
