"""What WeChat does after it has answered: publish jobs and mass sends end when their time has come."""

from . import masses, publishing


def run_due(account, force=False):
    """End every job that is due by the sandbox clock (``force``: every open job), each in its own transaction.

    Returns the number of jobs ended."""
    store, ended = account.store, 0
    now = account.clock.seconds()
    limit = "" if force else f" and due <= {int(now)}"
    for row in store.rows(f"select id from publish_jobs where status = 1{limit} order by number"):  # noqa: S608
        with store.transaction():
            job = store.row("select * from publish_jobs where id = ? and status = 1", row["id"])
            if job is not None:
                publishing.finish(account, job)
                ended += 1
    waiting = f"(state = 'SENDING'{limit}) or (state = 'WAITING_ADMIN' and due <= {int(now)})"
    for row in store.rows(f"select msg_id from masses where {waiting} order by msg_id"):  # noqa: S608
        with store.transaction():
            mass = store.row(
                "select * from masses where msg_id = ? and state in ('SENDING', 'WAITING_ADMIN')",
                row["msg_id"],
            )
            if mass is not None:
                masses.finish(account, mass)
                ended += 1
    return ended
