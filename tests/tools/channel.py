"""The WeChat channel in tests: a sandbox on a socket, one clock for both sides, workers."""

import json
from datetime import timedelta

from django.utils import timezone

import pytest

from publish.deliver import Worker
from publish.models import Leftover
from publish.sandbox.server import Sandbox
from publish.states import State
from tests.tools import published, recorded
from tests.tools.roots import plant_roots


RESTING = {State.DONE, State.FAILED, State.NEEDS_PERSON, State.CANCELLED}
NO_AI = {"use": "none", "note": ""}


def sign(slug="home-blood-pressure", **changes):
    """Publish the sample on the site, written without AI, and return its Publication."""
    return published.publish(slug, **({"ai": NO_AI} | changes))


class Channel:
    """A sandbox and the product's side of it. ``auto`` is off: jobs end and callbacks go when a test says so."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self.offset = timedelta()

    def now(self):
        """The time of the product: real time, moved on by `advance`."""
        return timezone.now() + self.offset

    def advance(self, **how):
        """Move both clocks on."""
        step = timedelta(**how)
        self.offset += step
        self.sandbox.advance(step.total_seconds())

    def worker(self, **options):
        """A worker of this process."""
        return Worker(clock=self.now, **options)

    def work(self):
        """Let a worker do what is due; return whether something ended badly."""
        return self.worker().run_once()

    def finish_jobs(self):
        """Let the sandbox end what it has accepted."""
        return self.sandbox.run(force=True)

    def settle(self, push, rounds=10):
        """Let workers, WeChat's jobs and the time go on until ``push`` rests and no draft is left to delete."""
        for _round in range(rounds):
            self.work()
            push.refresh_from_db()
            if push.state in RESTING and not Leftover.objects.filter(deleted_at=None).exists():
                return push
            self.finish_jobs()
            self.advance(seconds=61)
        return push

    @property
    def drafts(self):
        """The drafts in the sandbox's box."""
        return [d for d in self.sandbox.state()["drafts"] if d.get("state", "box") == "box"]

    @property
    def out(self):
        """The articles that are out, published or mass-sent."""
        state = self.sandbox.state()
        return state["published"] + [a for mass in state["mass_sends"] for a in mass["articles"]]

    def published_items(self):
        """The articles that are out, as they were sent."""
        rows = self.sandbox.store.rows("select data from articles where not deleted order by number")
        return [json.loads(row["data"]) for row in rows]

    def calls(self, path):
        """How many requests met a path."""
        return len(self.sandbox.requests(path))


@pytest.fixture
def channel(transactional_db, settings):
    """A verified account's sandbox, and the settings that point to it."""
    with Sandbox(auto=False) as sandbox:
        settings.WECHAT_API_BASE = sandbox.base_url
        settings.WECHAT_MODE = "mass"
        recorded.once(plant_roots)
        published.keep_pictures()
        yield Channel(sandbox)
