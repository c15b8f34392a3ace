"""Pictures of the body: alternative text, caption, credit. Licences and consents are judged in articles.consent."""

import re

from django.utils.translation import gettext as _

from articles.checks.finding import INFO, STOP, WARN, Finding, block_anchor


_EMPTY_WORDS = re.compile(
    r"(?:图|图片|照片|插图|示意图|配图|图像|截图|图表|image|picture|photo|img|dsc|screenshot|微信图片)[\s_\-\d（）()一二三四五]*|.*\.(?:jpe?g|png|gif|webp|bmp|heic)",
    re.I,
)


def described(reading):
    """Yield what a reader who cannot see a picture, or wants to know where it is from, would miss."""
    pictures = [found for found in reading.blocks if found[2]["type"] == "image"]
    for number, (_heading, block_id, block) in enumerate(pictures, start=1):
        image, place, anchor = block["value"]["image"], _("Picture %s") % number, block_anchor(block_id)
        alt, caption = image["alt"].strip(), image["caption"].strip()
        if not alt:
            yield Finding(
                "pictures.alt",
                STOP,
                place,
                _("has no alternative text."),
                _("Say what it shows, for readers who cannot see it."),
                anchor=anchor,
            )
        elif _EMPTY_WORDS.fullmatch(alt):
            yield Finding(
                "pictures.alt_empty",
                WARN,
                place,
                _("its alternative text “%s” says nothing.") % alt,
                _("Say what it shows, for readers who cannot see it."),
                anchor=anchor,
            )
        elif alt == caption:
            yield Finding(
                "pictures.alt_caption",
                INFO,
                place,
                _("its alternative text repeats the caption."),
                _("Say what can be seen; the caption is read aloud, too."),
                anchor=anchor,
            )
        if not image.get("credit", "").strip():
            yield Finding(
                "pictures.credit",
                INFO,
                place,
                _("nobody is named as its maker or source."),
                _("Name who drew or took it."),
                anchor=anchor,
            )
    for child in reading.page.body:
        if child.block_type == "image" and not child.value["image"]:
            yield Finding(
                "pictures.missing",
                STOP,
                _("Body"),
                _("a picture has been deleted from the library."),
                _("Choose another one or remove the block."),
                anchor=block_anchor(child.id),
            )
