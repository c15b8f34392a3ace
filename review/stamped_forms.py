"""Scans of the hospital's own form (审批表), with ink and stamp: kept beside an approval, never instead of it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from articles.scans import ScanField
from review.models import ApprovalScan


class ScanForm(forms.ModelForm):
    """The scan and a note; the file is checked by its content (see articles.scans)."""

    scan = ScanField(label=_("Scan of the stamped form"), help_text=_("PDF, JPEG or PNG, 10 MB at most."))

    class Meta:
        model = ApprovalScan
        fields = ["scan", "note"]

    def keep(self, approval, user):
        """Store the scan with ``approval``, added by ``user``; the same file again, as by a second click, is not stored."""
        if self.cleaned_data["scan"].read() in (_bytes(one) for one in approval.scans.all()):
            return
        self.instance.approval, self.instance.added_by = approval, user
        self.save()


def _bytes(scan):
    try:
        with scan.scan.open("rb") as file:
            return file.read()
    except OSError:
        return None


def may_add(user, article):
    """True for those who may edit the article and look at approvals."""
    return user.has_perm("review.view_approval") and article.permissions_for_user(user).can_edit()
