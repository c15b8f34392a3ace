"""Older WeChat articles from a file: a CSV of what was published before this system."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from articles.csv_upload import CsvTable
from articles.models import Department
from review.models import OlderArticle


class OlderArticleTable(CsvTable):
    """Articles by their address; good lines come in though others are bad, for such tables are long and old."""

    model = OlderArticle
    columns = {name: name for name in ("title", "url", "published_on", "department", "note")}
    key = ("url",)
    required = ("title", "url")
    partly = True

    def read(self, text):
        """As in CsvTable, with the departments of the moment."""
        self.departments = {department.name: department for department in Department.objects.all()}
        return super().read(text)

    def convert(self, column, text):
        """Return a cell: a department by its name, an address of the web."""
        if column == "department" and text and text not in self.departments:
            raise ValidationError(
                _("There is no department “%(text)s” here. Leave it empty or add it first.")
                % {"text": text[:20]}
            )
        if column == "department":
            return self.departments.get(text)
        if column == "url" and text and not text.lower().startswith(("http://", "https://")):
            raise ValidationError(_("The address begins with https://."))
        return super().convert(column, text)
