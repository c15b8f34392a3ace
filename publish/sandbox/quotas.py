"""Looking at quotas and setting them back, and the small calls around the account."""

import json

from . import callbacks, options
from .calls import CALLS, OK, call
from .errors import ApiError


def _clear(account):
    month = account.clock.month()
    if account.used("clear_quota", month) >= options.MONTHLY["clear_quota"]:
        raise ApiError(48006)
    account.clear_day()
    account.count("clear_quota", month)
    return OK


@call("clear_quota")
def clear_quota(request):
    if request.body.get("appid") != request.account.appid:
        raise ApiError(40013)
    return _clear(request.account)


@call("clear_quota/v2", token=False)
def clear_quota_by_secret(request):
    if request.body.get("appid") != request.account.appid:
        raise ApiError(40013)
    if request.body.get("appsecret") != request.account.secret:
        raise ApiError(40125)
    return _clear(request.account)


def _path(request):
    path = request.body.get("cgi_path")
    if path not in CALLS:
        raise ApiError(76021)
    try:
        request.account.may(CALLS[path].right, path)
    except ApiError as error:
        raise ApiError(76022) from error
    return path


@call("openapi/quota/get")
def get_quota(request):
    """Daily limit, used and remaining calls of one path. A path without a limit shows 0, 0, 0."""
    account, path = request.account, _path(request)
    limit, used = account.daily_limit(path), account.used(path, account.clock.day())
    answer = {**OK, "quota": {"daily_limit": limit or 0, "used": used, "remain": max(0, (limit or 0) - used)}}
    minute = account.minute_limit(path)
    if minute is not None:
        answer["rate_limit"] = {"call_count": minute, "refresh_second": 60}
    return answer


@call("openapi/quota/clear")
def clear_one_quota(request):
    account, path, month = request.account, _path(request), request.account.clock.month()
    if account.used("/cgi-bin/openapi/quota/clear", month) >= options.MONTHLY["/cgi-bin/openapi/quota/clear"]:
        raise ApiError(48006)
    account.clear_day(path)
    account.count("/cgi-bin/openapi/quota/clear", month)
    return OK


@call("openapi/rid/get")
def get_rid(request):
    """Details of an earlier request by its rid; kept seven days."""
    found = request.store.row(
        "select * from requests where rid = ? and at > ?",
        request.body.get("rid", ""),
        request.now - 7 * 86400,
    )
    if found is None:
        raise ApiError(76001)
    query = "&".join(f"{name}={value}" for name, value in json.loads(found["query"]).items())
    return {
        **OK,
        "request": {
            "invoke_time": found["at"],
            "cost_in_ms": 1,
            "request_url": query,
            "request_body": found["body"],
            "response_body": found["answer"],
            "client_ip": found["ip"],
        },
    }


@call("getcallbackip", body="")
def callback_ips(request):
    return {"ip_list": ["127.0.0.1"]}


@call("get_api_domain_ip", body="")
def api_ips(request):
    return {"ip_list": ["127.0.0.1"]}


@call("callback/check", before=callbacks.reach)
def callback_check(request):
    """Look up the callback's host and ask it with an echostr, as the page 网络检测 describes the answer.

    WeChat pings; the sandbox counts an address check that is answered rightly as no package lost."""
    action, operator = request.body.get("action"), request.body.get("check_operator")
    if action not in ("dns", "ping", "all"):
        raise ApiError(40202)
    if operator not in ("DEFAULT", "CHINANET", "UNICOM", "CAP"):
        raise ApiError(40203)
    if not request.account.setting("callback"):
        raise ApiError(40201)
    addresses, met, took = request.seen
    answer = {}
    if action in ("dns", "all"):
        answer["dns"] = [{"ip": address, "real_operator": operator} for address in addresses]
    if action in ("ping", "all"):
        lost, time = ("0%", f"{took:.3f}ms") if met else ("100%", "")
        answer["ping"] = [
            {"ip": address, "from_operator": operator, "package_loss": lost, "time": time}
            for address in addresses
        ]
    return answer
