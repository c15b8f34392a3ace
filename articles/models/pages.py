from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import (
    CommentPanel,
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
)
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.search import index

from articles import registry
from articles.article_form import ArticleForm
from articles.blocks import BodyBlock
from articles.choices import AIUse, Audience, Release, SourceType
from articles.citing.panels import ReferencesPanel
from articles.errors import AliasRefusedError, ArticleKeptError, NotSignedError
from articles.permissions import ArticlePermissionTester, TopicPermissionTester
from articles.signing import in_approval
from articles.slugs import TitlePanel, TopicCopyForm, check_topic_slug
from articles.suffixes import suffixes
from articles.topic_form import TopicForm


MOST_ALTERNATIVES = 2  # beside the main title, digest and cover
SUMMARY_LENGTH = 120  # WeChat's digest limit since 2026-07-14 (api_draft_add)


class TopicPage(Page):
    """A topic (专题): institutional introduction above a list of signed articles."""

    intro = RichTextField(_("introduction"), features=["bold", "italic"], blank=True)
    emergency = models.CharField(
        _("emergency sentence"),
        max_length=120,
        blank=True,
        help_text=_(
            "When to call 120. Part of each article's signed text; empty where the topic needs none."
        ),
    )

    needs = models.JSONField(
        _("needs"),
        default=list,
        blank=True,
        help_text=_("Under which of the home page's headings readers find it."),
    )
    body_areas = models.JSONField(
        _("parts of the body"),
        default=list,
        blank=True,
        help_text=_("Where it stands in the index of the body."),
    )

    base_form_class = TopicForm
    copy_form_class = TopicCopyForm
    content_panels = [
        TitlePanel("title"),
        FieldPanel("intro"),
        FieldPanel("emergency"),
        MultiFieldPanel([FieldPanel("needs"), FieldPanel("body_areas")], _("Where readers find it")),
    ]
    settings_panels = []
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["articles.ArticlePage"]
    template = "themes/calm/web/topic.html"

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")

    def clean(self):
        """Refuse, wherever the topic comes from, an address that the site has for something else."""
        super().clean()
        try:
            check_topic_slug(self.slug)
        except ValidationError as error:
            raise ValidationError({"slug": error.messages}) from error

    def permissions_for_user(self, user):
        return TopicPermissionTester(user, self)

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        return context | registry.reader_copy.listing(request, topic=self)

    def copy(self, *args, **kwargs):
        """Copy the topic; articles below it become unsigned drafts."""
        return super().copy(*args, **kwargs | {"keep_live": False})

    def create_alias(self, *args, **kwargs):
        """Refused: an alias of a topic would carry aliases of its articles."""
        raise AliasRefusedError(_("Topics cannot be mirrored. Copy the topic instead."))


