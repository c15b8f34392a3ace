"""A fault of the record: English for logs and scripts, the reader's language on a page."""

import string

from django.utils.translation import override

from review.faults import Fault


def test_a_fault_is_a_sentence_in_two_languages():
    fault = Fault("Approval %(number)s: altered after signing.", number=7)
    assert fault == "Approval 7: altered after signing." and "altered" in fault
    with override("zh-hans"):
        assert "7" in fault.words and not set(string.ascii_letters) & set(fault.words)
