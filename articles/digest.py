"""The content digest (内容指纹): SHA-256 over the canonical form of what a reader can see.

Scheme ``xinglin/1``: the snapshot as JSON with sorted keys, no blanks, UTF-8 without escapes, preceded by a line
that names the scheme. A new scheme gets a new name; old approvals keep verifying under the old one.
"""

import hashlib
import json


SCHEME = "xinglin/1"


def canonical_bytes(snapshot):
    """Return the bytes that are hashed. Raises ValueError for a scheme this code does not know."""
    if snapshot.get("scheme") != SCHEME:
        raise ValueError(f"Unknown digest scheme: {snapshot.get('scheme')!r}")
    text = json.dumps(snapshot, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return f"{SCHEME}\n{text}".encode()


def digest(snapshot):
    """Return the digest of ``snapshot`` as 64 hexadecimal characters."""
    return hashlib.sha256(canonical_bytes(snapshot)).hexdigest()
