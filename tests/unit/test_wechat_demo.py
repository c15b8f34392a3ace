"""Every demo article as WeChat would get it: the rules and the budget on real texts, with addresses of real length."""

import json
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from articles import citation
from cms import demo
from publish.wechat.article import STAND_IN
from tests import samples
from tests.support.wechat_rules import complaints
from themes.measure import BUDGET, expansion
from themes.registry import themes
from themes.wechat import render


CONTENT = Path(demo.__file__).parent / "content"
TOPICS = {topic["slug"]: topic for topic in json.loads((CONTENT / "topics.json").read_text(encoding="utf-8"))}
ARTICLES = [
    file.stem
    for file in sorted(CONTENT.glob("*.json"))
    if file.stem not in ("topics", "people", "imports", "faulty")  # the faulty one is never sent
]


def _image(value):
    return {"sha256": "0" * 64, "format": "png", "width": 1200, "height": 800, "focal": None, **value}


def _reference(record):
    missing = dict.fromkeys(("isbn", "manual", "edition", "number"), "")
    accessed = date.fromisoformat(record["accessed"]) if record["accessed"] else None
    return SimpleNamespace(
        **(
            missing
            | record
            | {"authors": "\n".join(record["authors"]), "accessed": accessed, "published": None}
        )
    )


def _snapshot(name):
    article = json.loads((CONTENT / f"{name}.json").read_text(encoding="utf-8"))
    kept = ("title", "summary", "key_message", "audience", "department", "author", "source", "ai")
    return samples.snapshot(
        **{key: article[key] for key in kept},
        topic={key: TOPICS[article["topic"]][key] for key in ("title", "emergency")},
        references=[citation.printed(_reference(record)) for record in article["references"]],
        body=[
            {"type": "image", "value": {"image": _image(block["value"])}}
            if block["type"] == "image"
            else block
            for block in article["body"]
        ],
    )


@pytest.mark.parametrize("theme", themes())
@pytest.mark.parametrize("name", ARTICLES)
def test_demo_article_is_fit_for_wechat(name, theme):
    html = render(_snapshot(name), samples.facts(), lambda image: STAND_IN, theme)
    assert complaints(html) == []
    assert expansion(html) <= BUDGET
