"""On the admin's home page: drafts I have been given, comments that call me."""

from django.utils import timezone

from wagtail.admin.ui.components import Component

from articles import comments
from articles.planning import tasks


MOST = 8


class MyWritingPanel(Component):
    """Nothing where there is nothing."""

    name = "my_writing"
    template_name = "articles/admin/planning/my_writing_panel.html"
    order = 70

    def get_context_data(self, parent_context):
        user = parent_context["request"].user
        return {
            "tasks": list(tasks.open_tasks().filter(person=user)[:MOST]),
            "comments": comments.calling(user)[:MOST],
            "today": timezone.localdate(),
        }


def add_panel(request, panels):
    """Add the panel (hook ``construct_homepage_panels``)."""
    panels.append(MyWritingPanel())
