"""Links, PINs and known devices as the library sees them."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import pytest

from review import assignments, identity, links
from review.models import LinkOpening, Notice, ReviewLink, ReviewPin, TrustedDevice
from tests.factories import World, make_physician


pytestmark = pytest.mark.django_db
PIN = "274913"


@pytest.fixture
def world():
    world = World()
    world.assignment = assignments.ask(world.submit(world.make_article()), world.physician, world.librarian)
    return world


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def test_links_are_listed_with_their_openings_and_closed(world):
    url = links.make(world.assignment, world.librarian)
    path = url[url.index("/review/") :]
    Client().get(path)
    client = client_of(world.librarian)
    link = ReviewLink.objects.get()
    listed = client.get(reverse("review_links:index")).content.decode()
    assert world.assignment.task_state.revision.object_str in listed and str(world.physician) in listed
    page = client.get(reverse("review_links:inspect", args=[link.pk]))
    assert str(links.OUTCOMES[links.SHOWN]) in page.content.decode()
    # Nothing on these pages opens the door.
    assert path.split("/")[3] not in listed + page.content.decode()

    for refused in (client_of(world.physician), Client()):
        refused.post(reverse("review_links:revoke", args=[link.pk]))
        assert ReviewLink.objects.get().revoked_at is None
    assert client.get(reverse("review_links:revoke", args=[link.pk])).status_code == 405
    for _time in range(2):
        client.post(reverse("review_links:revoke", args=[link.pk]))
    link.refresh_from_db()
    assert link.revoked_by == world.librarian and Client().get(path).status_code == 410
    found = client.get(reverse("review_openings:index"), {"outcome": links.REVOKED})
    assert found.status_code == 200 and LinkOpening.objects.filter(outcome=links.REVOKED).count() == 1


def test_a_pin_is_enrolled_face_to_face(world):
    address = reverse("review_pins:person", args=[world.physician.pk])
    client = client_of(world.librarian)
    assert str(world.physician) in client.get(reverse("review_pins:index")).content.decode()
    for wrong in (
        {"pin": PIN, "again": "274914"},
        {"pin": "123456", "again": "123456"},
        {"pin": PIN},
        {"pin": "<script>", "again": "<script>"},
    ):
        page = client.post(address, wrong)
        assert page.status_code == 422 and PIN not in page.content.decode()
    assert not ReviewPin.objects.exists()
    assert client.post(address, {"pin": PIN, "again": PIN}).status_code == 302
    pin = ReviewPin.objects.get()
    assert pin.user == world.physician and pin.enrolled_by == world.librarian and PIN not in pin.pin_hash
    assert identity.pin_is_right(world.physician, PIN)
    # The person learns of it, whoever typed it.
    notice = Notice.objects.get(kind="pin")
    assert notice.recipient == world.physician and PIN not in notice.text

    for refused in (world.physician, world.admin):
        client_of(refused).post(address, {"pin": "830162", "again": "830162"})
        client_of(refused).post(reverse("review_pins:remove", args=[world.physician.pk]))
    assert identity.pin_is_right(world.physician, PIN)
    # Only who can be asked to review gets one.
    assert client.get(reverse("review_pins:person", args=[world.root.pk])).status_code == 404


def test_a_lost_phone_is_forgotten(world):
    client = client_of(world.chief)
    identity.enrol(world.physician, PIN, world.librarian)
    url = links.make(world.assignment, world.librarian)
    text = reverse("review:phone", args=[world.assignment.pk])
    phone, other_phone = Client(), Client()
    phone.post(url[url.index("/review/") :], {"way": "pin", "pin-pin": PIN, "pin-remember": "on"})
    assert phone.get(text).status_code == 200
    device = TrustedDevice.objects.get()
    other = make_physician("other", [world.department])
    wrong_person = reverse("review_pins:forget", args=[other.pk, device.pk])
    assert client.post(wrong_person).status_code == 404
    assert client.post(reverse("review_pins:forget", args=[world.physician.pk, device.pk])).status_code == 302
    # At once: its open session ends with the mark that it is known by.
    assert phone.get(text).status_code == 302
    other_phone.post(url[url.index("/review/") :], {"way": "pin", "pin-pin": PIN})
    assert other_phone.get(text).status_code == 200
    client.post(reverse("review_pins:remove", args=[world.physician.pk]))
    assert not ReviewPin.objects.exists() and other_phone.get(text).status_code == 302


def test_lists_ask_the_database_no_more_often_for_more_rows(world):
    client = client_of(world.chief)
    names = ("review_links:index", "review_openings:index", "review_pins:index")

    def queries():
        counts = []
        for name in names:
            client.get(reverse(name))  # what is asked once a process
            with CaptureQueriesContext(connection) as found:
                assert client.get(reverse(name)).status_code == 200
            counts.append(len(found))
        return counts

    def add(name):
        person = make_physician(name, [world.department])
        assignment = assignments.ask(world.assignment.task_state, person, world.librarian)
        url = links.make(assignment, world.librarian)
        Client().get(url[url.index("/review/") :])
        identity.enrol(person, PIN, world.librarian)

    add("one")
    few = queries()
    for number in range(4):
        add(f"more-{number}")
    assert queries() == few
