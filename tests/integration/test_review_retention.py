"""What shows who knocked when is kept as long as the law wants, and no longer (P7)."""

from datetime import timedelta

from django.utils import timezone

import pytest

from publish import jobs
from publish.models.pushes import JobRun
from review import assignments, identity, links, retention
from review.models import LinkOpening, Notice, OneTimeCode, ReviewLink, TrustedDevice
from tests.factories import World


pytestmark = pytest.mark.django_db


@pytest.fixture
def link(clock):
    world = World()
    assignment = assignments.ask(world.submit(world.make_article()), world.physician, world.librarian)
    links.make(assignment, world.librarian)
    return assignment.links.get()


def opened(link, age):
    return LinkOpening.objects.create(
        link=link, outcome=links.OPENED, address="192.0.2.1", at=timezone.now() - age
    )


def known(user, name, **left):
    return TrustedDevice.objects.create(
        user=user, token_hash=name, device="phone", expires_at=timezone.now() + timedelta(**left)
    )


def test_openings_stay_six_months_and_the_link_for_good(link):
    kept = opened(link, timedelta(days=184))
    opened(None, timedelta(days=184, seconds=1))
    opened(link, timedelta(days=400))
    assert retention.tidy() == (2, 0, 0)
    assert [row.pk for row in LinkOpening.objects.all()] == [kept.pk]
    assert ReviewLink.objects.filter(pk=link.pk).exists()


def test_codes_stay_a_day_and_still_count_within_the_hour(link, clock):
    for _code in range(identity.CODES_PER_HOUR):
        identity.new_code(link)
    assert retention.tidy() == (0, 0, 0)
    with pytest.raises(identity.TooManyTriesError):
        identity.new_code(link)
    used = OneTimeCode.objects.order_by("-pk").first()
    assert identity.code_is_right(link, identity.digits_of(used))
    clock.shift(timedelta(days=1, minutes=11))
    fresh = identity.new_code(link)
    assert retention.tidy() == (0, identity.CODES_PER_HOUR, 0)
    assert identity.code_is_right(link, identity.digits_of(fresh))


def test_devices_go_when_they_are_known_no_more(link):
    user = link.assignment.person
    kept = known(user, "a", days=1)
    known(user, "b", seconds=0)
    revoked = known(user, "c", days=2)
    identity.forget_device(revoked)
    assert retention.tidy() == (0, 0, 1)
    assert {row.pk for row in TrustedDevice.objects.all()} == {kept.pk, revoked.pk}


def test_a_worker_does_it_once_a_day(link, clock):
    opened(link, timedelta(days=200))
    for _time in range(2):
        jobs.run_due("worker", timezone.now())
    assert not LinkOpening.objects.exists()
    assert JobRun.objects.filter(name="review-retention").exclude(ended_at=None).count() == 1
    assert Notice.objects.filter(kind="asked").exists(), "records of the review stay"
