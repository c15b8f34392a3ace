"""Demo content into an empty site: fictitious people, topics, drafts with drawings. Plain functions over the product's doors."""

import json
import secrets
import uuid
from datetime import date
from pathlib import Path

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile

from articles.glossary import starter
from articles.models import ArticlePage, Department, Institution, LibraryImage, Reference, TopicPage
from cms import roles
from cms.demo import MAIL_DOMAIN, drawings
from review.models import Physician


CONTENT = Path(__file__).parent / "content"
DRAFTS = [
    "home-blood-pressure",
    "brushing",
    "flu-vaccine",
    "after-vaccination",
    "medicine-storage",
    "several-medicines",
]
ROLES = {
    "librarian": roles.LIBRARIAN,
    "physician": roles.PHYSICIAN,
    "chief": roles.CHIEF,
    "admin": roles.ADMINISTRATOR,
}


def read(name):
    """Return a JSON file of the demo content."""
    return json.loads((CONTENT / name).read_text("utf-8"))


def load_people():
    """Create departments, accounts and physicians; returns {username: password} of those who log in."""
    content = read("people.json")
    people = content["people"]
    institution = Institution.load()
    institution.name, institution.contact = content["hospital"], "图书馆健康科普组（演示）"
    institution.save()
    clinical = [person["department"] for person in people if person["role"] == "physician"]
    departments = {
        name: Department.objects.create(name=name, order=number)
        for number, name in enumerate(dict.fromkeys(clinical))
    }
    starter.give_departments()
    passwords = {}
    for person in people:
        user = get_user_model()(
            username=person["username"],
            last_name=person["name"][0],
            first_name=person["name"][1:],
            email=f"{person['username']}@{MAIL_DOMAIN}",
            is_active=person["login"],
            is_superuser=person["role"] == "admin",
        )
        if person["login"]:
            passwords[user.username] = secrets.token_urlsafe(9)
            user.set_password(passwords[user.username])
        else:
            user.set_unusable_password()
        user.save()
        user.groups.add(Group.objects.get(name=ROLES[person["role"]]))
        if person["role"] == "physician":
            physician = Physician.objects.create(
                user=user,
                name=person["name"],
                title=person["title"],
                department=departments[person["department"]],
            )
            physician.reviews_for.set(departments.values() if person["login"] else [physician.department])
    return passwords


def load_topics(home, user):
    """Create and publish the topics below ``home``; returns {slug: TopicPage}."""
    topics = {}
    for entry in read("topics.json"):
        topic = TopicPage(
            title=entry["title"],
            slug=entry["slug"],
            intro=f"<p>{entry['intro']}</p>",
            emergency=entry["emergency"],
            needs=entry["needs"],
            body_areas=entry["body_areas"],
        )
        home.add_child(instance=topic)
        topic.save_revision(user=user).publish(user=user, skip_permission_checks=True)
        topics[topic.slug] = TopicPage.objects.get(pk=topic.pk)
    return topics


def load_draft(name, topics, user):
    """Add the draft ``name`` (a JSON file of the content) below its topic; returns the ArticlePage."""
    entry = read(f"{name}.json")
    article = ArticlePage(
        title=entry["title"],
        slug=entry["slug"],
        owner=user,
        summary=entry["summary"],
        key_message=entry["key_message"],
        body=json.dumps(raw_body(entry["body"])),
    )
    _facts(article, entry)
    article.references = [_reference(record) for record in entry["references"]]
    topics[entry["topic"]].add_child(instance=article)
    # As the editor saves a draft: what is still missing is for the findings to say.
    article.save_revision(user=user, clean=False)
    return ArticlePage.objects.get(pk=article.pk)


def complete_import(article, entry, user):
    """Fill in what an imported file cannot carry, as a librarian would (``entry`` of imports.json)."""
    article = ArticlePage.objects.get(pk=article.pk).get_latest_revision_as_object()
    article.slug = entry["slug"]
    _facts(article, entry)
    article.save_revision(user=user, log_action=True)
    article.save()
    return ArticlePage.objects.get(pk=article.pk)


def _facts(article, entry):
    article.audience = entry["audience"]
    article.department = Department.objects.get(name=entry["department"])
    article.author_name = entry["author"]["name"]
    article.author_title = entry["author"]["title"]
    article.author_department = entry["author"]["department"]
    article.source_type, article.source_line = entry["source"]["type"], entry["source"]["line"]
    article.ai_use, article.ai_note = entry["ai"]["use"], entry["ai"]["note"]
    article.review_months, article.release = entry["review_months"], entry["release"]
    article.share_text = entry["share_text"]
    article.cover = _image(entry["cover"])


def _image(picture):
    title = picture["alt"].split("：", 1)[-1][:60]
    image = LibraryImage.objects.filter(title=title, description=picture["alt"]).first()
    if image is None:
        file = ContentFile(drawings.draw(picture["drawing"]), name=f"{picture['drawing']}.png")
        image = LibraryImage(
            title=title,
            description=picture["alt"],
            credit=picture["credit"],
            licence="本馆绘制",
            source="示例医院图书馆",
            file=file,
        )
        image._set_image_file_metadata()
        image.save()
    return image


def _reference(record):
    known = {field.name for field in Reference._meta.local_concrete_fields} - {"id", "sort_order", "article"}
    values = {name: value for name, value in record.items() if name in known and value}
    values["authors"] = "\n".join(record["authors"])
    for field in ("accessed", "published"):
        if values.get(field):
            values[field] = date.fromisoformat(values[field])
    return Reference(**values)


def raw_body(blocks):
    """Turn body blocks in the snapshot's shape into what the editor stores; drawings become library pictures."""
    return [
        {"type": block["type"], "value": _RAW.get(block["type"], dict)(block["value"])} for block in blocks
    ]


def _items(values):
    return [{"type": "item", "value": value, "id": str(uuid.uuid4())} for value in values]


def _raw_table(value):
    return {
        "columns": [{"type": "text", "heading": heading} for heading in value["header"]],
        "rows": [{"values": row} for row in value["rows"]],
        "caption": value["caption"],
    }


_RAW = {
    "heading": lambda value: value | {"level": str(value["level"])},
    "paragraph": lambda value: value["html"],
    "image": lambda value: {
        "image": _image(value).pk,
        "alt": value["alt"],
        "caption": value["caption"],
        "credit": value["credit"],
    },
    "key_points": lambda value: value | {"points": _items(value["points"])},
    "steps": lambda value: value | {"steps": _items(value["steps"])},
    "do_dont": lambda value: {"do": _items(value["do"]), "dont": _items(value["dont"])},
    "care_card": lambda value: {"level": value["level"], "title": value["title"], "text": value["html"]},
    "table": _raw_table,
}
