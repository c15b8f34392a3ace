"""P3: a restored backup, a cloned server, an unknown machine: nothing goes out before it is known."""

import pytest

from publish import instance, models, services
from publish.instance import Guard
from publish.models import Instance, Leftover, Outgoing, Push, Stray
from publish.services import PushRefusedError
from publish.states import State
from tests.tools.channel import sign


# In the order in which rows can be inserted.
TABLES = (
    models.Instance,
    models.Outgoing,
    models.Account,
    models.Push,
    models.PushItem,
    models.Delivery,
    models.Move,
    models.UploadedMedia,
    models.Leftover,
    models.CallbackEvent,
    models.Attempt,
)


def back_up():
    """Return the channel's tables as a backup would hold them."""
    return [(table, list(table.objects.order_by("pk"))) for table in TABLES]


def restore(backup):
    """Put the tables back to what they were."""
    for table, _rows in reversed(backup):
        table.objects.all().delete()
    for table, rows in backup:
        table.objects.bulk_create(rows)


@pytest.fixture
def chief(django_user_model):
    return django_user_model.objects.create_user(username="chief", password="x")


@pytest.mark.parametrize("mode", ["publish", "mass"])
@pytest.mark.parametrize("went_on", ["accepted", "arrived"])
def test_backup_from_before_the_push_went_out(channel, chief, mode, went_on):
    """The database says READY, WeChat has it: everything waits for a named person, and nothing doubles."""
    channel.work()  # the installation introduces itself
    push = services.create_push([sign()], mode=mode)
    backup = back_up()
    channel.work()
    if went_on == "arrived":
        channel.finish_jobs()
    restore(backup)
    sent_before = (
        channel.calls("draft/add"),
        channel.calls("freepublish/submit"),
        channel.calls("message/mass/sendall"),
    )

    for _round in range(4):
        channel.work()
        channel.advance(seconds=61)
    assert Outgoing.current().paused and Outgoing.current().reason == "restored"
    sent = (
        channel.calls("draft/add"),
        channel.calls("freepublish/submit"),
        channel.calls("message/mass/sendall"),
    )
    assert sent == sent_before, "something went out while paused"

    channel.finish_jobs()
    services.resume(chief)
    push = Push.objects.get(pk=push.pk)
    channel.settle(push)
    assert push.state == State.DONE, (push.reason, push.detail)
    assert len(channel.published_items()) == 1 and channel.drafts == []
    assert Outgoing.current().changed_by == chief


def test_mass_send_older_than_wechat_remembers(channel, chief):
    """More than a day later WeChat cannot say: it stays UNKNOWN and is not sent again."""
    channel.work()
    push = services.create_push([sign()], mode="mass")
    backup = back_up()
    channel.work()
    channel.finish_jobs()
    restore(backup)
    channel.advance(hours=30)
    for _round in range(6):
        channel.work()
        channel.advance(minutes=10)
    services.resume(chief)
    channel.work()
    push = Push.objects.get(pk=push.pk)
    assert (push.state, push.reason) == (State.UNKNOWN, "cannot_say")
    assert "done_by_hand" in services.actions(push)
    assert channel.calls("message/mass/sendall") == 1


def test_a_push_that_needed_a_person_is_asked_about_first(channel, chief):
    """A retry after the restore does not send blindly what may have gone out."""
    channel.sandbox.fault("draft/add", "error", errcode=48004)
    push = services.create_push([sign()], mode="publish")
    channel.work()
    push.refresh_from_db()
    assert push.state == State.NEEDS_PERSON
    backup = back_up()
    services.retry(push, chief)
    channel.settle(push)
    assert push.state == State.DONE
    restore(backup)
    channel.work()
    services.resume(chief)
    push = Push.objects.get(pk=push.pk)
    services.retry(push, chief)
    assert push.state == State.UNKNOWN
    channel.settle(push)
    assert push.state == State.DONE
    assert len(channel.published_items()) == 1 and channel.drafts == []


def test_a_push_the_backup_does_not_know(channel, chief):
    """Published after the backup was made: found as a stray, and its article is not pushed again."""
    channel.work()
    publication = sign()
    backup = back_up()
    push = services.create_push([publication], mode="publish")
    channel.settle(push)
    restore(backup)
    channel.work()
    stray = Stray.objects.get()
    assert (stray.kind, stray.article_pk) == (Stray.Kind.PUBLISHED, publication.article_id)
    services.resume(chief)
    with pytest.raises(PushRefusedError):
        services.create_push([publication], mode="publish")
    adopted = services.adopt_stray(stray, chief)
    assert adopted.state == State.DONE and adopted.items.get().address
    with pytest.raises(PushRefusedError):
        services.create_push([publication], mode="publish")
    channel.work()
    assert len(channel.published_items()) == 1


def test_a_draft_the_backup_does_not_know_can_be_deleted(channel, chief, settings):
    settings.WECHAT_MODE = "draft"
    channel.work()
    publication = sign()
    backup = back_up()
    channel.settle(services.create_push([publication], mode="publish"))
    restore(backup)
    channel.work()
    services.resume(chief)
    services.delete_stray_draft(Stray.objects.get(), chief)
    channel.work()
    assert channel.drafts == []
    assert Leftover.objects.get().deleted_at


@pytest.mark.parametrize("change", ["machine", "folder"])
def test_a_cloned_server_starts_paused(channel, chief, change, tmp_path, monkeypatch, settings):
    """The same database under another machine id, or without the file beside it."""
    machine = tmp_path / "machine-id"
    machine.write_text("0123456789abcdef", "ascii")
    monkeypatch.setattr(instance, "MACHINE_ID", machine)
    channel.settle(services.create_push([sign()], mode="publish"))
    waiting = services.create_push([sign("another")], mode="publish")
    if change == "machine":
        machine.write_text("fedcba9876543210", "ascii")
    else:
        settings.VAR_DIR = tmp_path / "elsewhere"
    channel.work()
    assert Outgoing.current().paused and Outgoing.current().reason == "instance_changed"
    assert channel.calls("draft/add") == 1
    with pytest.raises(PushRefusedError):
        services.resume(chief)  # the push was seen absent only once
    channel.advance(seconds=61)
    channel.work()
    services.resume(chief)
    channel.settle(waiting)
    assert waiting.state == State.DONE
    assert Instance.objects.filter(accepted_at=None).count() == 0


def test_the_first_installation_starts_at_once(channel):
    assert Guard().check() is True
    assert Guard().check() is True
    assert not Outgoing.current().paused
