"""Wagtail's comparison of two revisions, for articles: what a reader would see, in characters, moved blocks told apart."""

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wagtail.admin import messages
from wagtail.admin.views.pages.history import PageHistoryView
from wagtail.admin.views.pages.revisions import RevisionsCompareView
from wagtail.admin.widgets.button import HeaderButton

from articles import comparison, versions
from articles.blocks import BodyBlock
from articles.views.access import number


ADDRESS = "wagtailadmin_pages:revisions_compare"


def key_from(text):
    """Return the key of a version from a form, or an empty string."""
    if text in (versions.LIVE, versions.LATEST, versions.EARLIEST):
        return text
    return text if number(text) else ""


class ArticleCompareView(RevisionsCompareView):
    """Two versions, chosen from a list; ``live`` is what readers see now, from the signed copy."""

    template_name = "articles/admin/planning/compare.html"
    page_title = _("Compare versions")

    def get(self, request, *args, **kwargs):
        old, new = (key_from(request.GET.get(name, "")) for name in ("old", "new"))
        if old or new:
            return redirect(self._address(old or self.revision_id_a, new or self.revision_id_b))
        try:
            self.old = versions.resolve(self.object, str(self.revision_id_a))
            self.new = versions.resolve(self.object, str(self.revision_id_b))
        except versions.NoSuchVersionError:
            messages.warning(
                request, gettext("This version is not there: nothing is signed yet, or it was cleared away.")
            )
            return redirect(self.get_history_url())
        return super().get(request, *args, **kwargs)

    def _address(self, old, new):
        # Wagtail's addresses have “latest” on the right and “earliest” on the left only.
        old = str(self.object.latest_revision_id) if old == versions.LATEST else old
        new = str(versions.resolve(self.object, new)) if new == versions.EARLIEST else new
        return reverse(ADDRESS, args=[self.object.pk, old, new])

    def _get_revision_and_heading(self, revision_id):
        return self.object, ""

    def _get_comparison(self, revision_a, revision_b):
        return []  # Wagtail's own, field by field of the form, would be worked out for nothing

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        fields, body = versions.compare(self.object, self.old, self.new)
        labels = {name: block.label for name, block in BodyBlock().child_blocks.items()}
        changed = [(versions.label_of(part.name), part) for part in fields if part.touched]
        return context | {
            "article": self.object,
            "versions": versions.of(self.object, (self.old, self.new)),
            "old": self.old,
            "new": self.new,
            "has_live": any(one.live for one in versions.signed_of(self.object)),
            "fields": changed,
            "same_fields": len(fields) - len(changed),
            "body": comparison.folded(body),
            "changed_blocks": sum(part.touched for part in body),
            "labels": labels,
        }


class ArticleHistoryView(PageHistoryView):
    """Wagtail's history, with the way to compare any two versions."""

    @cached_property
    def header_buttons(self):
        live = any(one.live for one in versions.signed_of(self.object))
        return [
            *getattr(super(), "header_buttons", []),
            HeaderButton(
                _("Compare versions"),
                url=reverse(
                    ADDRESS,
                    args=[self.object.pk, versions.LIVE if live else versions.EARLIEST, versions.LATEST],
                ),
                icon_name="history",
            ),
        ]
