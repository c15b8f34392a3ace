"""Which help page belongs to which screen, by the name of the screen's address."""

PAGES = {
    "first-article": (
        "article_new",
        "drafts:index",
        "wagtailadmin_explore",
        "wagtailadmin_pages:add",
        "wagtailadmin_pages:edit",
    ),
    "import": ("articles_import", "articles_imports", "articles_import_job", "articles_import_report"),
    "checks": (
        "finding_waivers:index",
        "sensitive_words:import",
        "sensitive_words:index",
        "wording_rules:import",
        "wording_rules:index",
    ),
    "glossary": ("glossary:import", "glossary:index"),
    "together": (
        "article_comments:index",
        "draft_tasks:index",
        "health_days:import",
        "health_days:index",
        "ideas:index",
        "series:index",
        "topics_calendar:index",
    ),
    "pictures": (
        "consents:index",
        "figures:crop",
        "figures:edit",
        "figures:index",
        "figures:new",
        "recordings:index",
        "reprints:index",
        "wagtailimages:index",
    ),
    "review": (
        "approvals:index",
        "rereviews:index",
        "review_assignments:index",
        "review_links:index",
        "review_report:index",
    ),
    "push": (
        "publish_board:index",
        "publish_calendar:compose",
        "publish_calendar:index",
        "publish_connection:index",
        "publish_hand_over:index",
        "publish_ledger:index",
    ),
    "withdraw": ("corrections:index", "withdrawals:index", "wechat_deletions:index"),
}
_BY_PLACE = {place: page for page, places in PAGES.items() for place in places}


def page_for(name):
    """Return the name of the help page for the screen at the address called ``name``, or ''."""
    return _BY_PLACE.get(name, "")
