"""Review PINs and known devices in the admin: enrolled face to face, the person asked types the PIN themself."""

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View

from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet

from articles.errors import Refusal
from review import identity
from review.models import TrustedDevice
from review.views.links import device_name, moment


ENROL = "review.add_reviewpin"


def may_enrol(user):
    """True for those who enrol PINs face to face."""
    return user.is_active and user.has_perm(ENROL)


def people():
    """Return the accounts that may be asked to review: with an entry, or asked before."""
    return (
        get_user_model()
        .objects.filter(Q(physician__isnull=False) | Q(review_assignments__isnull=False), is_active=True)
        .distinct()
        .order_by("last_name", "first_name", "pk")
    )


class PinPagesMixin:
    """For those who enrol PINs."""

    def dispatch(self, request, *args, **kwargs):
        if not may_enrol(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class PinIndexView(PinPagesMixin, IndexView):
    """Who has a PIN, and how many devices know them."""

    page_title = _("Review PINs")
    model = get_user_model()
    any_permission_required = None
    search_fields = ["last_name", "first_name", "username"]
    paginate_by = 25
    header_icon = "lock"
    index_url_name = "review_pins:index"
    index_results_url_name = "review_pins:index_results"
    default_ordering = "last_name"
    is_searchable = True

    def get_base_queryset(self):
        now = timezone.now()
        return (
            people()
            .select_related("review_pin__enrolled_by", "physician__department")
            .annotate(
                devices=Count(
                    "trusted_devices",
                    filter=Q(trusted_devices__revoked_at=None, trusted_devices__expires_at__gt=now),
                    distinct=True,
                )
            )
        )

    columns = [
        TitleColumn("name", label=_("Person"), accessor=str, url_name="review_pins:person"),
        Column("department", label=_("Department"), accessor=lambda one: _department(one)),
        Column("pin", label=_("PIN"), accessor=lambda one: _pin(one)),
        Column("devices", label=_("Known devices")),
    ]


def _department(user):
    return str(user.physician.department) if hasattr(user, "physician") else ""


def _pin(user):
    pin = getattr(user, "review_pin", None)
    if pin is None:
        return gettext("None")
    return gettext("enrolled on %(day)s by %(who)s") % {
        "day": moment(pin.enrolled_at),
        "who": pin.enrolled_by,
    }


class EnrolForm(forms.Form):
    """The PIN, typed twice by the person themself."""

    pin, again = (
        forms.CharField(
            label=label,
            max_length=identity.LONGEST_PIN,
            help_text=help_text,
            widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "new-password"}),
        )
        for label, help_text in (
            (_("New PIN"), _("6 to 12 digits. The person types it themself; nobody looks.")),
            (_("The same PIN once more"), ""),
        )
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("pin") and cleaned.get("again") and cleaned["pin"] != cleaned["again"]:
            self.add_error("again", gettext("The two are not the same. Please type the PIN twice again."))
        return cleaned


class PersonMixin(PinPagesMixin):
    def setup(self, request, pk, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.person = get_object_or_404(people().select_related("review_pin__enrolled_by"), pk=pk)


class PersonView(PersonMixin, WagtailAdminTemplateMixin, TemplateView):
    """One person: enrolling a PIN, removing it, and the devices that know them."""

    template_name = "review/admin/pin.html"
    page_title = _("Review PIN")
    header_icon = "lock"

    def get_page_subtitle(self):
        return str(self.person)

    def get_breadcrumbs_items(self):
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("review_pins:index"), "label": gettext("Review PINs")},
            {"url": "", "label": str(self.person)},
        ]

    def post(self, request, *args, **kwargs):
        form = EnrolForm(request.POST)
        if form.is_valid():
            try:
                identity.enrol(self.person, form.cleaned_data["pin"], request.user)
            except Refusal as refusal:
                form.add_error("pin", refusal.sentence)
            else:
                messages.success(
                    request, gettext("The PIN is enrolled. It opens the phone pages and nothing else.")
                )
                return redirect("review_pins:person", self.person.pk)
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs):
        devices = self.person.trusted_devices.filter(revoked_at=None, expires_at__gt=timezone.now())
        for device in devices:
            device.label = device_name(device.device)
        return {
            "form": EnrolForm(),
            "person": self.person,
            "pin": getattr(self.person, "review_pin", None),
            "devices": devices,
        } | super().get_context_data(**kwargs)


class RemoveView(PersonMixin, View):
    """Take the PIN and all known devices away, by POST: a phone was lost, or the person has left."""

    http_method_names = ["post"]

    def post(self, request, pk):
        identity.take_away(self.person, request.user)
        messages.success(request, gettext("PIN and known devices are taken away."))
        return redirect("review_pins:person", self.person.pk)


class ForgetDeviceView(PersonMixin, View):
    """Have one device sign in anew, by POST."""

    http_method_names = ["post"]

    def post(self, request, pk, device):
        identity.forget_device(get_object_or_404(TrustedDevice, pk=device, user=self.person))
        messages.success(request, gettext("This device has to sign in anew."))
        return redirect("review_pins:person", self.person.pk)


class ReviewPinViewSet(ViewSet):
    icon = "lock"
    menu_label = _("Review PINs")
    menu_name = "review-pins"
    menu_order = 315
    add_to_settings_menu = True
    url_prefix = "review-pins"
    url_namespace = "review_pins"

    @property
    def menu_item_class(self):
        base = super().menu_item_class
        return type("PinMenuItem", (base,), {"is_shown": lambda _item, request: may_enrol(request.user)})

    def get_urlpatterns(self):
        return [
            path("", PinIndexView.as_view(**self.get_common_view_kwargs()), name="index"),
            path(
                "results/",
                PinIndexView.as_view(**self.get_common_view_kwargs(), results_only=True),
                name="index_results",
            ),
            path("<int:pk>/", PersonView.as_view(), name="person"),
            path("<int:pk>/remove/", RemoveView.as_view(), name="remove"),
            path("<int:pk>/forget/<int:device>/", ForgetDeviceView.as_view(), name="forget"),
        ]
