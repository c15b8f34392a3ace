"""Physicians, pharmacists and nurses in the admin: who they are, what they sign for, until when they are assessed.

Name, title, department and what they sign for are for everybody with the right to look. Licence, assessment and contact are
for those who keep the entries: the chief librarian and the administrator.
"""

from datetime import timedelta

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import EditView, IndexView, InspectView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy

import django_filters

from review.models import Assignment, Physician, Post


SOON = 60
"""Days before the end of a periodic assessment in which it is called due."""
OPEN_TO_ALL = ["name", "title", "department", "profession", "reviews_for", "specialties", "post"]
PRIVATE = [
    "user",
    "licence_category",
    "licence_scope",
    "main_institution",
    "assessed_until",
    "expert_pool",
    "mobile",
    "wecom_account",
    "left_on",
]
# What makes somebody a signer: nobody sets it for themselves.
_RIGHTS = ("profession", "reviews_for", "assessed_until", "post")


class PhysicianPolicy(ModelPermissionPolicy):
    """Nobody deletes an entry: published pages and records point to it. Those who leave are marked as left."""

    def user_has_permission(self, user, action):
        return action != "delete" and super().user_has_permission(user, action)

    def user_has_any_permission(self, user, actions):
        return any(self.user_has_permission(user, action) for action in actions)


def may_see_private(user):
    """True for those who keep the entries."""
    return user.has_perm("review.change_physician")


def assessment_text(physician, today=None):
    """Return until when the assessment holds, in words that say whether something has to be done."""
    until, today = physician.assessed_until, today or timezone.localdate()
    if until is None:
        return gettext("Not watched")
    if until < today:
        return gettext("%(day)s, overdue") % {"day": until.isoformat()}
    if until <= today + timedelta(days=SOON):
        return gettext("%(day)s, due soon") % {"day": until.isoformat()}
    return until.isoformat()


class PhysicianForm(WagtailAdminModelForm):
    mobile = forms.CharField(
        label=Physician._meta.get_field("mobile").verbose_name,
        help_text=Physician._meta.get_field("mobile").help_text,
        required=False,
        max_length=20,
        validators=[
            RegexValidator(r"^\+?[0-9][0-9 -]{4,18}$", _("A telephone number: digits, spaces and hyphens."))
        ],
    )

    def clean(self):
        cleaned = super().clean()
        self._check_leaving(cleaned)
        self._check_own_entry(cleaned)
        return cleaned

    def _check_leaving(self, cleaned):
        in_post, left_on = cleaned.get("post") == Post.IN_POST, cleaned.get("left_on")
        if in_post and left_on:
            self.add_error(
                "left_on", gettext("Somebody in post has not left. Empty the date, or change the post.")
            )
        elif left_on and left_on > timezone.localdate():
            self.add_error(
                "left_on", gettext("This day is still to come. Mark the person as left on that day.")
            )
        elif not in_post and not left_on and "post" in cleaned:
            cleaned["left_on"] = timezone.localdate()

    def _check_own_entry(self, cleaned):
        """Nobody makes themselves a signer, nor widens what they sign."""
        sentence = gettext("This decides what you yourself may sign, so somebody else has to do it.")
        if "user" in self.changed_data and cleaned.get("user") == self.for_user:
            self.add_error("user", sentence)
        elif cleaned.get("user") == self.for_user:
            for name in _RIGHTS:
                if name in self.changed_data:
                    self.add_error(name, sentence)


class PhysicianFilters(WagtailFilterSet):
    assessment = django_filters.ChoiceFilter(
        label=_("Periodic assessment"),
        choices=[("overdue", _("Overdue")), ("soon", _("Due within 60 days")), ("none", _("Not watched"))],
        method="by_assessment",
        empty_label=_("All"),
    )

    class Meta:
        model = Physician
        fields = ["department", "profession", "post", "assessment"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not may_see_private(self.request.user):
            del self.filters["assessment"]

    def by_assessment(self, queryset, name, value):
        today = timezone.localdate()
        if value == "none":
            return queryset.filter(assessed_until=None)
        if value == "overdue":
            return queryset.filter(assessed_until__lt=today)
        return queryset.filter(assessed_until__range=(today, today + timedelta(days=SOON)))


class PhysicianIndexView(IndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().select_related("department")

    @cached_property
    def columns(self):
        private = [Column("assessed_until", label=_("Assessed until"), accessor=assessment_text)]
        return super().columns + (private if may_see_private(self.request.user) else [])


class PhysicianInspectView(InspectView):
    """The public part for everybody who may look; the private part for those who keep the entries."""

    def get_fields(self):
        return OPEN_TO_ALL + (PRIVATE if may_see_private(self.request.user) else [])

    def get_field_display_value(self, field_name, field):
        return super().get_field_display_value(field_name, field) or "—"

    def get_assessed_until_display_value(self):
        return assessment_text(self.object)


class TellOpenReviewsMixin:
    """Whoever has left cannot sign what they were asked to: say so at once."""

    def save_instance(self):
        instance = super().save_instance()
        if not instance.in_post:
            count = Assignment.objects.open().filter(person=instance.user_id).count()
            if count:
                messages.warning(
                    self.request,
                    ngettext(
                        "%(count)d text still waits for this person. Ask somebody else to review it.",
                        "%(count)d texts still wait for this person. Ask somebody else to review them.",
                        count,
                    )
                    % {"count": count},
                )
        return instance


class PhysicianEditView(TellOpenReviewsMixin, EditView):
    pass


class PhysicianViewSet(ModelViewSet):
    model = Physician
    index_view_class = PhysicianIndexView
    edit_view_class = PhysicianEditView
    inspect_view_class = PhysicianInspectView
    filterset_class = PhysicianFilters
    icon = "user"
    menu_label = _("Physicians")
    menu_order = 310
    add_to_settings_menu = True
    inspect_view_enabled = True
    copy_view_enabled = False
    list_display = ["name", "title", "department", "profession", "post"]
    search_fields = ["name", "title", "specialties"]
    search_backend_name = None
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [FieldPanel("name"), FieldRowPanel([FieldPanel("title"), FieldPanel("department")])],
                heading=_("What readers see"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("user"),
                    FieldPanel("profession"),
                    FieldPanel("reviews_for", widget=forms.CheckboxSelectMultiple),
                    FieldPanel("specialties"),
                    FieldRowPanel([FieldPanel("post"), FieldPanel("left_on")]),
                ],
                heading=_("What this person signs"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("licence_category"), FieldPanel("licence_scope")]),
                    FieldPanel("main_institution"),
                    FieldRowPanel([FieldPanel("assessed_until"), FieldPanel("expert_pool")]),
                ],
                heading=_("Licence and assessment (private)"),
            ),
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("mobile"), FieldPanel("wecom_account")])],
                heading=_("Contact (private)"),
            ),
        ],
        base_form_class=PhysicianForm,
    )
