"""What is pasted into the box, read into entries; and files of reference managers, out and in again. No database."""

from urllib.parse import unquote

from django.utils import translation

import pytest

from articles.citation import printed
from articles.citing import files, reading


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def fields(text):
    return [entry.fields for entry in reading.read(text)]


@pytest.mark.parametrize(
    ("pasted", "found"),
    [
        ("34459569", {"kind": "journal", "pmid": "34459569"}),
        ("PMID：34459569", {"kind": "journal", "pmid": "34459569"}),
        ("https://pubmed.ncbi.nlm.nih.gov/34459569/", {"kind": "journal", "pmid": "34459569"}),
        ("doi: 10.5555/abc-1.", {"kind": "journal", "doi": "10.5555/abc-1"}),
        ("https://doi.org/10.5555/A%2FB", {"kind": "journal", "doi": "10.5555/A/B"}),
        ("pmc1234567", {"kind": "journal", "pmcid": "PMC1234567"}),
        ("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC1234567/", {"kind": "journal", "pmcid": "PMC1234567"}),
        ("ISBN 978-0-306-40615-7", {"kind": "book", "isbn": "978-0-306-40615-7"}),
        ("0306406152", {"kind": "book", "isbn": "0306406152"}),
        ("https://www.who.int/zh/x", {"kind": "web", "url": "https://www.who.int/zh/x"}),
    ],
)
def test_single_identifiers(pasted, found):
    assert fields(pasted) == [found]


def test_a_mixed_paste_keeps_its_order_and_names_what_is_wrong():
    entries = reading.read("1. 34459569, 10.5555/x；PMC1234567\n2021\n978-0-306-40615-8\nPMID 123456789")
    assert [
        entry.fields.get("pmid") or entry.fields.get("doi") or entry.fields.get("pmcid")
        for entry in entries[:3]
    ] == [
        "34459569",
        "10.5555/x",
        "PMC1234567",
    ]
    assert entries[3].fields == {"kind": "manual", "manual": "2021"}  # a year is no PMID
    assert "check digit" in entries[4].doubts[0] and "isbn" not in entries[4].fields
    assert "eight digits" in entries[5].doubts[0] and "pmid" not in entries[5].fields


def test_an_odd_doi_is_doubted_and_kept():
    sici = "10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-2"
    (entry,) = reading.read(sici)
    assert entry.fields["doi"] == sici and len(entry.doubts) == 1


