"""Every code of facts/wechat.md has a class and a sentence with the next step (P5)."""

from datetime import datetime, timedelta

from django.utils import translation

import pytest

from publish.wechat import errors, reasons
from publish.wechat.errors import SHANGHAI, CallError, Kind


# facts §1.5, reaction by reaction.
TABLE = {
    Kind.RETRY: [-1, 40001, 40014, 42001],
    Kind.WAIT: [89503, 89506, 89507, 45009, 45011, 48006, 45065, 45066],
    Kind.FIX_CONTENT: [
        40004, 40005, 40006, 40009, 40137, 45001, 45002, 45003, 45004, 45008, 45110, 45166, 53402, 53404, 53405, 53406,
    ],
    Kind.FIX_SETUP: [41002, 41004, 40013, 40125, 40164, 61004, 40243, 47009, 41039],
    Kind.ASK_PERSON: [
        41001, 43002, 43003, 44002, 47001, 48001, 48004, 50002, 50007, 40007, 40114, 88000, 53503, 53504, 53505,
        53600, 45028, 45067,
    ],
}  # fmt: skip
# facts §1.1, §1.4, §3 to §9.
OTHERS = [
    40002, 50004, 76021, 76022, 40066, 40059, 40060, 40065, 40204, 45083, 45084, 40152, 42010, 45062, 45113, 48021,
    48022, 89504, 89505, 88001, 88002, 88003, 88004, 88005, 88007, 88008, 88010, 40032, 45056, 45057, 45058, 45059,
    45157, 45158, 45015, 45047, 61500, 61501, 61503, 45007,
]  # fmt: skip
CODES = [(code, kind) for kind, codes in TABLE.items() for code in codes]
MORNING = datetime(2026, 11, 16, 9, 30, 20, tzinfo=SHANGHAI)


@pytest.mark.parametrize(("code", "kind"), CODES)
def test_class_of_each_code(code, kind):
    assert errors.advice(code).kind == kind


@pytest.mark.parametrize("code", [code for code, _kind in CODES] + OTHERS)
def test_sentence_of_each_code(code):
    """In the code's language and in Chinese: not empty, whole, and without the bare number."""
    for language in ("en", "zh-hans"):
        with translation.override(language):
            text = errors.sentence(code, "invalid ip 203.0.113.7, not in whitelist rid: 6123-1")
            assert len(text) > 15 and text.rstrip()[-1] in ".。"
            assert "%(" not in text and str(code) not in text
            assert len(text) > 30 or language != "en"


def test_the_refused_address_is_named():
    for code, address in ((40164, "203.0.113.7"), (61004, "2001:db8::7")):
        assert address in errors.sentence(
            code, f"invalid ip {address} ipv6 ::, not in whitelist rid: 6123-1-2"
        )


def test_an_unknown_code_asks_a_person_and_names_itself():
    assert errors.advice(12345).kind == Kind.ASK_PERSON
    assert "12345" in errors.sentence(12345)


@pytest.mark.parametrize("code", [code for code, kind in CODES if kind == Kind.WAIT])
def test_waiting_has_an_end(code):
    delay = errors.advice(code).delay(MORNING)
    assert timedelta(0) <= delay <= timedelta(days=1)


@pytest.mark.parametrize(
    ("code", "until"),
    [
        (45009, datetime(2026, 11, 17, 0, 5, tzinfo=SHANGHAI)),
        (45011, datetime(2026, 11, 16, 9, 31, 5, tzinfo=SHANGHAI)),
        (89507, MORNING + timedelta(hours=1)),
        (89506, MORNING + timedelta(hours=24)),
    ],
)
def test_how_long_to_wait(code, until):
    assert MORNING + errors.advice(code).delay(MORNING) == until
    assert MORNING.astimezone() + errors.advice(code).delay(MORNING.astimezone()) == until


@pytest.mark.parametrize(
    ("reached", "errcode", "unsure"),
    [("no", None, False), ("maybe", None, True), ("answered", 45009, False), ("answered", -1, True)],
)
def test_what_is_known_about_the_effect(reached, errcode, unsure):
    assert CallError("draft/add", reached=reached, errcode=errcode).unsure is unsure


@pytest.mark.parametrize("name", sorted(reasons.SENTENCES))
def test_every_reason_says_something(name):
    text = str(reasons.SENTENCES[name])
    assert text == "%(detail)s" or len(text) > 5


@pytest.mark.parametrize(
    ("status", "reason"),
    [("send success", ""), ("SEND_SUCCESS", ""), ("send fail", "mass_failed"), ("SEND_FAIL", "mass_failed"),
     ("err(10001)", "mass_refused"), ("err(20013)", "mass_refused"), ("err(40001)", "mass_unconfirmed"),
     ("err(40002)", "mass_unconfirmed"), ("DELETE", "deleted_there")],
)  # fmt: skip
def test_mass_status(status, reason):
    assert reasons.of_mass_status(status) == reason
    assert not reason or reason in reasons.SENTENCES
