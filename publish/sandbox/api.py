"""All modules that register API calls; importing this one fills `calls.CALLS`."""

from . import comments, datacube, drafts, followers, masses, materials, publishing, quotas, tokens


__all__ = [
    "comments",
    "datacube",
    "drafts",
    "followers",
    "masses",
    "materials",
    "publishing",
    "quotas",
    "tokens",
]
