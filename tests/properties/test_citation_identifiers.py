"""Identifiers of publications, for any digits and any text around them."""

from hypothesis import given
from hypothesis import strategies as st

from articles.citing import identifiers


DIGITS = st.text("0123456789", min_size=9, max_size=9)
AROUND = st.text("，。；（）《》 abc高血压\n", max_size=12)
DOIS = st.from_regex(r"10\.[1-9][0-9]{3,8}/[A-Za-z0-9][A-Za-z0-9._/-]{0,30}[A-Za-z0-9]", fullmatch=True)


def isbn10(body):
    check = -sum(int(digit) * (10 - place) for place, digit in enumerate(body)) % 11
    return body + ("X" if check == 10 else str(check))


@given(DIGITS)
def test_both_forms_of_an_isbn_are_one_book(body):
    short = isbn10(body)
    long = identifiers.isbn13(short)
    assert identifiers.is_isbn(short) and identifiers.is_isbn(long)
    assert identifiers.isbn13(long) == long
    assert identifiers.is_isbn("-".join((short[0], short[1:4], short[4:9], short[9])))


@given(DIGITS, st.integers(0, 9), st.integers(1, 9), st.booleans())
def test_one_changed_digit_is_refused(body, place, step, long):
    isbn = isbn10(body)
    if long:
        isbn = identifiers.isbn13(isbn)
    if isbn[place] == "X":
        place = 0
    wrong = isbn[:place] + str((int(isbn[place]) + step) % 10) + isbn[place + 1 :]
    assert not identifiers.is_isbn(wrong)


@given(DOIS, AROUND, AROUND, st.sampled_from(["", "doi:", "DOI：", "https://doi.org/", "http://dx.doi.org/"]))
def test_a_doi_is_found_in_any_text(doi, before, after, prefix):
    found, _doubtful = identifiers.found_in(f"{before} {prefix}{doi} {after}")
    assert found["doi"] == doi
    assert identifiers.bare_doi(f"{prefix}{doi}") == doi
    assert identifiers.usual_doi(doi)


@given(st.integers(1, 99_999_999), AROUND, AROUND)
def test_pmid_and_pmcid_are_found_in_any_text(number, before, after):
    found, doubtful = identifiers.found_in(f"{before} PMID: {number}；PMC{number} {after}")
    assert (found["pmid"], found["pmcid"], doubtful) == (str(number), f"PMC{number}", {})
    assert identifiers.single(f"PMID:{number}") == {"pmid": str(number)}


@given(st.text(max_size=200))
def test_no_text_breaks_the_search(text):
    found, doubtful = identifiers.found_in(text)
    assert set(found) | set(doubtful) <= {"doi", "pmid", "pmcid", "isbn", "url"}
    identifiers.single(text)