LINES = [
    # GB/T 7714-2025, 2015, 2005
    ("[1] 示例甲，示例乙，示例丙，等. 示例题名[J]. 示例杂志，2024，32（7）：603-700.",
     {"kind": "journal", "authors": "示例甲\n示例乙\n示例丙\n等", "title": "示例题名", "container": "示例杂志", "year": "2024", "volume": "32",
      "issue": "7", "pages": "603-700"}),
    ("[2] SAMPLE A, DES MARAIS D J, et al. Made-up title[J/OL]. J Example, 2021, 385(12): 1067-1077[2024-05-01]. https://example.org/p. DOI:10.5555/e.1.",
     {"kind": "journal", "authors": "Sample A\nDes Marais D J\net al", "title": "Made-up title", "container": "J Example", "year": "2021",
      "volume": "385", "issue": "12", "pages": "1067-1077", "url": "https://example.org/p", "doi": "10.5555/e.1", "accessed": "2024-05-01"}),
    ("3．示例甲，示例乙主编．示例内科学[M]．9版．北京：示例出版社，2018：35-40．",
     {"kind": "book", "authors": "示例甲\n示例乙", "title": "示例内科学", "edition": "9版", "place": "北京", "publisher": "示例出版社", "year": "2018",
      "pages": "35-40"}),
    ("示例甲. 示例章[M]//示例乙，示例丙. 示例全书. 3版. 上海：示例出版社，2020：12-20.",
     {"kind": "chapter", "authors": "示例甲", "title": "示例章", "editors": "示例乙\n示例丙", "container": "示例全书", "edition": "3版",
      "place": "上海", "publisher": "示例出版社", "year": "2020", "pages": "12-20"}),
    ("世界卫生组织. 高血压[EB/OL]. （2025-09-25）[2026-11-22]. https://www.who.int/zh/x.",
     {"kind": "web", "authors": "世界卫生组织", "title": "高血压", "published": "2025-09-25", "year": "2025", "accessed": "2026-11-22",
      "url": "https://www.who.int/zh/x"}),
    ("GB/T 37668—2019 信息技术 互联网内容无障碍可访问性技术要求与测试方法[S]. 2019.",
     {"kind": "standard", "title": "信息技术 互联网内容无障碍可访问性技术要求与测试方法", "number": "GB/T 37668—2019", "year": "2019"}),
    ("示例甲. 示例论文[D]. 北京：示例大学，2020.",
     {"kind": "thesis", "authors": "示例甲", "title": "示例论文", "place": "北京", "publisher": "示例大学", "year": "2020"}),
    ("示例甲. 示例报道[N]. 示例报，2020-11-20（15）.",
     {"kind": "newspaper", "authors": "示例甲", "title": "示例报道", "container": "示例报", "published": "2020-11-20", "year": "2020", "pages": "15"}),
    ("示例甲. 示例装置：202010000000.0[P]. 2021-02-03.",
     {"kind": "patent", "authors": "示例甲", "title": "示例装置", "number": "202010000000.0", "published": "2021-02-03", "year": "2021"}),
    # Vancouver, NLM, APA, and Chinese without a mark
    ("4. Example A, Sample BC. Made-up title: a trial. J Example Med. 2021;385(12):1067-77. doi: 10.5555/e.1. PMID: 34459569.",
     {"kind": "journal", "authors": "Example A\nSample BC", "title": "Made-up title: a trial", "container": "J Example Med", "year": "2021",
      "volume": "385", "issue": "12", "pages": "1067-77", "doi": "10.5555/e.1", "pmid": "34459569"}),
    ("Example JL, Sample AS. Made-up textbook. 20th ed. New York: Example House; 2018.",
     {"kind": "book", "authors": "Example JL\nSample AS", "title": "Made-up textbook", "edition": "20th ed", "place": "New York",
      "publisher": "Example House", "year": "2018"}),
    ("Example, B., Sample, Y., & Third, X. (2021). Made-up title. Journal of Examples, 385(12), 1067–1077. https://doi.org/10.5555/e.1",
     {"kind": "journal", "authors": "Example B\nSample Y\nThird X", "title": "Made-up title", "container": "Journal of Examples", "year": "2021",
      "volume": "385", "issue": "12", "pages": "1067-1077", "doi": "10.5555/e.1"}),
    ("示例甲，示例乙. 示例题名. 示例杂志，2020，12（3）：1-5.",
     {"kind": "journal", "authors": "示例甲\n示例乙", "title": "示例题名", "container": "示例杂志", "year": "2020", "volume": "12", "issue": "3",
      "pages": "1-5"}),
    ("张三随便写的一行 doi:10.5555/e.9",
     {"kind": "manual", "manual": "张三随便写的一行 doi:10.5555/e.9", "doi": "10.5555/e.9"}),
]  # fmt: skip


@pytest.mark.parametrize(("line", "found"), LINES, ids=range(len(LINES)))
def test_printed_lines(line, found):
    assert fields(line) == [found]


def test_lines_of_a_numbered_list_are_joined():
    text = "[1] 示例甲. 示例题名[J].\n示例杂志，2024，\n32（7）：1-2.\n[2] 34459569\n示例乙. 另一题名[M]. 北京：示例社，2020."
    assert [one.get("title") or one.get("pmid") for one in fields(text)] == [
        "示例题名",
        "34459569",
        "另一题名",
    ]
    assert fields(text)[0]["pages"] == "1-2"


def test_duplicates_and_what_is_missing():
    entries = reading.read(
        "doi:10.5555/A\nhttps://doi.org/10.5555/a\nISBN 0-306-40615-2\n978-0-306-40615-7\n示例甲. 示例题名[J]. 示例杂志，2020."
    )
    reading.mark_known(entries, [("[4]", {"title": "示例题名", "year": "2020", "kind": "journal"})])
    assert [entry.same_as for entry in entries] == ["", "doi:10.5555/A", "", "ISBN 0-306-40615-2", "[4]"]
    assert entries[0].missing() == ["authors", "title", "container", "year", "pages"]
    assert entries[4].missing() == ["pages"]


