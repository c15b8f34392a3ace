"""Roles (DESIGN §1) as groups with their rights. Idempotent: ``setup_site`` runs it, also after an upgrade.

Nobody gets Wagtail's publish right where articles live: the chief librarian publishes topics and the home page through it,
and articles refuse it in their own permission tester.
"""

from django.contrib.auth.models import Group, Permission

from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission


LIBRARIAN, PHYSICIAN, CHIEF, ADMINISTRATOR = "馆员", "审核医师", "馆长", "管理员"
EDITOR, OFFICE, LEADER = "编辑", "宣传科或医务科", "分管领导"
"""Names of the groups. Data, not interface: a hospital may see them in its own records."""

_EVERYONE = ["wagtailadmin.access_admin"]
_LEDGER = ["publish.view_push", "publish.view_delivery", "publish.view_publication"]
_PREVIEW_LIST = [f"publish.{action}_previewreader" for action in ("add", "change", "delete", "view")]
_CHANNEL = [
    "publish.change_channelsettings",
    *(f"publish.{action}_quietdate" for action in ("add", "change", "delete", "view")),
]
_AFTER = [
    "publish.view_visitcount",
    "publish.view_readerfeedback",
    "publish.change_readerfeedback",
    "review.view_rereview",
    "review.view_spotcheck",
    "review.change_spotcheckitem",
    *(f"review.{action}_olderarticle" for action in ("add", "change", "delete", "view")),
    *(f"review.{action}_account" for action in ("add", "change", "view")),
]
_NOTICES = ["review.view_assignment", "review.view_notice", "review.change_notice"]
_PHONE = [
    "review.view_reviewlink",
    "review.change_reviewlink",
    "review.view_linkopening",
    "review.add_reviewpin",
]
_HOLIDAYS = [f"review.{action}_holiday" for action in ("add", "change", "delete", "view")]
_CHAINS = [
    *(
        f"{label}_{model}"
        for model in ("workflow", "task")
        for label in ("wagtailcore.add", "wagtailcore.change")
    ),
    "review.change_reviewsettings",
    *(f"review.{action}_checklistversion" for action in ("add", "view")),
]
_RIGHTS = [
    f"articles.{action}_{model}"
    for model in ("consentrecord", "reprintpermission")
    for action in ("add", "change", "view")
]
_DESK = [
    *(
        f"articles.{action}_{model}"
        for model in ("glossaryterm", "idea", "recording", "series", "drafttask")
        for action in ("add", "change", "delete", "view")
    ),
    "articles.view_healthday",
    "articles.view_wordingrule",
    "articles.view_sensitiveword",
    "articles.add_findingwaiver",
    "articles.view_findingwaiver",
    "articles.view_importjob",
    "articles.delete_importjob",
]
_RULES = [
    f"articles.{action}_{model}"
    for model in ("wordingrule", "sensitiveword", "healthday")
    for action in ("add", "change", "delete", "view")
]
MODEL_RIGHTS = {
    LIBRARIAN: [
        *_DESK,
        *_EVERYONE,
        *_LEDGER,
        *_PREVIEW_LIST,
        *_AFTER,
        *_NOTICES,
        *_PHONE,
        *_RIGHTS,
        "publish.change_push",
        "review.view_approval",
        "review.view_physician",
        "review.view_absence",
        "articles.choose_image",
    ],
    PHYSICIAN: _EVERYONE,
    EDITOR: _EVERYONE,
    OFFICE: _EVERYONE,
    LEADER: _EVERYONE,
    CHIEF: [
        *_DESK,
        *_RULES,
        "articles.change_editorialsettings",
        *_EVERYONE,
        *_CHAINS,
        *_LEDGER,
        *_PREVIEW_LIST,
        *_CHANNEL,
        *_RIGHTS,
        *_AFTER,
        "review.add_spotcheck",
        "review.delete_account",
        *_NOTICES,
        *_PHONE,
        *_HOLIDAYS,
        "publish.change_push",
        "publish.withdraw_publication",
        "review.view_approval",
        "review.call_back_review",
        "review.add_physician",
        "review.change_physician",
        "review.view_physician",
        *(f"review.{action}_absence" for action in ("add", "change", "delete", "view")),
        "review.add_signingexception",
        "review.view_signingexception",
        "articles.add_department",
        "articles.change_department",
        "articles.view_department",
        "articles.change_institution",
        "articles.choose_image",
    ],
    ADMINISTRATOR: [
        *_EVERYONE,
        "articles.change_editorialsettings",
        *_LEDGER,
        *_PREVIEW_LIST,
        *_CHANNEL,
        *_NOTICES,
        *_HOLIDAYS,
        "publish.change_push",
        "publish.view_visitcount",
        "review.view_approval",
        "review.add_physician",
        "review.change_physician",
        "review.view_physician",
        "review.view_signingexception",
        "cms.add_user",
        "cms.change_user",
        "cms.view_user",
        "wagtailredirects.add_redirect",
        "wagtailredirects.change_redirect",
        "wagtailredirects.delete_redirect",
    ],
}
PAGE_RIGHTS = {LIBRARIAN: ["add_page", "change_page"], CHIEF: ["add_page", "change_page", "publish_page"]}
COLLECTION_RIGHTS = {
    LIBRARIAN: ["add_image", "change_image", "choose_image"],
    CHIEF: ["add_image", "change_image", "choose_image", "delete_image"],
}


def set_up(home):
    """Create the groups and give them exactly their rights on models, on the tree under ``home`` and on pictures."""
    for name, labels in MODEL_RIGHTS.items():
        group, _created = Group.objects.get_or_create(name=name)
        group.permissions.set([_permission(label) for label in labels])
        _grant_pages(group, home, PAGE_RIGHTS.get(name, []))
        _grant_collections(group, COLLECTION_RIGHTS.get(name, []))


def _permission(label):
    app_label, codename = label.split(".")
    return Permission.objects.get(content_type__app_label=app_label, codename=codename)


def _grant_pages(group, page, codenames):
    wanted = Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=codenames)
    GroupPagePermission.objects.filter(group=group).exclude(page=page, permission__in=wanted).delete()
    for permission in wanted:
        GroupPagePermission.objects.get_or_create(group=group, page=page, permission=permission)


def _grant_collections(group, codenames):
    root = Collection.get_first_root_node()
    wanted = Permission.objects.filter(content_type__app_label="articles", codename__in=codenames) | (
        Permission.objects.filter(content_type__app_label="wagtailimages", codename__in=codenames)
    )
    GroupCollectionPermission.objects.filter(group=group).exclude(
        collection=root, permission__in=wanted
    ).delete()
    for permission in wanted:
        GroupCollectionPermission.objects.get_or_create(group=group, collection=root, permission=permission)
