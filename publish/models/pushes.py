"""WeChat work in the database: pushes with their items, deliveries, and what the workers remember.

Every row that belongs to a WeChat account carries its appid, so that a second account never needs a
migration. States are written through `publish.states` alone; the constraints below stand behind it.
"""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from publish.states import HOLDING, State


class Rung(models.TextChoices):
    """How far a push may go. What happens is the lowest of what is asked, set and possible."""

    DRAFT = "draft", _("Draft, finished by hand")
    PUBLISH = "publish", _("Publish without notifying followers")
    MASS = "mass", _("Mass send to all followers")


RUNGS = [Rung.DRAFT, Rung.PUBLISH, Rung.MASS]
# Reasons (publish.wechat.reasons) of a mass send that WeChat took and did not carry out.
SENDS_THAT_FAILED = ["mass_failed", "mass_refused", "mass_unconfirmed"]


class Channel(models.TextChoices):
    """Where a publication goes."""

    WEBSITE = "website", _("Website")
    WECHAT = "wechat", _("WeChat")


class Intent(models.TextChoices):
    """A remote call that must not happen twice and may have begun."""

    NONE = "", _("none")
    DRAFT = "draft", _("making the draft")
    SUBMIT = "submit", _("submitting for publication")
    SEND = "send", _("mass sending")
    RESTORED = "restored", _("unknown, because the database is a restored copy")


def new_key():
    """Return the unguessable name of a push: 16 ASCII characters, part of each source address."""
    return secrets.token_hex(8)


class Account(models.Model):
    """What is known about one WeChat account: how far its API reaches."""

    appid = models.CharField(_("account"), max_length=64, unique=True)
    may = models.CharField(_("may do by API"), max_length=8, choices=Rung.choices, default=Rung.MASS)
    lowered_at = models.DateTimeField(_("lowered at"), null=True, blank=True)
    # What the last check of the connection saw.
    may_comment = models.BooleanField(_("may manage comments"), null=True)
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("WeChat account")
        verbose_name_plural = _("WeChat accounts")
        constraints = [models.CheckConstraint(condition=Q(may__in=Rung.values), name="account_rung_known")]

    def __str__(self):
        return self.appid


class AccessToken(models.Model):
    """The access token that all processes share, and the lease of the one that renews it."""

    account = models.CharField(max_length=64, unique=True)
    token = models.CharField(max_length=1024, blank=True)
    expires_at = models.DateTimeField(null=True)
    lease_by = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"access token of {self.account}"


