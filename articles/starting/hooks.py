"""Registers this part with Wagtail's admin."""
