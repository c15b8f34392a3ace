"""A draft as WeChat would show it, for editors and physicians only (the caller checks the rights)."""

from django.http import HttpResponse

from articles import copies
from publish.models import ChannelSettings
from publish.website import reader
from publish.website.preview import facts_of_draft
from themes.preview import wechat_preview_page
from themes.registry import DEFAULT, themes


def render(snapshot, page, request):
    """Return the WeChat preview of ``snapshot``, the draft of ``page``, in the look of the channel.

    ``?dark=1`` and ``?size=`` (themes.preview.SIZES) show it as a reader's phone may be set.
    """
    institution = reader.institution(request).facts()
    facts = facts_of_draft(institution, reader.absolute(f"/a/{page.pk}/") if page.pk else "")
    chosen = ChannelSettings.load(request_or_site=request).theme
    theme = chosen if chosen in themes() else DEFAULT
    html = wechat_preview_page(
        snapshot,
        facts,
        lambda image: copies.url(image, "full"),
        theme,
        dark=request.GET.get("dark") == "1",
        size=request.GET.get("size", "standard"),
    )
    return HttpResponse(html, headers={"Cache-Control": "private, no-store"})
