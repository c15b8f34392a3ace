"""What every installation needs before its first article: home page, site, roles, chains. Idempotent."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction

from wagtail.models import Collection, Page, Site, Task, Workflow, WorkflowPage

from articles.checks import starter as wording
from articles.glossary import starter
from articles.models import Institution
from articles.planning import starter as planning
from cms import roles
from cms.models import HomePage
from review import presets
from review.models import StepKind


ROOT_TITLE = "全部页面"
COLLECTION_NAME = "图片库"


@transaction.atomic
def set_up():
    """Create or complete home page, site, roles and chains; returns the home page. Never touches users."""
    _clear_examples()
    home = _home_page()
    _site(home)
    Institution.load()
    roles.set_up(home)
    _chains(home)
    planning.lay()
    starter.lay()
    wording.lay()
    return home


def _clear_examples():
    """Take away what Wagtail's first migration brings and nobody uses: its groups (one of them may publish everything)
    and its workflow; give the roots of its two trees Chinese names.
    """
    for group in Group.objects.filter(name__in=["Editors", "Moderators"], user=None):
        group.delete()
    Workflow.objects.filter(name="Moderators approval", workflow_states=None).delete()
    Task.objects.filter(name="Moderators approval", task_states=None).delete()
    Page.objects.filter(depth=1, title="Root").update(title=ROOT_TITLE, draft_title=ROOT_TITLE)
    Collection.objects.filter(depth=1, name="Root").update(name=COLLECTION_NAME)


def _home_page():
    home = HomePage.objects.first()
    if home:
        return home
    root = Page.get_first_root_node()
    # Wagtail's initial data brings a welcome page of no use here.
    for page in root.get_children().filter(content_type__model="page", slug="home"):
        page.delete()
    root = Page.get_first_root_node()
    home = HomePage(
        title="健康科普",
        slug="home",
        intro="<p>由医院图书馆编写、专业医师审核签发的健康科普文章。</p>",
        live=True,
    )
    root.add_child(instance=home)
    home.save_revision().publish()
    return HomePage.objects.get(pk=home.pk)


def _site(home):
    parts = urlsplit(settings.SITE_URL)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={
            "hostname": parts.hostname or "localhost",
            "port": port,
            "root_page": home,
            "site_name": "杏林",
        },
    )


def _chains(home):
    """Lay the presets; only the smallest reviews articles until the chief librarian chooses otherwise."""
    names = {
        StepKind.AUTHOR: roles.LIBRARIAN,
        StepKind.EDITOR: roles.EDITOR,
        StepKind.PHYSICIAN: roles.PHYSICIAN,
        StepKind.OFFICE: roles.OFFICE,
        StepKind.LEADER: roles.LEADER,
    }
    smallest = presets.lay({kind: [Group.objects.get(name=name)] for kind, name in names.items()})
    if not WorkflowPage.objects.filter(page=home).exists():
        WorkflowPage.objects.create(page=home, workflow=smallest)
