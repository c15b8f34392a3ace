"""MEDIA_STORAGE_URL: where uploaded pictures live when not on the local disk."""

from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def origin_of(storage):
    """Return the origin from which browsers fetch what is public in a STORAGES entry of `storage_from_url`."""
    options = storage["OPTIONS"]
    if domain := options.get("custom_domain"):
        return f"https://{domain}"
    return options["endpoint_url"]


def storage_from_url(url):
    """Turn ``s3://KEY:SECRET@host[:port]/bucket?region=…&public=https://…`` into a STORAGES entry.

    Raises ImproperlyConfigured when the address is of another kind or names no bucket.
    """
    parts = urlsplit(url)
    bucket = parts.path.strip("/")
    if parts.scheme not in ("s3", "s3+http") or not parts.hostname or not bucket:
        raise ImproperlyConfigured("MEDIA_STORAGE_URL must read s3://KEY:SECRET@host/bucket.")
    query = parse_qs(parts.query)
    scheme = "http" if parts.scheme == "s3+http" else "https"
    port = f":{parts.port}" if parts.port else ""
    options = {
        "bucket_name": bucket,
        "endpoint_url": f"{scheme}://{parts.hostname}{port}",
        "access_key": unquote(parts.username or ""),
        "secret_key": unquote(parts.password or ""),
        "file_overwrite": False,
        "querystring_auth": False,
    }
    if region := query.get("region"):
        options["region_name"] = region[0]
    if public := query.get("public"):
        options["custom_domain"] = urlsplit(public[0]).netloc
    return {"BACKEND": "cms.storage.MediaStorage", "OPTIONS": options}
