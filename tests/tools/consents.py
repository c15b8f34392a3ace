"""Consents and permissions to reprint for tests: sound ones, unless a test says otherwise."""

import itertools
from datetime import date

from articles.models import ConsentRecord, ReprintPermission


_numbers = itertools.count(1)


def make_consent(**fields):
    """Record a consent that carries a case story and photographs on both channels."""
    values = {
        "patient_code": f"C-2026-{next(_numbers):03}",
        "shows_text": True,
        "shows_photo": True,
        "separate": True,
        "scan": "consent/example.pdf",
        "given_on": date(2026, 1, 5),
        "explained_by": "林晓示",
        "assessment": "2026-01",
    }
    return ConsentRecord.objects.create(**(values | fields))


def make_reprint(**fields):
    """Record a permission that covers both channels."""
    values = {"title": "原文题目", "granted_by": "示例杂志社", "granted_on": date(2026, 1, 5)}
    return ReprintPermission.objects.create(**(values | fields))
