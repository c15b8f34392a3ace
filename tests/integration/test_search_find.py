"""Public search: what is found, what never is, and that no query is an error. Runs on both databases."""

import importlib
import json
import re
from io import StringIO
from pathlib import Path

from django.core.management import call_command

import pytest

from articles.textsearch import finding, query
from cms import demo, wsgi
from publish import publishing, search
from publish.models import Publication, SearchEntry
from tests.tools import published


pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def titles(query, **options):
    found = search.find(query, **options)
    rows = Publication.objects.in_bulk(found.ids)
    return [rows[pk].title for pk in found.ids]


@pytest.fixture
def two():
    """One article about it, and one that only mentions it."""
    diet = published.plain(
        "高血压患者的饮食",
        "糖尿病患者也适用。按时吃降压药。HbA1c 与 Hypertension 见下文。心肌梗死的急救办法。",
    )
    salt = published.plain("低盐食谱", "高血压的人每天吃盐不超过5克。")
    return published.publish("diet", snapshot=diet), published.publish("salt", snapshot=salt)


FINDS = [
    ("高血压", ["高血压患者的饮食", "低盐食谱"]),
    ("血压", ["高血压患者的饮食", "低盐食谱"]),
    ("高血压患者的饮食", ["高血压患者的饮食"]),
    ("饮食", ["高血压患者的饮食"]),
    ("高血压饮食", ["高血压患者的饮食"]),
    ("高血压怎么饮食", ["高血压患者的饮食"]),
    ("降压药", ["高血压患者的饮食"]),
    ("心肌梗死", ["高血压患者的饮食"]),
    ("hba1c", ["高血压患者的饮食"]),
    ("ＨｂＡ１ｃ", ["高血压患者的饮食"]),
    ("HYPER", ["高血压患者的饮食"]),
    ("高血压 hypertension", ["高血压患者的饮食"]),
    ('高"血压', ["高血压患者的饮食", "低盐食谱"]),
    ("5", ["低盐食谱"]),
    ("盐", ["低盐食谱"]),
    ("压", ["高血压患者的饮食", "低盐食谱"]),
    ("皮疹", []),
    ("z", []),
]


def test_finds(two):
    assert {query: titles(query) for query, _ in FINDS} == dict(FINDS)


def test_what_holds_only_part_of_the_words_comes_when_nothing_holds_all(two):
    found = search.find("糖尿病人的皮疹")
    assert found.loose
    assert titles("糖尿病人的皮疹") == ["高血压患者的饮食"]


def test_a_long_word_must_stand_in_the_text_as_one():
    published.publish(
        "apart", snapshot=published.plain("两个词", "心肌缺血时要当心。骨骼肌炎症另有原因，肌炎要就医。")
    )
    both = [("心肌", False), ("肌炎", False)]
    assert finding.candidates(both, finding.AND, search.LivePublications(), 9)
    found = search.find("心肌炎")
    assert found.ids == [] or found.loose


def test_title_hits_come_first_and_the_whole_title_before_all():
    old = published.publish("old", snapshot=published.plain("高血压饮食", "少盐。"))
    part = published.publish("part", snapshot=published.plain("饮食与高血压", "少盐。"))
    body = published.publish("body", snapshot=published.plain("秋天的准备", "高血压饮食要当心。"))
    assert search.find("高血压饮食").ids == [old.pk, part.pk, body.pk]


def test_newer_articles_come_before_older_ones():
    pks = [published.publish(f"n{n}", snapshot=published.plain("洗手", "勤洗手。")).pk for n in range(3)]
    assert search.find("洗手").ids == pks[::-1]


def test_only_the_live_version_is_found():
    first = published.publish("tooth", snapshot=published.plain("蛀牙旧版", "窝沟封闭。"))
    second = published.publish("tooth", snapshot=published.plain("蛀牙新版", "窝沟封闭。"))
    assert search.find("窝沟").ids == [second.pk]
    assert search.find("旧版").ids == []
    first.refresh_from_db()
    assert first.state == Publication.State.SUPERSEDED


