"""The errors the API answers with, and how they are carried from a call to its reply."""

MESSAGES = {
    -1: "system error, please try again later",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40004: "invalid media type",
    40005: "invalid file type",
    40006: "invalid meida size",
    40007: "invalid media_id",
    40008: "invalid message type",
    40009: "invalid image size",
    40013: "invalid appid",
    40014: "invalid access_token",
    40059: "invalid msg id",
    40060: "invalid article idx",
    40065: "invalid url",
    40066: "invalid url",
    40097: "invalid args",
    40114: "invalid index value",
    40125: "invalid appsecret",
    40132: "invalid username",
    40137: "invalid image format",
    40152: "invalid group_id or tag_id",
    40164: "invalid ip {ip} ipv6 ::ffff:{ip}, not in whitelist",
    40204: "this message type cannot be deleted",
    40243: "AppSecret has been frozen",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    41005: "media data missing",
    41039: "invalid content_source_url",
    42001: "access_token expired",
    43002: "require POST method",
    44001: "empty media data",
    44002: "empty post data",
    45001: "media size out of limit",
    45002: "content size out of limit",
    45003: "title size out of limit",
    45004: "description size out of limit",
    45008: "article size out of limit",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    45028: "has no masssend quota",
    45065: "clientmsgid exist",
    45066: "same clientmsgid retry too fast",
    45067: "clientmsgid too long",
    45083: "speed out of range",
    45084: "speed missing",
    45110: "author size out of limit",
    45113: "this message type is no longer supported",
    45159: "invalid tag",
    45166: "invalid content",
    47001: "data format error",
    47009: "this api is offline, please use the new api",
    48001: "api unauthorized",
    48004: "api forbidden for irregularities, view detail on mp.weixin.qq.com",
    48006: "forbid to clear quota because of reaching the limit",
    48021: "auto saved draft cannot be sent",
    50002: "user limited",
    50007: "account frozen",
    53402: "fail to crop cover",
    53404: "account restricted from adding products",
    53405: "invalid product",
    53406: "product service not opened",
    53503: "draft failed the publish check",
    53504: "draft must be published on the website",
    53505: "draft must be saved by hand on the website first",
    53600: "invalid article_id",
    61004: "access clientip is not registered, requestip: {ip}",
    76001: "rid not found",
    76021: "cgi_path not found, please check",
    76022: "could not use this cgi_path, no permission",
    88000: "without comment privilege",
    89503: "this ip is waiting for the administrator's confirmation",
    89504: "this mass send needs the administrator's confirmation",
    89505: "this mass send is waiting for the administrator's confirmation",
    89506: "this ip was refused by the administrator, try again after 24 hours",
    89507: "this ip was refused by the administrator, try again after 1 hour",
}


class ApiError(Exception):
    """A call is refused: ``code`` is the errcode, ``extra`` goes into the answer beside errcode and errmsg.

    ``keep`` True lets what the call wrote before stand; otherwise it is undone."""

    def __init__(self, code, message=None, keep=False, **extra):
        self.code = code
        self.keep = keep
        self.message = message or MESSAGES.get(code, "error")
        self.extra = extra
        super().__init__(f"{code} {self.message}")


class ControlError(Exception):
    """A control call under /_sandbox/ asks for something that makes no sense; the message says what."""