@pytest.mark.parametrize("kind", files.FORMATS)
def test_files_read_back_what_they_wrote(kind):
    entries = [reading.Entry("", dict(found)) for _line, found in LINES]
    back = reading.read(files.write([entry.reference for entry in entries], kind))
    assert len(back) == len(entries)
    for given, read in zip(entries, back, strict=True):
        if given.fields["kind"] == "manual" and kind == "bibtex":
            continue  # @misc with a note
        assert printed(read.reference) == printed(given.reference)


NASTY = [
    "a } b {", "ends with \\", r"C:\temp\new", "50% & $5 #1 _x_ ~ ^", "a---b", "line\none\u2028two\x0b",
    "x},\n}\n@book{evil, title={evil", "x\nER  - \nTY  - BOOK\nTI  - evil", "x\n{Reference Type}: Book\n{Title}: evil",
    "\"><script>alert(1)</script>", "\u202eevil\u202c", r"Na\'ive \textbf{x}",
]  # fmt: skip


@pytest.mark.parametrize("kind", files.FORMATS)
def test_no_sign_in_a_value_changes_the_file(kind):
    """Neither a lost entry nor one that nobody wrote, and the words as they were."""
    bodies = "Food and Agriculture Organization\n示例大学 and 医院"
    second = reading.as_reference({"kind": "journal", "title": "第二条", "authors": bodies})
    for nasty in NASTY:
        for name in ("title", "number", "publisher", "manual", "url"):
            value = "https://example.cn/" + nasty.replace("\n", "") if name == "url" else nasty
            own = {
                "kind": {"number": "standard", "manual": "manual"}.get(name, "web"),
                "title": "" if name == "manual" else "题名",
            }
            first = reading.as_reference(own | {name: value})
            back = files.read(files.write([first, second], kind), kind)
            assert [one["kind"] for one in back] == [first.kind, "journal"], (name, nasty)
            # In an address of BibTeX such a sign goes as an address writes it.
            assert " ".join(value.split()) in (back[0][name], unquote(back[0][name])), (name, nasty)
            assert (back[1]["title"], back[1]["authors"]) == ("第二条", bodies), (name, nasty)


def test_bibtex_of_the_wild():
    text = r"""@string{jem = {J Example Med}}
    @article{a, author = {Anna Example and {Sample Study Group} and M{\"u}ller, Jos\'{e} and others},
      title = "{Salt} \& pepper" # " at table", journal = jem, year = 2021, pages = {1--9}}
    @book{broken, title = {never ends"""
    (entry,) = reading.read(text)
    assert entry.fields == {
        "kind": "journal",
        "authors": "Example, Anna\nSample Study Group\nMüller, José\net al",
        "title": "Salt & pepper at table",
        "container": "J Example Med",
        "year": "2021",
        "pages": "1-9",
    }


@pytest.mark.parametrize(
    "data", [b"", b"   ", b"\x89PNG\r\n\x1a\n\x00\x00", b"x" * 1_000_001, b"\xff\xfe\x00"], ids=len
)
def test_what_cannot_be_read_is_refused_with_a_sentence(data):
    with pytest.raises(reading.UnreadableError) as refused:
        reading.read(reading.decoded(data))
    assert str(refused.value).endswith(".")


def test_chinese_files_of_windows_and_many_entries():
    text = "{Reference Type}: 期刊文章\n{Title}: 示例题名\n{Author}: 示例甲；示例乙\n{Journal}: 示例杂志\n{Year}: 2020\n"
    (entry,) = reading.read(reading.decoded(text.encode("gb18030")))
    assert entry.fields["authors"] == "示例甲\n示例乙" and entry.fields["container"] == "示例杂志"
    with pytest.raises(reading.UnreadableError):
        reading.read("\n".join(f"10.5555/{number}" for number in range(reading.MOST_ENTRIES + 1)))


def test_hostile_lines_take_no_time():
    for line in (
        "[J]" * 400,
        "，" * 1500,
        "a. " * 500,
        "(" * 1500,
        "王，" * 700 + "[M]",
        "@a{" * 500,
        "A, A. " * 250 + "(2020). x",
    ):
        reading.read(line)
