"""The composer: one push of 1 to 8 items, saved as it is put together, then planned or sent after a confirmation."""

from dataclasses import dataclass, replace

from django.conf import settings
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View

from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from articles import copies
from articles.errors import Refusal
from articles.snapshot import push_choices
from articles.views.access import number
from publish import composing, planning, services
from publish.composing import MOST_ITEMS, Arrangement
from publish.errors import ChangedMeanwhileError
from publish.models import Publication, Push, Rung
from publish.models.planning import ChannelSettings
from publish.models.pushes import RUNGS
from publish.views.access import CHANGE, only_for_changers, only_for_lookers
from publish.views.moments import parse_minute
from publish.views.pieces import Pieces


PIECES = 10


@dataclass(frozen=True)
class Choice:
    """One of the signed titles, digests and covers of a piece."""

    number: int
    title: str
    digest: str
    wide: str
    square: str


@dataclass(frozen=True)
class Row:
    """One item as the composer shows it."""

    publication: Publication
    choices: list
    chosen: Choice


def rows_of(arrangement):
    """Return the Rows of an Arrangement; publications that are not there are left out."""
    found = Publication.objects.select_related("approval").in_bulk([pk for pk, _choice in arrangement.pieces])
    rows = []
    for pk, chosen in arrangement.pieces:
        if pk in found:
            choices = [_choice(n, one) for n, one in enumerate(push_choices(found[pk].snapshot))]
            rows.append(Row(found[pk], choices, choices[chosen if 0 <= chosen < len(choices) else 0]))
    return rows


def _choice(number, one):
    cover = one["cover"]
    return Choice(
        number,
        one["title"],
        one["digest"],
        copies.url(cover, "cover") if cover else "",
        copies.url(cover, "square") if cover else "",
    )


class OnePush(WagtailAdminTemplateMixin, TemplateView):
    """A page about one push of this account."""

    header_icon = "calendar"

    def dispatch(self, request, *args, **kwargs):
        only_for_lookers(request)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def push(self):
        pushes = Push.objects.prefetch_related("items__publication__approval")
        return get_object_or_404(pushes, pk=self.kwargs["pk"], account=settings.WECHAT_APPID)

    @property
    def address(self):
        return reverse("publish_calendar:compose", args=[self.push.pk])

    def get_breadcrumbs_items(self):
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("publish_calendar:index"), "label": _("Push calendar")},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "push": self.push,
            "may_change": self.request.user.has_perm(CHANGE),
        }


class ComposerView(OnePush):
    """Arrange a push. Every button saves the whole form first, so that nothing is lost on the way."""

    template_name = "publish/admin/composer.html"
    page_title = _("Put a push together")

    # What a refused form held; shown again instead of what is stored.
    refused = None
    minute = None

    def get(self, request, *args, **kwargs):
        if not composing.editable(self.push):
            return redirect(self.push.get_absolute_url())
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        only_for_changers(request)
        if not composing.editable(self.push):
            messages.error(
                request,
                gettext("This push can no longer be changed: it is in the state “%(state)s”.")
                % {"state": self.push.get_state_display()},
            )
            return redirect(self.push.get_absolute_url())
        wanted = self._posted(Arrangement.of(self.push))
        action, _colon, name = request.POST.get("action", "save").partition(":")
        try:
            if self.minute is not None:
                wanted = replace(wanted, when=parse_minute(self.minute))
            wanted = replace(wanted, pieces=_acted(wanted.pieces, action, name))
            composing.arrange(self.push, request.user, _version(request), wanted)
            if action == "take-back":
                composing.take_back(self.push, request.user, self.push.version)
                messages.success(request, gettext("Taken off the plan. It goes out once you plan it again."))
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
            return self._shown_again(wanted, isinstance(refusal, ChangedMeanwhileError))
        return redirect(self._next(action))

    def _posted(self, stored):
        """Return the Arrangement in the form; what the form does not hold stays as it is stored."""
        post = self.request.POST
        pieces = tuple(
            (pk, number(post.get(f"choice-{text}"))) for text in post.getlist("item") if (pk := number(text))
        )
        when = stored.when
        if post.get("when") == "now":
            when = None
        elif post.get("when") == "slot":
            self.minute = post.get("slot", "")
        elif post.get("when") == "minute":
            self.minute = post.get("minute", "")
        if self.minute is not None and when and self.minute == f"{timezone.localtime(when):%Y-%m-%dT%H:%M}":
            self.minute = None  # As it was; it may have passed since.
        return Arrangement(
            pieces if "arranged" in post else stored.pieces,
            post.get("asked", stored.asked),
            post.get("theme", stored.theme),
            when,
        )

    def _shown_again(self, wanted, meanwhile):
        fresh = Push.objects.prefetch_related("items__publication__approval").get(pk=self.push.pk)
        self.push = fresh
        self.refused = wanted
        return self.render_to_response(self.get_context_data(meanwhile=meanwhile))

    def _next(self, action):
        if action == "check":
            return reverse("publish_calendar:confirm", args=[self.push.pk])
        asked = Pieces(_Asked(self.request.POST)).asked
        return f"{self.address}?{asked}" if asked else self.address

    def get_context_data(self, meanwhile=False, **kwargs):
        shown = self.refused or Arrangement.of(self.push)
        pieces = Pieces(_Asked(self.request.POST) if self.refused else self.request, PIECES)
        slots = planning.next_slots(self.push.account)
        at_slot = shown.when in [slot.moment for slot in slots]
        highest = composing.highest_rung(self.push.account)
        return super().get_context_data(**kwargs) | {
            "rows": rows_of(shown),
            "wanted": shown,
            "kind": "now" if shown.when is None else "slot" if at_slot else "minute",
            "minute": self.minute,
            "slots": slots,
            "rungs": [
                (rung.value, rung.label, rung not in RUNGS[: RUNGS.index(highest) + 1]) for rung in RUNGS
            ],
            "reach": composing.reach(self.push),
            "looks": composing.looks(),
            "usual_look": dict(composing.looks()).get(ChannelSettings.load().theme, ""),
            "problems": composing.problems(self.push) if not self.refused else [],
            "pieces": pieces,
            "most": MOST_ITEMS,
            "full": len(shown.pieces) >= MOST_ITEMS,
            "meanwhile": meanwhile,
            "unsaved": self.refused is not None,
        }


