"""P6: deleting in WeChat takes two named persons, the right call with the right index, and never happens twice."""

import json

from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction

from wagtail.models import PageLogEntry

import pytest

from publish import deletions, instance, publishing, services
from publish.deletions import DeletionRefusedError
from publish.models import Deletion, Delivery, Push, Rung
from publish.states import State
from tests.tools.channel import channel, sign


__all__ = ["channel"]
CALLS = ("freepublish/delete", "message/mass/delete")


@pytest.fixture
def people(channel, django_user_model):
    """Return {name: user}: a chief who may withdraw, two librarians, a person who may only look."""
    rights = {
        "chief": ("change_push", "withdraw_publication"),
        "librarian": ("change_push",),
        "colleague": ("change_push",),
        "viewer": ("view_push",),
    }
    found = {}
    for name, given in rights.items():
        user = django_user_model.objects.create_user(username=name, password="x", last_name=name)
        user.user_permissions.set(
            Permission.objects.filter(
                codename__in=("access_admin", *given), content_type__app_label__in=("publish", "wagtailadmin")
            )
        )
        found[name] = django_user_model.objects.get(pk=user.pk)
    return found


def out(channel, *slugs, mode="publish"):
    """A push of signed pieces that arrived in WeChat."""
    push = services.create_push([sign(slug) for slug in slugs or ("one",)], mode=mode)
    channel.settle(push)
    assert push.state == State.DONE
    return push


def confirmed(people, item, reason="剂量写错"):
    deletion = deletions.ask(item, user=people["librarian"], reason=reason)
    deletions.confirm(deletion, user=people["chief"])
    return deletion


def stage(deletion):
    deletion.refresh_from_db()
    return deletion.state, deletion.problem


def sent(channel, call):
    return [json.loads(row["body"]) for row in channel.sandbox.requests(call)]


def there(channel):
    """Titles that readers can still open."""
    return [found["title"] for found in channel.published_items()]


@pytest.mark.parametrize(
    ("mode", "call", "index"),
    [("publish", "freepublish/delete", "index"), ("mass", "message/mass/delete", "article_idx")],
)
def test_the_right_call_with_the_right_index(channel, people, mode, call, index):
    """The second of three goes; the two others stay. The index counts from 1."""
    push = out(channel, "one", "two", "three", mode=mode)
    item = push.items.get(order=2)
    deletion = confirmed(people, item)
    channel.work()
    assert stage(deletion) == ("done", "")
    assert [body[index] for body in sent(channel, call)] == [2]
    assert len(there(channel)) == 2
    push.refresh_from_db()
    item.refresh_from_db()
    assert push.state == State.DONE and not item.holds
    states = dict(Delivery.objects.filter(push=push).values_list("publication_id", "state"))
    assert states.pop(item.publication_id) == State.WITHDRAWN and set(states.values()) == {State.DONE}
    for other in push.items.exclude(pk=item.pk):
        confirmed(people, other)
    channel.work()
    push.refresh_from_db()
    assert push.state == State.WITHDRAWN and push.moves.last().reason == "deleted_there"
    assert there(channel) == [] and sorted(body[index] for body in sent(channel, call)) == [1, 2, 3]


def test_nothing_happens_before_a_second_person_says_so(channel, people):
    push = out(channel)
    deletion = deletions.ask(push.items.get(), user=people["chief"], reason="剂量写错")
    for name in ("chief", "viewer"):
        with pytest.raises(DeletionRefusedError):
            deletions.confirm(deletion, user=people[name])
    channel.advance(days=400)
    channel.work()
    assert stage(deletion) == ("wanted", "") and len(there(channel)) == 1
    deletions.confirm(deletion, user=people["librarian"])
    channel.work()
    assert stage(deletion) == ("done", "") and there(channel) == []


def test_one_of_the_two_may_withdraw(channel, people):
    deletion = deletions.ask(out(channel).items.get(), user=people["librarian"], reason="剂量写错")
    with pytest.raises(DeletionRefusedError):
        deletions.confirm(deletion, user=people["colleague"])
    deletions.confirm(deletion, user=people["chief"])
    assert stage(deletion) == ("ready", "")


def test_readers_in_danger_do_not_wait(channel, people):
    """One person who may withdraw suffices; it is logged and shown to the others."""
    item = out(channel).items.get()
    with pytest.raises(DeletionRefusedError):
        deletions.ask(item, user=people["librarian"], reason="有危险", danger=True)
    deletion = deletions.ask(item, user=people["chief"], reason="有危险", danger=True)
    channel.work()
    assert stage(deletion) == ("done", "") and there(channel) == []
    assert PageLogEntry.objects.filter(action="xinglin.deletion.danger", user=people["chief"]).count() == 1
    assert deletions.waiting_for(people["librarian"])[2] == [deletion]
    assert deletions.waiting_for(people["chief"])[2] == []


