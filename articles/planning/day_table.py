"""Health days from an uploaded table."""

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
