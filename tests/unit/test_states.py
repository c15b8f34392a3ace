"""The table of states and the one function that makes a move. No database."""

import itertools
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish import states
from publish.states import ALLOWED, FINAL, HOLDING, MoveRefusedError, StaleRowError, State


class Table:
    """Stands where a model's manager stands: one row, updated only as it was read."""

    def __init__(self, **row):
        self.row = row
        self.conditions = None

    def filter(self, **conditions):
        self.conditions = conditions
        return self

    def update(self, **changes):
        if any(self.row.get(name) != value for name, value in self.conditions.items()):
            return 0
        self.row |= changes
        return 1


class Thing:
    """A row with the parts `states.move` needs."""

    def __init__(self, state):
        self.pk, self.state, self.version, self.lease = 1, state, 0, ""
        self.recorded, self.told = [], []
        self.moves = self
        type(self)._default_manager = Table(pk=1, state=state, version=0, lease="")

    def create(self, **record):
        self.recorded.append(record)

    def moved(self, old, now):
        self.told.append((old, now))


@pytest.fixture(autouse=True)
def no_transaction(monkeypatch):
    class Atomic:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            return False

    monkeypatch.setattr(states.transaction, "atomic", Atomic)


NOW = datetime(2026, 11, 16, 1, tzinfo=UTC)


def test_every_state_has_its_row():
    assert set(ALLOWED) == set(State)
    assert all(new in set(State) for targets in ALLOWED.values() for new in targets)


def test_the_ends_are_ends():
    assert {state for state, targets in ALLOWED.items() if not targets} == FINAL
    assert ALLOWED[State.DONE] == {State.WITHDRAWN}


def test_unknown_is_reached_from_every_state_in_which_something_may_have_gone_out():
    assert State.UNKNOWN in ALLOWED[State.SENDING]
    assert all(
        State.UNKNOWN in ALLOWED[s] for s in set(State) - FINAL - {State.DONE, State.UNKNOWN, State.WITHDRAWN}
    )


def test_nothing_is_sent_without_being_claimed():
    """Only a claim leads to SENDING, and only what is ready or waits for its time is claimed."""
    assert {state for state in State if State.SENDING in ALLOWED[state]} == {State.READY, State.RETRY_AT}


def test_what_no_push_holds_may_be_pushed_again():
    assert set(State) - HOLDING == {State.FAILED, State.CANCELLED, State.WITHDRAWN}


@pytest.mark.parametrize("old", State)
@pytest.mark.parametrize("new", State)
def test_move_obeys_the_table(old, new):
    thing = Thing(old)
    if new in ALLOWED[old]:
        states.move(thing, new, by="worker", reason="why", now=NOW, lease="mine")
        assert (thing.state, thing.version, thing.lease) == (new, 1, "mine")
        assert thing.recorded == [{"old": old, "new": new, "at": NOW, "by": "worker", "reason": "why"}]
        assert thing.told == [(old, NOW)]
    else:
        with pytest.raises(MoveRefusedError):
            states.move(thing, new, by="worker", now=NOW)
        assert (thing.state, thing.version, thing.recorded) == (old, 0, [])


@pytest.mark.parametrize("difference", [{"version": 1}, {"state": State.CANCELLED}, {"lease": "another's"}])
def test_a_row_that_changed_is_left_alone(difference):
    thing = Thing(State.READY)
    type(thing)._default_manager.row |= difference
    with pytest.raises(StaleRowError):
        states.save(thing, where={"lease": ""}, step="draft")
    assert "step" not in type(thing)._default_manager.row
    assert thing.version == 0


@given(st.lists(st.sampled_from(list(State)), max_size=30))
def test_no_walk_leaves_a_final_state_or_sends_after_done(wishes):
    state, seen = State.READY, [State.READY]
    for wish in wishes:
        if states.allowed(state, wish):
            state = wish
            seen.append(state)
    for old, new in itertools.pairwise(seen):
        assert old not in FINAL
        assert not (old == State.DONE and new != State.WITHDRAWN)
