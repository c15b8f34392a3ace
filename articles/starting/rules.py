"""What a starting point asked for and is still empty, as findings. A rule of ``articles.registry.finding_rules``."""

from django.utils.translation import gettext as _

from articles import findings
from articles.snapshot import block_text
from articles.starting import points


def rule(snapshot, page):
    """Yield a finding for each block of the starting point that nobody has written yet.

    Stops only when no block holds any text: one empty part may have its reason, a text of headings has none.
    """
    point = points.get(page.starting_point)
    if point is None:
        return
    blank, written = [], False
    for heading, block_id, block in findings.located(snapshot, page):
        asked = point.block(page.guide.get(block_id, ""))
        prefilled = asked.prefilled if asked else ()
        if is_written(block, prefilled):
            written = written or block["type"] not in ("heading", "image")
        elif asked:
            blank.append((asked.guidance.name or heading, block_id))
    for name, block_id in blank:
        yield findings.Finding(
            "starting.empty",
            findings.WARN if written else findings.STOP,
            name,
            _("this part is still empty."),
            _("Write it, or remove the block when it does not fit your subject."),
            anchor=findings.block_anchor(block_id),
        )


def is_written(block, prefilled=()):
    """True when a block of a snapshot holds text beside what stood in it from the beginning."""
    return any(line.strip() and line not in prefilled for line in block_text(block).split("\n"))
