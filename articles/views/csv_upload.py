"""A page that takes over an uploaded table in two steps: it is read and shown, then taken over."""

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.generic import TemplateView

from wagtail.admin import messages
from wagtail.admin.widgets.button import HeaderButton

from articles.csv_upload import UnreadableTableError
from articles.errors import Refusal
from articles.views.page import AdminPageMixin


# The page shows this many lines; all are taken over.
SHOWN = 200


class UploadButtonMixin:
    """For the list whose rows such a page takes over: a button that leads there, for those who may use it."""

    upload_view = None  # the CsvUploadView
    upload_url = ""  # the name of its address

    @cached_property
    def header_buttons(self):
        buttons = list(super().header_buttons)
        if self.request.user.has_perms(self.upload_view.rights):
            label = gettext_lazy("Take over from a file")
            buttons.append(HeaderButton(label, reverse(self.upload_url), icon_name="upload"))
        return buttons


class CsvUploadView(AdminPageMixin, TemplateView):
    """Two steps for a ``table_class`` (an `articles.csv_upload.CsvTable`); nothing is stored before the second.

    Set ``rights`` (all are needed), ``page_title``, ``index`` (name of the address of the list) and ``index_label``;
    ``intro`` says in a sentence which table is meant, ``hints`` how its cells are written.
    """

    table_class = None
    rights = ()
    index = ""
    index_label = ""
    intro = ""
    hints = ()
    accept = ".csv,.txt,text/csv"
    template_name = "articles/admin/csv_upload.html"
    header_icon = "upload"

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perms(self.rights):
            raise PermissionDenied
        self.table = self.table_class()
        return super().dispatch(request, *args, **kwargs)

    def way_here(self):
        return [(reverse(self.index), self.index_label)]

    def post(self, request, *args, **kwargs):
        try:
            if "text" in request.POST:
                count = self.table.store(self.table.read(request.POST["text"]))
                messages.success(request, self.taken_over(count))
                return redirect(self.index)
            if "file" not in request.FILES:
                raise UnreadableTableError(gettext("Choose a file first."))
            text = self.table.decode(request.FILES["file"].read(self.table.max_bytes + 1))
            sheet = self.table.read(text)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
            return redirect(request.path)
        return self.render_to_response(self.get_context_data(sheet=sheet, text=text))

    def taken_over(self, count):
        """Return the sentence after ``count`` lines were taken over."""
        return ngettext("%(count)d line taken over.", "%(count)d lines taken over.", count) % {"count": count}

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["columns"] = [(name, self.table.field(name).verbose_name) for name in self.table.columns]
        if sheet := context.get("sheet"):
            read = [
                name for name in self.table.columns.values() if any(name in row.values for row in sheet.good)
            ]
            context |= {
                "rows": sheet.rows,
                "bad": sheet.bad,
                "good": len(sheet.good),
                "known": sum(row.known for row in sheet.good),
                "takes": bool(sheet.good) and (self.table.partly or not sheet.bad),
                "labels": [self.table.model._meta.get_field(name).verbose_name for name in read],
                "bad_shown": sheet.bad[:SHOWN],
                "shown": [
                    (row, [self.shown(name, row.values.get(name)) for name in read])
                    for row in sheet.good[:SHOWN]
                ],
                "most": SHOWN,
            }
        return context

    def shown(self, name, value):
        """Return how the ``value`` of the field ``name`` is shown."""
        choices = dict(self.table.model._meta.get_field(name).flatchoices)
        if value is None or value == "":
            return ""
        if isinstance(value, bool):
            return gettext("yes") if value else gettext("no")
        if isinstance(value, list | tuple):
            return "、".join(map(str, value))
        return str(value) if isinstance(value, Model) else str(choices.get(value, value))
