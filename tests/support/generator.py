"""Random articles from a seed: the same seed and size give the same snapshot, with the words it must tell, in order.

Every block, nested lists, tables, emoji, right-to-left script and hostile markup. Each piece of text that must arrive
carries a number of its own, so that a lost or displaced one is seen.
"""

import random
from html import escape

from articles.citation import has_han
from tests import samples


ALPHABET = "高血压患者每天量一次早晚记下来不要自己加药饮食清淡多走路睡好觉按时复诊"
RARE = [
    "😀", "👩🏽‍⚕️", "🇨🇳", "⚠️", "مرحبا بالعالم", "שלום", "\u202eabc\u202c", "𠮷野家", "é", "e\u0301", "①②③",
    "≥135/85 mmHg", "<5%", "a & b", "\"引号\"", "'", "H₂O", "½", "\u3000", "\u00a0", "{{ x }}", "{% now %}", "\ufeff",
    "https://example.org/a?b=1&c=2", "Chlorhexidinedigluconatesolution",
]  # fmt: skip
# Markup that gives no words of its own; what stands inside is code or a fallback.
SILENT = [
    "<script>alert(1)</script>", "<style>*{color:red}</style>", "<img src=x onerror=alert(1)>", "<!-- x -->", "<hr>",
    "<svg onload=alert(1)><text>x</text></svg>", "<iframe src=//evil.example>x</iframe>", "<input value=x>",
    "<object>x</object>", "<textarea>x</textarea>", "<math><mi>x</mi></math>", "<template>x</template>",
]  # fmt: skip
# Open tags nobody closes, closing tags nobody opened, attributes WeChat knows nothing of.
STRAY = [
    '<p style="position:fixed;width:900px;background:url(//evil.example)" class="x" id="y">', "</section></section></p>",
    "<div onclick=x()>", "</li></ul></table>", "<strong><em><sup>", "</strong></em></sup>", "<font color=red>", "<b>", "</b>",
    "<section data-x=1>", '<a href="javascript:alert(1)">', "</a>", "<td>", "<blockquote>",
]  # fmt: skip
LINKS = [
    "https://www.who.int/zh",
    "/a/7/",
    "https://mp.weixin.qq.com/s/AbC_1",
    "https://mp.weixin.qq.com/s?tempkey=1",
]
KINDS = (
    "heading", "paragraph", "image", "key_points", "steps", "do_dont", "care_card", "question_answer", "table", "quote",
)  # fmt: skip
DEEPEST = 6


