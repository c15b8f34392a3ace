"""Addresses in Latin letters for Chinese titles: pinyin, unless somebody types one."""

from itertools import count

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.forms.pages import CopyForm
from wagtail.admin.panels import TitleFieldPanel


SLUG_LENGTH = 60
# First parts of the site's own addresses: a topic called so would never be shown.
RESERVED = frozenset(
    [
        "a",
        "a-z",
        "accessibility",
        "admin",
        "body",
        "corrections",
        "count",
        "demo",
        "departments",
        "documents",
        "feed",
        "healthz",
        "how-we-check",
        "media",
        "need",
        "preview",
        "review",
        "search",
        "static",
        "style-guide",
        "wechat",
    ]
)


def check_topic_slug(slug):
    """Raise ValidationError when ``slug`` is the address of something else on the site."""
    if slug.lower() in RESERVED:
        raise ValidationError(
            _("The website uses the address /%(slug)s/ itself. Choose another one for this topic.")
            % {"slug": slug}
        )


def free_slug(title, parent, reserved=frozenset()):
    """Return an address part made from ``title`` that no page under ``parent`` has, and none of ``reserved``."""
    # Its dictionaries take half a second to load: no reason for each command and worker to wait for them.
    from pypinyin import lazy_pinyin

    words = slugify("-".join(lazy_pinyin(title)))[:SLUG_LENGTH].strip("-") or "article"
    taken = reserved | set(
        parent.get_children().filter(slug__startswith=words).values_list("slug", flat=True)
    )
    return next(
        slug for number in count(1) if (slug := words if number == 1 else f"{words}-{number}") not in taken
    )


class SluggedPageForm(WagtailAdminPageForm):
    """The editor's form of a page: a slug left empty comes from the title, once."""

    reserved = frozenset()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False

    def clean_slug(self):
        slug = self.cleaned_data["slug"] or self.instance.slug
        return slug or free_slug(self.data.get(self.add_prefix("title"), ""), self.parent_page, self.reserved)


class TopicCopyForm(CopyForm):
    """Wagtail's form for copying a page: no copy of a topic takes an address of the site."""

    def clean_new_slug(self):
        check_topic_slug(self.cleaned_data["new_slug"])
        return self.cleaned_data["new_slug"]


class TitlePanel(TitleFieldPanel):
    """The title, without Wagtail's script that copies it into the slug: of Chinese it keeps the digits only."""

    class BoundPanel(TitleFieldPanel.BoundPanel):
        def get_should_apply(self):
            return False
