"""Absences and who stands in: physicians enter their own, the chief librarian everybody's."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import CreateView, DeleteView, EditView, IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy

import django_filters

from review.models import Absence, Physician, Post, Profession


OWN = ("add", "change", "delete", "view")


def own_entry(user):
    """Return the entry in post of ``user``, or None; kept with the user, whom a list asks about for every row."""
    if not hasattr(user, "_own_entry"):
        user._own_entry = Physician.objects.in_post().filter(user=user).first() if user.is_active else None
    return user._own_entry


class AbsencePolicy(ModelPermissionPolicy):
    """Rights on all absences come by role; everybody with an entry in post may keep their own until they are over."""

    def keeps_all(self, user, action="change"):
        """True for those whose role lets them do this to anybody's absence."""
        return super().user_has_permission(user, action)

    def user_has_permission(self, user, action):
        return self.keeps_all(user, action) or (action in OWN and own_entry(user) is not None)

    def user_has_any_permission(self, user, actions):
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user, action, instance):
        if self.keeps_all(user, action):
            return True
        entry = own_entry(user)
        own = entry is not None and instance.physician_id == entry.pk
        return own and (action == "view" or instance.ends >= timezone.localdate())


class AbsenceForm(WagtailAdminModelForm):
    """One absence. Whoever keeps only their own does not choose the person."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        in_post = Physician.objects.in_post().select_related("department")
        self.own = None if AbsencePolicy(Absence).keeps_all(self.for_user) else own_entry(self.for_user)
        if self.own:
            del self.fields["physician"]
        else:
            self.fields["physician"].queryset = in_post | Physician.objects.filter(
                pk=self.instance.physician_id
            ).select_related("department")
        self.fields["stand_in"].queryset = in_post.exclude(pk=self.own.pk) if self.own else in_post

    def clean(self):
        cleaned = super().clean()
        if self.own:
            self.instance.physician = self.own
        physician = self.own or cleaned.get("physician")
        starts, ends, stand_in = (cleaned.get(name) for name in ("starts", "ends", "stand_in"))
        if starts and ends and ends < starts:
            self.add_error("ends", gettext("The last day comes before the first."))
        elif ends and ends < timezone.localdate() and self.own:
            self.add_error("ends", gettext("These days are over. Ask the chief librarian to enter them."))
        if physician and stand_in and (objection := objection_to_stand_in(physician, stand_in)):
            self.add_error("stand_in", objection)
        return cleaned


def objection_to_stand_in(physician, stand_in):
    """Return the sentence why ``stand_in`` cannot stand in for ``physician``, or an empty string."""
    if stand_in == physician:
        return gettext("Nobody stands in for themselves. Choose somebody else, or leave it empty.")
    if stand_in.post != Post.IN_POST:
        return gettext("This person is no longer in post.")
    if Profession.PHYSICIAN in {physician.profession, stand_in.profession} and (
        physician.profession != stand_in.profession
    ):
        return gettext("Physicians stand in for physicians; pharmacists and nurses for one another.")
    categories = {physician.licence_category, stand_in.licence_category} - {""}
    if len(categories) > 1:
        return gettext("The two have different licence categories, so one cannot sign for the other.")
    return ""


def warnings(absence):
    """Return sentences about what does not fit the other absences: the same person twice, a stand-in who is away."""
    same_days = Absence.objects.filter(starts__lte=absence.ends, ends__gte=absence.starts).exclude(
        pk=absence.pk
    )
    found = []
    if other := same_days.filter(physician=absence.physician_id).first():
        found.append(
            gettext("%(name)s is entered as absent from %(starts)s to %(ends)s already; the days overlap.")
            % {"name": absence.physician.name, "starts": other.starts, "ends": other.ends}
        )
    if absence.stand_in_id and (other := same_days.filter(physician=absence.stand_in_id).first()):
        found.append(
            gettext("The stand-in %(name)s is absent too, from %(starts)s to %(ends)s.")
            % {"name": absence.stand_in.name, "starts": other.starts, "ends": other.ends}
        )
    if absence.stand_in_id is None:
        found.append(
            gettext("Nobody stands in. Texts for these departments wait until %(day)s, or for colleagues.")
            % {"day": absence.ends}
        )
    return found


class OwnOrAllMixin:
    """Warn after saving; give nobody an absence that is not theirs to change."""

    needs = "change"

    def get_object(self, queryset=None):
        absence = super().get_object(queryset)
        if not self.permission_policy.user_has_permission_for_instance(
            self.request.user, self.needs, absence
        ):
            raise PermissionDenied
        return absence

    def save_instance(self):
        absence = super().save_instance()
        for sentence in warnings(absence):
            messages.warning(self.request, sentence)
        return absence


class AbsenceCreateView(OwnOrAllMixin, CreateView):
    pass


class AbsenceEditView(OwnOrAllMixin, EditView):
    pass


class AbsenceDeleteView(OwnOrAllMixin, DeleteView):
    needs = "delete"


class AbsenceFilters(WagtailFilterSet):
    when = django_filters.ChoiceFilter(
        label=_("When"),
        choices=[("now", _("Today")), ("coming", _("Still to come")), ("over", _("Over"))],
        method="by_day",
        empty_label=_("All"),
    )

    class Meta:
        model = Absence
        fields = ["when", "physician__department"]

    def by_day(self, queryset, name, value):
        today = timezone.localdate()
        if value == "now":
            return queryset.filter(starts__lte=today, ends__gte=today)
        return queryset.filter(starts__gt=today) if value == "coming" else queryset.filter(ends__lt=today)


class AbsenceIndexView(IndexView):
    """All absences, or one's own and those in which one stands in."""

    def get_base_queryset(self):
        absences = super().get_base_queryset().select_related("physician__department", "stand_in")
        if self.permission_policy.keeps_all(self.request.user, "view"):
            return absences
        own = own_entry(self.request.user)
        return absences.filter(Q(physician=own) | Q(stand_in=own))

    def get_edit_url(self, instance):
        may = self.user_has_permission_for_instance("change", instance)
        return super().get_edit_url(instance) if may else None

    def get_delete_url(self, instance):
        may = self.user_has_permission_for_instance("delete", instance)
        return super().get_delete_url(instance) if may else None


class AbsenceViewSet(ModelViewSet):
    model = Absence
    index_view_class = AbsenceIndexView
    add_view_class = AbsenceCreateView
    edit_view_class = AbsenceEditView
    delete_view_class = AbsenceDeleteView
    filterset_class = AbsenceFilters
    icon = "date"
    menu_label = _("Absences")
    menu_order = 265
    add_to_admin_menu = True
    copy_view_enabled = False
    list_display = [
        "physician",
        Column("department", label=_("Department"), accessor="physician.department"),
        # Not DateColumn, which says how long ago.
        Column("starts", label=_("From"), sort_key="starts", accessor=lambda one: one.starts.isoformat()),
        Column("ends", label=_("Until"), sort_key="ends", accessor=lambda one: one.ends.isoformat()),
        Column("stand_in", label=_("Stand-in"), accessor=lambda one: str(one.stand_in or "")),
        "note",
    ]
    search_fields = ["physician__name", "stand_in__name", "note"]
    search_backend_name = None
    ordering = ["-starts", "-pk"]
    edit_handler = ObjectList(
        [
            FieldPanel("physician"),
            FieldRowPanel([FieldPanel("starts"), FieldPanel("ends")]),
            FieldPanel("stand_in"),
            FieldPanel("note"),
        ],
        base_form_class=AbsenceForm,
    )
