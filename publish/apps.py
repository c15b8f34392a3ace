from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublishConfig(AppConfig):
    name = "publish"
    label = "publish"
    verbose_name = _("Publishing")

    def ready(self):
        from django.db.models.signals import post_delete, post_save

        from wagtail.signals import page_slug_changed, page_unpublished, post_page_move

        from articles import registry
        from articles.models import GlossaryTerm
        from publish import consent_side, draft_filters, preflight, receivers, record, topics, witness
        from publish.website import preview as website_preview
        from publish.website.reader import ReaderCopy
        from publish.wechat import preview as wechat_preview
        from review import chain, dossier, history
        from review.signals import article_approved

        chain.witnesses.append(witness.faults)
        dossier.sections.append(record.sections)
        history.sources.append(record.events)
        registry.set_reader_copy(ReaderCopy())
        registry.set_consent_side(consent_side)
        registry.calendar_sources.append(topics.pushes)
        registry.draft_filters.extend(draft_filters.FILTERS)
        registry.finding_rules.extend(preflight.RULES)
        registry.preview_renderers["website"] = website_preview.render
        registry.preview_renderers["wechat"] = wechat_preview.render
        article_approved.connect(receivers.publish_when_approved, dispatch_uid="publish_when_approved")
        page_unpublished.connect(
            receivers.withdraw_when_unpublished, dispatch_uid="withdraw_when_unpublished"
        )
        page_slug_changed.connect(receivers.follow_when_renamed, dispatch_uid="follow_when_renamed")
        post_page_move.connect(receivers.follow_when_moved, dispatch_uid="follow_when_moved")
        for signal in (post_save, post_delete):
            signal.connect(receivers.follow_glossary, sender=GlossaryTerm, dispatch_uid="follow_glossary")
