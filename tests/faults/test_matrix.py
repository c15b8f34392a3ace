"""P3: after any fault at any call, and after reconciliation: out once, no orphan draft, nothing lost, and understood."""

import signal

import pytest

from publish import services
from publish.models import AccessToken, Leftover, UploadedMedia
from publish.states import HOLDING, State
from publish.wechat import reasons
from tests.faults.matrix import CALLS, FAULTS, WORKERS, calls_of, row
from tests.tools import published
from tests.tools.channel import NO_AI, sign


TEXT = "每天同一时间量血压，量前坐下休息五分钟，记下两个数字，复诊时带给医生看。"


def new_push(call, name):
    """Return a push that will make ``call``: with pictures where they are uploaded, small otherwise."""
    mode, _path = CALLS[call]
    if call in ("uploadimg", "cover"):
        return services.create_push([sign(name)], mode=mode)
    small = published.plain(f"量血压：{name}", TEXT, ai=NO_AI)
    return services.create_push([published.publish(name, snapshot=small)], mode=mode)


def bring_about(channel, push, call, fault, run):
    """Let the fault meet the call while workers are at the push; return whether it did."""
    _mode, path = CALLS[call]
    if call.startswith("poll"):
        channel.work()
        channel.finish_jobs()
        channel.advance(minutes=2)
    if call in ("uploadimg", "cover"):
        UploadedMedia.objects.all().delete()
    if call == "token":
        AccessToken.objects.all().delete()
    if fault == "SIGKILL":
        return -signal.SIGKILL in run(point=f"sent:{path}")
    if fault == "40001 race":
        channel.sandbox.control("POST", "tokens", action="invalidate")
    channel.sandbox.fault(path, **FAULTS[fault])
    run()
    return not channel.sandbox.control("GET", "faults")["faults"]


def reconcile(channel, push, run):
    """Let workers, WeChat's jobs and the time go on until nothing is left to do."""
    for round_ in range(14):
        run() if round_ == 0 else channel.work()
        push.refresh_from_db()
        if push.state == State.DONE and not Leftover.objects.filter(deleted_at=None).exists():
            break
        channel.finish_jobs()
        due = (push.due_at - channel.now()).total_seconds()
        channel.advance(seconds=max(61, due + 1) if push.state != State.DONE else 61)


def wrong_with(channel, push):
    """Return what is not as it must be after reconciliation: sentences, empty when all is well."""
    out = [item for item in channel.published_items() if push.key in item["content_source_url"]]
    item = push.items.get()
    checks = {
        f"{len(out)} times out": len(out) == 1,
        f"ended {push.state} {push.reason} {push.errcode} {push.detail}": push.state == State.DONE,
        "an orphan draft": channel.drafts == [],
        # Of a mass send only the callback tells the address.
        "a lost item": item.holds == (push.state in HOLDING) and bool(item.address or push.msg_id),
        "an open intent or lease": (push.intent, push.lease_worker) == ("", ""),
        "a state without a sentence": bool(reasons.explain(push)),
    }
    return [name for name, well in checks.items() if not well]


@pytest.mark.parametrize(
    "workers",
    # One worker alone meets WeChat's answers; three meet each other.
    [pytest.param(count, marks=pytest.mark.answers if count == 1 else ()) for count in WORKERS],
)
@pytest.mark.parametrize("fault", FAULTS)
def test_fault_matrix(request, record_property, channel, fault, workers):
    """A diagonal of the matrix; ``python -m tests.faults.matrix`` (and ``make bench``) tries all of it."""
    doomed = request.getfixturevalue("doomed") if workers > 1 or fault == "SIGKILL" else None

    def run(point=""):
        if doomed is None:
            channel.work()
            return [0]
        codes = doomed(point, workers=workers)
        return codes if workers > 1 else [codes]

    wrong, cells = {}, {}
    for number, call in enumerate(calls_of(fault)):
        if CALLS[call][0] == "mass":
            channel.advance(days=1)  # one mass send a day
        push = new_push(call, f"piece-{number}")
        met = bring_about(channel, push, call, fault, run)
        push.refresh_from_db()
        first = push.state
        reconcile(channel, push, run)
        cells[call] = (first, push.state)
        if found := wrong_with(channel, push) + ([] if met else ["the fault met nothing"]):
            wrong[call] = found
    record_property("fault matrix", row(workers, fault, cells))
    assert not wrong
