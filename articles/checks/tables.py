"""Rules of wording and the list of wrong and sensitive words as tables: what a CSV brings in."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from articles.checks import patterns
from articles.csv_upload import CsvTable
from articles.models import SensitiveWord, WordingRule


PATTERN_FIELDS = ("pattern", "near", "unless")


class WordingRuleTable(CsvTable):
    """Rules from a file, by their code."""

    model = WordingRule
    columns = {
        name: name
        for name in (
            "code",
            "category",
            "level",
            "pattern",
            "near",
            "unless",
            "negatable",
            "explanation",
            "suggestion",
            "source",
            "active",
        )
    }
    key = ("code",)
    required = ("code", "category", "pattern", "explanation")
    headings = {
        "代码": "code",
        "类别": "category",
        "级别": "level",
        "查找": "pattern",
        "仅在附近": "near",
        "除非": "unless",
        "可否定": "negatable",
        "原因": "explanation",
        "建议": "suggestion",
        "依据": "source",
        "启用": "active",
    }

    def convert(self, column, text):
        if column in PATTERN_FIELDS:
            patterns.compiled(text)
        return super().convert(column, text)


class SensitiveWordTable(CsvTable):
    """Words from a file: a CSV, or a word a line."""

    model = SensitiveWord
    columns = {"word": "word", "instead": "instead", "level": "level", "note": "note", "list": "list_name"}
    key = ("word",)
    headings = {
        "词": "word",
        "词语": "word",
        "错敏词": "word",
        "敏感词": "word",
        "正确写法": "instead",
        "级别": "level",
        "备注": "note",
        "词库": "list",
    }
    max_lines = 20_000

    def convert(self, column, text):
        if column == "word" and len(" ".join(text.split())) < 2:
            raise ValidationError(_("One character alone would be found everywhere; give at least two."))
        return super().convert(column, text)