class Push(models.Model):
    """The unit of WeChat work: 1 to 8 items in order, one draft, one send."""

    key = models.CharField(max_length=16, unique=True, default=new_key, editable=False)
    account = models.CharField(_("account"), max_length=64)
    asked = models.CharField(_("asked for"), max_length=8, choices=Rung.choices, default=Rung.DRAFT)
    rung = models.CharField(_("went as far as"), max_length=8, choices=Rung.choices, blank=True)
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.READY)
    state_since = models.DateTimeField(_("since"), default=timezone.now)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    errcode = models.IntegerField(_("WeChat code"), null=True, blank=True)
    detail = models.TextField(_("detail"), blank=True)
    version = models.PositiveIntegerField(default=0)

    created_at = models.DateTimeField(_("created"), default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("created by"),
    )
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    # Being put together: no worker takes it before a person has planned or sent it.
    composing = models.BooleanField(_("being put together"), default=False)
    # The minute it was planned for; none: as soon as it was made.
    scheduled_for = models.DateTimeField(_("planned for"), null=True, blank=True)
    theme = models.CharField(_("look"), max_length=40, blank=True)
    # Mass-send protection (API 群发保护): until when whom WeChat asks.
    confirm_until = models.DateTimeField(_("to be confirmed until"), null=True, blank=True)
    duty_person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("duty person"),
    )
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    lease_worker = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    polls = models.PositiveSmallIntegerField(default=0)
    # Written by the web side while a worker may be at the row; not part of the version.
    cancel_wanted = models.BooleanField(default=False)
    recheck = models.BooleanField(default=False)

    step = models.CharField(_("last step done"), max_length=16, blank=True)
    intent = models.CharField(max_length=8, choices=Intent.choices, blank=True, default=Intent.NONE)
    intent_at = models.DateTimeField(null=True, blank=True)
    absent_at = models.DateTimeField(null=True, blank=True)
    # Shanghai day whose mass send this push uses or has used.
    send_day = models.DateField(_("mass send of"), null=True, blank=True)

    draft_media_id = models.CharField(_("draft media_id"), max_length=128, blank=True)
    publish_id = models.CharField("publish_id", max_length=64, blank=True)
    article_id = models.CharField("article_id", max_length=128, blank=True)
    msg_id = models.CharField("msg_id", max_length=64, blank=True)
    msg_data_id = models.CharField("msg_data_id", max_length=64, blank=True)

    wagtail_reference_index_ignore = True  # it shows no page and no picture to anybody

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("push")
        verbose_name_plural = _("pushes")
        default_permissions = ("view", "change")
        indexes = [
            models.Index(fields=["state", "due_at"]),
            models.Index(fields=["publish_id"]),
            models.Index(fields=["msg_id"]),
            models.Index(fields=["scheduled_for"]),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="push_state_known"),
            models.CheckConstraint(condition=Q(asked__in=Rung.values), name="push_rung_known"),
            models.CheckConstraint(condition=Q(intent__in=Intent.values), name="push_intent_known"),
            models.CheckConstraint(
                condition=~Q(state=State.SENDING) | (~Q(lease_worker="") & Q(lease_until__isnull=False)),
                name="push_sending_is_leased",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.WAITING) | ~Q(publish_id="") | ~Q(msg_id=""),
                name="push_waiting_has_a_job",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.UNKNOWN) | ~Q(intent=Intent.NONE), name="push_unknown_has_intent"
            ),
            # The wall against going round UNKNOWN: an open intent rests in no other state.
            models.CheckConstraint(
                condition=Q(intent=Intent.NONE) | Q(state__in=[State.SENDING, State.UNKNOWN]),
                name="push_intent_is_open",
            ),
            models.UniqueConstraint(
                fields=["account", "send_day"],
                condition=Q(send_day__isnull=False),
                name="push_one_mass_send_a_day",
            ),
            models.CheckConstraint(
                condition=Q(composing=False) | Q(state__in=[State.READY, State.CANCELLED]),
                name="push_composing_rests",
            ),
        ]

    def __str__(self):
        return str(_("Push %(number)s") % {"number": self.pk or ""}).strip()

    def get_absolute_url(self):
        """The push's page in the ledger."""
        return reverse("publish_ledger:inspect", args=[self.pk])

    @property
    def clientmsgid(self):
        """The idempotency name of the mass send: ASCII, at most 32 characters.

        One per push and try: once WeChat has said that a send came to nothing, the next one is another. Under the old
        name WeChat would only tell of the one that failed (45065).
        """
        ended = self.moves.filter(old=State.WAITING, reason__in=SENDS_THAT_FAILED).count()
        return f"xinglin-{self.key}-{ended}" if ended else f"xinglin-{self.key}"

    @property
    def title(self):
        """The lead's title, and how many follow it."""
        titles = [item.title or item.publication.title for item in self.items.all()]
        if len(titles) > 1:
            return _("%(title)s and %(count)d more") % {"title": titles[0], "count": len(titles) - 1}
        return titles[0] if titles else ""

    title.fget.short_description = _("title")

    def moved(self, old, now):
        """Do what belongs to a move, inside its transaction (called by `states.move` alone)."""
        holds = State(self.state) in HOLDING
        if holds != (State(old) in HOLDING):
            self.items.update(holds=holds)
        for delivery in self.deliveries.all():
            address = next(
                (i.address for i in self.items.all() if i.publication_id == delivery.publication_id), ""
            )
            Delivery.objects.filter(pk=delivery.pk).update(
                state=self.state, state_since=now, address=address or delivery.address
            )
        if self.draft_media_id and self.state in (State.DONE, State.FAILED, State.CANCELLED):
            # A consumed draft is gone already, and deleting it again harms nobody.
            Leftover.objects.get_or_create(
                account=self.account, media_id=self.draft_media_id, defaults={"push": self, "due_at": now}
            )
        if self.state in (State.DONE, State.FAILED, State.CANCELLED):
            type(self).objects.filter(pk=self.pk).update(finished_at=now)
            self.finished_at = now


