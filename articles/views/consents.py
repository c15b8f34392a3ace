"""Consents (知情同意) and permissions to reprint (转载授权) in the admin: for librarians and the chief librarian only."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, View

from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import Button
from wagtail.log_actions import log
from wagtail.permission_policies import ModelPermissionPolicy

import django_filters

from articles import consent_withdrawal, registry, scans
from articles.article_form import COVERS, in_force
from articles.choices import Guardian
from articles.consent import ENDS_SOON
from articles.consent_forms import ConsentForm, ConsentWithdrawalForm, ReprintForm
from articles.errors import Refusal
from articles.models import ConsentRecord, ReprintPermission


CHANGE = "articles.change_consentrecord"
CHANNELS = (("on_website", _("website")), ("in_wechat", _("WeChat")), ("in_print", _("print")))


class KeptPolicy(ModelPermissionPolicy):
    """Evidence is never deleted, whatever rights somebody holds."""

    def user_has_permission(self, user, action):
        return action != "delete" and super().user_has_permission(user, action)

    def user_has_any_permission(self, user, actions):
        return any(self.user_has_permission(user, action) for action in actions)


def ticked(names, record):
    """Return the words of the boolean fields that are set."""
    return "、".join(str(word) for field, word in names if getattr(record, field, False)) or "—"


def state_of(record):
    """Return the words on whether a consent or a permission stands today."""
    if getattr(record, "withdrawn_on", None):
        return gettext("withdrawn on %(day)s") % {"day": record.withdrawn_on.isoformat()}
    if record.has_ended():
        return gettext("ended on %(day)s") % {"day": record.valid_until.isoformat()}
    if record.valid_until is None:
        return gettext("in force, no end")
    soon = record.valid_until <= timezone.localdate() + timedelta(days=ENDS_SOON)
    words = gettext("ends soon: %(day)s") if soon else gettext("in force until %(day)s")
    return words % {"day": record.valid_until.isoformat()}


class StateFilter(django_filters.ChoiceFilter):
    """In force, ending soon, ended, or withdrawn."""

    def __init__(self, *args, **kwargs):
        choices = [
            ("in_force", _("In force")),
            ("ending", _("Ends within 60 days")),
            ("ended", pgettext("of a consent", "Ended")),
            *(
                [("withdrawn", pgettext("of a consent", "Withdrawn"))]
                if kwargs.pop("withdrawn", False)
                else []
            ),
        ]
        super().__init__(*args, choices=choices, label=_("State"), **kwargs)

    def filter(self, queryset, value):
        today = timezone.localdate()
        if not value:
            return queryset
        if value == "withdrawn":
            return queryset.exclude(withdrawn_on=None)
        if "withdrawn" in dict(self.extra["choices"]):
            queryset = queryset.filter(withdrawn_on=None)
        conditions = {
            "in_force": in_force(),
            "ending": Q(valid_until__range=(today, today + timedelta(days=ENDS_SOON))),
            "ended": Q(valid_until__lt=today),
        }
        return queryset.filter(conditions[value])


class ConsentFilters(WagtailFilterSet):
    state = StateFilter(withdrawn=True)

    class Meta:
        model = ConsentRecord
        fields = ["state", "minor"]


class ReprintFilters(WagtailFilterSet):
    state = StateFilter()

    class Meta:
        model = ReprintPermission
        fields = ["state"]


# --- Consents ---------------------------------------------------------------------------------------


class ConsentEditView(generic.EditView):
    """A withdrawn consent stays as it was: a new consent is a new record."""

    def get(self, request, *args, **kwargs):
        return self._kept() or super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        return self._kept() or super().post(request, *args, **kwargs)

    def _kept(self):
        if ConsentRecord.objects.filter(pk=self.object_pk, withdrawn_on=None).exists():
            return None
        sentence = gettext("This consent has been withdrawn and stays as it is. Record a new one instead.")
        messages.warning(self.request, sentence)
        return redirect("consents:inspect", self.object_pk)


class ConsentView(generic.InspectView):
    """One consent: what was agreed to, where it is used, and withdrawing it."""

    template_name = "articles/admin/consent.html"
    page_title = _("Consent")

    def get_edit_url(self):
        return None if self.object.withdrawn_on else super().get_edit_url()

    @cached_property
    def header_more_buttons(self):
        buttons = list(super().header_more_buttons)
        if not self.object.withdrawn_on and self.request.user.has_perm(CHANGE):
            url = reverse("consents:withdraw", args=[self.object.pk])
            buttons.append(Button(_("Record its withdrawal"), url=url, icon_name="warning", priority=30))
        return buttons

    def get_context_data(self, **kwargs):
        record = self.object
        return super().get_context_data(**kwargs) | {
            "consent": record,
            "state": state_of(record),
            "covers": ticked(COVERS, record),
            "channels": ticked(CHANNELS, record),
            "guardian": dict(Guardian.choices).get(record.guardian, record.guardian),
            "drafts": record.articles.filter(live=False).order_by("pk"),
            "images": record.images.order_by("pk"),
            "shown": registry.consent_side.shown_with(record),
        }


class ScanView(View):
    """Hand a scan to those who may see the record, and note who opened it."""

    model = None
    field = ""

    def get(self, request, pk):
        label = f"articles.view_{self.model._meta.model_name}"
        if not (request.user.has_perm(label) or request.user.has_perm(label.replace("view_", "change_"))):
            raise PermissionDenied
        record = get_object_or_404(self.model, pk=pk)
        response = scans.hand_out(getattr(record, self.field), f"{self.model._meta.model_name}-{record.pk}")
        log(record, "articles.scan.open", user=request.user)
        return response


class WithdrawView(WagtailAdminTemplateMixin, FormView):
    """Say what follows, then record the withdrawal of a consent and hide what shows the patient."""

    page_title = _("Withdrawal of a consent")
    header_icon = "warning"
    template_name = "articles/admin/withdraw_consent.html"
    form_class = ConsentWithdrawalForm

    def dispatch(self, request, pk):
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        self.consent = get_object_or_404(ConsentRecord, pk=pk)
        if self.consent.withdrawn_on:
            messages.warning(
                request, gettext("This consent has been withdrawn already. Nothing was changed.")
            )
            return redirect("consents:inspect", pk)
        return super().dispatch(request)

    def get_breadcrumbs_items(self):
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("consents:index"), "label": _("Consents")},
            {"url": reverse("consents:inspect", args=[self.consent.pk]), "label": str(self.consent)},
            {"url": "", "label": self.page_title},
        ]

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"consent": self.consent}

    def get_initial(self):
        return {"withdrawn_on": timezone.localdate()}

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "consent": self.consent,
            "shown": registry.consent_side.shown_with(self.consent),
        }

    def form_valid(self, form):
        try:
            hidden = consent_withdrawal.withdraw(
                self.consent,
                user=self.request.user,
                on=form.cleaned_data["withdrawn_on"],
                note=form.cleaned_data["note"],
            )
        except Refusal as refusal:
            messages.error(self.request, refusal.sentence)
        else:
            messages.success(
                self.request,
                ngettext(
                    "Recorded. %(count)d article left the website. What is still to do stands below.",
                    "Recorded. %(count)d articles left the website. What is still to do stands below.",
                    len(hidden),
                )
                % {"count": len(hidden)},
            )
        return redirect("consents:inspect", self.consent.pk)


class RightsViewSet(ModelViewSet):
    """What both lists have in common."""

    copy_view_enabled = False
    inspect_view_enabled = True
    list_per_page = 25
    scan_field = ""

    def get_urlpatterns(self):
        scan = ScanView.as_view(model=self.model, field=self.scan_field)
        return [*super().get_urlpatterns(), path("scan/<int:pk>/", scan, name="scan")]


class ConsentViewSet(RightsViewSet):
    model = ConsentRecord
    icon = "user"
    menu_label = _("Consents")
    menu_order = 10
    url_prefix = "consents"
    url_namespace = "consents"
    edit_view_class = ConsentEditView
    inspect_view_class = ConsentView
    filterset_class = ConsentFilters
    search_fields = ["patient_code"]
    ordering = ["-given_on", "-pk"]
    scan_field = "scan"
    list_display = [
        TitleColumn("patient_code", label=_("Code"), url_name="consents:inspect", sort_key="patient_code"),
        Column("covers", label=_("Covers"), accessor=lambda one: ticked(COVERS, one)),
        Column("channels", label=_("For"), accessor=lambda one: ticked(CHANNELS, one)),
        Column(
            "given_on",
            label=_("Given on"),
            sort_key="given_on",
            accessor=lambda one: one.given_on.isoformat(),
        ),
        Column("state", label=_("State"), sort_key="valid_until", accessor=state_of),
    ]
    edit_handler = ObjectList(
        [
            FieldPanel("patient_code"),
            MultiFieldPanel(
                [
                    FieldRowPanel(
                        [FieldPanel("shows_text"), FieldPanel("shows_photo"), FieldPanel("shows_video")]
                    ),
                    FieldRowPanel(
                        [FieldPanel("on_website"), FieldPanel("in_wechat"), FieldPanel("in_print")]
                    ),
                    FieldPanel("purpose"),
                    FieldPanel("separate"),
                ],
                _("What the patient agreed to"),
            ),
            FieldRowPanel([FieldPanel("given_on"), FieldPanel("valid_until")]),
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("minor"), FieldPanel("guardian")])], _("A patient under 18")
            ),
            MultiFieldPanel(
                [FieldPanel("scan"), FieldRowPanel([FieldPanel("explained_by"), FieldPanel("assessment")])],
                _("Papers"),
            ),
        ],
        base_form_class=ConsentForm,
    )

    def get_urlpatterns(self):
        withdraw = path("withdraw/<int:pk>/", WithdrawView.as_view(), name="withdraw")
        return [*super().get_urlpatterns(), withdraw]


# --- Permissions to reprint -------------------------------------------------------------------------


class ReprintView(generic.InspectView):
    template_name = "articles/admin/reprint.html"
    page_title = _("Permission to reprint")

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "reprint": self.object,
            "state": state_of(self.object),
            "channels": ticked(CHANNELS[:2], self.object),
            "pages": self.object.articles.order_by("pk"),
        }


class ReprintViewSet(RightsViewSet):
    model = ReprintPermission
    icon = "copy"
    menu_label = _("Permissions to reprint")
    menu_order = 20
    url_prefix = "reprints"
    url_namespace = "reprints"
    inspect_view_class = ReprintView
    filterset_class = ReprintFilters
    search_fields = ["title", "granted_by"]
    ordering = ["-granted_on", "-pk"]
    scan_field = "document"
    list_display = [
        TitleColumn("title", label=_("Title"), url_name="reprints:inspect", sort_key="title"),
        Column("granted_by", label=_("Granted by"), sort_key="granted_by"),
        Column("channels", label=_("For"), accessor=lambda one: ticked(CHANNELS[:2], one)),
        Column("state", label=_("State"), sort_key="valid_until", accessor=state_of),
    ]
    edit_handler = ObjectList(
        [
            FieldPanel("title"),
            FieldPanel("url"),
            FieldPanel("granted_by"),
            FieldRowPanel([FieldPanel("granted_on"), FieldPanel("valid_until")]),
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("on_website"), FieldPanel("in_wechat")])],
                _("Where it may be shown"),
            ),
            FieldPanel("terms"),
            FieldPanel("document"),
        ],
        base_form_class=ReprintForm,
    )


class RightsGroup(ViewSetGroup):
    menu_label = _("Consents and rights")
    menu_icon = "key"
    menu_order = 240
    items = (ConsentViewSet("consents"), ReprintViewSet("reprints"))
