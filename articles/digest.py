"""The content digest (内容指纹): SHA-256 over the canonical form of what a reader can see.

Scheme ``xinglin/4``: the snapshot as JSON with sorted keys, no blanks, UTF-8 without escapes, preceded by a line
that names the scheme. Earlier schemes are written the same way, and old approvals keep verifying under them:
``xinglin/3`` knows no recording, ``xinglin/2`` neither explained terms nor a note on what is new, ``xinglin/1`` neither
alternatives for WeChat nor a correction note.
"""

import hashlib
import json


SCHEME = "xinglin/4"
KNOWN = ("xinglin/1", "xinglin/2", "xinglin/3", SCHEME)


def canonical_bytes(snapshot):
    """Return the bytes that are hashed. Raises ValueError for a scheme this code does not know."""
    scheme = snapshot.get("scheme")
    if scheme not in KNOWN:
        raise ValueError(f"Unknown digest scheme: {scheme!r}")
    text = json.dumps(snapshot, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return f"{scheme}\n{text}".encode()


def digest(snapshot):
    """Return the digest of ``snapshot`` as 64 hexadecimal characters."""
    return hashlib.sha256(canonical_bytes(snapshot)).hexdigest()
