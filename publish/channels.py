"""Which channels a new publication enters, and what its withdrawal means for them."""


def enter(publication):
    """Insert the delivery rows of ``publication``; call inside the approval's transaction."""


def withdrawn(publication):
    """Tell the channels that ``publication`` has left the website; call inside the withdrawal's transaction."""
