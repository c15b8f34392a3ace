"""Fixtures of the planning of pushes; tests that need others of the same name define their own."""

from tests.tools.planning import colleague, desk, librarian, planned_site, signed


__all__ = ["colleague", "desk", "librarian", "planned_site", "signed"]
