"""Signed articles for tests of what comes after a signature: pages, an Approval and its Publication, without the desk.

The approvals carry made-up seals; tests of the seals make theirs through ``review``.
"""

import copy
import itertools
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from wagtail.models import Locale, Page, Site, Workflow, WorkflowState

from articles import copies, formats
from articles.digest import digest
from articles.models import ArticlePage, Department, TopicPage
from cms.models import HomePage
from publish import publishing
from publish.models import Publication
from review.models import Approval
from tests import samples
from tests.tools import recorded, replayed


SIGNED_AT = datetime(2026, 11, 16, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
_numbers = itertools.count(1)


def home():
    """Return the site's home page, made on first use."""
    if found := HomePage.objects.first():
        return found
    # A test that flushed the database took Wagtail's first rows with it.
    Locale.objects.get_or_create(language_code="zh-hans")
    root = Page.get_first_root_node() or Page.add_root(instance=Page(title="Root", slug="root"))
    page = root.add_child(instance=HomePage(title="首页", slug="site-home"))
    Site.objects.all().delete()
    Site.objects.create(hostname="localhost", root_page=page, is_default_site=True)
    return page


def topic(title="高血压", slug="blood-pressure", **fields):
    """Return the topic with ``slug``, made on first use."""
    if (title, slug, fields) == ("高血压", "blood-pressure", {}) and not HomePage.objects.exists():
        # What nearly every test asks for first.
        recorded.once(lambda: _topic(title, slug))
    return TopicPage.objects.filter(slug=slug).first() or _topic(title, slug, **fields)


def _topic(title, slug, **fields):
    return home().add_child(instance=TopicPage(title=title, slug=slug, **fields))


def keep_pictures(lighter=True):
    """Put the pictures of the sample into storage, as articles.copies does before a signature.

    ``lighter``: as if a worker had found no format that is lighter, which spares it the looking.
    """
    kept = _kept()
    if lighter:
        kept = kept | {formats.list_name(*one): b"{}" for one in formats.wanted(samples.SNAPSHOT)}
    for name, data in kept.items():
        if not default_storage.exists(name):
            default_storage.save(name, ContentFile(data))


@cache
def _kept():
    """Return {name in storage: bytes}; cutting the pictures to size takes longer than most tests."""
    kept = {}
    for image in (samples.COVER, samples.FIGURE):
        data = samples.PICTURES[image["sha256"]]
        kept[copies.name_of(image, "original")] = data
        for spec in copies.KEPT:
            kept[copies.name_of(image, spec)] = copies._rendered(data, image, spec)
    return kept


def article(slug, topic_page=None, title="草稿标题"):
    """Return the editable page of an article with ``slug``, made on first use; its row holds unsigned words."""
    found = ArticlePage.objects.filter(slug=slug).first()
    parent = topic_page or topic()
    return found or parent.add_child(
        instance=ArticlePage(
            title=title,
            slug=slug,
            summary="尚未签发的摘要",
            key_message="尚未签发的要点",
            author_name="王某",
            department=Department.objects.get_or_create(name="心血管内科")[0],
        )
    )


def approve(page, snapshot, signed_at=SIGNED_AT):
    """Return an Approval of ``snapshot`` for ``page``."""
    number = next(_numbers)
    workflow, _ = Workflow.objects.get_or_create(name="测试审核")
    state = WorkflowState.objects.create(
        workflow=workflow,
        base_content_type=page.content_type,
        content_type=page.content_type,
        object_id=str(page.pk),
        status=WorkflowState.STATUS_APPROVED,
    )
    signature = dict(
        samples.FACTS["reviewers"][0], username="physician", answers={}, signed_at=signed_at.isoformat()
    )
    return Approval.objects.create(
        sequence=(Approval.objects.order_by("-sequence").values_list("sequence", flat=True).first() or 0) + 1,
        article=page,
        workflow_state=state,
        revision_id=number,
        scheme=snapshot["scheme"],
        digest=digest(snapshot),
        snapshot=snapshot,
        signatures=[signature],
        signed_at=signed_at,
        mac=f"{number:064d}",
    )


def publish(slug="home-blood-pressure", topic_page=None, signed_at=SIGNED_AT, snapshot=None, **changes):
    """Sign and publish the sample with ``changes``; return the Publication.

    The topic's title and slug give the address; a second call with the same slug gives the next version.
    """
    snapshot = copy.deepcopy(snapshot or samples.SNAPSHOT) | changes
    pk = replayed.step(_publish, slug, topic_page or topic(), signed_at, snapshot)
    return Publication.objects.get(pk=pk)


def _publish(slug, topic_page, signed_at, snapshot):
    page = article(slug, topic_page)
    with transaction.atomic():
        publication = publishing.publish_approval(approve(page, snapshot, signed_at), page)
        ArticlePage.objects.filter(pk=page.pk).update(live=True)
    return publication.pk


def plain(title, text, **changes):
    """Return a short snapshot: one paragraph, no picture, no emergency sentence."""
    return samples.snapshot(
        title=title,
        seo_title="",
        summary=changes.pop("summary", text[:40]),
        key_message=changes.pop("key_message", ""),
        topic={"title": "专题", "emergency": ""},
        cover=None,
        body=[{"type": "paragraph", "value": {"html": f"<p>{text}</p>"}}],
        references=[],
        **changes,
    )


def live():
    """Return the live publications."""
    return Publication.objects.live()
