"""The demo's articles in a fresh site, signed, without the demo around them."""

import os
from contextlib import contextmanager


@contextmanager
def test_site():
    """A test database with the demo's articles; gives their publications. Needs no other set-up."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.test")
    import logging

    import django

    django.setup()
    logging.disable(logging.WARNING)
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        yield load()
    finally:
        teardown_databases(databases, verbosity=0)


def load(release="board"):
    """Set up the site, load people, topics and drafts, sign each; return the live publications."""
    from django.contrib.auth import get_user_model
    from django.db.models import Value
    from django.db.models.functions import Concat

    from articles.models import ArticlePage
    from cms import site_setup
    from cms.demo import loading
    from publish.models import Publication

    home = site_setup.set_up()
    loading.load_people()
    # The demo's accounts log in nowhere else.
    get_user_model().objects.update(email=Concat("username", Value("@example.cn")))
    topics = loading.load_topics(home, user("chief"))
    for name in loading.DRAFTS:
        article = loading.load_draft(name, topics, user("librarian"))
        ArticlePage.objects.filter(pk=article.pk).update(release=release)
        sign(submit(article, release))
    return list(Publication.objects.live().order_by("pk"))


def user(name):
    from django.contrib.auth import get_user_model

    return get_user_model().objects.get(username=name)


def submit(article, release="board", **changes):
    """Send an article to review with a release choice and changed fields; return the open step."""
    from articles.models import ArticlePage
    from review.models import ReviewTaskState

    draft = ArticlePage.objects.get(pk=article.pk).get_latest_revision_as_object()
    for field, value in (changes | {"release": release}).items():
        setattr(draft, field, value)
    draft.save_revision(user=user("librarian"))
    article = ArticlePage.objects.get(pk=article.pk)
    article.get_workflow().start(article, user("librarian"))
    return ReviewTaskState.objects.get(workflow_state__object_id=str(article.pk), status="in_progress")


def answers():
    """The answers that let a text pass, as the review form posts them."""
    from review import checklist

    return {f"answer_{code}": answer for code, answer in checklist.all_yes().items()}


def sign(step):
    """Sign an open step as the demo's physician."""
    from review import checklist, services

    services.sign(
        step,
        user("physician"),
        seen_digest=services.read(step).digest,
        answers={question.code: checklist.YES for question in checklist.questions_for(step)[1]},
    )
