"""Whether a short text tells who somebody is or how to reach them: what a form open to everybody must not keep."""

import re

from articles.checks import contacts, privacy
from articles.checks.text import Text


_NUMERALS = str.maketrans("〇零一幺二三四五六七八九", "001123456789")
_NAMED = re.compile(r"(?:姓名|名字)[是为叫:：]|本人姓[\u4e00-\u9fff]|身份证")


def found(text):
    """Return whether ``text`` holds a telephone or identity number, a mail address, an account, a record or a name given as one.

    Numbers written in Chinese numerals count too. It errs towards yes: nothing is lost when a reader writes it anew.
    """
    folded = Text.of(text).folded
    if contacts.reaches(folded) or privacy.identifies(folded) or _NAMED.search(folded):
        return True
    return contacts.reaches(folded.translate(_NUMERALS))
