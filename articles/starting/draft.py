"""Making a draft from a starting point."""

import uuid

from django.db import transaction

from articles.models import ArticlePage
from articles.slugs import free_slug


def body_of(point, example=False):
    """Return (body as the stream stores it, {id of a block: key of its guidance})."""
    body, guide = [], {}
    for block in point.blocks:
        number = str(uuid.uuid4())
        body.append({"type": block.type, "value": block.value(example), "id": number})
        if block.guidance:
            guide[number] = block.guidance.key
    return body, guide


def create(point, *, title, topic, user):
    """Create a draft below ``topic`` from a StartingPoint on behalf of ``user``; returns the page."""
    body, guide = body_of(point)
    page = ArticlePage(
        title=title,
        owner=user,
        live=False,
        audience=point.audience,
        subjects=list(point.subjects),
        review_months=point.review_months,
        starting_point=point.key,
        guide=guide,
    )
    page.body = page.body.stream_block.to_python(body)
    with transaction.atomic():
        page.slug = free_slug(title, topic)
        topic.add_child(instance=page)
        page.save_revision(user=user, log_action=True, clean=False)  # a draft may be unfinished
    return page
