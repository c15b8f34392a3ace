"""Identifiers of publications: what they look like, whether their check digits fit, where they stand in a text.

Patterns: PMID and PMCID as NCBI numbers them; DOI after Crossref's "DOIs and matching regular expressions", which matches
99.3 % of those in use, so that a DOI it does not match is doubted, never refused. Addresses of resolvers count as the
identifier they lead to.
"""

import re
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


_DOI_USUAL = re.compile(r"10\.\d{4,9}/[-._;()/:A-Z0-9]+", re.IGNORECASE)
_DOI_PREFIX = re.compile(
    r"^(?:(?:https?://)?(?:dx\.|www\.)?doi\.org/|(?:doi\s*[:：]?\s*)+(?=10\.))", re.IGNORECASE
)
# What Chinese and Latin sentences put behind an identifier, and never within one.
_STOP = r"\s\"<>，。；、“”‘’（）《》【】\u3400-\u9fff"
# Old DOIs of Wiley (SICI) hold one part in angle brackets.
_DOI = re.compile(rf"(?<![\w.])10\.\d{{4,9}}/[^{_STOP}]+(?:<[\w.:;()-]{{1,60}}>[^{_STOP}]+)?", re.IGNORECASE)
_URL = re.compile(rf"https?://[^{_STOP}]+", re.IGNORECASE)
_PMID = re.compile(
    r"(?:PMID\s*[:：]?\s*|pubmed\.ncbi\.nlm\.nih\.gov/|ncbi\.nlm\.nih\.gov/pubmed/)(\d{1,12})(?!\d)",
    re.IGNORECASE,
)
_PMCID = re.compile(r"(?<![A-Za-z0-9])PMC\s?(\d{1,12})(?!\d)", re.IGNORECASE)
_ISBN = re.compile(
    r"ISBN(?:-1[03])?\s*[:：]?\s*([0-9][0-9Xx \u2010-\u2015-]{8,20}[0-9Xx])(?![0-9Xx])", re.IGNORECASE
)
_DASHES = re.compile(r"[\s\u2010-\u2015-]")


def bare_doi(text):
    """Return ``text`` without the resolver's address or the word doi."""
    return _DOI_PREFIX.sub("", text.strip())


def usual_doi(doi):
    """True when ``doi`` has the form that nearly all DOIs have; others may still be right (old ones of Wiley)."""
    return bool(_DOI_USUAL.fullmatch(doi))


def pmcid(text):
    """Return ``text`` as PMC and a number of at most nine digits, or "" when it is none."""
    found = re.fullmatch(r"(?:PMC)?\s?([1-9]\d{0,8})", text.strip(), re.IGNORECASE)
    return f"PMC{found[1]}" if found else ""


def validate_pmid(value):
    """Refuse what cannot be a PubMed number."""
    if not re.fullmatch(r"[1-9][0-9]{0,7}", value):
        raise ValidationError(_("A PMID is a number of up to eight digits."))


def validate_isbn(value):
    """Refuse an ISBN whose check digit is wrong (ISBN-13 weights 1 and 3 mod 10; ISBN-10 weights 10 to 1 mod 11)."""
    if not is_isbn(value):
        raise ValidationError(_("This ISBN cannot be right: its check digit does not fit."))


def is_isbn(value):
    """True when ``value``, with or without dashes, is an ISBN whose check digit fits."""
    digits = isbn_digits(value)
    if re.fullmatch(r"[0-9]{13}", digits):
        return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10 == 0
    if re.fullmatch(r"[0-9]{9}[0-9X]", digits):
        numbers = [10 if digit == "X" else int(digit) for digit in digits]
        return sum(number * (10 - place) for place, number in enumerate(numbers)) % 11 == 0
    return False


def isbn_digits(value):
    """Return ``value`` without blanks and dashes of any kind."""
    return _DASHES.sub("", value).upper()


