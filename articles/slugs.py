"""Addresses in Latin letters for Chinese titles: pinyin, unless somebody types one."""

from itertools import count

from django.utils.text import slugify

from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import TitleFieldPanel


SLUG_LENGTH = 60


def free_slug(title, parent):
    """Return an address part made from ``title`` that no page under ``parent`` has."""
    # Its dictionaries take half a second to load: no reason for each command and worker to wait for them.
    from pypinyin import lazy_pinyin

    words = slugify("-".join(lazy_pinyin(title)))[:SLUG_LENGTH].strip("-") or "article"
    taken = set(parent.get_children().filter(slug__startswith=words).values_list("slug", flat=True))
    return next(
        slug for number in count(1) if (slug := words if number == 1 else f"{words}-{number}") not in taken
    )


class SluggedPageForm(WagtailAdminPageForm):
    """The editor's form of a page: a slug left empty comes from the title, once."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False

    def clean_slug(self):
        slug = self.cleaned_data["slug"] or self.instance.slug
        return slug or free_slug(self.data.get(self.add_prefix("title"), ""), self.parent_page)


class TitlePanel(TitleFieldPanel):
    """The title, without Wagtail's script that copies it into the slug: of Chinese it keeps the digits only."""

    class BoundPanel(TitleFieldPanel.BoundPanel):
        def get_should_apply(self):
            return False
