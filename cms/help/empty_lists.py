"""What an empty list says: what comes to stand there, and what to do about it.

One table over all rooms, by the name of the list's address, since most lists use Wagtail's own view and template as they are.
Lists with a template of their own say it there; their names are in ``SAY_IT_THEMSELVES``.
"""

from django.utils.translation import gettext_lazy as _


SENTENCES = {
    "absences:index": _(
        "Nobody is away. Enter days off and who stands in, so that texts to review go to the deputy."
    ),
    "approvals:index": _(
        "Nothing is signed yet. Finish a draft and submit it; the last signature makes an entry here, for good."
    ),
    "consents:index": _(
        "No consent is entered. Before a picture shows a patient, enter the signed consent and choose it at the picture."
    ),
    "corrections:index": _(
        "No correction yet. When a signed article is wrong, open it in the editor and begin a correction from its menu."
    ),
    "deliveries:index": _(
        "Nothing was delivered yet. A signed article goes to the website by itself; for WeChat, put a push together."
    ),
    "departments:index": _(
        "No department yet. Add those that answer for articles; physicians sign for departments."
    ),
    "finding_waivers:index": _(
        "No finding was let pass. Where a finding does not fit, press “Let this pass…” beside it in the editor and say why."
    ),
    "glossary:index": _(
        "No term yet. Add the medical words that patients do not know, or take over a table from a file."
    ),
    "health_days:index": _("No health day is entered. Add one, or take over a table from a file."),
    "older_articles:index": _(
        "No older article is entered. Take over the list of what was published in WeChat before this system, so that it is looked at again in time."
    ),
    "overdue_copies:index": _("No copy is overdue: there is nothing to do."),
    "physicians:index": _(
        "No physician is entered, so nobody can sign. Invite the colleague first, then add title, licence and departments here."
    ),
    "preview_readers:index": _(
        "Nobody is on the list. Add the colleagues who look at a push before followers get it."
    ),
    "publish_ledger:index": _(
        "No push yet. Choose signed articles on the board and put them together; each push then stands here with what became of it."
    ),
    "quiet_dates:index": _(
        "No quiet date is entered. Add days on which nothing is to go out, or take over a calendar from a file."
    ),
    "reader_feedback:index": _(
        "No reader has answered yet. Below each article on the website a link asks what helped and what was unclear; answers come to stand here."
    ),
    "registered_accounts:index": _(
        "No account is entered. Add each public account of the hospital and who answers for it."
    ),
    "recordings:index": _(
        "No recording yet. Have an article read aloud, add the file here, and choose it in the article below the cover."
    ),
    "reprints:index": _(
        "No permission is entered. Before a text is reprinted, enter who allowed it, and choose it in the article under “About the article”."
    ),
    "rereviews:index": _(
        "No signed article yet. Each signature sets the day of the next review, and the article then stands here."
    ),
    "review_assignments:index": _(
        "Nobody is asked at the moment. Open a text under review and choose whom to ask, and until when."
    ),
    "review_exceptions:index": _(
        "Nobody signed by exception. Should nobody be free to sign a text, an exception is made on its review page, with the reason."
    ),
    "review_holidays:index": _(
        "No holiday is entered, so due dates take holidays for working days. Add them, or take over a table from a file."
    ),
    "review_links:index": _(
        "No link yet. Ask somebody to review a text; the link for their phone is made there."
    ),
    "review_notices:index": _(
        "No notice yet. Notices go out by themselves when somebody is asked, called in a comment, or a day comes near."
    ),
    "review_openings:index": _(
        "No review link was opened yet. Each opening will stand here with its device."
    ),
    "review_pins:index": _("Nobody can use a PIN yet. Enter a physician first."),
    "sensitive_words:index": _(
        "The list is empty. Add words, or take over a table from a file; texts that hold one get a finding."
    ),
    "spot_checks:index": _(
        "No spot check yet. The lot is drawn by itself on the first day of a month; the chief librarian can draw it now."
    ),
    "wechat_deletions:index": _(
        "No deletion was asked for. Withdraw the article first; its copies in WeChat are deleted from the page of the withdrawal."
    ),
    "withdrawals:index": _(
        "Nothing is withdrawn. To take an article back, open it in the editor and choose “Withdraw” in its menu."
    ),
    "wording_rules:index": _("No rule yet. Add one, or take over a table from a file."),
}

SAY_IT_THEMSELVES = {"articles_imports", "draft_tasks:index", "drafts:index", "series:index"}
NEVER_EMPTY = {"wagtailusers_users:index"}  # it holds whoever looks at it


def sentence(name):
    """Return what the empty list at the address called ``name`` (or its results alone) says, or ''."""
    whole = name.replace(":index_results", ":index").replace(":results", ":index")
    return SENTENCES.get(whole, "")
