"""Health days from an uploaded table."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from articles.csv_upload import CsvTable
from articles.models import HealthDay


class HealthDayTable(CsvTable):
    model = HealthDay
    columns = {name: name for name in ("name", "month", "day", "weekday", "which", "days", "note", "source")}
    key = ("name",)
    required = ("name", "month")
    headings = {
        "名称": "name", "月": "month", "日": "day", "星期": "weekday", "第几个": "which", "天数": "days",
        "备注": "note", "来源": "source",
    }  # fmt: skip
    numbers = frozenset({"month", "day", "weekday", "which", "days"})

    def convert(self, column, text):
        if column not in self.numbers:
            return super().convert(column, text)
        if not text:
            return 1 if column == "days" else None
        try:
            return int(text)
        except ValueError as error:
            raise ValidationError(_("“%(text)s” is not a whole number.") % {"text": text[:20]}) from error