def isbn13(value):
    """Return the thirteen digits of a valid ISBN of either length, by which two are compared."""
    digits = isbn_digits(value)
    if len(digits) == 13:
        return digits
    body = f"978{digits[:9]}"
    check = -sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body)) % 10
    return f"{body}{check}"


def same_url(url):
    """Return ``url`` as it is compared: without scheme, www. and a slash at its end."""
    return re.sub(r"^https?://(?:www\.)?", "", url.strip(), flags=re.IGNORECASE).rstrip("/").lower()


def without_end(text):
    """Return ``text`` without marks of the sentence around it; a bracket that opened inside may close there."""
    while True:
        cut = text.rstrip(".,;:'\"!?*")
        if (cut.endswith(")") and cut.count("(") < cut.count(")")) or (
            cut.endswith("]") and cut.count("[") < cut.count("]")
        ):
            cut = cut[:-1]
        if cut == text:
            return cut
        text = cut


def found_in(text):
    """Return the identifiers in ``text`` as {field: value}, and problems as {field: text that was no identifier}.

    Fields: doi, pmid, pmcid, isbn, url. The address of a resolver (doi.org, PubMed, PMC) is no ``url`` of its own.
    """
    fields, doubtful = {}, {}
    if match := _DOI.search(unquote_doi(text)):
        fields["doi"] = without_end(match[0])[:200]
    if match := _PMID.search(text):
        _sort("pmid", match[1], re.fullmatch(r"[1-9]\d{0,7}", match[1]), fields, doubtful)
    if match := _PMCID.search(text):
        _sort("pmcid", f"PMC{match[1]}", pmcid(match[1]), fields, doubtful)
    if match := _ISBN.search(text):
        _sort("isbn", " ".join(match[1].split()), is_isbn(match[1]), fields, doubtful)
    for match in _URL.finditer(text):
        url = without_end(match[0])
        if not _resolves(url) and len(url) <= 500:
            fields["url"] = url
            break
    return fields, doubtful


def unquote_doi(text):
    """Return ``text`` with escaped slashes and brackets in addresses of doi.org written out."""
    return re.sub(r"doi\.org/\S+", lambda match: unquote(match[0]), text, flags=re.IGNORECASE)


def single(token):
    """Return {field: value} when ``token`` is one identifier and nothing else, else {}.

    Bare digits count as a PMID from five digits on, so that years and page numbers do not; ten or thirteen digits are an
    ISBN, also with a wrong check digit, which the reader then names.
    """
    token = without_end(token.strip().strip("，。；、（）()[]【】<>"))
    if re.fullmatch(r"[1-9]\d{4,7}", token):
        return {"pmid": token}
    digits = isbn_digits(token)
    if re.fullmatch(r"97[89]\d{10}|\d{9}[\dX]", digits):
        return {"isbn": token}
    found, doubtful = found_in(token)
    for name, value in (*found.items(), *doubtful.items()):
        rest = _bare(name, token)
        if rest.casefold() in (value.casefold(), value.casefold().removeprefix("pmc")):
            return {name: value}
    return {}


def _bare(name, token):
    if name == "doi":
        return without_end(bare_doi(unquote_doi(token)))
    if name == "url":
        return token
    token = re.sub(r"^https?://\S*?/(?=(?:PMC)?\d+/?$)", "", token, flags=re.IGNORECASE).rstrip("/")
    return re.sub(r"^(?:PMID|PMCID|ISBN(?:-1[03])?)\s*[:：]?\s*", "", token, flags=re.IGNORECASE)


def _sort(name, value, good, fields, doubtful):
    (fields if good else doubtful)[name] = value


def _resolves(url):
    try:
        parts = urlsplit(url)
    except ValueError:
        return True
    host = (parts.hostname or "").removeprefix("www.").removeprefix("dx.")
    return (
        not host
        or host == "doi.org"
        or host == "pubmed.ncbi.nlm.nih.gov"
        or (host == "pmc.ncbi.nlm.nih.gov")
        or (host.endswith("ncbi.nlm.nih.gov") and parts.path.startswith(("/pubmed/", "/pmc/articles/")))
    )
