"""Who a signer is: the public part that readers see, the fuller private record, and whether they have left since."""

from django.contrib.auth import get_user_model

from review.models import Physician, Post, StepKind


FORMER = "时任"
"""Printed on readers' pages before the title of a signer who has left or retired since. Content, not interface."""


def entry_of(user):
    """Return the Physician entry of ``user``, in post or not, or None."""
    return Physician.objects.filter(user=user).select_related("department").first()


def name_of(user):
    """Return how colleagues name ``user``: as the entry does, else as the account."""
    entry = getattr(user, "physician", None)
    return entry.name if entry else str(user)


def with_right(right):
    """Return the colleagues who have ``right`` ("review.call_back_review") by their role, superusers apart."""
    return get_user_model().objects.with_perm(
        right, include_superusers=False, backend="django.contrib.auth.backends.ModelBackend"
    )


def signer(user, entry=None):
    """Return {"name", "title", "department"} of any signer; without an entry, title and department are empty.

    ``entry``: what ``entry_of`` has said already.
    """
    entry = entry or entry_of(user)
    if entry is not None:
        return entry.credentials()
    return {"name": user.get_full_name() or user.username, "title": "", "department": ""}


def credentials_at(user, entry=None):
    """Return the private record of ``user`` as it is now, in plain values, for a signature's "credentials".

    Everybody's roles; of those with an entry also licence, scope, institution, assessment, post and departments.
    Contact data stay out: they say nothing about the right to sign. ``entry``: what ``entry_of`` has said already.
    """
    record = {"roles": sorted(user.groups.values_list("name", flat=True))}
    entry = entry or entry_of(user)
    if entry is None:
        return record
    return record | {
        "profession": entry.profession,
        "post": entry.post,
        "licence_category": entry.licence_category,
        "licence_scope": entry.licence_scope,
        "main_institution": entry.main_institution,
        "specialties": entry.specialties,
        "assessed_until": entry.assessed_until.isoformat() if entry.assessed_until else "",
        "expert_pool": entry.expert_pool,
        "signs_for": list(entry.reviews_for.values_list("name", flat=True)),
    }


def former(usernames):
    """Return those of ``usernames`` whose entry says that they have left or retired. One query."""
    gone = Physician.objects.filter(user__username__in=usernames).exclude(post=Post.IN_POST)
    return set(gone.values_list("user__username", flat=True))


def as_readers_see(signatures):
    """Return public dicts of ``signatures``, in order: name, title, department, step, kind.

    A title has 时任 before it when its bearer has left since; the signatures themselves stay as they were signed.
    """
    gone = former([signature.get("username", "") for signature in signatures])
    return [
        {
            "name": signature["name"],
            "title": f"{FORMER}{signature['title']}"
            if signature.get("username") in gone
            else signature["title"],
            "department": signature["department"],
            "step": signature["step"],
            # Signatures of the first version name no kind: there were physicians only.
            "kind": signature.get("kind", StepKind.PHYSICIAN),
        }
        for signature in signatures
    ]
