"""The same article that the API would get, for carrying it over by hand (copy page)."""

from dataclasses import dataclass

from django.conf import settings

from articles import copies
from articles.models import Institution
from publish.models.planning import ChannelSettings
from publish.models.pushes import PushItem, UploadedMedia
from publish.website.reader import absolute
from publish.wechat import article, limits, steps
from themes.preview import wechat_preview_page


@dataclass(frozen=True)
class Picture:
    """One picture to carry over: where it can be downloaded, and whether WeChat has it already."""

    alt: str
    address: str
    in_wechat: bool


@dataclass(frozen=True)
class Copy:
    """What WeChat's editor is to hold. ``sent``: the body is the one that went to WeChat, byte for byte."""

    title: str
    author: str
    digest: str
    content: str
    source_address: str
    cover: Picture | None
    pictures: tuple
    sent: bool

    @property
    def characters(self):
        """How long the body is as WeChat counts it, markup included."""
        return limits.length(self.content)

    @property
    def too_long(self):
        return self.characters >= limits.CONTENT

    @property
    def complete(self):
        """Whether WeChat has every picture of the body already."""
        return all(picture.in_wechat for picture in self.pictures)


def item_of(publication):
    """Return the newest PushItem that carries ``publication`` to the account set up now, or None."""
    items = PushItem.objects.filter(publication=publication, account=settings.WECHAT_APPID, holds=True)
    return items.select_related("push").order_by("-pk").first()


def copy_of(publication, item=None):
    """Return the Copy of a live publication, with the choices of ``item`` when a push carries it."""
    chosen = item.choice if item else 0
    choice = article.choices(publication.snapshot)[chosen]
    known = {
        image["sha256"]: steps.known(settings.WECHAT_APPID, UploadedMedia.Kind.CONTENT, image["sha256"])
        for image in article.content_images(publication.snapshot)
    }
    pictures = tuple(
        Picture(image["alt"], copies.url(image, "full"), known[image["sha256"]] is not None)
        for image in article.content_images(publication.snapshot)
    )
    cover = choice["cover"]
    return Copy(
        **_fields(publication, item, chosen, known),
        cover=Picture(cover["alt"], copies.url(cover, "full"), bool(item and item.thumb_media_id))
        if cover
        else None,
        pictures=pictures,
        sent=bool(item and item.content),
    )


def preview(publication, item=None):
    """Return a page that shows the publication as WeChat would, with this site's pictures."""
    return wechat_preview_page(
        publication.snapshot,
        publication.facts(Institution.load()),
        lambda image: copies.url(image, "full"),
        _theme(item),
    )


def _fields(publication, item, choice, known):
    if item and item.content:
        return {
            "title": item.title,
            "author": item.author,
            "digest": item.digest,
            "content": item.content,
            "source_address": item.content_source_url,
        }
    fields = article.fields(
        publication,
        Institution.load(),
        image_url=lambda image: known[image["sha256"]].url if known[image["sha256"]] else _mark(image),
        site_url=settings.SITE_URL,
        key=item.push.key if item else "",
        choice=choice,
        theme=_theme(item),
    )
    content = fields["content"]
    for image in article.content_images(publication.snapshot):
        content = content.replace(_mark(image), _whole(copies.url(image, "full")))
    return {
        "title": fields["title"],
        "author": fields["author"],
        "digest": fields["digest"],
        "content": content,
        "source_address": fields["content_source_url"] if item else publication.permanent_url,
    }


def _mark(image):
    """Return the address that stands for a picture before its upload (see themes.wechat.render)."""
    return f"local:{image['sha256']}"


def _theme(item):
    return steps.theme_of(item.push) if item else ChannelSettings.load().theme


def _whole(address):
    return address if "://" in address else absolute(address)
