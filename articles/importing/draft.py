"""What an import makes of a file, as plain values: no rows, no files."""

from dataclasses import dataclass, field

from articles.choices import SourceType


@dataclass
class Draft:
    """Fields of the article to be, ``body`` in the shape of the stream (pictures by address), ``references`` as values.

    ``pictures``: address -> checked Picture, those that ``body`` shows. ``comments``: (content path in Wagtail's sense,
    words) of the comments in the margin. ``source_type`` and ``source_line`` as in the article. ``implied``: headings that
    are said by the shape now, such as 参考文献 above the list of references.
    """

    title: str = ""
    summary: str = ""
    key_message: str = ""
    author_name: str = ""
    author_title: str = ""
    author_department: str = ""
    department: str = ""
    body: list = field(default_factory=list)
    references: list = field(default_factory=list)
    pictures: dict = field(default_factory=dict)
    comments: list = field(default_factory=list)
    source_type: str = SourceType.ORIGINAL.value
    source_line: str = ""
    implied: list = field(default_factory=list)
