"""What kind of device a request comes from, in the coarse words a record keeps; nothing that singles out a person."""

import re


def kind_of(request):
    """Return "wecom", "wechat", "phone", "tablet" or "computer"; "" without a user agent."""
    agent = request.headers.get("user-agent", "")
    if not agent:
        return ""
    if "wxwork" in agent:
        return "wecom"
    if "MicroMessenger" in agent:
        return "wechat"
    if re.search(r"iPad|Tablet|Android(?!.*Mobile)", agent):
        return "tablet"
    return "phone" if re.search(r"Mobile|iPhone|Android|HarmonyOS", agent) else "computer"
