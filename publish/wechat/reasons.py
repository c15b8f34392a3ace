"""Why a push stands where it stands, when no WeChat code says so, and what to do next.

`publish.models.Push.reason` holds one of these names; `explain` gives the ledger its sentence.
"""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from publish import duty
from publish.wechat import comparison, errors


SENTENCES = {
    "by_hand": _(
        "The draft lies in WeChat. Finish it by hand: follow the steps below and enter the final address."
    ),
    "ai_declaration": _(
        "The draft lies in WeChat. AI was used beyond polishing, which only WeChat's website can declare: follow the steps below and enter the final address."
    ),
    "capability": _(
        "The account may not go further by API. The draft lies in WeChat: follow the steps below and enter the final address."
    ),
    "copy": _(
        "The account may not make drafts by API. Open the hand-over sheet, carry the text over with the copy page, publish it on WeChat's website and enter the final address."
    ),
    "drift": _(
        "The draft in WeChat no longer says what was signed (%(detail)s). Nothing was published. Make the draft anew, or cancel the push."
    ),
    "draft_gone": _(
        "The draft is no longer in WeChat. If somebody published it there, enter its address; otherwise make the draft anew."
    ),
    "content": "%(detail)s",
    "slot_used": _(
        "Today's mass send is already taken. %(detail)s Plan the push for another day, or publish it without notifying followers."
    ),
    "slot_missed": _(
        "The minute it was planned for (%(detail)s) has passed by more than the set time, so nothing was sent. Send it now, or plan it again."
    ),
    "quiet_day": _(
        "Today is a quiet date (%(detail)s): no pushes. Nothing was sent. Plan it again for another day."
    ),
    "quiet_look": _(
        "Today is a quiet date (%(detail)s): no festive look. Nothing was sent. Plan it again with another look or for another day."
    ),
    "no_theme": _(
        "The look “%(detail)s” is not installed any more. Nothing was sent. Plan it again with another look."
    ),
    "admin_confirmation": _(
        "WeChat waits for %(person)s to confirm this mass send on the account administrator's phone, until %(until)s."
    ),
    "lease_expired": _(
        "The worker stopped in the middle of a step. What WeChat received is being found out."
    ),
    "no_answer": _(
        "WeChat's answer was lost. What WeChat received is being found out; nothing is sent again before that is known."
    ),
    "restored": _(
        "This database is a restored or copied one. What WeChat received in the meantime is being found out."
    ),
    "cleaning": _(
        "An unfinished draft of it lies in WeChat. It is deleted once outgoing work is resumed; then the push is made anew."
    ),
    "cannot_say": _(
        "WeChat cannot say whether this was sent. Look on mp.weixin.qq.com: enter the address if it is there, or say that it is not."
    ),
    "absent": _("WeChat has shown twice that it did not receive this; it is sent again."),
    "found": _("WeChat has it; nothing was sent twice."),
    "accepted": _("WeChat has accepted it; its result is awaited."),
    "finished": _("It can be read in WeChat."),
    "finished_quietly": _(
        "It can be read in WeChat. Followers were not notified: a mass send was asked for, but the account or this installation does not allow it by API."
    ),
    "by_person": _("Settled by hand."),
    "retried": _("A person asked for another try."),
    "planned_again": _("A person took it back to be planned again."),
    "retry": _("It will be tried again by itself."),
    "stopped": _("The worker was stopped between two steps; the next one goes on."),
    "paused": _("Everything outgoing is paused."),
    "gave_up": _("Tried ten times without success. Look at the records below, then retry."),
    "no_result": _(
        "WeChat gave no result within two days. Look on mp.weixin.qq.com and enter the address, or ask again."
    ),
    "superseded": _("A newer version of the article was signed; this push no longer applies."),
    "withdrawn": _("The article was withdrawn."),
    "cancelled": _("Cancelled by a person."),
    "channel_off": _("WeChat is not set up (WECHAT_APPID is missing). The article is on the website only."),
    "other_account": _("This push belongs to another WeChat account than the one set up now."),
    "internal": _(
        "A fault in the program stopped this push; nothing further was sent. Pass it on to the administrator, then retry."
    ),
    "publish_original": _(
        "WeChat stopped the publication: it takes the text for somebody else's original. Look on mp.weixin.qq.com."
    ),
    "publish_failed": _(
        "WeChat could not publish the draft. Look at the notices on mp.weixin.qq.com, then retry."
    ),
    "publish_refused": _(
        "WeChat's review refused the article. Look at the notices on mp.weixin.qq.com; change the article and have it signed again."
    ),
    "deleted_there": _("The article was published and then deleted in WeChat."),
    "banned_there": _(
        "The article was published and then blocked by WeChat. Look at the notices on mp.weixin.qq.com."
    ),
    "mass_failed": _(
        "WeChat could not send it to the followers (%(detail)s). Look at the notices on mp.weixin.qq.com."
    ),
    "mass_refused": _(
        "WeChat's review stopped the mass send (%(detail)s). Look at the notices on mp.weixin.qq.com; change the article and have it signed again."
    ),
    "mass_unconfirmed": _(
        "The account's administrator did not confirm the mass send in time, or refused it. Ask them, then retry."
    ),
    "adopted": _("Found in WeChat after a restored backup and taken over."),
}

# publish_status of freepublish/get and PUBLISHJOBFINISH.
PUBLISH_STATUS = {
    2: "publish_original",
    3: "publish_failed",
    4: "publish_refused",
    5: "deleted_there",
    6: "banned_there",
}


def of_mass_status(status):
    """Return the reason for the Status of MASSSENDJOBFINISH or msg_status of mass/get; "" for success."""
    if status in ("send success", "SEND_SUCCESS"):
        return ""
    if status == "DELETE":
        return "deleted_there"
    if status in ("err(40001)", "err(40002)"):
        return "mass_unconfirmed"
    return "mass_refused" if status.startswith("err(") else "mass_failed"


def explain(push):
    """Return the translated sentence for a push: what happened and what to do next; "" for nothing."""
    if push.errcode is not None:
        return errors.sentence(push.errcode, push.detail)
    if push.reason == "retry":
        advice = errors.UNREACHABLE if push.detail == "unreachable" else errors.NO_ANSWER
        return str(advice.sentence)
    if push.reason == "admin_confirmation":
        return _who_confirms(push)
    text = str(SENTENCES.get(push.reason, ""))
    detail = comparison.named(push.detail.split(", ")) if push.reason == "drift" else push.detail
    return text % {"detail": detail} if "%(detail)s" in text else text


def _who_confirms(push):
    """Return the sentence of a mass send that the account's administrator is asked to confirm."""
    person = push.duty_person
    until = f"{timezone.localtime(push.confirm_until):%H:%M}" if push.confirm_until else ""
    name = (person.get_full_name() or person.get_username()) if person else _("the account's administrator")
    text = SENTENCES["admin_confirmation"] % {"person": name, "until": until}
    if person is None:
        return f"{text} {_('No duty person is set: tell whoever holds that phone.')}"
    return str(text) if duty.told(push) else f"{text} {_('They were not told by mail: call them.')}"