def test_nothing_unsigned_is_found():
    published.article("draft", title="未签发的草稿")
    live = published.publish("live", snapshot=published.plain("已签发", "正文。"))
    page = live.article
    page.title = "被改成了癌症"
    page.save()
    for words in ("草稿", "癌症", "摘要", "要点"):
        assert search.find(words).ids == []


def test_a_withdrawn_article_is_gone_at_once_and_back_when_undone():
    publication = published.publish("gone", snapshot=published.plain("撤回试验", "麻疹。"))
    withdrawal = publishing.withdraw(publication, reason="试验")
    assert search.find("麻疹").ids == []
    publishing.undo_withdrawal(withdrawal, user=None)
    assert search.find("麻疹").ids == [publication.pk]


def test_a_row_that_stopped_being_live_by_any_means_is_not_found():
    publication = published.publish("quiet", snapshot=published.plain("静悄悄", "水痘。"))
    Publication.objects.filter(pk=publication.pk).update(state=Publication.State.WITHDRAWN)
    assert SearchEntry.objects.filter(publication=publication).exists()
    assert search.find("水痘").ids == []
    assert search.find("水痘皮疹").ids == []


def test_a_topic_limits_the_hits():
    here, there = published.topic("口腔", "oral"), published.topic("用药", "medicine")
    one = published.publish("t1", here, snapshot=published.plain("牙疼吃药", "先看牙医。"))
    two = published.publish("t2", there, snapshot=published.plain("牙疼别乱吃药", "先问药师。"))
    assert search.find("牙疼").ids == [two.pk, one.pk]
    assert search.find("牙疼", topic_id=here.pk).ids == [one.pk]


def test_a_moved_article_is_found_under_its_new_topic():
    here, there = published.topic("口腔", "oral"), published.topic("用药", "medicine")
    publication = published.publish("moves", here, snapshot=published.plain("搬家", "牙线。"))
    publication.article.move(there, pos="last-child")
    assert search.find("牙线", topic_id=here.pk).ids == []
    assert search.find("牙线", topic_id=there.pk).ids == [publication.pk]


def test_a_long_text_that_repeats_a_character_is_found_in_full():
    text = "血" * 400 + "，" + "这是很长的文章。" * 950 + "最后提到蛔虫病。"
    publication = published.publish("long", snapshot=published.plain("长文", text))
    for words in ("蛔虫病", "虫病", "蛔", "血血血"):
        assert search.find(words).ids == [publication.pk]


def test_more_hits_than_are_shown_are_said_to_be_more(monkeypatch):
    monkeypatch.setattr(finding, "SHOWN", 3)
    for number in range(3):
        published.publish(f"many{number}", snapshot=published.plain("许多", "肝炎。"))
    assert (len(search.find("肝炎").ids), search.find("肝炎").more) == (3, False)
    published.publish("many9", snapshot=published.plain("许多", "肝炎。"))
    assert (len(search.find("肝炎").ids), search.find("肝炎").more) == (3, True)


HOSTILE = [
    "",
    " ",
    "\u3000",
    '"',
    "'",
    "''",
    "\\",
    "%",
    "_",
    "*",
    "，。！？",
    "†",
    "†高血",
    "\x00",
    "高\x00血压",
    "a" * 5000,
    "高" * 5000,
    "高血压" * 1700,
    "NEAR(a b)",
    "a AND OR NOT b",
    "tokens:a",
    "a:*",
    "a & | ! b",
    "('",
    "--",
    ";drop table publish_publication",
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "😀",
    "👨‍👩‍👧",
    "é",
    "ǅ",
    "ß",
    "ﬁ",
    "①",
    "β受体",
    "𠮷",
    "a\u0301",
    "\u202eabc",
    "的",
    "的的的",
    "怎么办",
]


def test_no_query_is_an_error(client, two):
    for words in HOSTILE:
        response = client.get("/search/", {"q": words})
        assert response.status_code == 200, words
        assert b"<script>" not in response.content, words


def test_other_parameters_are_no_error_either(client, two):
    for parameters in (
        {"page": "x"},
        {"page": "-1"},
        {"page": "9" * 50},
        {"topic": "\x00"},
        {"v": "<"},
        {"q": ["a", "b"]},
    ):
        assert client.get("/search/", {"q": "高血压"} | parameters).status_code == 200


