"""Which channels a new publication enters, and what its withdrawal means for them."""

from publish import services


def enter(publication):
    """Insert the delivery rows of ``publication``; call inside the approval's transaction."""
    services.open_deliveries(publication)


def withdrawn(publication):
    """Tell the channels that ``publication`` has left the website; call inside the withdrawal's transaction."""
    services.withdraw_deliveries(publication)


def restored(publication):
    """Tell the channels that ``publication`` is on the website again; call inside the undoing's transaction."""
    services.restore_deliveries(publication)
