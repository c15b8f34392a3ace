"""Database addresses, for child processes."""

from urllib.parse import quote, urlencode


def url_of(settings_dict):
    """Turn one entry of DATABASES (after the test database was made) into a DATABASE_URL."""
    name = str(settings_dict["NAME"])
    if settings_dict["ENGINE"].endswith("sqlite3"):
        return f"sqlite:///{name}"
    user, password = quote(settings_dict["USER"], safe=""), quote(settings_dict["PASSWORD"] or "", safe="")
    host = settings_dict["HOST"] or ""
    port = f":{settings_dict['PORT']}" if settings_dict["PORT"] else ""
    options = {key: value for key, value in settings_dict.get("OPTIONS", {}).items() if key == "host"}
    query = f"?{urlencode(options)}" if options else ""
    return f"postgresql://{user}:{password}@{quote(host, safe='')}{port}/{quote(name)}{query}"
