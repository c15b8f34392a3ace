"""What setting up leaves of Wagtail's first data."""

from django.contrib.auth.models import Group

from wagtail.models import Collection, GroupApprovalTask, Page, Workflow, WorkflowTask

import pytest

from cms import roles, site_setup
from review import presets
from tests.factories import World, make_user
from tests.tools.roots import plant_roots


pytestmark = pytest.mark.django_db


CHAINS = {presets.CHAIN_NAME, presets.CAREFUL_CHAIN_NAME, presets.FULL_CHAIN_NAME}


@pytest.fixture
def fresh():
    """The rows of Wagtail's first migration, whatever ran before this test."""
    plant_roots()
    Page.objects.filter(depth=1).update(title="Root", draft_title="Root")
    Collection.objects.filter(depth=1).update(name="Root")
    for name in ("Editors", "Moderators"):
        Group.objects.get_or_create(name=name)
    workflow = Workflow.objects.get_or_create(name="Moderators approval")[0]
    task = GroupApprovalTask.objects.get_or_create(name="Moderators approval")[0]
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task)


def test_groups_and_workflow_that_nobody_uses_go(fresh):
    site_setup.set_up()
    assert set(Group.objects.values_list("name", flat=True)) == set(roles.MODEL_RIGHTS)
    assert set(Workflow.objects.values_list("name", flat=True)) == CHAINS
    assert Page.get_first_root_node().title == site_setup.ROOT_TITLE
    assert Collection.get_first_root_node().name == site_setup.COLLECTION_NAME


def test_a_group_that_somebody_is_in_stays(fresh):
    make_user("e1").groups.add(Group.objects.get(name="Editors"))
    site_setup.set_up()
    assert Group.objects.filter(name="Editors").exists()
    assert not Group.objects.filter(name="Moderators").exists()


def test_a_second_run_changes_nothing(fresh):
    world = World()
    article = world.make_article()
    step = world.submit(article)
    site_setup.set_up()
    step.refresh_from_db()
    assert step.status == "in_progress"
    assert set(Workflow.objects.values_list("name", flat=True)) == CHAINS
