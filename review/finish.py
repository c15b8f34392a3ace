"""``WAGTAIL_FINISH_WORKFLOW_ACTION``: what the last signature of a chain sets off.

Wagtail imports this module while its own models load, so nothing may be imported at the top.
"""


def publish_approved(workflow_state, user=None):
    """Turn a finished chain into an Approval and let the article out; Wagtail calls this inside its transaction.

    Raises review.errors.ReviewStateError, which undoes the last decision, when the chain's signatures do not hold.
    """
    from review.concluding import conclude

    conclude(workflow_state, user)
