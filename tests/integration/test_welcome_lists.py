"""The first day: every list is empty and says what to do about it; every screen leads to its help page."""

from django.urls import NoReverseMatch, URLResolver, get_resolver, reverse
from django.utils import translation

from wagtail.admin.views.generic.base import BaseListingView

import pytest

from cms import site_setup
from cms.help import empty_lists, pages, places
from cms.roles import CHIEF, LIBRARIAN, PHYSICIAN
from tests.factories import World, make_user
from tests.tools.roots import plant_roots


OURS = ("articles", "cms", "publish", "review")
# Screens of our own that list something, and are not Wagtail's kind of list.
OTHER_LISTS = (
    "article_comments:index",
    "articles_import",
    "figures:index",
    "ideas:index",
    "my_signatures:index",
    "publish_board:index",
    "publish_calendar:index",
    "publish_connection:index",
    "publish_hand_over:index",
    "review:desk",
    "review_report:index",
    "review_report:work",
)


def addresses(patterns, above=()):
    """Yield (name, view class or None) of every address without arguments."""
    for one in patterns:
        if isinstance(one, URLResolver):
            if not one.pattern.converters:
                yield from addresses(one.url_patterns, (*above, one.namespace) if one.namespace else above)
        elif one.name and not one.pattern.converters:
            view = one.callback
            while not hasattr(view, "view_class") and hasattr(view, "__wrapped__"):
                view = view.__wrapped__
            yield ":".join((*above, one.name)), getattr(view, "view_class", None)


def our_lists():
    """Return the names of all lists that this project registers, whosever view draws them."""
    found = {
        name
        for name, view in addresses(get_resolver().url_patterns)
        if view and issubclass(view, BaseListingView) and not name.endswith("results")
    }
    return {name for name in found if not name.startswith("wagtail") or _is_ours(name)}


def _is_ours(name):
    view = dict(addresses(get_resolver().url_patterns))[name]
    return view.__module__.split(".")[0] in OURS


def test_every_list_has_its_sentence():
    said = set(empty_lists.SENTENCES) | empty_lists.SAY_IT_THEMSELVES | empty_lists.NEVER_EMPTY
    lists = our_lists()
    assert len(lists) > 30
    assert lists == said
    with translation.override("en"):
        texts = [str(sentence) for sentence in empty_lists.SENTENCES.values()]
    assert len(set(texts)) == len(texts)
    assert all(len(text) > 30 for text in texts)


@pytest.mark.django_db
@pytest.mark.parametrize("role", [LIBRARIAN, PHYSICIAN, CHIEF, "管理员"])
def test_every_empty_list_says_what_to_do(client, role):
    plant_roots()
    site_setup.set_up()
    client.force_login(make_user("newcomer", role))
    looked = 0
    for name in sorted(our_lists() | set(OTHER_LISTS)):
        answer = client.get(reverse(name))
        assert answer.status_code in (200, 302), name
        # Those without the right are sent home; lists that set-up fills are not empty.
        listed = answer.context.get("object_list") if answer.status_code == 200 else None
        if answer.status_code == 200 and not listed:
            looked += 1
            assert "data-empty" in answer.content.decode(), name
    assert looked >= {PHYSICIAN: 4, "管理员": 8}.get(role, 25)


@pytest.mark.django_db
def test_a_list_that_a_search_empties_does_not_say_that_nothing_is_there(client):
    plant_roots()
    site_setup.set_up()
    client.force_login(make_user("newcomer", LIBRARIAN))
    answer = client.get(reverse("sensitive_words:index_results"), {"q": "没有这样的词"})
    assert (answer.status_code, "data-empty" in answer.content.decode()) == (200, False)
    assert "data-empty" in client.get(reverse("sensitive_words:index_results")).content.decode()


def test_every_place_and_page_of_the_help_exists():
    assert set(places.PAGES) <= {page.name for page in pages.pages()}
    known = {name for name in places._BY_PLACE if "wagtail" not in name}
    assert len(known) == len(
        [name for names in places.PAGES.values() for name in names if "wagtail" not in name]
    )
    for name in known:
        for arguments in ([], [1], ["dose"]):
            try:
                assert reverse(name, args=arguments)
            except NoReverseMatch:
                continue
            break
        else:
            raise AssertionError(name)


@pytest.mark.django_db
def test_screens_lead_to_their_help_page(client):
    world = World()
    client.force_login(world.chief)
    looked = 0
    for page, names in places.PAGES.items():
        for name in names:
            try:
                address = reverse(name)
            except NoReverseMatch:
                continue
            answer = client.get(address)
            if answer.status_code == 200:
                looked += 1
                assert f'href="{reverse("help:page", args=[page])}"' in answer.content.decode(), name
    assert looked > 25
    client.force_login(world.librarian)
    article = world.make_article()
    editor = client.get(reverse("wagtailadmin_pages:edit", args=[article.pk])).content.decode()
    for page in ("first-article", "references", "checks"):
        assert f'href="{reverse("help:page", args=[page])}"' in editor, page
    assert "data-help" in client.get(reverse("review:desk")).content.decode()