class Writer:
    """Makes pieces of text and remembers the words in the order in which a reader must meet them."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.written = 0
        self.words = []

    def piece(self, longest=60):
        """Return new words, not yet to be told."""
        self.written += 1
        text = "".join(self.random.choices(ALPHABET, k=self.random.randint(1, longest)))
        for _ in range(self.random.choice((0, 0, 0, 1, 2))):
            at = self.random.randint(0, len(text))
            text = f"{text[:at]}{self.random.choice(RARE)}{text[at:]}"
        return f"{self.written}号{text}"

    def tell(self, text):
        """Return ``text``, and expect it at this place."""
        self.words.append(text)
        return text

    def plain(self, longest=60):
        """Return plain text, in which markup is words: it must arrive as it is written."""
        text = self.piece(longest)
        if self.random.random() < 0.1:
            text += self.random.choice(SILENT + STRAY)
        return self.tell(text)

    def maybe(self, longest=30):
        """Return plain text or nothing."""
        return self.plain(longest) if self.random.random() < 0.6 else ""

    def line(self, longest=60):
        """Return words as HTML, somewhere bold, linked or beside hostile markup."""
        text = self.tell(self.piece(longest))
        at = self.random.randint(0, len(text))
        parts = [escape(text[:at]), escape(text[at:])]
        roll = self.random.random()
        if roll < 0.25:
            tag = self.random.choice(("strong", "em", "sup", "sub"))
            return f"{parts[0]}<{tag}>{parts[1]}</{tag}>"
        if roll < 0.35:
            return f'{parts[0]}<a href="{escape(self.random.choice(LINKS))}">{parts[1]}</a>'
        if roll < 0.5:
            return f"{parts[0]}{self.random.choice(SILENT)}{parts[1]}"
        return "".join(parts)

    def listed(self, depth):
        """Return a list, in which items may hold further lists."""
        tag = self.random.choice(("ul", "ol"))
        items = []
        for _ in range(self.random.randint(1, 4)):
            inner = self.line(40)
            if self.random.random() < 0.3:
                inner = f"<p>{inner}</p>"
            if depth < DEEPEST and self.random.random() < 0.35:
                inner += self.listed(depth + 1)
            items.append(f"<li>{inner}</li>")
        return f"<{tag}>{''.join(items)}</{tag}>"

    def rich(self):
        """Return rich text of a few paragraphs and lists, with stray tags between them."""
        parts = []
        for _ in range(self.random.randint(1, 3)):
            if self.random.random() < 0.12:
                parts.append(self.random.choice(STRAY))
            parts.append(self.listed(1) if self.random.random() < 0.3 else f"<p>{self.line(120)}</p>")
        return "".join(parts)

    def many(self, make, most):
        return [make() for _ in range(self.random.randint(1, most))]


def block(writer, kind):
    """Return the value of one block; the words are told in the order in which the block prints them."""
    pick = writer.random
    if kind == "heading":
        return {"text": writer.plain(20), "level": pick.choice((2, 3))}
    if kind == "paragraph":
        return {"html": writer.rich()}
    if kind == "image":
        return {
            "image": {
                "sha256": f"{pick.getrandbits(256):064x}", "format": "png", "width": pick.randint(1, 5000), "height": 10,
                "focal": None, "alt": writer.piece(20), "caption": writer.maybe(), "credit": writer.maybe(10),
            }
        }  # fmt: skip
    if kind == "key_points":
        return {"title": writer.maybe(10), "points": writer.many(writer.plain, 5)}
    if kind == "steps":
        return {"title": writer.maybe(10), "steps": writer.many(writer.rich, 5)}
    if kind == "do_dont":
        return {"do": writer.many(writer.plain, 4), "dont": writer.many(writer.plain, 4)}
    if kind == "care_card":
        level = pick.choice(("self_care", "see_doctor", "call_120"))
        return {"level": level, "title": writer.maybe(20), "html": writer.rich()}
    if kind == "question_answer":
        return {"question": writer.plain(30), "answer": writer.rich()}
    if kind == "quote":
        return {"text": writer.plain(120), "attribution": writer.maybe(20)}
    return table(writer)


def table(writer):
    """Return a table of one to five columns, some cells empty, some rows short."""
    pick = writer.random
    columns = pick.randint(1, 5)
    caption = writer.maybe(12)
    header = [writer.piece(6) if pick.random() < 0.9 else "" for _ in range(columns)]
    rows = [
        [writer.piece(20) if pick.random() < 0.85 else "" for _ in range(pick.randint(1, columns))]
        for _ in range(pick.randint(1, 5))
    ]
    told = [row for row in rows if any(row)]
    if columns > 2 and told:
        for row in told:
            for label, cell in zip(header, row, strict=False):
                if cell:
                    writer.words += [part for part in (label, cell) if part]
    else:
        writer.words += [cell for row in [header, *told] for cell in row if cell]
    return {"caption": caption, "header": header, "rows": rows}


def article(seed, size):
    """Return (snapshot, words): a body of at least ``size`` characters of text, and what must be read, in order."""
    writer = Writer(seed)
    key_message, emergency = writer.maybe(80), writer.maybe(60)
    body = []
    while sum(map(len, writer.words)) < size:
        # One of each first, then as it comes.
        kind = KINDS[len(body)] if len(body) < len(KINDS) and seed % 2 else writer.random.choice(KINDS)
        body.append({"type": kind, "value": block(writer, kind)})
    author = {"name": writer.maybe(4), "title": writer.maybe(4), "department": ""}
    uses_ai = writer.random.random() < 0.5
    ai = {"use": "draft" if uses_ai else "none", "note": writer.maybe(20) if uses_ai else "x"}
    before = len(writer.words)
    references = [writer.plain(60) for _ in range(writer.random.randint(0, 4))]
    # WeChat prints three at most, Chinese ones first.
    writer.words[before:] = sorted(writer.words[before:], key=lambda word: not has_han(word))[:3]
    return samples.snapshot(
        key_message=key_message,
        topic={"title": "", "emergency": emergency},
        body=body,
        author=author,
        ai=ai,
        references=references,
    ), writer.words
