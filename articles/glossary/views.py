"""The glossary in the admin: list, form, file, and the search that the editor asks."""

import json

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

import django_filters

from articles.exports import PlainExportMixin, inert
from articles.glossary import names
from articles.glossary.matching import Matcher
from articles.glossary.table import GlossaryTable
from articles.models import Department, GlossaryTerm
from articles.views.csv_upload import CsvUploadView, UploadButtonMixin


# What one draft may ask about, and how many entries a search shows.
MOST_TEXT = 200_000
MOST_FOUND = 20


class GlossaryForm(WagtailAdminModelForm):
    """Keeps each name with one entry, and what a text under review explains as it is."""

    def clean_term(self):
        return " ".join(self.cleaned_data["term"].split())

    def clean_synonyms(self):
        lines = dict.fromkeys(
            " ".join(line.split()) for line in self.cleaned_data["synonyms"].splitlines() if line.strip()
        )
        return "\n".join(lines)

    def clean(self):
        cleaned = super().clean()
        term, synonyms = cleaned.get("term", ""), cleaned.get("synonyms", "")
        others = names.owners(except_pk=self.instance.pk)
        if term and (clash := names.clash([term], others)):
            self.add_error("term", clash)
        if clash := names.clash(names.of("", synonyms), others):
            self.add_error("synonyms", clash)
        if "term" in cleaned and not (cleaned.get("plain") or cleaned.get("explanation")):
            self.add_error(
                "explanation", gettext("Give a plain wording or an explanation; readers need one of them.")
            )
        if self.instance.pk:
            stored = GlossaryTerm.objects.get(pk=self.instance.pk)
            if objection := names.objection(stored, cleaned):
                self.add_error(None, objection)
        return cleaned


class GlossaryFilters(WagtailFilterSet):
    department = django_filters.ModelChoiceFilter(
        queryset=Department.objects.all(), label=_("Department"), empty_label=_("All departments")
    )
    explained = django_filters.ChoiceFilter(
        label=_("Explanation"),
        choices=[("yes", _("With an explanation")), ("no", _("Without an explanation"))],
        method="by_explanation",
        widget=forms.RadioSelect,
        empty_label=_("All"),
    )

    class Meta:
        model = GlossaryTerm
        fields = []

    def by_explanation(self, queryset, name, value):
        empty = Q(explanation="")
        return queryset.filter(empty if value == "no" else ~empty)


class GlossaryImportView(CsvUploadView):
    table_class = GlossaryTable
    rights = ("articles.add_glossaryterm", "articles.change_glossaryterm")
    page_title = _("Terms from a file")
    index = "glossary:index"
    index_label = _("Glossary")
    intro = _("A table with a line for each term, such as the one that the glossary exports.")
    hints = (
        _("Several synonyms stand in one cell, divided by 、. A department is given by its name."),
        _("A term that is there already is changed."),
    )

    def shown(self, name, value):
        return "、".join(value.splitlines()) if name == "synonyms" and value else super().shown(name, value)


class GlossaryIndexView(UploadButtonMixin, PlainExportMixin, generic.IndexView):
    """The list; its export is a table that the import reads."""

    upload_view = GlossaryImportView
    upload_url = "glossary:import"
    list_export = ["term", "plain", "explanation", "synonyms", "department"]
    export_filename = "glossary"

    def get_base_queryset(self):
        return super().get_base_queryset().select_related("department")

    def to_row_dict(self, item):
        # One cell, as people type it; line ends inside a cell break in many programs.
        return super().to_row_dict(item) | {"synonyms": inert("、".join(names.of("", item.synonyms)))}


class GlossaryDeleteView(generic.DeleteView):
    """Refused while a text under review explains the term; elsewhere its marks lose their note."""

    def post(self, request, *args, **kwargs):
        if objection := names.under_review(self.object):
            messages.error(request, objection)
            return redirect("glossary:index")
        return super().post(request, *args, **kwargs)

    @property
    def confirmation_message(self):
        return gettext(
            "Delete “%(term)s”? Drafts that explain it keep the word and lose the explanation. What is published stays as it was signed."
        ) % {"term": self.object.term}


