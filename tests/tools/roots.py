"""What Wagtail's migrations put into a new database, for databases that were emptied or made without migrations."""

from wagtail.models import Collection, Locale, Page


def plant_roots():
    """Put back the root page, the root collection and the locale where they are missing."""
    Locale.objects.get_or_create(language_code="zh-hans")
    if not Page.objects.exists():
        Page.add_root(instance=Page(title="Root", slug="root"))
    if not Collection.objects.exists():
        Collection.add_root(name="Root")
