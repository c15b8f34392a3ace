from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    name = "articles"
    label = "articles"
    verbose_name = _("Articles")

    def ready(self):
        from django.db.models.signals import pre_delete, pre_save

        from wagtail.models import UploadedFile

        from articles import consent, receivers, registry
        from articles.models import ArticlePage, LibraryImage

        pre_delete.connect(receivers.keep_held_image, sender=LibraryImage, dispatch_uid="keep_held_image")
        pre_delete.connect(
            receivers.keep_reviewed_article, sender=ArticlePage, dispatch_uid="keep_reviewed_article"
        )
        pre_save.connect(receivers.take_in_upload, sender=UploadedFile, dispatch_uid="take_in_upload")
        registry.finding_rules.append(consent.rule)
        registry.signing_guards.append(consent.objection_to_sign)
