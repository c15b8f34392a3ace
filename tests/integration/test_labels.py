"""No screen within reach of a role speaks English as the server sends it; tests.browser.test_labels asks Chromium."""

from collections import Counter, deque
from urllib.parse import urljoin, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from wagtail.contrib.redirects.models import Redirect
from wagtail.models import PageLogEntry

import pytest

from publish import publishing
from publish import services as pushing
from publish.models import Attempt, Push, Stray
from publish.states import State
from review import services as reviewing
from tests.factories import World, make_image
from tests.support.labels import addresses, assert_chinese, english


# About pages; the SQL behind them is sent by others.
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
ROLES = ["librarian", "physician", "chief", "admin"]
FACES = ("/admin/", "/review/")
# What only scripts ask for, what ends the session, and lists without the page around them.
LEFT_OUT = (
    "editing-sessions",
    "/logout/",
    "/results/",
    "/block-preview/",
    "/jsi18n/",
    "/sprite/",
    "autocomplete",
)
# How many screens of one kind. What a librarian reaches the chief reaches, too.
VISITS_OF_ONE_VIEW = {"librarian": 1, "physician": 4, "chief": 4, "admin": 4}


@pytest.fixture
def busy_hospital(client):
    """A world in which every kind of screen has something to show."""
    world = World()
    world.draft = world.make_article(title="减盐小妙招")
    step = world.submit(world.make_article(title="老年人防跌倒"))
    world.read = world.submit(world.make_article(title="儿童刷牙"))
    world.publish(title="流感疫苗")
    old = world.publish(title="旧的说法")
    to_push = [world.publish() for _push in range(4)]
    # What follows is no step that can be put back, so it comes last.
    make_image("袖带与手臂", width=940, height=400)
    # Tests plant the root by hand, which is logged; an installation has it from a migration.
    PageLogEntry.objects.filter(label="Root").delete()
    digest = reviewing.read(step).digest
    reviewing.send_back(step, world.physician, seen_digest=digest, reason="请补充参考文献。")
    publishing.withdraw(old, reason="数据有误", user=world.chief)
    world.pushes = [
        _push(world, publication, *state)
        for publication, state in zip(
            to_push,
            [
                (State.NEEDS_PERSON, {"draft_media_id": "m1", "reason": "by_hand"}),
                (State.FAILED, {"errcode": 45166, "reason": ""}),
                (State.UNKNOWN, {"intent": "send", "intent_at": timezone.now(), "reason": "cannot_say"}),
                (State.READY, {}),
            ],
            strict=True,
        )
    ]
    account = world.pushes[0].account
    Attempt.objects.create(
        account=account,
        push=world.pushes[1],
        call="draft/add",
        started_at=timezone.now(),
        outcome="refused",
        errcode=45166,
    )
    Stray.objects.create(
        account=account, kind="draft", remote_id="m9", key="k", article_pk=world.draft.pk, title="旧草稿"
    )
    Redirect.objects.create(old_path="/old", redirect_page=world.topic)
    client.force_login(world.librarian)
    file = SimpleUploadedFile("量血压.md", "# 怎么量血压\n\n坐下休息五分钟再量。\n".encode())
    answer = client.post(reverse("articles_import"), {"topic": world.topic.pk, "file": file})
    world.report = answer["Location"]
    return world


def _push(world, publication, state, changes):
    push = pushing.create_push([publication], user=world.librarian)
    Push.objects.filter(pk=push.pk).update(state=state, **changes)
    return push


def seeds(world, role):
    """Where to start: the two faces, and screens that only a form leads to."""
    found = ["/admin/", "/review/"]
    if role in ("librarian", "chief"):
        pages = f"?id={world.draft.pk}&id={world.topic.pk}"
        found += [
            f"/admin/bulk/wagtailcore/page/{action}/{pages}"
            for action in ("move", "delete", "publish", "unpublish")
        ]
        found += [
            f"/admin/bulk/articles/libraryimage/{action}/?id={world.draft.cover_id}"
            for action in ("delete", "add_tags", "add_to_collection")
        ]
        found += [
            reverse("wagtailadmin_pages:edit", args=[world.draft.pk]),
            reverse("wagtailadmin_pages:unpublish", args=[world.topic.pk]),
            reverse("wagtailadmin_pages:move", args=[world.draft.pk]),
            world.report,
            "/admin/images/chooser/",
            "/admin/choose-page/?page_type=wagtailcore.page&allow_external_link=true",
            "/admin/choose-external-link/",
            "/admin/pages/search/?q=%E8%A1%80",
            "/admin/images/?q=%E6%97%A0",
        ]
    if role == "admin":
        found += [
            f"/admin/bulk/cms/user/{action}/?id={world.librarian.pk}"
            for action in ("assign_role", "delete", "set_active_state")
        ]
    return found


def crawl(client, start, most):
    """Yield (address, HTML or JSON text) of everything within reach of ``start``, of each view ``most`` screens."""
    seen, visits, queue = set(start), Counter(), deque(start)
    while queue:
        address = queue.popleft()
        answer = client.get(address)
        kind = answer.get("Content-Type", "")
        text = answer.content.decode() if "html" in kind else ""
        if "json" in kind:
            text = answer.json().get("html", "") if isinstance(answer.json(), dict) else ""
        assert answer.status_code < 500, address
        if text and answer.status_code < 400:
            yield address, text
        for link in [*addresses(text), *filter(None, [answer.get("Location")])]:
            parts = urlsplit(urljoin(address, link))
            if (
                parts.netloc
                or not parts.path.startswith(FACES)
                or any(part in parts.path for part in LEFT_OUT)
            ):
                continue
            try:
                view = resolve(parts.path).view_name
            except Resolver404:
                continue
            if parts.path not in seen and visits[view] < most:
                seen.add(parts.path)
                visits[view] += 1
                queue.append(parts.path)


@pytest.mark.long
@pytest.mark.parametrize("role", ROLES)
def test_every_screen_within_reach(busy_hospital, client, role):
    client.force_login(getattr(busy_hospital, role))
    screens = {
        address: english(html)
        for address, html in crawl(client, seeds(busy_hospital, role), VISITS_OF_ONE_VIEW[role])
    }
    assert len(screens) > {"physician": 5}.get(role, 30)
    assert_chinese(screens)
