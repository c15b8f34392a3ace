from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    name = "articles"
    label = "articles"
    verbose_name = _("Articles")

    def ready(self):
        from django.db.models.signals import post_delete, post_save, pre_delete, pre_save

        from wagtail.models import Comment, CommentReply, UploadedFile
        from wagtail.signals import page_published, workflow_submitted

        from articles import comments, consent, receivers, registry
        from articles.citing import findings as citing
        from articles.models import ArticlePage, LibraryImage, Recording
        from articles.planning import ideas, tasks
        from articles.starting import rules as starting

        pre_delete.connect(receivers.keep_held_image, sender=LibraryImage, dispatch_uid="keep_held_image")
        pre_delete.connect(
            receivers.keep_reviewed_article, sender=ArticlePage, dispatch_uid="keep_reviewed_article"
        )
        pre_delete.connect(
            receivers.keep_used_recording, sender=Recording, dispatch_uid="keep_used_recording"
        )
        post_delete.connect(receivers.forget_recording, sender=Recording, dispatch_uid="forget_recording")
        pre_delete.connect(ideas.follow_deletion, sender=ArticlePage, dispatch_uid="reopen_idea")
        page_published.connect(ideas.follow_signature, sender=ArticlePage, dispatch_uid="idea_written")
        workflow_submitted.connect(tasks.end_when_submitted, dispatch_uid="end_draft_task")
        for written in (Comment, CommentReply):
            post_save.connect(
                comments.tell_mentioned, sender=written, dispatch_uid=f"tell_{written.__name__}"
            )
        pre_save.connect(receivers.take_in_upload, sender=UploadedFile, dispatch_uid="take_in_upload")
        registry.finding_rules.append(consent.rule)
        registry.finding_rules.append(starting.rule)
        registry.finding_rules.append(citing.rule)
        registry.signing_guards.append(consent.objection_to_sign)