class PushItem(models.Model):
    """One article in a push, with the exact fields that were or will be sent."""

    push = models.ForeignKey(Push, on_delete=models.CASCADE, related_name="items")
    order = models.PositiveSmallIntegerField()
    publication = models.ForeignKey(
        "publish.Publication",
        on_delete=models.PROTECT,
        related_name="push_items",
        verbose_name=_("publication"),
    )
    account = models.CharField(max_length=64)
    holds = models.BooleanField(default=True)
    # Which of the signed titles, digests and covers (articles.snapshot.push_choices).
    choice = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(_("title"), max_length=255, blank=True)
    author = models.CharField(_("author"), max_length=255, blank=True)
    digest = models.TextField(_("digest"), blank=True)
    content = models.TextField(_("body sent"), blank=True)
    content_source_url = models.CharField(_("source address"), max_length=1024, blank=True)
    thumb_media_id = models.CharField(max_length=128, blank=True)
    cover_info = models.JSONField(default=dict, blank=True)
    address = models.URLField(_("address in WeChat"), max_length=1024, blank=True)

    wagtail_reference_index_ignore = True  # it shows no page and no picture to anybody

    class Meta:
        verbose_name = _("item of a push")
        verbose_name_plural = _("items of pushes")
        ordering = ["push", "order"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(order__gte=1, order__lte=8), name="pushitem_one_to_eight"),
            models.UniqueConstraint(fields=["push", "order"], name="pushitem_order_once"),
            models.UniqueConstraint(fields=["push", "publication"], name="pushitem_publication_once"),
            models.UniqueConstraint(
                fields=["account", "publication"], condition=Q(holds=True), name="pushitem_one_open_push"
            ),
        ]

    def __str__(self):
        return f"{self.order}. {self.title}"


class Delivery(models.Model):
    """One publication to one channel. A WeChat delivery without a push waits on the board."""

    publication = models.ForeignKey(
        "publish.Publication", on_delete=models.PROTECT, related_name="deliveries"
    )
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    account = models.CharField(_("account"), max_length=64, blank=True)
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.READY)
    state_since = models.DateTimeField(_("since"), default=timezone.now)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    version = models.PositiveIntegerField(default=0)
    push = models.ForeignKey(
        Push, null=True, blank=True, on_delete=models.SET_NULL, related_name="deliveries"
    )
    address = models.URLField(_("address"), max_length=1024, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    wagtail_reference_index_ignore = True  # it shows no page and no picture to anybody

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="delivery_state_known"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="delivery_channel_known"),
            models.UniqueConstraint(
                fields=["publication", "channel", "account"], name="delivery_once_per_channel"
            ),
        ]

    def __str__(self):
        return f"{self.get_channel_display()}: {self.publication_id}"

    def moved(self, old, now):
        """Nothing else belongs to a delivery's own move."""


class Move(models.Model):
    """One change of state, kept for good."""

    push = models.ForeignKey(Push, null=True, on_delete=models.CASCADE, related_name="moves")
    delivery = models.ForeignKey(Delivery, null=True, on_delete=models.CASCADE, related_name="moves")
    old = models.CharField(max_length=16, choices=State.choices)
    new = models.CharField(max_length=16, choices=State.choices)
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    reason = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(push__isnull=False, delivery__isnull=True)
                | Q(push__isnull=True, delivery__isnull=False),
                name="move_of_one_thing",
            )
        ]

    def __str__(self):
        return f"{self.old} → {self.new}"

    @property
    def who(self):
        """Who made the move, for people: workers (machine/process/number) have no name worth printing."""
        return _("the worker") if self.by.count("/") == 2 else self.by


class Outcome(models.TextChoices):
    """How a remote call ended."""

    BEGUN = "begun", _("begun, no answer recorded")
    OK = "ok", _("done")
    REFUSED = "refused", _("refused")
    NO_ANSWER = "no_answer", _("no usable answer")
    NOT_SENT = "not_sent", _("not sent")


class Attempt(models.Model):
    """One remote call and its answer, without secrets, kept for good."""

    account = models.CharField(max_length=64)
    push = models.ForeignKey(Push, null=True, on_delete=models.PROTECT, related_name="attempts")
    call = models.CharField(_("call"), max_length=64)
    worker = models.CharField(max_length=80)
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, default=Outcome.BEGUN)
    errcode = models.IntegerField(_("WeChat code"), null=True)
    errmsg = models.TextField(_("WeChat's words"), blank=True)
    rid = models.CharField("rid", max_length=64, blank=True)
    summary = models.JSONField(default=dict)
    answer = models.JSONField(default=dict)

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["account", "call", "started_at"])]

    def __str__(self):
        return f"{self.call} {self.outcome}"


