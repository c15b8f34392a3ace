"""What readers may have meant: pinyin, first letters, slips, other names, suggestions, ranking. Runs on both databases."""

import json
from datetime import date
from io import StringIO
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import pytest

from articles.models import ArticlePage, Department, GlossaryTerm
from publish import publishing, search, spelling, words
from publish.models import Publication, SearchVariant, SearchWord
from tests.tools import published


pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
CASES = json.loads(
    (Path(__file__).parents[1] / "fixtures" / "search" / "words.json").read_text(encoding="utf-8")
)


@pytest.fixture
def corpus():
    """The articles of the data file, live, below a topic of another name, and the glossary."""
    for term in CASES["glossary"]:
        GlossaryTerm.objects.create(**term)
    topic = published.topic("科普", "tips")
    for one in CASES["articles"]:
        page = published.article(one["slug"], topic, "草稿里的秘密词")
        department, _ = Department.objects.get_or_create(name=one.get("department", "全科"))
        ArticlePage.objects.filter(pk=page.pk).update(department=department)
        publication = published.publish(
            one["slug"], topic, snapshot=published.plain(one["title"], one["text"], summary="")
        )
        if one.get("overdue"):
            Publication.objects.filter(pk=publication.pk).update(valid_until=date(2020, 1, 1))


def slugs(ids):
    names = dict(Publication.objects.values_list("pk", "article__slug"))
    return [names[pk] for pk in ids]


def outcome(query):
    answer = search.find(query)
    return {
        "hits": [] if answer.loose else slugs(answer.ids),
        "instead": answer.instead,
        "also": answer.also,
        "near": answer.near,
    }


def test_every_query_finds_what_the_data_file_says(corpus):
    expected, found = {}, {}
    for case in CASES["queries"]:
        query, got = case["q"], outcome(case["q"])
        if "first" in case:
            got["first"] = got["hits"][0] if got["hits"] else None
        # What is said about a query in the file is what counts; corrections must be said there.
        keys = {"instead", *case} - {"q"}
        expected[query] = {"instead": ""} | {key: case[key] for key in case if key != "q"}
        found[query] = {key: got[key] for key in keys}
    assert len(expected) >= 40
    assert {q: found[q] for q in found if found[q] != expected[q]} == {}


def suggested(query):
    return [row.word for row in spelling.suggestions(query)]


def test_suggestions_begin_as_typed_and_lead_somewhere(corpus):
    found = {case["q"]: suggested(case["q"]) for case in CASES["suggestions"]}
    expected = {case["q"]: case["words"] for case in CASES["suggestions"]}
    assert {q: found[q] for q in found if found[q] != expected[q]} == {}
    for row in SearchWord.objects.all():
        for typed in (row.word[:1], row.pinyin[:3], row.initials):
            for word in suggested(typed):
                assert search.find(word).ids, (typed, word)
    assert suggested("x" * 5000) == suggested("高" * 5000) == suggested("%") == suggested("") == []


def test_no_word_of_an_unsigned_or_withdrawn_text_leads_anywhere(corpus):
    assert not SearchWord.objects.filter(word__contains="秘密").exists()
    assert suggested("骨质") == ["骨质", "骨质疏松"]
    publication = Publication.objects.get(article__slug="bones")
    withdrawal = publishing.withdraw(publication, reason="试验")
    assert suggested("骨质") == suggested("guzhi") == []
    answer = search.find("guzhishusong")
    assert (answer.ids, answer.instead, answer.near) == ([], "", [])
    words.tidy(timezone.now())
    assert not SearchWord.objects.filter(word="骨质疏松").exists()
    publishing.undo_withdrawal(withdrawal, user=None)
    assert suggested("骨质") == ["骨质", "骨质疏松"]
    # A row that stopped being live by any means.
    Publication.objects.filter(pk=publication.pk).update(state=Publication.State.WITHDRAWN)
    assert suggested("骨质") == []


def test_other_names_follow_the_glossary(corpus):
    term = GlossaryTerm.objects.get(term="脑卒中")
    term.synonyms = "小中风样发作"
    term.plain = "脑血管病发作"
    term.save()
    assert search.find("中风").also == []
    assert slugs(search.find("脑血管病发作").ids) == ["stroke", "stroke-family"]
    term.delete()
    assert not SearchWord.objects.filter(means="脑卒中").exists()
    assert search.find("脑血管病发作").instead == ""


def test_the_words_can_be_made_anew(corpus):
    def kept():
        return set(SearchWord.objects.values_list("word", "means", "kind", "pinyin", "initials")), set(
            SearchVariant.objects.values_list("word__word", "word__means", "variant")
        )

    before = kept()
    SearchWord.objects.all().delete()
    call_command("rebuild_search", stdout=StringIO())
    assert kept() == before
    assert SearchWord.objects.get(word="高血压").weight == 3
    words.tidy(timezone.now())
    assert kept() == before
    assert SearchWord.objects.get(word="高血压").weight == 3


MOST_QUESTIONS = {"/search/": 12, "/search/suggest/": 7}  # to the database, the frame of the page among them
MUCH = [
    "高血亚 糖料病 骨质舒松 敢冒 阿斯匹林 通风",
    "gao xue ya tang niao bing nao cu zhong xin geng",
    "中风 心梗 蛀牙 缠腰龙 布洛芬",
    "没有这样的错别字祖合",
    "科普",
    "心血管内科 全科",
    "高血压" * 33,
    "gaoxueya" * 12,
    " ".join("abcdefghijklmnopqrstuvwxyz"),
]


def test_a_page_of_hits_asks_few_questions_whatever_is_typed(corpus, client):
    typed = {case["q"] for case in CASES["queries"] + CASES["suggestions"]} | {*MUCH}
    # What sounds alike is tried one after another; what leads nowhere costs no question of its own.
    for number, title in enumerate(("维生素", "卫生所", "卫生署")):
        published.publish(f"same{number}", snapshot=published.plain(title, "各说各的。"))
    typed |= {"weisheng", "weishengsu", "危生素", "未生所"}
    for address, most in MOST_QUESTIONS.items():
        client.get(address, {"q": "高血压"})
        asked = {}
        for query in typed:
            with CaptureQueriesContext(connection) as questions:
                client.get(address, {"q": query, "v": "large"})
            asked[query] = len(questions)
        assert {query: number for query, number in asked.items() if number > most} == {}
        assert max(asked.values()) > most / 2


def test_what_only_begins_alike_is_no_slip():
    assert spelling.one_slip("高血亚", "高血压")
    assert spelling.one_slip("骨质松", "骨质疏松") and spelling.one_slip("骨质疏松", "骨质松")
    assert spelling.one_slip("asprinn", "asprin")
    assert spelling.one_slip("gaoxeuya", "gaoxueya")
    for one, other in (("高血压", "高血压"), ("心肌炎", "心肌梗死"), ("abcd", "badc"), ("ab", "abcd")):
        assert not spelling.one_slip(one, other)
