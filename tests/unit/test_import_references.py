"""References keep their words; identifiers are read out of them, never made up."""

import pytest

from articles.importing.references import reference, starts_numbered


def ids(line, href=""):
    found = reference(line, href)
    return {key: found[key] for key in ("doi", "pmid", "pmcid", "isbn", "url") if key in found}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "王某. 题目[J]. 杂志，2024，1（2）：3. DOI：10.1056/NEJMoa2105675.",
            {"doi": "10.1056/NEJMoa2105675"},
        ),
        (
            "A. T[J]. J, 2020. doi:10.1016/S0140-6736(20)30183-5. PMID: 31986264",
            {"doi": "10.1016/S0140-6736(20)30183-5", "pmid": "31986264"},
        ),
        ("书[M]. 北京：出版社，2020. ISBN 978-7-117-27439-6", {}),
        ("Book[M]. London: X, 2010. ISBN 978-0-306-40615-7", {"isbn": "978-0-306-40615-7"}),
        ("机构. 网页[EB/OL]. https://example.org/a_(b)/c.", {"url": "https://example.org/a_(b)/c"}),
        ("机构. 网页（https://example.org/x），2024.", {"url": "https://example.org/x"}),
        (
            "A. T[J]. J, 2020. https://doi.org/10.5555/a%2Fb. PMC1234567",
            {"doi": "10.5555/a/b", "pmcid": "PMC1234567"},
        ),
        ("王某. 题目[J]. 2024. PMID: 123456789", {}),
        ("王某. 题目[J]. javascript:alert(1)", {}),
    ],
)
def test_identifiers(line, expected):
    assert ids(line) == expected


@pytest.mark.parametrize(
    "line", ["[1] 王某. 题", "1. 王某. 题", "1、王某. 题", "（1）王某. 题", "[^1]: 王某. 题", "王某. 题"]
)
def test_the_number_goes_and_the_words_stay(line):
    assert reference(line)["manual"] == "王某. 题"
    assert reference(line)["kind"] == "manual"


def test_a_year_at_the_start_is_no_number():
    assert reference("2024.5 版指南")["manual"] == "2024.5 版指南"
    assert not starts_numbered("王某. 题目")


def test_the_address_behind_a_link_is_kept_when_none_is_printed():
    assert ids("机构. 网页", "https://example.org/x") == {"url": "https://example.org/x"}
    assert ids("机构. 网页", "ftp://example.org/x") == {}
