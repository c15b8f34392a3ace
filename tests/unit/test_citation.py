"""References in the style of GB/T 7714-2025."""

from datetime import date
from types import SimpleNamespace

from django.core.exceptions import ValidationError

import pytest

from articles import citation
from articles.models import Reference


FIELDS = (
    "authors title container year volume issue pages edition place publisher number url doi pmid isbn manual"
)


def reference(kind, **fields):
    empty = dict.fromkeys(FIELDS.split(), "") | {"published": None, "accessed": None}
    return SimpleNamespace(kind=kind, **(empty | fields))


PRINTED = [
    (
        reference(
            "journal", authors="王某\n李某\n张某\n赵某", title="高血压的家庭管理", container="示例杂志", year="2024",
            volume="32", issue="7", pages="603-700",
        ),
        "王某，李某，张某，等. 高血压的家庭管理[J]. 示例杂志，2024，32（7）：603-700.",
    ),
    (
        reference(
            "journal", authors="Neal B\nWu Yangfeng\nFeng Xiangxian\nZhang R", title="Title", container="N Engl J Med",
            year="2021", volume="385", issue="12", pages="1067-1077", doi="10.1056/NEJMoa2105675",
        ),
        "Neal B，Wu Yangfeng，Feng Xiangxian，et al. Title[J]. N Engl J Med，2021，385（12）：1067-1077. DOI：10.1056/NEJMoa2105675.",
    ),
    (
        reference("book", authors="葛均波", title="内科学", edition="9 版", place="北京", publisher="人民卫生出版社", year="2018", pages="35"),
        "葛均波. 内科学[M]. 9 版. 北京：人民卫生出版社，2018：35.",
    ),
    (
        reference(
            "web", authors="世界卫生组织", title="高血压", published=date(2025, 9, 25), accessed=date(2026, 11, 22),
            url="https://www.who.int/zh/news-room/fact-sheets/detail/hypertension",
        ),
        "世界卫生组织. 高血压[EB/OL]. （2025-09-25）[2026-11-22]. https://www.who.int/zh/news-room/fact-sheets/detail/hypertension.",
    ),
    (
        reference("report", authors="国家卫生健康委员会", title="示例报告", url="https://example.cn/r", year="2025", accessed=date(2026, 1, 2)),
        "国家卫生健康委员会. 示例报告[R/OL]. （2025）[2026-01-02]. https://example.cn/r.",
    ),
    (reference("manual", manual="  手工  录入的\n文献.  "), "手工 录入的 文献."),
    (reference("web", title="没有作者的网页", url="https://example.cn/"), "没有作者的网页[EB/OL]. https://example.cn/."),
]  # fmt: skip


@pytest.mark.parametrize(("given", "line"), PRINTED, ids=lambda value: getattr(value, "kind", None))
def test_printed(given, line):
    assert citation.printed(given) == line


def test_doi_inside_the_address_is_not_printed_twice():
    line = citation.printed(
        reference("journal", title="甲", container="乙", url="https://doi.org/10.1/ab", doi="10.1/AB")
    )
    assert line.count("10.1/") == 1


def test_access_date_stands_with_web_resources_only():
    line = citation.printed(
        reference("journal", title="甲", container="乙", year="2020", accessed=date(2026, 1, 1))
    )
    assert "2026" not in line


@pytest.mark.parametrize("given", ["https://doi.org/10.1/x", "doi:10.1/x", "DOI：10.1/x", " 10.1/x "])
def test_bare_doi(given):
    assert citation.bare_doi(given) == "10.1/x"


def _is_valid(isbn):
    try:
        citation.validate_isbn(isbn)
    except ValidationError:
        return False
    return True


def test_isbn_known_good_and_bad():
    assert _is_valid("978-0-306-40615-7") and _is_valid("0-306-40615-2") and _is_valid("080442957X")
    assert not _is_valid("978-0-306-40615-8") and not _is_valid("0-306-40615-3") and not _is_valid("123")


@pytest.mark.parametrize("bad", ["0", "012", "123456789", "12a", ""])
def test_pmid(bad):
    with pytest.raises(ValidationError):
        citation.validate_pmid(bad)
    citation.validate_pmid("12345678")


def test_signs_that_nobody_sees_do_not_stay_in_a_reference():
    """Pasted from a PDF; one of them would turn the printed line round."""
    pasted = Reference(
        kind="web", title="\u202e高血压\u202c\u200b 指南\x07", authors="\ufeff甲\n乙\u200e", manual="一\t二"
    )
    pasted.clean()
    assert (pasted.title, pasted.authors, pasted.manual) == ("高血压 指南", "甲\n乙", "一\t二")
    blank = Reference(kind="web", title="\u200b\u202e")
    with pytest.raises(ValidationError):
        blank.clean()
