"""The glossary at the desk: entries, tables, what the editor asks, and what a signature covers."""

import json

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.rich_text import features as rich_text_features

import pytest

from articles.blocks import PARAGRAPH_FEATURES
from articles.digest import digest
from articles.glossary import names, starter
from articles.html import canonical_html
from articles.marks import Marks
from articles.models import ArticlePage, GlossaryTerm
from articles.snapshot import build
from cms import site_setup
from tests.factories import World


pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


@pytest.fixture
def librarian(world, client):
    client.force_login(world.librarian)
    return client


@pytest.fixture
def infarct(world):
    return GlossaryTerm.objects.get(term="心肌梗死")


def marked(world, *terms):
    """Make an article whose paragraph explains ``terms``."""
    article = world.make_article()
    raw = [dict(block) for block in article.body.get_prep_value()]
    words = "，".join(f'<span data-term="{term.pk}">{term.term}</span>' for term in terms)
    paragraph = next(block for block in raw if block["type"] == "paragraph")
    paragraph["value"] = f"<p>{words}。</p>"
    article.body = json.dumps(raw)
    article.save_revision(user=world.librarian)
    article.save()
    return article


def digest_of(article):
    return digest(build(article.get_latest_revision_as_object()))


def form(term, **changes):
    values = {"term": term.term, "plain": term.plain, "explanation": term.explanation}
    return values | {"synonyms": term.synonyms, "department": term.department_id or ""} | changes


def test_an_explanation_is_signed_where_it_is_marked_and_nowhere_else(world, infarct):
    article, other = marked(world, infarct), GlossaryTerm.objects.exclude(pk=infarct.pk).first()
    first = digest_of(article)
    GlossaryTerm.objects.filter(pk=other.pk).update(explanation="别的。", plain="别的")
    GlossaryTerm.objects.filter(pk=infarct.pk).update(synonyms="心梗塞", department=world.department)
    assert digest_of(article) == first
    for field in names.SHOWN:
        GlossaryTerm.objects.filter(pk=infarct.pk).update(**{field: f"新的{field}"})
        assert digest_of(article) != first
        first = digest_of(article)
    GlossaryTerm.objects.filter(pk=infarct.pk).delete()
    snapshot = build(article.get_latest_revision_as_object())
    assert (
        snapshot["glossary"] == []
        and "心肌梗死" in str(snapshot["body"])
        and "dfn" not in str(snapshot["body"])
    )


def test_a_term_explained_under_review_keeps_what_its_readers_see(world, librarian, infarct):
    edit, delete = (reverse(f"glossary:{name}", args=[infarct.pk]) for name in ("edit", "delete"))
    article = marked(world, infarct)
    world.submit(article)
    answer = librarian.post(edit, form(infarct, explanation="换了的解释。"))
    assert answer.status_code == 200 and answer.context["form"].non_field_errors()
    librarian.post(delete)
    infarct.refresh_from_db()
    assert infarct.explanation != "换了的解释。"
    assert librarian.post(edit, form(infarct, synonyms="心肌坏死")).status_code == 302
    article.current_workflow_state.cancel(user=world.librarian)
    assert librarian.post(edit, form(infarct, synonyms="", explanation="换了的解释。")).status_code == 302


def test_a_name_leads_to_one_entry(world, librarian, infarct):
    add = reverse("glossary:add")
    with translation.override("en"):
        for values, field in (
            ({"term": "心肌梗塞", "plain": "甲"}, "term"),  # a synonym of another entry
            ({"term": "ＡＭＩ", "plain": "甲"}, "term"),
            ({"term": "新词", "plain": "甲", "synonyms": "旧词\n心肌梗死"}, "synonyms"),
            ({"term": "新词"}, "explanation"),
            ({"term": "新词", "explanation": "长" * 201}, "explanation"),
        ):
            answer = librarian.post(
                add, {"plain": "", "explanation": "", "synonyms": "", "department": ""} | values
            )
            assert field in answer.context["form"].errors
    assert not GlossaryTerm.objects.filter(term="新词").exists()
    values = {
        "term": " 新  词 ",
        "plain": "甲",
        "explanation": "",
        "synonyms": "乙\n\n乙\n 丙 ",
        "department": "",
    }
    assert librarian.post(add, values).status_code == 302
    assert GlossaryTerm.objects.get(term="新 词").names == ["新 词", "乙", "丙"]


def test_the_list_is_searched_by_any_part_and_filtered(world, librarian, infarct):
    index = reverse("glossary:index")

    def shown(**query):
        return {one.term for one in librarian.get(index, query).context["object_list"]}

    assert "心肌梗死" in shown(q="肌梗塞") and "心肌梗死" in shown(q="心梗") and len(shown(q="心梗")) < 5
    GlossaryTerm.objects.exclude(pk=infarct.pk).update(explanation="")
    GlossaryTerm.objects.filter(pk=infarct.pk).update(department=world.department)
    assert shown(explained="yes") == {"心肌梗死"} == shown(department=world.department.pk)