class GlossaryViewSet(ModelViewSet):
    model = GlossaryTerm
    icon = "openquote"
    menu_label = _("Glossary")
    menu_order = 160
    add_to_admin_menu = True
    url_prefix = "glossary"
    url_namespace = "glossary"
    index_view_class = GlossaryIndexView
    delete_view_class = GlossaryDeleteView
    filterset_class = GlossaryFilters
    search_fields = ["term", "plain", "synonyms"]
    search_backend_name = None
    copy_view_enabled = False
    ordering = ["term"]
    list_per_page = 50
    list_export = GlossaryIndexView.list_export
    list_display = [
        TitleColumn("term", label=_("Term"), url_name="glossary:edit", sort_key="term"),
        Column("plain", label=_("Plain wording"), sort_key="plain"),
        Column("explanation", label=_("Explanation")),
        Column("synonyms", label=_("Synonyms"), accessor=lambda one: "、".join(names.of("", one.synonyms))),
        Column("department", label=_("Department"), sort_key="department__name"),
    ]
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("term"), FieldPanel("plain")]),
            FieldPanel("explanation"),
            FieldPanel("synonyms"),
            FieldPanel("department"),
        ],
        base_form_class=GlossaryForm,
    )

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("import/", GlossaryImportView.as_view(), name="import"),
            path("search/", search, name="search"),
            path("found/", found, name="found"),
        ]


# --- what the editor asks ---------------------------------------------------------------------------------


def _may_read(user):
    # Whoever may write an article may look a term up; the list itself has rights of its own.
    return user.has_perm("wagtailadmin.access_admin")


def as_values(entry):
    """Return an entry as the editor gets it."""
    return {
        "id": entry.pk,
        "term": entry.term,
        "plain": entry.plain,
        "explanation": entry.explanation,
        "names": entry.names,
    }


@require_GET
def search(request):
    """Return the entries with ``q`` in a name or the plain wording, the best first; all in order when it is empty."""
    if not _may_read(request.user):
        raise PermissionDenied
    words = request.GET.get("q", "").strip()[:60].replace("\0", "")
    # People also select more than the term: 急性心肌梗死 holds 心肌梗死.
    inside = {hit.term.pk for hit in Matcher(GlossaryTerm.objects.all()).find(words)} if words else set()
    wanted = Q(term__icontains=words) | Q(plain__icontains=words) | Q(synonyms__icontains=words)
    entries = list(GlossaryTerm.objects.filter(wanted | Q(pk__in=inside))[: MOST_FOUND * 5])
    entries.sort(key=lambda entry: (words not in entry.names, entry.pk not in inside, len(entry.term)))
    return JsonResponse({"terms": [as_values(entry) for entry in entries[:MOST_FOUND]]})


@require_POST
def found(request):
    """Return the terms in the texts of a draft as it stands in the editor.

    Takes JSON: ``{"texts": ["…", …]}``. Returns ``terms`` ({id: entry}) and ``hits``: number of the text, start, end
    (UTF-16 units, as JavaScript counts) and id. Answers 400 when the question is not of this form.
    """
    if not _may_read(request.user):
        raise PermissionDenied
    texts = _texts(request.body)
    if texts is None:
        return JsonResponse({"error": gettext("The draft could not be read.")}, status=400)
    matcher = Matcher(GlossaryTerm.objects.all())
    terms, hits = {}, []
    for number, text in enumerate(texts):
        for hit in matcher.find(text):
            terms.setdefault(hit.term.pk, as_values(hit.term))
            hits.append([number, units(text[: hit.start]), units(text[: hit.end]), hit.term.pk])
    return JsonResponse({"terms": terms, "hits": hits})


def units(text):
    """Return how many UTF-16 units ``text`` has."""
    return len(text) + sum(character > "\uffff" for character in text)


def _texts(body):
    try:
        texts = json.loads(body).get("texts")
    except (ValueError, AttributeError, RecursionError):
        return None
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        return None
    return texts if sum(map(len, texts)) <= MOST_TEXT else None
