"""Who may do what to an article in Wagtail's own views. Publishing is not among it: only a signature publishes."""

from wagtail.models import PagePermissionTester
from wagtail.permission_policies.pages import PagePermissionPolicy


class ArticlePermissionTester(PagePermissionTester):
    """Nobody, superusers included, may publish, schedule or restrict an article through Wagtail."""

    def can_publish(self):
        return False

    def can_unschedule(self):
        return False

    def can_unpublish(self):
        # Offered as a Withdrawal by the publishing room, under its own right.
        return (
            self.user.is_active
            and self.page.live
            and (self.user.is_superuser or self.user.has_perm("publish.withdraw_publication"))
        )

    def can_delete(self, ignore_bulk=False):
        return super().can_delete(ignore_bulk) and not self.page.specific_deferred.deletion_objection()

    def can_move(self):
        return PagePermissionTester.can_delete(self, ignore_bulk=True) or (
            self.user.is_active and "change" in getattr(self, "permissions", ())
        )

    def can_unlock(self):
        # A text under review is frozen for everyone; calling it back is the way to edit.
        return not self.page.current_workflow_task and super().can_unlock()


class TopicPermissionTester(PagePermissionTester):
    """A topic's own text may be published; the articles under it may not."""

    def can_publish_subpage(self):
        return False


def writable_topics(user):
    """Return the topics (a queryset, in the order of the tree) below which ``user`` may add articles."""
    from articles.models import TopicPage  # its pages ask this module

    return PagePermissionPolicy(TopicPage).instances_user_has_permission_for(user, "add").order_by("path")
