"""The six calls for article and user figures that WeChat has switched off; their successors are not imitated."""

from .calls import call
from .errors import ApiError


OFFLINE = (
    "getarticlesummary",
    "getarticletotal",
    "getuserread",
    "getuserreadhour",
    "getusershare",
    "getusersharehour",
)


def _offline(request):
    raise ApiError(47009)


for _name in OFFLINE:
    call(_name, root="datacube")(_offline)
