"""How much an import accepts. Each figure with its reason."""

MEGABYTE = 1024 * 1024

# As for pictures and documents in the library (settings: WAGTAILIMAGES_MAX_UPLOAD_SIZE); nginx in deploy/ allows little more.
MAX_FILE_BYTES = 20 * MEGABYTE
# What a form posts besides the file.
FORM_ALLOWANCE_BYTES = MEGABYTE

# --- Word: a ZIP archive of XML parts -------------------------------------------------------
# A manuscript with 60 pictures has about 100 parts.
MAX_ARCHIVE_PARTS = 1_000
# Five times the largest file: pictures hardly shrink when packed, text does.
MAX_UNPACKED_BYTES = 100 * MEGABYTE
# XML of Word shrinks 10 to 50 times; deflate's own limit is 1,032. Small parts may be very regular.
MAX_PACKING_RATIO = 200
RATIO_COUNTS_FROM_BYTES = MEGABYTE
# A 1,500-character article is 0.1 to 0.5 MB of XML; the parser in memory needs some 50 times as much.
# A text of 200 pages is 3 to 6 MB of some 100,000 elements.
MAX_XML_BYTES = 12 * MEGABYTE
MAX_XML_ELEMENTS = 300_000
# A picture in a table cell lies about 20 deep; mammoth needs several Python frames a level (limit 1,000).
MAX_XML_DEPTH = 60

# --- Markdown and HTML ------------------------------------------------------------------------
# Without embedded pictures. Word’s “web page” of an article is 0.1 to 0.5 MB; parsing takes about 2 s a MB.
MAX_SOURCE_CHARACTERS = 1_000_000
MAX_ELEMENTS = 20_000
MAX_DEPTH = 100
# What mammoth makes of a Word file within the limits above; a file of 200 pages gives 0.4 million characters.
MAX_WORD_SOURCE_CHARACTERS = 3_000_000
MAX_WORD_ELEMENTS = 100_000
# html5lib compares each attribute of a tag with all others.
MAX_ATTRIBUTES = 200

# --- The article ------------------------------------------------------------------------------
# A Word file of 200 pages holds about 150,000; WeChat's 20,000 are a matter of dividing the draft, not of reading the file.
MAX_ARTICLE_CHARACTERS = 300_000
MAX_PICTURES = 200
# Places where a file shows a picture; the same one may stand in several.
MAX_FIGURES = 500
MAX_TABLE_COLUMNS = 20
MAX_TABLE_CELLS = 2_000
MAX_LIST_DEPTH = 3
