"""Blocks of an article's body. Stream names are fixed for ever: they stand in signed snapshots."""

from django.utils.translation import gettext_lazy as _

from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.images.blocks import ImageChooserBlock

from articles.choices import CareLevel


# Named one by one: no document links, embeds, inline images or headings inside a paragraph.
PARAGRAPH_FEATURES = ["bold", "italic", "superscript", "subscript", "ol", "ul", "link", "cite", "term"]
LINE_FEATURES = ["bold", "italic", "superscript", "subscript", "link", "cite", "term"]


class HeadingBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Heading"), max_length=60)
    level = blocks.ChoiceBlock(
        label=_("Level"), choices=[("2", _("Section")), ("3", _("Subsection"))], default="2"
    )

    class Meta:
        icon = "title"
        label = _("Heading")


class ParagraphBlock(blocks.RichTextBlock):
    class Meta:
        icon = "pilcrow"
        label = _("Paragraph")


class FigureBlock(blocks.StructBlock):
    image = ImageChooserBlock(label=_("Picture"))
    alt = blocks.CharBlock(
        label=_("Alternative text"),
        max_length=200,
        help_text=_("What the picture shows, for readers who cannot see it."),
    )
    caption = blocks.CharBlock(label=_("Caption"), max_length=120, required=False)
    credit = blocks.CharBlock(label=_("Credit"), max_length=120, required=False)

    class Meta:
        icon = "image"
        label = _("Picture")


class KeyPointsBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=40, required=False)
    points = blocks.ListBlock(blocks.CharBlock(max_length=200), label=_("Points"), min_num=1)

    class Meta:
        icon = "list-ul"
        label = _("Key points")


class StepsBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=40, required=False)
    steps = blocks.ListBlock(blocks.RichTextBlock(features=LINE_FEATURES), label=_("Steps"), min_num=1)

    class Meta:
        icon = "list-ol"
        label = _("Steps")


class DoDontBlock(blocks.StructBlock):
    do = blocks.ListBlock(blocks.CharBlock(max_length=200), label=_("Do"), min_num=1)
    dont = blocks.ListBlock(blocks.CharBlock(max_length=200), label=_("Do not"), min_num=1)

    class Meta:
        icon = "check"
        label = _("Do and do not")


class CareCardBlock(blocks.StructBlock):
    level = blocks.ChoiceBlock(label=_("Level"), choices=CareLevel.choices, default=CareLevel.SEE_DOCTOR)
    title = blocks.CharBlock(label=_("Title"), max_length=60, required=False)
    text = blocks.RichTextBlock(label=_("Text"), features=PARAGRAPH_FEATURES)

    class Meta:
        icon = "warning"
        label = _("When to seek care")


class QuestionAnswerBlock(blocks.StructBlock):
    question = blocks.CharBlock(label=_("Question"), max_length=120)
    answer = blocks.RichTextBlock(label=_("Answer"), features=PARAGRAPH_FEATURES)

    class Meta:
        icon = "help"
        label = _("Question and answer")


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("Quotation"), max_length=500)
    attribution = blocks.CharBlock(label=_("Who said or wrote it"), max_length=120, required=False)

    class Meta:
        icon = "openquote"
        label = _("Quotation")


class BodyBlock(blocks.StreamBlock):
    heading = HeadingBlock()
    paragraph = ParagraphBlock(features=PARAGRAPH_FEATURES)
    image = FigureBlock()
    key_points = KeyPointsBlock()
    steps = StepsBlock()
    do_dont = DoDontBlock()
    care_card = CareCardBlock()
    question_answer = QuestionAnswerBlock()
    table = TypedTableBlock(
        [("text", blocks.CharBlock(required=False, max_length=300))],
        label=_("Table"),
        icon="table",
    )
    quote = QuoteBlock()

    class Meta:
        block_counts = {}
