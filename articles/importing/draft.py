"""What an import makes of a file, as plain values: no rows, no files."""

from dataclasses import dataclass, field


@dataclass
class Draft:
    """Fields of the article to be, ``body`` in the shape of the stream (pictures by address), ``references`` as values.

    ``pictures``: address -> checked Picture, those that ``body`` shows.
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
