"""Who holds the phone: the review PIN, one-time codes, known devices. None of it opens the editors' side.

A device becomes known for 30 days when its person asks for it; otherwise the phone pages stay open for two hours. Taking
a PIN or a device away ends both at once. Wrong tries are counted before a secret is compared, so that many tries at the
same moment count as many.
"""

import secrets
from datetime import timedelta
from itertools import pairwise

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from wagtail.log_actions import log

from review import devices, notices, senders
from review.errors import ReviewStateError
from review.links import hashed
from review.models import Notice, OneTimeCode, ReviewPin, ReviewSettings, TrustedDevice


COOKIE = "review_device"
PATH = "/review/"
KNOWN_FOR = timedelta(days=30)
OPEN_FOR = timedelta(hours=2)
SESSION_KEY = "review_person"

TRIES = 5
LOCKED_FOR = timedelta(minutes=15)
SHORTEST_PIN, LONGEST_PIN = 6, 12
CODE_LIFE = timedelta(minutes=10)
CODES_PER_HOUR = 5
CODE_KEY = "code:"
BLANK = "······"


class TooManyTriesError(ReviewStateError):
    """A PIN or code was wrong too often; ``sentence`` says when to try again."""


# --- who this is ------------------------------------------------------------------------------


def proofs(request):
    """Return the ids of everybody this request has shown to be: by login, known device, PIN or code."""
    found = set()
    kept = request.session.get(SESSION_KEY) or {}
    until = parse_datetime(kept.get("until", ""))
    if until and until > timezone.now() and kept.get("standing") == _standing(kept["user"]):
        found.add(kept["user"])
    if device := _device_of(request):
        found.add(device.user_id)
    if request.user.is_authenticated and request.user.is_active:
        found.add(request.user.pk)
    return found


def admit(request, user):
    """Open the phone pages to ``user`` in this browser for two hours; the session gets a new key."""
    request.session.cycle_key()
    until = timezone.now() + OPEN_FOR
    request.session[SESSION_KEY] = {
        "user": user.pk,
        "until": until.isoformat(),
        "standing": _standing(user.pk),
    }


def remember(request, response, user, now=None):
    """Make this device known as that of ``user`` for 30 days, by a cookie of the phone pages alone."""
    now = now or timezone.now()
    token = secrets.token_urlsafe(32)
    TrustedDevice.objects.create(
        user=user,
        token_hash=hashed(token),
        device=devices.kind_of(request),
        made_at=now,
        expires_at=now + KNOWN_FOR,
    )
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(KNOWN_FOR.total_seconds()),
        path=PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def forget(request, response):
    """End all that ``proofs`` goes by in this browser, the login as well."""
    if device := _device_of(request):
        forget_device(device)
    request.session.flush()
    response.delete_cookie(COOKIE, path=PATH, samesite="Lax")


def forget_device(device, now=None):
    """Have a known device show who holds it again; a second time changes nothing."""
    TrustedDevice.objects.filter(pk=device.pk, revoked_at=None).update(revoked_at=now or timezone.now())


def _device_of(request):
    token = request.COOKIES.get(COOKIE, "")
    if not token:
        return None
    return TrustedDevice.objects.filter(
        token_hash=hashed(token), revoked_at=None, expires_at__gt=timezone.now(), user__is_active=True
    ).first()


def _standing(pk):
    """Return since when the PIN of an open account counts and when a device was last taken away; None when closed."""
    people = get_user_model().objects.filter(pk=pk, is_active=True)
    found = people.annotate(ended=Max("trusted_devices__revoked_at"))
    row = found.values_list("review_pin__enrolled_at", "ended").first()
    return row and " ".join(map(str, row))


# --- the PIN ----------------------------------------------------------------------------------


def enrol(user, pin, by):
    """Store the PIN that ``user`` typed in front of ``by``, in place of an earlier one; known devices start anew.

    The person is told. Raises ReviewStateError for a PIN that is easily guessed.
    """
    _check_pin_is_fit(pin, user)
    with transaction.atomic():
        row, _new = ReviewPin.objects.update_or_create(
            user=user,
            defaults={
                "pin_hash": make_password(pin),
                "enrolled_by": by,
                "enrolled_at": timezone.now(),
                "failures": 0,
                "locked_until": None,
            },
        )
        TrustedDevice.objects.filter(user=user, revoked_at=None).update(revoked_at=timezone.now())
        log(user, "review.enrol_pin", user=by)
        notices.pin_enrolled(row)


def take_away(user, by):
    """End the PIN and the known devices of ``user``: a phone was lost, or the person has left."""
    with transaction.atomic():
        ReviewPin.objects.filter(user=user).delete()
        TrustedDevice.objects.filter(user=user, revoked_at=None).update(revoked_at=timezone.now())
        log(user, "review.remove_pin", user=by)