def test_the_database_insists_on_two(channel, people):
    item = out(channel).items.get()
    common = {"item": item, "account": item.account, "reason": "x", "asked_by": people["chief"]}
    for changes in ({"state": "ready"}, {"state": "ready", "confirmed_by": people["chief"]}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Deletion.objects.create(**common, **changes)


def test_asked_once_and_only_for_what_is_out(channel, people):
    item = out(channel).items.get()
    waiting = services.create_push([sign("waiting")], mode="publish").items.get()
    for refused, reason in ((waiting, "x"), (item, "  ")):
        with pytest.raises(DeletionRefusedError):
            deletions.ask(refused, user=people["chief"], reason=reason)
    first = deletions.ask(item, user=people["chief"], reason="x")
    with pytest.raises(DeletionRefusedError):
        deletions.ask(item, user=people["librarian"], reason="y")
    deletions.call_off(first, user=people["librarian"])
    assert deletions.ask(item, user=people["librarian"], reason="y").state == "wanted"


def test_ten_a_day_and_the_rest_tomorrow(channel, people):
    channel.sandbox.control("POST", "quotas", daily={"/cgi-bin/freepublish/delete": 1})
    first, second = (confirmed(people, out(channel, slug).items.get()) for slug in ("one", "two"))
    channel.work()
    assert stage(first)[0] == "done" and stage(second)[0] == "ready"
    assert second.errcode == 45009 and deletions.explain(second)
    assert second.due_at.astimezone(services.SHANGHAI).hour == 0
    channel.work()
    assert channel.calls("freepublish/delete") == 2
    channel.advance(days=1)
    channel.work()
    assert stage(second)[0] == "done"


def test_what_the_api_cannot_delete_is_listed_until_ticked(channel, people, settings):
    push = out(channel)
    Push.objects.filter(pk=push.pk).update(rung=Rung.DRAFT, article_id="", msg_id="")
    deletion = confirmed(people, push.items.get())
    channel.work()
    assert stage(deletion) == ("by_hand", "by_hand") and channel.calls("freepublish/delete") == 0
    assert deletions.waiting_for(people["librarian"])[1] == [deletion]
    with pytest.raises(DeletionRefusedError):
        deletions.try_again(deletion, user=people["chief"])
    deletions.tick(deletion, user=people["librarian"])
    assert stage(deletion) == ("done", "") and deletion.ended_by == people["librarian"]
    push.refresh_from_db()
    assert push.state == State.WITHDRAWN


def test_a_foreign_article_at_that_place_is_not_deleted(channel, people):
    """Somebody rearranged things on WeChat's website: nothing is deleted on a guess."""
    push = out(channel)
    Push.objects.filter(pk=push.pk).update(key="somebodyelses")
    deletion = confirmed(people, push.items.get())
    channel.work()
    assert stage(deletion) == ("by_hand", "other_article") and len(there(channel)) == 1


def test_gone_already_counts_as_deleted(channel, people):
    push = out(channel)
    deletion = confirmed(people, push.items.get())
    channel.sandbox.control("POST", "website/delete", article_id=push.article_id)
    channel.work()
    assert stage(deletion) == ("done", "") and channel.calls("freepublish/delete") == 0


@pytest.mark.parametrize("code", [48001, 40114, 53600])
def test_a_refusal_comes_back_to_a_person(channel, people, code):
    deletion = confirmed(people, out(channel).items.get())
    channel.sandbox.fault("freepublish/delete", "error", errcode=code)
    channel.work()
    assert stage(deletion)[0] == "by_hand" and deletion.errcode == code and deletions.explain(deletion)
    deletions.try_again(deletion, user=people["librarian"])
    channel.work()
    assert stage(deletion) == ("done", "")


def test_the_red_switch_holds_deletions(channel, people):
    deletion = confirmed(people, out(channel).items.get())
    services.pause(people["chief"])
    channel.work()
    assert stage(deletion) == ("ready", "") and len(there(channel)) == 1
    services.resume(people["chief"])
    channel.work()
    assert stage(deletion) == ("done", "")


def test_a_restored_backup_asks_for_confirmation_anew(channel, people):
    deletion = confirmed(people, out(channel).items.get())
    instance.suspend("restored", channel.now())
    assert stage(deletion) == ("wanted", "restored") and deletion.confirmed_by is None
    channel.work()
    assert len(there(channel)) == 1 and deletions.explain(deletion)


def test_an_article_deleted_there_may_be_pushed_again_when_put_back(channel, people):
    push = out(channel)
    publication = push.items.get().publication
    withdrawal = publishing.withdraw(publication, reason="数字有误", user=people["chief"])
    confirmed(people, push.items.get())
    channel.work()
    publishing.undo_withdrawal(withdrawal, user=people["chief"])
    assert list(services.board()) == [publication]
