"""撤回签发: who signed what readers see takes it off the website at once, and the chief librarians hear of it."""

from django.contrib.messages import get_messages
from django.urls import reverse

import pytest

from publish import publishing, recall
from publish.errors import WithdrawalError
from publish.models import Publication, Withdrawal
from review.models import Notice
from tests.factories import World, make_physician


pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


def address(name, row):
    return reverse(f"my_signatures:{name}", args=[row.pk])


@pytest.mark.both_databases
def test_a_signer_recalls_and_the_page_is_gone(world, client):
    publication = world.publish()
    client.force_login(world.physician)
    page = client.get(reverse("my_signatures:index")).content.decode()
    assert address("recall", publication) in page
    assert client.get(address("recall", publication)).status_code == 200
    assert client.get(publication.path).status_code == 200  # opening the question does nothing
    client.force_login(world.physician)
    silent = client.post(address("recall", publication), {"reason": "  "})
    assert silent.context["form"].errors["reason"] and not Withdrawal.objects.exists()
    for _twice in range(2):
        client.post(address("recall", publication), {"reason": "指南已更新，剂量需要核对"})
    withdrawal = Withdrawal.objects.get()
    assert withdrawal.withdrawn_by == world.physician
    assert {notice.recipient for notice in Notice.objects.filter(kind="recalled")} == {world.chief}
    client.force_login(world.chief)
    home = client.get(reverse("wagtailadmin_home")).content.decode()
    assert reverse("withdrawals:index") in home.partition('id="after-publication')[2]
    gone = client.get(publication.path)
    assert gone.status_code == 410 and "指南已更新" in gone.content.decode()


def test_only_the_signer_lets_it_stand_again(world, client):
    publication = world.publish()
    withdrawal = recall.recall(publication, user=world.physician, reason="剂量有误")
    client.force_login(world.chief)
    client.post(reverse("withdrawals:put_back", args=[withdrawal.pk]))
    client.post(address("take_back", withdrawal))
    assert not Publication.objects.live().exists()
    client.force_login(world.physician)
    client.post(address("take_back", withdrawal))
    assert Publication.objects.live().get() == publication


def test_a_new_signature_brings_it_back(world):
    publication = world.publish()
    recall.recall(publication, user=world.physician, reason="剂量有误")
    world.sign(world.submit(publication.article))
    assert Publication.objects.live().get().number == 2
    assert not recall.recalled_by(world.physician).exists()


@pytest.mark.parametrize("who", ["chief", "librarian", "root", "another physician"])
def test_who_did_not_sign_recalls_nothing(world, client, who):
    publication = world.publish()
    user = make_physician("p2", [world.department]) if who == "another physician" else getattr(world, who)
    client.force_login(user)
    answer = client.post(address("recall", publication), {"reason": "不是我签的"})
    assert answer.status_code == 302 and list(get_messages(answer.wsgi_request))
    with pytest.raises(WithdrawalError):
        recall.recall(publication, user=user, reason="不是我签的")
    assert not Withdrawal.objects.exists()


def test_a_version_that_was_replaced_cannot_be_recalled(world):
    first = world.publish()
    second = make_physician("p2", [world.department])
    world.sign(world.submit(first.article), second)
    with pytest.raises(WithdrawalError):
        recall.recall(first, user=world.physician, reason="旧版")
    # What the chief librarian withdraws is put back as ever.
    withdrawal = publishing.withdraw(Publication.objects.live().get(), reason="更新", user=world.chief)
    assert publishing.undo_withdrawal(withdrawal, user=world.chief).number == 2


def test_queries_of_what_i_signed_do_not_grow(world, client, django_assert_max_num_queries):
    client.force_login(world.physician)
    counts = []
    for size in (2, 3):
        for _more in range(size):
            world.publish()
        with django_assert_max_num_queries(60) as queries:
            client.get(reverse("my_signatures:index"))
        counts.append(len(queries))
    assert counts[0] == counts[1]
