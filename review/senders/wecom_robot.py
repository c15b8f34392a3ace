"""Notices by a WeCom group robot (企业微信群机器人): into the group, mentioning the person."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from review.senders import wecom


NAME, SWITCH = "wecom_robot", "by_wecom_robot"
LABEL = gettext_lazy("WeCom robot")


def missing():
    return "" if settings.WECOM_ROBOT_URL else _("WECOM_ROBOT_URL is not set.")


def address(user):
    """The WeCom account or mobile number that is mentioned; a group is no place to notify somebody unnamed."""
    entry = getattr(user, "physician", None)
    return (entry.wecom_account or entry.mobile) if entry else ""


def send(address, subject, text):
    mention = "mentioned_mobile_list" if _is_mobile(address) else "mentioned_list"
    wecom.ask(
        "POST",
        settings.WECOM_ROBOT_URL,
        json={"msgtype": "text", "text": {"content": wecom.fitting(text), mention: [address]}},
    )


def _is_mobile(address):
    return address.isdigit() and len(address) == 11