def test_what_is_indexed_can_be_searched_whatever_its_script():
    text = "β受体阻滞剂 Ångström naïve 𠮷野家 ﬁbre ① ㎎ ΑΒΓ кровь"
    publication = published.publish("scripts", snapshot=published.plain("文字", text))
    for words in ("β受体阻滞剂", "ångström", "NAÏVE", "𠮷野", "fibre", "mg", "αβγ", "КРОВЬ"):
        assert search.find(words).ids == [publication.pk], words


def demo_articles():
    for file in sorted((Path(demo.__file__).parent / "content").glob("*.json")):
        content = json.loads(file.read_text(encoding="utf-8"))
        if isinstance(content, dict) and content.get("body") and content.get("title"):
            body = [block for block in content["body"] if block["type"] != "image"]
            yield published.plain(content["title"], "", summary=content["summary"]) | {"body": body}


def test_every_two_characters_of_a_title_find_the_article():
    snapshots = list(demo_articles())
    assert len(snapshots) >= 5
    for number, snapshot in enumerate(snapshots):
        publication = published.publish(f"demo{number}", snapshot=snapshot)
        for run in re.findall("[\u4e00-\u9fff]{2,}", snapshot["title"]):
            for start in range(len(run) - 1):
                assert publication.pk in search.find(run[start : start + 2]).ids, run[start : start + 2]


def test_the_index_can_be_made_anew(two):
    before = {entry.pk: entry.tokens for entry in SearchEntry.objects.all()}
    SearchEntry.objects.all().delete()
    assert search.find("心肌梗死").ids == []
    call_command("rebuild_search", stdout=StringIO())
    assert {entry.pk: entry.tokens for entry in SearchEntry.objects.all()} == before
    assert titles("高血压") == ["高血压患者的饮食", "低盐食谱"]


def test_the_index_follows_the_transaction(two):
    from django.db import transaction

    with pytest.raises(RuntimeError), transaction.atomic():
        published.publish("never", snapshot=published.plain("没有发生", "带状疱疹。"))
        assert search.find("疱疹").ids
        raise RuntimeError
    assert search.find("疱疹").ids == []


def test_a_hit_is_a_link_with_the_words_marked(client, two):
    html = client.get("/search/", {"q": "高血压"}).content.decode()
    assert 'href="/blood-pressure/diet/"' in html
    assert 'href="/blood-pressure/salt/"' in html
    assert "<mark>高血压</mark>患者的饮食" in html
    assert html.index("/diet/") < html.index("/salt/")


def test_an_empty_query_helps(client, two):
    html = client.get("/search/").content.decode()
    assert 'href="/blood-pressure/"' in html
    assert 'href="/blood-pressure/diet/"' in html
    assert "<mark>" not in html


def test_nothing_found_helps(client, two):
    html = client.get("/search/", {"q": "皮疹"}).content.decode()
    assert "皮疹" in html
    assert 'href="/blood-pressure/"' in html


def test_pages_and_large_type_keep_the_query(client, monkeypatch):
    monkeypatch.setattr("publish.website.reader.PAGE_SIZE", 2)
    for number in range(3):
        published.publish(f"page{number}", snapshot=published.plain("咳嗽", "多喝水。"))
    html = client.get("/search/", {"q": "咳嗽", "v": "large"}).content.decode()
    following = re.search(r'rel="next" href="([^"]+)"', html)[1].replace("&amp;", "&")
    assert "v=large" in following
    second = client.get(following).content.decode()
    assert second.count('<li class="card">') == 1
    assert 'class="large"' in second


def test_a_web_process_loads_the_dictionary_before_its_first_search():
    query.dictionary.cache_clear()
    importlib.reload(wsgi)
    assert query.dictionary.cache_info().currsize == 1


def test_marks_never_trust_the_text():
    parts = search.marked("<b>高血压</b>", ["高血压"])
    assert parts == [
        {"text": "<b>", "match": False},
        {"text": "高血压", "match": True},
        {"text": "</b>", "match": False},
    ]
