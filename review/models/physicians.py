from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Profession(models.TextChoices):
    """Who may hold an entry. Pharmacists and nurses review beside a physician, never instead of one."""

    PHYSICIAN = "physician", _("Physician")
    PHARMACIST = "pharmacist", _("Pharmacist")
    NURSE = "nurse", _("Nurse")


class LicenceCategory(models.TextChoices):
    """执业类别 of the physicians' licence (Physicians Law of 2021, art. 13 and 14)."""

    CLINICAL = "clinical", _("Clinical medicine")
    DENTAL = "dental", _("Dentistry")
    TCM = "tcm", _("Chinese medicine")
    PUBLIC_HEALTH = "public", _("Public health")


class Post(models.TextChoices):
    IN_POST = "in_post", _("In post")
    LEFT = "left", _("Left")
    RETIRED = "retired", _("Retired")


class ExpertPool(models.TextChoices):
    """Membership in a pool of health-education experts (科普专家库)."""

    NATIONAL = "national", _("National")
    PROVINCE = "province", _("Provincial")
    CITY = "city", _("Municipal")
    HOSPITAL = "hospital", _("The hospital's own")


class PhysicianQuerySet(models.QuerySet):
    def in_post(self):
        return self.filter(post=Post.IN_POST, user__is_active=True)


class Physician(models.Model):
    """A reviewing physician (审核医师), or a pharmacist or nurse beside one.

    Name, title and department are public; licence, contact and assessment are not, and stay out of every signature's
    public part.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="physician",
        verbose_name=_("account"),
    )
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=60)
    title = models.CharField(pgettext_lazy("of a person", "title"), max_length=60)
    department = models.ForeignKey(
        "articles.Department",
        on_delete=models.PROTECT,
        related_name="physicians",
        verbose_name=_("department"),
    )
    profession = models.CharField(
        _("profession"), max_length=10, choices=Profession.choices, default=Profession.PHYSICIAN
    )
    reviews_for = models.ManyToManyField(
        "articles.Department",
        related_name="+",
        verbose_name=_("signs for"),
        help_text=_("Departments whose texts lie within this physician's specialty."),
    )
    specialties = models.CharField(
        _("specialties"), max_length=200, blank=True, help_text=_("In a few words, parted by commas.")
    )
    licence_category = models.CharField(
        _("licence category"), max_length=10, choices=LicenceCategory.choices, blank=True
    )
    licence_scope = models.CharField(
        _("licence scope"), max_length=120, blank=True, help_text=_("As on the licence (执业范围).")
    )
    main_institution = models.CharField(
        _("main practising institution"),
        max_length=120,
        blank=True,
        help_text=_("As registered (主要执业机构)."),
    )
    assessed_until = models.DateField(
        _("periodic assessment valid until"),
        null=True,
        blank=True,
        help_text=_("Afterwards this person cannot sign until the new date is entered. Empty: not watched."),
    )
    expert_pool = models.CharField(
        _("member of an expert pool"), max_length=10, choices=ExpertPool.choices, blank=True
    )
    mobile = models.CharField(
        _("mobile number"),
        max_length=20,
        blank=True,
        help_text=_("For notices by SMS; never shown to readers."),
    )
    wecom_account = models.CharField(
        _("WeCom account"), max_length=64, blank=True, help_text=_("For notices in WeCom (企业微信账号).")
    )
    post = models.CharField(_("post"), max_length=10, choices=Post.choices, default=Post.IN_POST)
    left_on = models.DateField(_("left on"), null=True, blank=True)

    objects = PhysicianQuerySet.as_manager()

    class Meta:
        verbose_name = _("physician")
        verbose_name_plural = _("physicians")
        ordering = ["department", "name"]

    def __str__(self):
        return f"{self.name} {self.title}"

    @property
    def in_post(self):
        return self.post == Post.IN_POST

    def is_overdue(self, day=None):
        """True when the periodic assessment (定期考核) has run out on ``day`` (default: today)."""
        return self.assessed_until is not None and self.assessed_until < (day or timezone.localdate())

    def credentials(self):
        """Return the public part as plain values, as it enters a signature."""
        return {"name": self.name, "title": self.title, "department": self.department.name}


class Absence(models.Model):
    """Days on which a physician does not review, and who stands in (代审)."""

    physician = models.ForeignKey(
        Physician, on_delete=models.CASCADE, related_name="absences", verbose_name=_("physician")
    )
    starts = models.DateField(_("from"))
    ends = models.DateField(_("until, inclusive"))
    stand_in = models.ForeignKey(
        Physician,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="standing_in",
        verbose_name=_("stand-in"),
        help_text=_("Signs for the same departments on these days, and on these days only."),
    )
    note = models.CharField(_("note"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["-starts"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends__gte=models.F("starts")), name="review_absence_ends_after_start"
            ),
        ]

    def __str__(self):
        return f"{self.physician.name} {self.starts} – {self.ends}"


class Objection(models.TextChoices):
    """What keeps a person from signing one text, and what the chief librarian may except, by name and with a reason."""

    AUTHOR = "author", _("Wrote or edited the text")
    SCOPE = "scope", _("Text of a department not signed for")
    OVERDUE = "overdue", _("Periodic assessment overdue")


class SigningException(models.Model):
    """The chief librarian let one person sign one text against one objection; listed in a report, never removed."""

    workflow_state = models.ForeignKey(
        "wagtailcore.WorkflowState",
        on_delete=models.PROTECT,
        related_name="signing_exceptions",
        verbose_name=_("review"),
    )
    physician = models.ForeignKey(
        Physician, on_delete=models.PROTECT, related_name="exceptions", verbose_name=_("physician")
    )
    objection = models.CharField(_("objection"), max_length=10, choices=Objection.choices)
    reason = models.CharField(_("reason"), max_length=300)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("of an exception", "granted by"),
    )
    granted_at = models.DateTimeField(_("granted at"), default=timezone.now)

    class Meta:
        verbose_name = _("exception for a signature")
        verbose_name_plural = _("exceptions for signatures")
        ordering = ["-granted_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["workflow_state", "physician", "objection"], name="review_one_exception_each"
            )
        ]

    def __str__(self):
        return f"{self.physician.name}: {self.get_objection_display()}"
