"""Replacing one passage of a draft, exactly and once, wherever a reader can see it."""

import re
from html import escape

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from review.errors import ReviewStateError


FIELDS = ("title", "summary", "key_message", "share_text", "push_title", "push_digest", "correction_note")
# Keys of block values that hold no words of the text.
_NO_TEXT = {"id", "type", "level", "image"}
# What the editor's rich text always begins with; other strings of a body are plain.
_RICH = re.compile(r"<(?:p|ul|ol|h\d)[\s>]")
_TAG = re.compile(r"(<[^>]*>)")


def replace(article, passage, wording):
    """Put ``wording`` in place of ``passage`` in ``article`` (a draft, not saved here).

    Raises ReviewStateError when the passage does not stand there exactly once, or does not stand in one piece, or the
    new wording does not fit its field.
    """
    places = list(_places(article))
    counts = [count(text, passage, rich) for text, rich, _put in places]
    if sum(counts) == 0:
        raise ReviewStateError(
            _(
                "The passage does not stand in the draft in one piece any more: it was changed, or bold type or a link "
                "divides it. Change it by hand."
            )
        )
    if sum(counts) > 1:
        raise ReviewStateError(
            _("The passage stands in the draft %(count)d times. Change the right one by hand.")
            % {"count": sum(counts)}
        )
    text, rich, put = places[counts.index(1)]
    put(_replaced(text, passage, wording, rich))


def count(text, passage, rich=False):
    """Return how often ``passage`` stands in ``text``, inside one piece of text where it is rich."""
    if not rich:
        return text.count(passage)
    return sum(piece.count(escape(passage, quote=False)) for piece in _TAG.split(text)[::2])


def _replaced(text, passage, wording, rich):
    if not rich:
        return text.replace(passage, wording)
    pieces = _TAG.split(text)
    pieces[::2] = [
        piece.replace(escape(passage, quote=False), escape(wording, quote=False)) for piece in pieces[::2]
    ]
    return "".join(pieces)


def _places(article):
    """Yield (text, rich, function that puts another text there) of everything that can be worded anew."""
    for name in FIELDS:
        yield getattr(article, name), False, _putter(article, name)
    body = article.body.get_prep_value()
    for text, put in _strings(body):
        yield text, bool(_RICH.match(text)), _in_body(article, body, put)


def _putter(article, name):
    def put(text):
        most = article._meta.get_field(name).max_length
        if most and len(text) > most:
            raise ReviewStateError(
                _("With this wording the field would be longer than %(most)d characters. Change it by hand.")
                % {"most": most}
            )
        setattr(article, name, text)

    return put


def _in_body(article, body, put):
    def put_and_load(text):
        block = article._meta.get_field("body").stream_block
        was_fine = _is_fine(block, article.body)
        put(text)
        article.body = block.to_python(body)
        if was_fine and not _is_fine(block, article.body):
            raise ReviewStateError(
                _("The better wording does not fit its place, perhaps it is too long. Change it by hand.")
            )

    return put_and_load


def _is_fine(block, body):
    try:
        block.clean(body)
    except ValidationError:
        return False
    return True


def _strings(value):
    """Yield (string, function that replaces it) for each string of words in a raw body."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in list(pairs):
        if key in _NO_TEXT:
            continue
        if isinstance(inner, str):
            yield inner, _setter(value, key)
        elif isinstance(inner, (dict, list)):
            yield from _strings(inner)


def _setter(holder, key):
    def put(text):
        holder[key] = text

    return put
