"""Fixtures of the tests between product and sandbox."""

from tests.tools.channel import channel


__all__ = ["channel"]
