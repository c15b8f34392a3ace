"""Screens of the editors' side that belong to the whole site."""
