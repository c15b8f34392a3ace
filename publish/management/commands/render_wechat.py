"""Print the WeChat body of an article."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from articles import copies
from articles.models import ArticlePage, Institution
from articles.snapshot import build
from publish.models import ChannelSettings, Publication, UploadedMedia
from publish.website.preview import facts_of_draft
from publish.wechat import images
from themes import wechat
from themes.registry import UnknownThemeError
from themes.sanitize import wechat_picture


class Command(BaseCommand):
    help = (
        "Print the WeChat body of an article: from the signed snapshot readers get, else from the latest draft "
        "(said on stderr). Pictures WeChat has already show their address there, others local:<sha256>. "
        "Exit 1: no such article; 2: several articles have that slug, or there is no such look."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "article", metavar="ID_OR_SLUG", help="number or slug of the article; a number is tried first"
        )
        parser.add_argument(
            "--theme",
            metavar="NAME",
            help="the look (default: the one chosen in the settings of the channel)",
        )

    def handle(self, *args, **options):
        page = find(options["article"])
        institution = Institution.load()
        theme = options["theme"] or ChannelSettings.load().theme
        publication = Publication.objects.live().select_related("approval").filter(article=page).first()
        try:
            if publication:
                snapshot, facts = publication.snapshot, publication.facts(institution)
            else:
                self.stderr.write(f"Article {page.pk} is not signed: this is its latest draft.")
                snapshot = build(page.get_latest_revision_as_object(), read=copies.probe)
                facts = facts_of_draft(institution.facts(), f"{settings.SITE_URL}/a/{page.pk}/")
            html = wechat.render(snapshot, facts, picture_address, theme)
        except UnknownThemeError as error:
            raise CommandError(str(error), returncode=2) from error
        except copies.CopyError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(html)


def find(name):
    """Return the ArticlePage with the number or slug ``name``; raises CommandError with the exit code to use."""
    if (
        name.isascii()
        and name.isdecimal()
        and (page := ArticlePage.objects.filter(pk=int(name[:18])).first())
    ):
        return page
    pages = list(ArticlePage.objects.filter(slug=name).order_by("path"))
    if not pages:
        raise CommandError(f"There is no article with the number or slug {name!r}.", returncode=1)
    if len(pages) > 1:
        listed = ", ".join(f"{page.pk} ({page.url_path})" for page in pages)
        raise CommandError(f"Several articles have the slug {name!r}: {listed}. Give a number.", returncode=2)
    return pages[0]


def picture_address(image):
    """Return where WeChat keeps a signed picture already uploaded for this account, else ``local:<sha256>``."""
    known = UploadedMedia.objects.filter(
        account=settings.WECHAT_APPID,
        kind=UploadedMedia.Kind.CONTENT,
        sha256=image["sha256"],
        recipe=images.RECIPE,
    ).first()
    return known.url if known and wechat_picture(known.url) else f"local:{image['sha256']}"
