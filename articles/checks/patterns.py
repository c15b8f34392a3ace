"""Patterns of the wording rules: words joined by ``|``, or after ``re:`` a regular expression whose work is bounded.

A backtracking matcher can take for ever on a few characters. Instead of a time-out (which lets a text through unchecked)
each expression is measured when it is saved: the product of the ways it can be tried at one position must stay small.
"""

import functools
import re
from re import _constants as ops
from re import _parser as parser

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


PREFIX = "re:"
MOST_WAYS = 5_000  # ways to try an expression at one position
LONGEST_REPEAT = 60
LONGEST = 2_000  # characters of a pattern
_SINGLE = {ops.LITERAL, ops.NOT_LITERAL, ops.ANY, ops.IN, ops.CATEGORY, ops.RANGE}


@functools.lru_cache(maxsize=2_000)
def compiled(pattern):
    """Return ``pattern`` as a compiled expression, or None for an empty one. Raises ValidationError with a sentence."""
    pattern = pattern.strip()
    if not pattern:
        return None
    if len(pattern) > LONGEST:
        raise ValidationError(
            _("The pattern has %(n)d characters; %(most)d are allowed. Make two rules of it.")
            % {"n": len(pattern), "most": LONGEST}
        )
    if not pattern.startswith(PREFIX):
        words = [re.escape(word.strip()) for word in pattern.split("|") if word.strip()]
        if not words:
            raise ValidationError(_("There is no word in it."))
        # Longer words first: an alternation takes the first that fits.
        return re.compile("|".join(sorted(words, key=len, reverse=True)), _flags(pattern))
    expression = pattern[len(PREFIX) :]
    try:
        tree = parser.parse(expression)
        ways = _ways(tree)
        found = re.compile(expression, _flags(expression))
    except re.error as error:
        raise ValidationError(
            _("This is not a regular expression: %(reason)s (character %(at)s).")
            % {"reason": error.msg, "at": "?" if error.pos is None else error.pos + 1}
        ) from error
    except (RecursionError, OverflowError) as error:
        raise ValidationError(_("This regular expression is nested too deeply.")) from error
    if ways > MOST_WAYS:
        raise ValidationError(
            _("This regular expression could take very long on some texts. Use fewer or shorter repeats.")
        )
    if found.match(""):
        raise ValidationError(_("This regular expression fits every text. Name at least one word."))
    return found


def _flags(pattern):
    # Without Latin letters case means nothing, and the matcher is faster.
    return re.IGNORECASE if re.search("[A-Za-z]", pattern) else 0


def _ways(tree):
    """Return an upper bound of the ways to try ``tree`` at one position. Raises ValidationError for what has none."""
    ways = 1
    for operation, value in tree:
        ways *= _ways_of(operation, value)
        if ways > MOST_WAYS * 1_000:
            break
    return ways


def _ways_of(operation, value):
    if operation in _SINGLE or operation is ops.AT:
        return 1
    if operation is ops.BRANCH:
        # Branches that begin with different characters exclude each other: only the widest of such is tried.
        return _ways_of_branches(value[1])
    if operation is ops.SUBPATTERN:
        return _ways(value[3])
    if operation in (ops.ASSERT, ops.ASSERT_NOT):
        return _ways(value[1])
    if operation in (ops.MAX_REPEAT, ops.MIN_REPEAT):
        least, most, inner = value
        if most is parser.MAXREPEAT or most > LONGEST_REPEAT:
            raise ValidationError(
                _("Write how often a part may repeat: {0,10} instead of * or +, at most {0,%d}.")
                % LONGEST_REPEAT
            )
        if len(inner) == 1 and inner[0][0] in _SINGLE:
            return most - least + 1
        return sum(min(_ways(inner) ** times, MOST_WAYS * 1_000) for times in range(least, most + 1))
    raise ValidationError(_("Back references and conditions are not understood here."))


def _ways_of_branches(branches):
    groups = {}
    for branch in branches:
        first = branch[0] if len(branch) else None
        key = first[1] if first and first[0] is ops.LITERAL else None
        groups[key] = groups.get(key, 0) + _ways(branch)
    anywhere = groups.pop(None, 0)
    return anywhere + max(groups.values(), default=0)