class _Asked:
    """The board's filters, out of the composer's own form."""

    def __init__(self, post):
        self.GET = {name: post.get(name, "") for name in ("q", "topic", "department", "p")}


def _acted(pieces, action, name):
    """Return ``pieces`` after a button: one place up or down, out, or one more at the end."""
    ids = [pk for pk, _choice in pieces]
    pk = number(name)
    if action == "add" and pk not in ids:
        return (*pieces, (pk, 0))
    if action == "remove":
        return tuple(piece for piece in pieces if piece[0] != pk)
    if action in ("up", "down") and pk in ids:
        place = ids.index(pk)
        other = min(max(place + (1 if action == "down" else -1), 0), len(ids) - 1)
        moved = list(pieces)
        moved.insert(other, moved.pop(place))
        return tuple(moved)
    return pieces


def _version(request):
    """Return the version that the form was made from; -1, which none has, for nonsense."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else -1


class ConfirmView(OnePush):
    """Says what will happen, and lets it happen."""

    template_name = "publish/admin/confirm.html"

    @property
    def page_title(self):
        return _("Plan this push?") if self.push.scheduled_for else _("Send this push now?")

    def get(self, request, *args, **kwargs):
        if not (composing.editable(self.push) and self.push.composing):
            return redirect(self.address)
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        only_for_changers(request)
        try:
            composing.release(self.push, request.user, _version(request))
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
            return redirect(self.address)
        when = self.push.scheduled_for
        if when is None:
            messages.success(request, gettext("“%(title)s” is on its way.") % {"title": self.push.title})
            return redirect(self.push.get_absolute_url())
        local = timezone.localtime(when)
        messages.success(
            request,
            gettext("“%(title)s” goes out on %(day)s at %(time)s.")
            % {"title": self.push.title, "day": planning.shown(local), "time": f"{local:%H:%M}"},
        )
        return redirect(f"{reverse('publish_calendar:index')}?day={local:%Y-%m-%d}")

    def get_context_data(self, **kwargs):
        reach = composing.reach(self.push)
        settings_row = ChannelSettings.load()
        return super().get_context_data(**kwargs) | {
            "rows": rows_of(Arrangement.of(self.push)),
            "reach": reach,
            "mass": reach.rung == Rung.MASS,
            "problems": composing.problems(self.push),
            "day": planning.shanghai_day(self.push.scheduled_for or timezone.now()),
            "protected": settings_row.protected,
            "duty_person": settings_row.duty_person,
        }


class CancelView(View):
    """Give up a push that is composed or planned, by POST; its pieces go back to the board."""

    def post(self, request, pk):
        only_for_changers(request)
        push = get_object_or_404(Push, pk=pk, account=settings.WECHAT_APPID)
        try:
            messages.success(request, services.cancel(push, request.user))
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        return redirect(reverse("publish_calendar:index"))
