"""What can be turned: account profiles, limits, quotas, delays. Everything here can be changed while the sandbox runs."""

PROFILES = ("personal", "unverified", "verified", "protected")

# Which families of calls each kind of account may use (facts: withdrawn from the first two in July 2025).
RIGHTS = {
    "personal": frozenset(),
    "unverified": frozenset(),
    "verified": frozenset({"freepublish", "mass", "comment", "user"}),
    "protected": frozenset({"freepublish", "mass", "comment", "user"}),
}

# Calls a Shanghai day, new accounts. A path that is not listed has no daily limit.
DAILY = {
    "/cgi-bin/token": 2000,
    "/cgi-bin/stable_token": 500_000,
    "/cgi-bin/media/upload": 100_000,
    "/cgi-bin/media/get": 200_000,
    "/cgi-bin/material/add_material": 100_000,
    "/cgi-bin/draft/add": 1000,
    "/cgi-bin/draft/get": 500,
    "/cgi-bin/draft/delete": 1000,
    "/cgi-bin/draft/update": 1000,
    "/cgi-bin/draft/count": 1000,
    "/cgi-bin/draft/batchget": 1000,
    "/cgi-bin/freepublish/submit": 100,
    "/cgi-bin/freepublish/get": 100,
    "/cgi-bin/freepublish/delete": 10,
    "/cgi-bin/freepublish/getarticle": 100,
    "/cgi-bin/freepublish/batchget": 100,
    "/cgi-bin/message/mass/sendall": 100,
    "/cgi-bin/message/mass/preview": 100,
    "/cgi-bin/message/mass/delete": 10,
    "/cgi-bin/user/get": 500,
    "/cgi-bin/user/info": 5_000_000,
}

MINUTE = {
    "/cgi-bin/stable_token": 10_000,
    "/cgi-bin/message/mass/sendall": 60,
}

MONTHLY = {"clear_quota": 10, "/cgi-bin/openapi/quota/clear": 50}

LIMITS = {
    "title": 32,
    "author": 16,
    "digest": 120,
    "content_chars": 20_000,  # must be fewer
    "content_bytes": 1024 * 1024,  # must be fewer
    "source_url_bytes": 1024,
    "articles": 8,
    "newspic_images": 20,
    "body_image_bytes": 1024 * 1024,  # must be fewer
    "image_bytes": 10 * 1024 * 1024,
    "voice_bytes": 2 * 1024 * 1024,
    "video_bytes": 10 * 1024 * 1024,
    "thumb_bytes": 64 * 1024,
    "cover_min_side": 16,
    "clientmsgid_bytes": 32,
    "products": 50,
    "same_draft_gap": 10,  # seconds until the same draft may be sent again
    "material_images": 100_000,
    "material_others": 1000,
    "source_digest": 54,
    "tags": 100,
    "tag_name": 30,
    "tags_of_one": 20,
    "openids_at_once": 50,
    "tag_followers_to_delete": 100_000,
    "comments_a_page": 50,  # must be fewer
    "comment_reply": 600,
    "elected_comments": 100,
}

DEFAULTS = {
    "profile": "verified",
    "comments": True,  # comment privilege of a verified account; the other profiles never have it
    "revoked": [],  # families or paths that answer 48001 whatever the profile says
    "banned": [],  # families or paths that answer 48004
    "ip_block": 0,  # 0, 40164, 61004 (not on the white-list), 89503, 89506 or 89507 (the administrator has to agree)
    "ip": "",  # the address shown in the refusal; empty: the caller's
    "account_block": 0,  # 0, 40243 (secret frozen), 50004 (tokens forbidden), 50002 (restricted) or 50007 (frozen)
    "shop": 53406,  # what a product in an article is answered with: 53404, 53405, 53406, or 0 to take it
    "daily": {},  # overrides of DAILY
    "minute": {},  # overrides of MINUTE
    "limits": {},  # overrides of LIMITS
    "publish_delay": 2,  # sandbox seconds until a publish job ends
    "mass_delay": 3,  # sandbox seconds until a mass send ends
    "admin_timeout": 1800,  # sandbox seconds the administrator has to answer
    "protection": "job",  # "job": accepted, then waits; "code": refused with 89504/89505 until confirmed
    "draft_dies": "finished",  # "finished": when the job succeeds; "accepted": at once
    "callback": "",
    "callback_mode": "aes",  # aes, plain or compatible
    "callback_format": "xml",  # xml or json
    "callback_timeout": 5.0,  # real seconds
    "callback_retry": 5,  # sandbox seconds between tries
    "mass_per_day": 1,
    "speed": 0,
    "sensitive_words": [],  # an answer to a comment that holds one of them gets 88002
    "name": "示例医院健康科普",
    "intro": "示例医院图书馆与临床科室共同编写，医师审核签发。",
    "original_id": "gh_5a9db0c00001",
}
