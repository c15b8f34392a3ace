"""A local stand-in for the WeChat Official Account API, with a phone to look at.

It is a program of its own: own process, own store, no database and no model of the product. What it answers follows
the documented API as of late 2026; where the documentation is silent, docs/sandbox.md says what was assumed.
"""
