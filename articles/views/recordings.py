"""Recordings in the admin: list, upload, player, where they are used, and the chooser in the editor."""

from django import forms
from django.db.models import Q
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.panels import FieldPanel, HelpPanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic import chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.viewsets.model import ModelViewSet

import django_filters

from articles import recordings, sound_files
from articles.models import ArticlePage, Recording


class SoundField(forms.FileField):
    """An upload that comes out as it will be kept, whatever its name says it is."""

    def to_python(self, data):
        """Return a sound_files.SoundFile. Raises ValidationError with a sentence."""
        file = super().to_python(data)
        return file and sound_files.take_file(file)


class RecordingForm(WagtailAdminModelForm):
    """Asks for everything once; of a recording that is there only the title changes."""

    file = SoundField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": sound_files.ACCEPT}),
        help_text=_(
            "MP3 or M4A, at most 20 MB and 15 minutes. Everything in the file that is not sound (names, places, "
            "pictures) is removed."
        ),
    )

    class Meta:
        model = Recording
        fields = ["title", "reader", "file"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name in ("reader", "file"):
                self.fields.pop(name, None)


class PlayerColumn(Column):
    cell_template_name = "articles/admin/recording_cell.html"


def columns(title, *, sorted_by=lambda name: name):
    """Return what a list of recordings shows, behind the column ``title``; the chooser's cannot be sorted."""
    return [
        title,
        Column("reader", label=_("Read by"), sort_key=sorted_by("reader")),
        Column(
            "seconds",
            label=_("Length"),
            sort_key=sorted_by("seconds"),
            accessor=lambda one: recordings.length(one.seconds),
        ),
        PlayerColumn("player", label=_("Listen"), accessor=lambda one: one.file.url),
        DateColumn("created_at", label=_("Added"), sort_key=sorted_by("created_at")),
    ]


class RecordingFilters(WagtailFilterSet):
    used = django_filters.ChoiceFilter(
        label=_("Used in articles"),
        choices=[("yes", _("In an article")), ("no", _("In no article"))],
        method="by_use",
        widget=forms.RadioSelect,
        empty_label=_("All"),
    )
    format = django_filters.ChoiceFilter(
        label=_("Format"), choices=Recording.Format.choices, widget=forms.RadioSelect, empty_label=_("All")
    )

    class Meta:
        model = Recording
        fields = []

    def by_use(self, queryset, name, value):
        # Of live articles the row is the signed version; their drafts stand in the newest revision.
        drafts = ArticlePage.objects.filter(live=True, has_unpublished_changes=True)
        drafted = set(drafts.values_list("latest_revision__content__recording", flat=True)) - {None}
        used = Q(pk__in=ArticlePage.objects.exclude(recording=None).values("recording")) | Q(pk__in=drafted)
        return queryset.filter(used if value == "yes" else ~used)


class RecordingCreateView(generic.CreateView):
    def save_instance(self):
        self.form.instance.created_by = self.request.user
        return super().save_instance()


class RecordingView(generic.InspectView):
    """One recording: to listen to, and the articles that carry it."""

    template_name = "articles/admin/recording.html"
    page_title = _("Recording")

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "recording": self.object,
            "length": recordings.length(self.object.seconds),
            "pages": recordings.used_by(self.object),
        }


class RecordingDeleteView(generic.DeleteView):
    """Refused with a sentence while a version of an article carries the recording."""

    def get(self, request, *args, **kwargs):
        return self._kept() or super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        return self._kept() or super().post(request, *args, **kwargs)

    def _kept(self):
        if objection := recordings.objection_to_delete(self.object):
            messages.error(self.request, objection)
            return redirect("recordings:inspect", self.object.pk)
        return None

    @property
    def confirmation_message(self):
        return gettext("Delete “%(title)s”? No article carries it. The file is deleted as well.") % {
            "title": self.object.title
        }


class RecordingViewSet(ModelViewSet):
    model = Recording
    icon = "media"
    menu_label = _("Recordings")
    menu_order = 302  # below the pictures and the figures
    add_to_admin_menu = True
    url_prefix = "recordings"
    url_namespace = "recordings"
    add_view_class = RecordingCreateView
    inspect_view_class = RecordingView
    delete_view_class = RecordingDeleteView
    inspect_view_enabled = True
    copy_view_enabled = False
    filterset_class = RecordingFilters
    search_fields = ["title", "reader"]
    search_backend_name = None
    list_per_page = 30
    ordering = ["-created_at", "-pk"]
    list_display = columns(
        TitleColumn("title", label=_("Title"), url_name="recordings:inspect", sort_key="title")
    )
    edit_handler = ObjectList(
        [
            HelpPanel(template="articles/admin/recording_player.html"),
            FieldPanel("title"),
            FieldPanel("reader"),
            FieldPanel("file"),
        ],
        base_form_class=RecordingForm,
    )


# --- The chooser in the editor ------------------------------------------------------------------------


class RecordingSearchForm(BaseFilterForm):
    q = forms.CharField(
        label=_("Search term"), widget=forms.TextInput(attrs={"placeholder": _("Search")}), required=False
    )

    def filter(self, objects):
        words = self.cleaned_data.get("q", "").strip()
        self.is_searching, self.search_query = bool(words), words
        found = super().filter(objects)
        return found.filter(Q(title__icontains=words) | Q(reader__icontains=words)) if words else found


class ChooseMixin:
    filter_form_class = RecordingSearchForm

    @property
    def columns(self):
        return columns(self.title_column, sorted_by=lambda _name: None)


class RecordingChooseView(ChooseMixin, chooser.ChooseView):
    pass


class RecordingChooseResultsView(ChooseMixin, chooser.ChooseResultsView):
    pass


class RecordingChooserCreateView(chooser.CreateView):
    def save_form(self, form):
        form.instance.created_by = self.request.user
        return super().save_form(form)


class RecordingChooserViewSet(ChooserViewSet):
    model = Recording
    icon = "media"
    choose_one_text = _("Choose a recording")
    choose_another_text = _("Choose another recording")
    edit_item_text = _("Open this recording")
    create_action_label = _("Add")
    creation_tab_label = _("Add a recording")
    per_page = 10
    choose_view_class = RecordingChooseView
    choose_results_view_class = RecordingChooseResultsView
    create_view_class = RecordingChooserCreateView
    creation_form_class = RecordingForm