def test_what_goes_out_as_a_table_comes_in_again_and_bad_lines_store_nothing(world, librarian, infarct):
    GlossaryTerm.objects.exclude(pk=infarct.pk).delete()
    GlossaryTerm.objects.filter(pk=infarct.pk).update(
        department=world.department, plain="=心梗", synonyms="=梗死\nAMI"
    )
    answer = librarian.get(reverse("glossary:index"), {"export": "csv"})
    data = b"".join(answer.streaming_content)
    assert ",'=心梗,".encode() in data and ",'=梗死、AMI,".encode() in data
    before = GlossaryTerm.objects.values().get()
    address = reverse("glossary:import")

    def look(content):
        file = SimpleUploadedFile("词.csv", content, "text/csv")
        return librarian.post(address, {"file": file})

    shown = look(data)
    assert shown.context["takes"] and shown.context["known"] == 1
    librarian.post(address, {"text": shown.context["text"]})
    after = GlossaryTerm.objects.values().get()
    before.pop("updated_at"), after.pop("updated_at")
    assert before == after
    text = "术语,通俗说法,解释,同义词,科室\n甲病,甲,,乙病、丙病,\n乙病,乙,,,\n丁病,丁,,AMI,\n戊病,戊,,,没有的科\n己病,己,,,心血管内科\n"
    shown = look(text.encode("gb18030"))
    assert [row.number for row in shown.context["bad"]] == [3, 4, 5] and not shown.context["takes"]
    librarian.post(address, {"text": text})
    assert GlossaryTerm.objects.count() == 1
    shown = look("term,synonyms\n甲病,乙病；丙病\n".encode())
    librarian.post(address, {"text": shown.context["text"]})
    assert GlossaryTerm.objects.get(term="甲病").names == ["甲病", "乙病", "丙病"]


def test_a_mark_survives_the_editor(world, infarct):
    assert all(rich_text_features.get_editor_plugin("draftail", name) for name in PARAGRAPH_FEATURES)
    converter = ContentstateConverter(PARAGRAPH_FEATURES)
    stored = f'<p data-block-key="a1">急性<span data-term="{infarct.pk}">心肌<b>梗死</b></span>。</p>'
    content = converter.from_database_format(stored)
    assert json.loads(content)["entityMap"]["0"]["data"] == {"id": str(infarct.pk)}
    assert converter.to_database_format(content) == stored
    marks = Marks([])
    assert canonical_html(stored, marks) == "<p>急性<dfn>心肌梗死</dfn>。</p>"
    assert [one["plain"] for one in marks.glossary] == ["心梗"]
    for bad in ("", "²", "9" * 40, "-1", "a", "0"):
        hostile = (
            f'<p><span data-term="{bad}">词</span><span data-cite="x"><span data-cite="y">1</span></span></p>'
        )
        assert canonical_html(hostile, Marks([])) == "<p>词</p>"


def test_the_editor_asks_about_the_draft_as_it_stands(
    world, librarian, infarct, client, django_assert_max_num_queries
):
    ask = reverse("glossary:found")
    texts = ["𠮷陈旧心肌梗死", "量血压和心肌梗塞"]
    with django_assert_max_num_queries(12):
        answer = librarian.post(ask, json.dumps({"texts": texts}), content_type="application/json").json()
    assert [0, 4, 8, infarct.pk] in answer["hits"] and [1, 4, 8, infarct.pk] in answer["hits"]
    assert answer["terms"][str(infarct.pk)]["plain"] == "心梗"
    for bad in (
        "",
        "[]",
        '{"texts": "a"}',
        '{"texts": [1]}',
        json.dumps({"texts": ["血" * 200_001]}),
        "[" * 100_000,
    ):
        assert librarian.post(ask, bad, content_type="application/json").status_code == 400
    search = reverse("glossary:search")
    assert librarian.get(search, {"q": "急性心肌梗死的"}).json()["terms"][0]["id"] == infarct.pk
    assert librarian.get(search, {"q": "\0' OR 1=1"}).json()["terms"] == []
    assert len(librarian.get(search).json()["terms"]) == 20
    assert librarian.get(ask).status_code == 405
    client.logout()
    assert client.get(search, {"q": "心"}).status_code == 302


def test_only_those_who_keep_the_glossary_change_it(world, client, infarct):
    for user, status in ((world.librarian, 200), (world.chief, 200), (world.physician, 302)):
        client.force_login(user)
        for name, args in (("index", []), ("add", []), ("edit", [infarct.pk])):
            assert client.get(reverse(f"glossary:{name}", args=args)).status_code == status
    client.force_login(world.physician)
    for address in (reverse("glossary:import"), reverse("glossary:delete", args=[infarct.pk])):
        assert client.post(address, {"text": "term\n甲\n"}).status_code in (302, 403)
    assert (
        GlossaryTerm.objects.filter(pk=infarct.pk).exists()
        and not GlossaryTerm.objects.filter(term="甲").exists()
    )


def test_the_starter_list_is_laid_once(world):
    assert GlossaryTerm.objects.count() == len(starter.rows())
    GlossaryTerm.objects.filter(term="血压").delete()
    GlossaryTerm.objects.filter(term="高血压").update(plain="我们的说法")
    site_setup.set_up()
    assert not GlossaryTerm.objects.filter(term="血压").exists()
    assert GlossaryTerm.objects.get(term="高血压").plain == "我们的说法"
    starter.give_departments()
    assert GlossaryTerm.objects.get(term="高血压").department == world.department
    assert ArticlePage.objects.count() == 0
    for entry in GlossaryTerm.objects.all():
        entry.full_clean()
