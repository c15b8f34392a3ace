"""From the signed pictures of an article to bytes that WeChat takes, and the crops of a cover."""

from publish.wechat.images.covers import cover_info, drawn_cover, for_cover
from publish.wechat.images.encoding import RECIPE, Picture, PictureError, for_article
from publish.wechat.images.notes import Note, notes


__all__ = [
    "RECIPE",
    "Note",
    "Picture",
    "PictureError",
    "cover_info",
    "drawn_cover",
    "for_article",
    "for_cover",
    "notes",
]