class ArticlePage(Page):
    """A health article (科普文章) as librarians edit it. Readers never see this row: they get Publications."""

    summary = models.TextField(
        _("summary"), max_length=SUMMARY_LENGTH, help_text=_("Also WeChat's digest: 120 characters at most.")
    )
    key_message = models.TextField(
        _("key message"),
        max_length=200,
        help_text=_("The one most important thing, in one or two sentences."),
    )
    audience = models.CharField(
        _("audience"), max_length=10, choices=Audience.choices, default=Audience.PUBLIC
    )
    recording = models.ForeignKey(
        "articles.Recording",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("recording"),
        help_text=_("The text read aloud, for those who would rather listen. It is signed with the text."),
    )
    department = models.ForeignKey(
        "articles.Department",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("department"),
    )
    author_name = models.CharField(_("author's name"), max_length=60)
    author_title = models.CharField(_("author's title"), max_length=60, blank=True)
    author_department = models.CharField(_("author's department"), max_length=60, blank=True)
    author_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("author's account"),
        help_text=_("When the author has an account here; authors never sign their own text."),
    )
    source_type = models.CharField(
        _("source"), max_length=10, choices=SourceType.choices, default=SourceType.ORIGINAL
    )
    source_line = models.CharField(_("source line"), max_length=200, blank=True)
    ai_use = models.CharField(_("AI use"), max_length=12, choices=AIUse.choices, default=AIUse.NONE)
    ai_note = models.CharField(_("AI tool and who verified it"), max_length=120, blank=True)
    cover = models.ForeignKey(
        settings.WAGTAILIMAGES_IMAGE_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cover"),
    )
    body = StreamField(BodyBlock(), verbose_name=_("body"), blank=True)
    share_text = models.CharField(_("share text"), max_length=60, blank=True)
    push_title = models.CharField(
        _("title in WeChat"),
        max_length=32,
        blank=True,
        help_text=_("Empty: the title. WeChat allows 32 characters."),
    )
    push_digest = models.CharField(
        _("digest in WeChat"), max_length=SUMMARY_LENGTH, blank=True, help_text=_("Empty: the summary.")
    )
    correction_note = models.TextField(
        _("what this version corrects"),
        max_length=300,
        blank=True,
        help_text=_("Readers see it with the day of signing: what was wrong and what is right now."),
    )
    changes_note = models.TextField(
        _("what is new in this edition"),
        max_length=200,
        blank=True,
        help_text=_("Readers see it with the day of signing. Mistakes that were put right go below instead."),
    )
    review_months = models.PositiveSmallIntegerField(
        _("review again after (months)"),
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(36)],
        help_text=_("24 as a rule, 12 for medicines and vaccines, 36 at most (PIF TICK)."),
    )
    subjects = models.JSONField(
        _("subjects that need care"),
        default=list,
        blank=True,
        help_text=_("They decide which chain reviews the text and which questions are asked."),
    )
    has_case = models.BooleanField(
        _("tells a patient's case"),
        default=False,
        help_text=_("Also when names are changed: a consent is then needed before review."),
    )
    consents = ParentalManyToManyField(
        "articles.ConsentRecord", blank=True, related_name="articles", verbose_name=_("consents")
    )
    reprint = models.ForeignKey(
        "articles.ReprintPermission",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="articles",
        verbose_name=_("permission to reprint"),
    )
    series = models.ForeignKey(
        "articles.Series",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="articles",
        verbose_name=_("series"),
    )
    series_order = models.PositiveSmallIntegerField(_("place in the series"), default=0, blank=True)
    starting_point = models.CharField(_("starting point"), max_length=20, blank=True)
    # Guidance by block of the body: {id of the block: key of the guidance in articles.starting}.
    guide = models.JSONField(default=dict, blank=True)
    release = models.CharField(
        _("release in WeChat"), max_length=8, choices=Release.choices, default=Release.BOARD
    )

    base_form_class = ArticleForm
    content_panels = [
        TitlePanel("title"),
        FieldPanel("summary"),
        FieldPanel("key_message"),
        FieldPanel("cover"),
        FieldPanel("recording"),
        FieldPanel("body"),
        ReferencesPanel("references", heading=_("References"), label=_("Reference")),
    ]
    facts_panels = [
        FieldRowPanel([FieldPanel("department"), FieldPanel("audience")]),
        MultiFieldPanel(
            [
                FieldRowPanel(
                    [FieldPanel("author_name"), FieldPanel("author_title"), FieldPanel("author_department")]
                ),
                FieldPanel("author_user"),
            ],
            _("Author"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("source_type"), FieldPanel("source_line")]),
                FieldRowPanel([FieldPanel("ai_use"), FieldPanel("ai_note")]),
            ],
            _("Source and AI"),
        ),
        FieldPanel("reprint"),
        FieldPanel("subjects"),
        MultiFieldPanel([FieldPanel("has_case"), FieldPanel("consents")], _("Patients in the text")),
        FieldPanel("review_months"),
        FieldRowPanel([FieldPanel("series"), FieldPanel("series_order")]),
        FieldPanel("changes_note"),
        FieldPanel("correction_note"),
    ]
    channel_panels = [
        MultiFieldPanel(
            [
                FieldPanel("release"),
                FieldPanel("push_title"),
                FieldPanel("push_digest"),
                FieldPanel("share_text"),
            ],
            _("WeChat"),
        ),
        InlinePanel(
            "push_alternatives",
            heading=_("Alternatives for WeChat"),
            label=_("Alternative"),
            help_text=_("Signed with the text; on the day one of them is chosen without a new signature."),
            max_num=MOST_ALTERNATIVES,
        ),
        MultiFieldPanel(
            [FieldPanel("slug"), FieldPanel("seo_title"), FieldPanel("search_description")],
            _("Search engines"),
        ),
        CommentPanel(),
    ]
    edit_handler = TabbedInterface(
        [
            ObjectList(content_panels, heading=_("Text")),
            ObjectList(facts_panels, heading=_("About the article")),
            ObjectList(channel_panels, heading=_("Release")),
        ]
    )

    search_fields = [
        *Page.search_fields,
        index.SearchField("summary"),
        index.AutocompleteField("title_suffixes"),
        index.FilterField("department"),
    ]
    parent_page_types = ["articles.TopicPage"]
    subpage_types = []
    preview_modes = [("website", _("Website")), ("wechat", _("WeChat"))]

    class Meta:
        verbose_name = _("health article")
        verbose_name_plural = _("health articles")

    # --- What a reader can see -----------------------------------------------------------

    def title_suffixes(self):
        """Every suffix of the title's Chinese runs, so that the admin's prefix search finds inner words."""
        return suffixes(self.title)

    def route(self, request, path_components):
        """Never: publications have addresses of their own."""
        raise Http404

    def serve(self, request, *args, **kwargs):
        """Never the editable row."""
        raise Http404

    def serve_preview(self, request, mode_name):
        """Show this draft as readers would see it, through the renderer of the room that owns the look."""
        from articles.snapshot import build  # snapshot reads this model

        return registry.preview_renderers[mode_name](build(self), self, request)

    # --- The second wall: what Wagtail offers and an article refuses ----------------------

    def get_workflow(self):
        """Return the chain that reviews this article: the one its subjects ask for, else that of its place."""
        chosen = next((chain for pick in registry.chain_pickers if (chain := pick(self))), None)
        return chosen or super().get_workflow()

    @property
    def has_workflow(self):
        return self.get_workflow() is not None

    def permissions_for_user(self, user):
        return ArticlePermissionTester(user, self)

    def get_absolute_url(self):
        return f"/a/{self.pk}/"

    def deletion_objection(self):
        """Return the sentence why this article must stay, or an empty string."""
        return registry.first_objection(registry.deletion_guards, self) if self.pk else ""

    def save(self, *args, **kwargs):
        """Save; a new row is never live and never an alias. Raises AliasRefusedError for an alias."""
        if self.alias_of_id:
            raise AliasRefusedError(_("Articles cannot be mirrored elsewhere. Copy the article instead."))
        if self._state.adding:
            self.live = False
            self.has_unpublished_changes = True
            self.live_revision = None
            self.first_published_at = self.last_published_at = None
        self.go_live_at = self.expire_at = None
        return super().save(*args, **kwargs)

    def with_content_json(self, content):
        """Build from a revision; a schedule written into it by any means counts for nothing."""
        article = super().with_content_json(content)
        article.go_live_at = article.expire_at = None
        return article

    def publish(self, revision, user=None, changed=True, log_action=True, **kwargs):
        """Make the row live, inside an approval only.

        Raises NotSignedError otherwise, except for Wagtail's scheduled run, which must go on with other pages:
        there the schedule is cleared and nothing else happens.
        """
        if not in_approval(self.pk):
            if log_action == "wagtail.publish.scheduled":
                self.revisions.update(approved_go_live_at=None)
                return None
            raise NotSignedError(_("Articles go out only when they are signed. Submit this one for review."))
        return super().publish(revision, user=user, changed=changed, log_action=log_action, **kwargs)

    def unpublish(self, set_expired=False, commit=True, user=None, log_action=True):
        """Unpublish the row, which the publishing room answers with a Withdrawal; expiry by schedule is ignored."""
        if set_expired:
            type(self).objects.filter(pk=self.pk).update(expire_at=None, expired=False)
            return None
        return super().unpublish(set_expired=set_expired, commit=commit, user=user, log_action=log_action)

    def copy(self, *args, **kwargs):
        """Copy as an unsigned draft."""
        return super().copy(*args, **kwargs | {"keep_live": False})

    def create_alias(self, *args, **kwargs):
        """Refused: see AliasRefusedError."""
        raise AliasRefusedError(_("Articles cannot be mirrored elsewhere. Copy the article instead."))

    def delete(self, *args, **kwargs):
        """Delete a draft; raises ArticleKeptError once the article has an approval."""
        if reason := self.deletion_objection():
            raise ArticleKeptError(reason)
        return super().delete(*args, **kwargs)
