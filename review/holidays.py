"""Public holidays from a file: a CSV of day, name, works."""

from articles.csv_upload import CsvTable, yes_no
from review.models import Holiday


class HolidayTable(CsvTable):
    """A year's public holidays and the weekend days worked instead (调休)."""

    model = Holiday
    columns = {"day": "day", "name": "name", "works": "works"}
    key = ("day",)
    required = ("day", "name")
    headings = {"日期": "day", "名称": "name", "是否上班": "works", "上班": "works"}
    max_bytes = 200_000
    max_lines = 1000

    def convert(self, column, text):
        """Return a cell; a weekend day worked is often written 调休 or 班, a day off 休."""
        if column == "works":
            return yes_no(text, yes={"上班", "调休", "班"}, no={"放假", "休"})
        return super().convert(column, text)
