from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewConfig(AppConfig):
    name = "review"
    label = "review"
    verbose_name = _("Review")

    def ready(self):
        from articles import registry
        from review import draft_filters, notices, presets, receivers, submission

        registry.image_guards.append(submission.image_objection)
        registry.deletion_guards.append(submission.deletion_objection)
        registry.set_tell(notices.tell)
        registry.chain_pickers.append(presets.chain_of)
        registry.draft_filters.extend(draft_filters.FILTERS)
        receivers.connect()