def pin_is_right(user, pin, now=None):
    """Say whether ``pin`` is that of ``user``. Raises TooManyTriesError after five wrong ones, for 15 minutes."""
    row = ReviewPin.objects.filter(user=user).first()
    if row is None:
        return False
    mine = ReviewPin.objects.filter(pk=row.pk)
    now = now or timezone.now()
    mine.filter(locked_until__lte=now).update(failures=0, locked_until=None)
    if not mine.filter(locked_until=None, failures__lt=TRIES).update(failures=F("failures") + 1):
        raise TooManyTriesError(_closed_until(mine.get().locked_until or now + LOCKED_FOR))
    mine.filter(locked_until=None, failures__gte=TRIES).update(locked_until=now + LOCKED_FOR)
    if not check_password(pin, row.pin_hash):
        return False
    mine.update(failures=0, locked_until=None)
    return True


def _closed_until(time):
    return _("Too many wrong tries. Try again after %(time)s, or use another way to sign in.") % {
        "time": date_format(timezone.localtime(time), "H:i")
    }


def _check_pin_is_fit(pin, user):
    if not (pin.isascii() and pin.isdigit() and SHORTEST_PIN <= len(pin) <= LONGEST_PIN):
        raise ReviewStateError(
            _("A PIN has %(least)d to %(most)d digits.") % {"least": SHORTEST_PIN, "most": LONGEST_PIN}
        )
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    mobile = getattr(getattr(user, "physician", None), "mobile", "")
    if len(set(pin)) < 3 or steps in ({1}, {9}) or pin in user.username or (mobile and pin in mobile):
        raise ReviewStateError(
            _(
                "This PIN is easily guessed: no row of digits, no repeated one, no part of a staff or phone number."
            )
        )


# --- one-time codes ---------------------------------------------------------------------------


def new_code(link, now=None):
    """Return a new OneTimeCode for the person of ``link``; earlier ones end. Raises TooManyTriesError.

    Its digits follow from the row and SECRET_KEY (``digits_of``), so that no message waiting to be sent holds them.
    """
    now = now or timezone.now()
    user = link.assignment.person
    with transaction.atomic():
        get_user_model().objects.select_for_update().get(pk=user.pk)
        mine = OneTimeCode.objects.filter(user=user)
        if mine.filter(made_at__gt=now - timedelta(hours=1)).count() >= CODES_PER_HOUR:
            raise TooManyTriesError(
                _("Too many codes were asked for. Try again in an hour, or use another way to sign in.")
            )
        mine.filter(used_at=None, expires_at__gt=now).update(expires_at=now)
        code = OneTimeCode.objects.create(
            user=user, link=link, code_hash="", made_at=now, expires_at=now + CODE_LIFE
        )
        code.code_hash = make_password(digits_of(code))
        code.save(update_fields=["code_hash"])
    return code


def ways_to_send(user):
    """Return the names of the senders that reach ``user`` alone, the first to be used: never a robot in a group."""
    chosen = senders.switched_on(ReviewSettings.load())
    return [
        name
        for name in ("wecom_app", "sms", "mail")
        if name in chosen and senders.by_name(name).address(user) and not senders.by_name(name).missing()
    ]


def send_code(link):
    """Have a new code sent to the person of ``link``; return the label of the way it goes. The worker sends it at once.

    Raises TooManyTriesError, and ReviewStateError when nothing reaches the person.
    """
    user = link.assignment.person
    ways = ways_to_send(user)
    if not ways:
        raise ReviewStateError(
            _(
                "No mail address or mobile number is entered for you. Sign in another way, or ask the librarian."
            )
        )
    with transaction.atomic():
        code = new_code(link)
        Notice.objects.create(
            key=f"{CODE_KEY}{code.pk}",
            kind="code",
            assignment=link.assignment,
            recipient=user,
            sender=ways[0],
            subject=_("Your code for the review page"),
            text=_(
                "Code: %(code)s. It is valid for ten minutes and for you alone; nobody from the library asks for it."
            )
            % {"code": BLANK},
            not_before=code.made_at,
        )
    return str(senders.by_name(ways[0]).LABEL)


def filled_in(notice):
    """Return the text of a notice of the kind "code" with its digits, as it is sent; empty when the code has ended."""
    code = OneTimeCode.objects.filter(
        pk=int(notice.key.removeprefix(CODE_KEY)), used_at=None, expires_at__gt=timezone.now()
    ).first()
    return notice.text.replace(BLANK, digits_of(code)) if code else ""


def digits_of(code):
    """Return the six digits of a OneTimeCode, for the message that carries them."""
    mac = salted_hmac("review.one_time_code", f"{code.pk}:{code.user_id}:{code.made_at.isoformat()}")
    return f"{int.from_bytes(mac.digest()[:8]) % 1_000_000:06d}"


def code_is_right(link, typed, now=None):
    """Say whether ``typed`` is the code sent for ``link``, which it uses up. Raises TooManyTriesError."""
    now = now or timezone.now()
    row = OneTimeCode.objects.filter(link=link, used_at=None, expires_at__gt=now).order_by("-pk").first()
    if row is None:
        return False
    mine = OneTimeCode.objects.filter(pk=row.pk, used_at=None)
    if not mine.filter(failures__lt=TRIES).update(failures=F("failures") + 1):
        raise TooManyTriesError(_("This code was wrong too often. Ask for a new one."))
    return check_password(typed, row.code_hash) and bool(mine.update(used_at=now))
