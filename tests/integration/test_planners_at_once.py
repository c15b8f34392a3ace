"""Two people plan at the same moment: one day has one mass send, one piece stands in one push, one version wins."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

import pytest

from articles.errors import Refusal
from publish import composing, planning
from publish.models import Push, PushItem
from tests.tools.planning import EVENING, TODAY


pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("planned_site"),
    pytest.mark.both_databases,
]


def at_once(*acts):
    """Run ``acts`` in threads that begin together; return what each ended in: "done" or the kind of refusal."""
    barrier = Barrier(len(acts))

    def run(act):
        try:
            barrier.wait()
            act()
        except Refusal as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def test_one_day_is_planned_once(librarian, colleague, signed):
    pushes = [composing.start(user, [signed()], EVENING) for user in (librarian, colleague)]
    acts = [
        lambda push=push, user=user: composing.release(push, user, push.version)
        for push, user in zip(pushes, (librarian, colleague), strict=True)
    ]
    assert at_once(*acts) == ["PushRefusedError", "done"]
    assert Push.objects.filter(composing=False).count() == 1
    assert planning.day_taken(pushes[0].account, TODAY)


def test_one_piece_goes_into_one_push(librarian, colleague, signed):
    piece = signed()
    acts = [lambda user=user: composing.start(user, [piece]) for user in (librarian, colleague)]
    assert at_once(*acts) == ["PushRefusedError", "done"]
    assert PushItem.objects.filter(publication=piece, holds=True).count() == 1


def test_one_of_two_arrangements_is_stored_whole(librarian, colleague, signed):
    first, second = signed(), signed()
    push = composing.start(librarian, [first, second])
    wanted = [((second.pk, 0), (first.pk, 0)), ((second.pk, 0),)]

    def arrange(user, pieces):
        mine = Push.objects.get(pk=push.pk)
        composing.arrange(mine, user, push.version, composing.Arrangement(pieces, mine.asked))

    ended = at_once(
        lambda: arrange(librarian, wanted[0]),
        lambda: arrange(colleague, wanted[1]),
    )
    assert ended == ["ChangedMeanwhileError", "done"]
    stored = tuple(push.items.order_by("order").values_list("publication", "choice"))
    assert stored in wanted