class UploadedMedia(models.Model):
    """An image WeChat has already: found again by the hash of the signed bytes, never sent twice."""

    class Kind(models.TextChoices):
        CONTENT = "content", _("picture in the body")
        COVER = "cover", _("cover")

    account = models.CharField(max_length=64)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    sha256 = models.CharField(max_length=64)
    # Which version of the conversion made the bytes that were sent.
    recipe = models.PositiveSmallIntegerField(default=1)
    url = models.CharField(max_length=1024, blank=True)
    media_id = models.CharField(max_length=128, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["account", "kind", "sha256", "recipe"], name="uploadedmedia_once")
        ]

    def __str__(self):
        return f"{self.kind} {self.sha256[:12]}"


class Leftover(models.Model):
    """A draft of ours that must not stay in the draft box."""

    account = models.CharField(max_length=64)
    media_id = models.CharField(max_length=128)
    push = models.ForeignKey(Push, null=True, on_delete=models.SET_NULL, related_name="leftovers")
    due_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["account", "media_id"], name="leftover_once")]

    def __str__(self):
        return self.media_id


class Stray(models.Model):
    """Something in WeChat that carries our address but no push in this database knows of.

    Found after a backup was restored. Until a person settles it, its article is not pushed again.
    """

    class Kind(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")

    account = models.CharField(max_length=64)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    remote_id = models.CharField(max_length=128)
    key = models.CharField(max_length=64)
    article_pk = models.PositiveBigIntegerField()
    title = models.CharField(max_length=255, blank=True)
    address = models.CharField(max_length=1024, blank=True)
    found_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["account", "kind", "remote_id", "article_pk"], name="stray_once")
        ]

    def __str__(self):
        return f"{self.kind} {self.remote_id}"


class CallbackEvent(models.Model):
    """What WeChat told us, stored once and worked on by `deliver`.

    Of a follower's message only the key that recognises a repetition is kept.
    """

    account = models.CharField(max_length=64)
    key = models.CharField(max_length=64)
    signature = models.CharField(max_length=64)
    kind = models.CharField(max_length=32)
    remote_id = models.CharField(max_length=64, blank=True)
    article_id = models.CharField(max_length=128, blank=True)
    payload = models.JSONField(default=dict)
    received_at = models.DateTimeField(default=timezone.now)
    handled_at = models.DateTimeField(null=True)
    push = models.ForeignKey(Push, null=True, on_delete=models.SET_NULL, related_name="events")

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["handled_at", "remote_id"])]
        constraints = [
            models.UniqueConstraint(fields=["account", "key"], name="callbackevent_once"),
            models.UniqueConstraint(fields=["account", "signature"], name="callbackevent_signature_once"),
        ]

    def __str__(self):
        return f"{self.kind} {self.remote_id}"


class Heartbeat(models.Model):
    """A delivery worker, and when it was last alive."""

    worker = models.CharField(max_length=80, unique=True)
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now, db_index=True)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self):
        return self.worker


class JobRun(models.Model):
    """One due job, claimed by inserting this row: the same slot never runs twice at once."""

    name = models.CharField(max_length=64)
    slot = models.CharField(max_length=32)
    worker = models.CharField(max_length=80)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=1)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["name", "slot"], name="jobrun_once")]

    def __str__(self):
        return f"{self.name} {self.slot}"


class Instance(models.Model):
    """An installation that may send. A changed one starts with outgoing work paused.

    ``effects`` counts the remote effects this installation has begun; the same number stands in a
    file beside the database. A database that knows fewer than the file is a restored copy.
    """

    name = models.CharField(max_length=64, unique=True)
    machine = models.CharField(max_length=64, blank=True)
    effects = models.PositiveBigIntegerField(default=0)
    accepted_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()

    def __str__(self):
        return self.name


class Outgoing(models.Model):
    """The switch that holds everything outgoing. There is one row."""

    paused = models.BooleanField(_("outgoing paused"), default=False)
    reason = models.CharField(max_length=40, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    scan_wanted = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="outgoing_one_row")]

    def __str__(self):
        return "paused" if self.paused else "open"

    @classmethod
    def current(cls):
        """Return the one row, made on first use."""
        return cls.objects.get_or_create(pk=1)[0]


def count_effect(name):
    """Add one to the effects of the instance ``name`` and return the new number."""
    Instance.objects.filter(name=name).update(effects=F("effects") + 1)
    return Instance.objects.values_list("effects", flat=True).get(name=name)
