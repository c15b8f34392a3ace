"""Rules of wording, the list of wrong and sensitive words, and what was let pass, in the admin."""

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import JsonResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet

import django_filters

from articles.checks import lists, patterns, wording
from articles.checks.reading import Passage
from articles.checks.tables import PATTERN_FIELDS, SensitiveWordTable, WordingRuleTable
from articles.checks.text import is_myth
from articles.exports import PlainExportMixin
from articles.models import FindingWaiver, SensitiveWord, WordingRule
from articles.models.checking import Level
from articles.views.consents import KeptPolicy
from articles.views.csv_upload import CsvUploadView, UploadButtonMixin


LONGEST_TRIAL = 5_000


# --- Rules of wording ---------------------------------------------------------------------------------


class WordingRuleForm(WagtailAdminModelForm):
    """Refuses a pattern that cannot be used, or that could take very long."""

    class Media:
        js = ["articles/wording_try.js"]
        css = {"all": ["articles/findings.css"]}

    def _checked(self, name):
        text = self.cleaned_data[name].strip()
        patterns.compiled(text)
        return text

    def clean_pattern(self):
        return self._checked("pattern")

    def clean_near(self):
        return self._checked("near")

    def clean_unless(self):
        return self._checked("unless")


class WordingRuleFilters(WagtailFilterSet):
    category = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Category"),
        choices=WordingRule.Category.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    level = django_filters.MultipleChoiceFilter(
        label=pgettext_lazy("of a finding", "Level"),
        choices=Level.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = WordingRule
        fields = ["category", "level", "active"]


class WordingRuleImportView(CsvUploadView):
    table_class = WordingRuleTable
    rights = ("articles.add_wordingrule", "articles.change_wordingrule")
    page_title = gettext_lazy("Rules of wording from a file")
    index = "wording_rules:index"
    index_label = gettext_lazy("Wording rules")
    hints = (
        gettext_lazy(
            "The export of the list shows the columns. A rule whose code is there already is changed."
        ),
    )


class WordingRuleIndexView(UploadButtonMixin, PlainExportMixin, generic.IndexView):
    """The list; its export is a table that the import reads."""

    upload_view = WordingRuleImportView
    upload_url = "wording_rules:import"
    list_export = list(WordingRuleTable.columns)
    export_filename = "wording-rules"


class WordingRuleViewSet(ModelViewSet):
    model = WordingRule
    icon = "clipboard-list"
    menu_label = gettext_lazy("Wording rules")
    url_prefix = "wording-rules"
    url_namespace = "wording_rules"
    index_view_class = WordingRuleIndexView
    filterset_class = WordingRuleFilters
    search_fields = ["code", "pattern", "explanation", "suggestion"]
    search_backend_name = None
    inspect_view_enabled = True
    inspect_view_fields_exclude = ["id", "negatable", "active"]
    copy_view_enabled = False
    list_per_page = 100
    ordering = ["category", "code"]
    list_display = [
        TitleColumn(
            "explanation",
            label=pgettext_lazy("of a rule", "Why"),
            url_name="wording_rules:inspect",
            sort_key="explanation",
        ),
        Column(
            "category", label=gettext_lazy("Category"), accessor="get_category_display", sort_key="category"
        ),
        Column(
            "level",
            label=pgettext_lazy("of a finding", "Level"),
            accessor="get_level_display",
            sort_key="level",
        ),
        Column("code", label=pgettext_lazy("of a rule", "Code"), sort_key="code"),
        BooleanColumn("active", label=pgettext_lazy("of a rule", "In force"), sort_key="active"),
    ]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("code"), FieldPanel("category"), FieldPanel("level")]),
                    FieldPanel("active"),
                ],
                gettext_lazy("Rule"),
            ),
            MultiFieldPanel(
                [*map(FieldPanel, PATTERN_FIELDS), FieldPanel("negatable")], gettext_lazy("What it finds")
            ),
            HelpPanel(
                heading=gettext_lazy("Try it on a sentence"), template="articles/admin/wording_try.html"
            ),
            MultiFieldPanel(
                [FieldPanel("explanation"), FieldPanel("suggestion"), FieldPanel("source")],
                gettext_lazy("What it says"),
            ),
        ],
        base_form_class=WordingRuleForm,
    )

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("import/", WordingRuleImportView.as_view(), name="import"),
            path("try/", try_rule, name="try"),
        ]


