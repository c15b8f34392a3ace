"""Senders of notices. Each is a module with ``NAME``, ``LABEL``, ``SWITCH`` (a field of ReviewSettings) and the functions

- ``missing() -> str``: a sentence saying what is not set up, or "";
- ``address(user) -> str``: where the person is reached, or "";
- ``send(address, subject, text)``: sends; raises SendError.

Called by the worker only, outside transactions, each call with a time limit. Secrets come from the environment.
"""

from review.senders import mail, sms, wecom_app, wecom_robot
from review.senders.errors import SendError


ALL = {sender.NAME: sender for sender in (mail, wecom_app, wecom_robot, sms)}


def by_name(name):
    """Return the sender called ``name``, or None."""
    return ALL.get(name)


def switched_on(chosen):
    """Return the names of the senders that ``chosen`` (a ReviewSettings) has switched on."""
    return [name for name, sender in ALL.items() if getattr(chosen, sender.SWITCH)]


__all__ = ["ALL", "SendError", "by_name", "switched_on"]
