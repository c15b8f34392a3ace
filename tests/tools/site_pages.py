"""Every type of page that readers meet, by name: for the pictures of the site and for what is asked of all of them."""

ALWAYS = {
    "home": "/",
    "search": "/search/",
    "not-found": "/nowhere/",
    "need": "/need/medicines/",
    "departments": "/departments/",
    "a-to-z": "/a-z/",
    "body": "/body/",
    "body-area": "/body/chest/",
    "how-we-check": "/how-we-check/",
    "corrections": "/corrections/",
    "accessibility": "/accessibility/",
}


def page_types(article, *, words="血压", department=None, withdrawn=None, overdue=None):
    """Return ``{name: path}``. ``article`` is a live Publication; ``withdrawn`` and ``overdue`` are others, or left out."""
    found = ALWAYS | {
        "topic": f"/{article.path.split('/')[1]}/",
        "article": article.path,
        "article-large": f"{article.path}?v=large",
        "article-to-print": f"{article.path}?v=print",
        "leaflet": f"{article.path}?v=leaflet",
        "leaflet-a5": f"{article.path}?v=leaflet-a5",
        "share-card": f"{article.path}?v=card",
        "search-found": f"/search/?q={words}",
        "search-nothing": "/search/?q=zzqxjw",
        "feedback": f"/a/{article.article_id}/feedback/",
    }
    if department:
        found["department"] = f"/departments/{department}/"
    if overdue:
        found["article-overdue"] = overdue.path
    if withdrawn:
        found["withdrawn"] = withdrawn.path
    return found