@require_POST
def try_rule(request):
    """Answer what a rule as it stands in the form finds in a sentence: JSON of found (pieces) or error."""
    if not request.user.has_perm("articles.change_wordingrule"):
        raise PermissionDenied
    given = {name: request.POST.get(name, "") for name in PATTERN_FIELDS}
    sentence = request.POST.get("sentence", "")[:LONGEST_TRIAL]
    rule = lists.Rule("trial", "other", "warn", **given, negatable=bool(request.POST.get("negatable")))
    try:
        looks_for, near, unless = rule.expressions()
    except ValidationError as error:
        return JsonResponse({"error": " ".join(error.messages)})
    if looks_for is None:
        return JsonResponse({"error": _("Say first what the rule looks for.")})
    passage = Passage("", "", "paragraph", sentence)
    found = [passage.text.quote(*span)[0] for span in wording.matches(passage, rule, looks_for, near, unless)]
    seen = [match.group() for match in looks_for.finditer(passage.folded)][:20]
    if found:
        answer = _("Found: %s") % "、".join(found)
    elif seen:
        answer = _(
            "%s stands there, but the rule lets it pass: negated, asked, not near, or within innocent words."
        ) % "、".join(seen)
    else:
        answer = _("Nothing found.")
    return JsonResponse({"found": found, "seen": seen, "sentence": answer, "myth": is_myth(sentence)})


# --- Wrong and sensitive words ----------------------------------------------------------------------------


class SensitiveWordImportView(CsvUploadView):
    table_class = SensitiveWordTable
    rights = ("articles.add_sensitiveword", "articles.change_sensitiveword")
    page_title = gettext_lazy("Words from a file")
    index = "sensitive_words:index"
    index_label = gettext_lazy("Wrong and sensitive words")
    hints = (
        gettext_lazy(
            "A word a line is enough; further columns are the right wording, the level, a note and the list."
        ),
    )


class SensitiveWordIndexView(UploadButtonMixin, PlainExportMixin, generic.IndexView):
    upload_view = SensitiveWordImportView
    upload_url = "sensitive_words:import"
    list_export = list(SensitiveWordTable.columns.values())
    export_filename = "words"


class SensitiveWordForm(WagtailAdminModelForm):
    def clean_word(self):
        word = " ".join(self.cleaned_data["word"].split())
        if len(word) < 2:
            raise ValidationError(_("One character alone would be found everywhere; give at least two."))
        return word


class SensitiveWordViewSet(ModelViewSet):
    model = SensitiveWord
    icon = "warning"
    menu_label = gettext_lazy("Wrong and sensitive words")
    url_prefix = "sensitive-words"
    url_namespace = "sensitive_words"
    index_view_class = SensitiveWordIndexView
    search_fields = ["word", "instead", "note", "list_name"]
    search_backend_name = None
    list_filter = ["level", "list_name"]
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields_exclude = ["id"]
    list_per_page = 100
    ordering = ["word"]
    list_display = [
        TitleColumn("word", label=gettext_lazy("Word"), url_name="sensitive_words:inspect", sort_key="word"),
        Column("instead", label=gettext_lazy("Right wording")),
        Column(
            "level",
            label=pgettext_lazy("of a finding", "Level"),
            accessor="get_level_display",
            sort_key="level",
        ),
        Column("list_name", label=pgettext_lazy("of words", "List"), sort_key="list_name"),
    ]
    edit_handler = ObjectList(
        [
            FieldPanel("word"),
            FieldPanel("instead"),
            FieldPanel("level"),
            FieldPanel("note"),
            FieldPanel("list_name"),
        ],
        base_form_class=SensitiveWordForm,
    )

    def get_urlpatterns(self):
        return [*super().get_urlpatterns(), path("import/", SensitiveWordImportView.as_view(), name="import")]


# --- What was let pass ----------------------------------------------------------------------------------------


class WaiverPolicy(KeptPolicy):
    """Waivers come from the editor; here they are only read."""

    def user_has_permission(self, user, action):
        return action == "view" and super().user_has_permission(user, action)


class WaiverIndexView(generic.IndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().select_related("article", "by")


class FindingWaiverViewSet(ModelViewSet):
    model = FindingWaiver
    icon = "check"
    menu_label = gettext_lazy("What was let pass")
    url_prefix = "finding-waivers"
    url_namespace = "finding_waivers"
    index_view_class = WaiverIndexView
    search_fields = ["passage", "reason", "code"]
    search_backend_name = None
    list_filter = ["by"]
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields_exclude = ["id"]
    ordering = ["-at"]
    list_display = [
        TitleColumn(
            "passage",
            label=gettext_lazy("Passage"),
            url_name="finding_waivers:inspect",
            accessor=lambda one: one.passage[:60],
        ),
        Column("article", label=gettext_lazy("Article"), accessor=lambda one: one.article.title),
        Column("reason", label=gettext_lazy("Reason")),
        Column("by", label=gettext_lazy("By")),
        DateColumn("at", label=gettext_lazy("At"), sort_key="at"),
        BooleanColumn(
            "in_force",
            label=pgettext_lazy("of a rule", "In force"),
            accessor=lambda one: one.ended_at is None,
        ),
    ]
    form_fields = ["reason"]


class ChecksGroup(ViewSetGroup):
    menu_label = gettext_lazy("Editorial checks")
    menu_icon = "clipboard-list"
    menu_order = 340
    add_to_settings_menu = False
    items = (
        WordingRuleViewSet("wording_rules"),
        SensitiveWordViewSet("sensitive_words"),
        FindingWaiverViewSet("finding_waivers"),
    )
