"""What is new in a version, as readers are told."""

import pytest

from tests.samples import facts, snapshot
from themes import website, wechat


def in_wechat(given):
    return wechat.render(given, facts(), lambda image: f"local:{image['sha256']}")


def on_the_website(given):
    return website.render_article(given, facts())


@pytest.mark.parametrize("render", [in_wechat, on_the_website])
def test_what_is_new_is_printed_once_and_only_where_something_is(render):
    note = "按2026年指南改了<目标值>。"
    assert render(snapshot(changes=note)).count("按2026年指南改了&lt;目标值&gt;。") == 1
    assert render(snapshot(changes="")) == render(snapshot())
