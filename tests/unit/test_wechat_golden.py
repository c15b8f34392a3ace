"""The exact WeChat bodies, kept as files: a change in look must be seen and wanted.

After a wanted change: ``UPDATE_GOLDEN=1 pytest tests/unit/test_wechat_golden.py``, then read the difference.
"""

import os
from pathlib import Path

import pytest

from tests import samples
from themes.registry import themes
from themes.wechat import render


GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "wechat"
SHORT = {
    "body": [
        {"type": "paragraph", "value": {"html": "<p>早晚各量一次，<a href='/a/7/'>量法见此</a>。</p>"}},
        {
            "type": "table",
            "value": {
                "caption": "",
                "header": ["时候", "做法"],
                "rows": [["早上", "吃药前量"], ["晚上", "睡前量"]],
            },
        },
    ],
    "topic": {"title": "高血压", "emergency": ""},
    "ai": {"use": "none", "note": ""},
}
UNSIGNED = {"preview": True, "signed_on": None, "valid_until": None, "published_on": None, "reviewers": []}
CASES = {
    "sample": (samples.snapshot(), samples.facts()),
    "short": (samples.snapshot(**SHORT), samples.facts()),
    "unsigned": (samples.snapshot(**SHORT), samples.facts(**UNSIGNED)),
}


@pytest.mark.parametrize("theme", themes())
@pytest.mark.parametrize("name", CASES)
def test_body_is_the_one_kept(theme, name):
    snapshot, facts = CASES[name]
    html = render(snapshot, facts, lambda image: f"local:{image['sha256']}", theme)
    file = GOLDEN / theme / f"{name}.html"
    if os.environ.get("UPDATE_GOLDEN"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(html + "\n", encoding="utf-8")
    assert file.read_text(encoding="utf-8") == html + "\n"
