"""Text as the rules read it: folded widths, sentences and clauses, and where a negation clears a wording."""

import bisect
import re
from dataclasses import dataclass


HAN = re.compile(r"[\u3400-\u9fff]")
# Characters that nobody sees: zero-width ones, direction marks, soft hyphen, variation selectors.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
# Full-width letters, digits and the signs that stand in numbers and addresses; punctuation stays, it ends sentences.
_FOLDED = str.maketrans(
    {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
    | {
        "％": "%",
        "＋": "+",
        "－": "-",
        "＠": "@",
        "．": ".",
        "／": "/",
        "＿": "_",
        "\u3000": " ",
        "\xa0": " ",
    }
)
_SENTENCE = re.compile(r"[。！？；…!?;\n]+[”’」』）)]*")
_CLAUSE = re.compile(r"[，,：:。！？；…!?;\n]")

NEGATION = re.compile(
    r"不(?!仅|但|光|只是|止|愧|断|妨|知道|少|然|同|如|过[，,]?|久|错|孕|用|必|需|吃|打|再|是病)"
    r"|没(?!事|关系)|无(?!痛|创|效|数|论|不)|未(?!来|必不)|勿|别(?!人|的|处|家|墅|院|看)|非(?!常|处方|甾)|莫|忌|禁|休想"
    r"|难以|很难|难于|谣言|误区|误解|误以为|以为|错误|骗|虚假|假冒|宣称|声称|号称|自称|所谓|吹嘘|标榜|轻信|迷信|警惕|当心|拒绝|避免"
    r"|防止|杜绝|哪有|哪里有|何来|岂能|怎么可能|不可能|违反|禁止|辟谣|传言|谎称|谣传|噱头|是否|能否|可否|会否|能不能|可不可以|会不会|有没有|要不要"
)
# These clear whatever follows in their sentence.
_FAR = re.compile(
    r"误区|谣言|谣传|传言|辟谣|错误(?:说法|做法|观念|认识|地)|骗局|骗子|误以为|误认为|误信|宣称|声称|号称|自称|吹嘘|标榜|谎称|所谓|有人(?:说|认为|觉得|以为|把|会|自行)"
    r"|不要(?:相信|轻信|因为|认为|以为|觉得|迷信|随意|自行|擅自)|别(?:相信|轻信|以为|因为|信)|不能(?:因为|认为|以为|觉得|随意|自行|擅自)|不信|轻信|迷信|切勿|切忌|千万(?:别|不要|不能|不可)|请勿|不可(?:因为|以为|自行)"
    r"|遇到|看到|听到|见到|听说|网上(?:说|流传|传)|网传|流传|常见的?误解|不少人(?:以为|认为|觉得)|很多人(?:以为|认为|觉得|问)|警惕|当心|提防|如果有人|凡是|不存在|没有(?:哪|一)(?:种|个)|没有任何(?:一种)?(?:药|手术|疫苗|方法|检查|食物|治疗|医生|医院)"
)
# These clear what stands before them in the sentence.
_AFTER = re.compile(
    r"(?:是|属于|都是|全是|纯属|实属|也是|就是)(?:一种)?(?:[^。；，]{0,4})(?:错误|错的|谣言|误区|误解|骗|不对|不实|假的|虚假|没有(?:科学)?(?:依据|根据|道理)|不科学|不可信|不可取|危险的)"
    r"|(?:并|其实|实际上|事实上)(?:不|没|无|非|未)|(?:没有|缺乏|并无|毫无|无|没|缺少)(?:任何)?(?:科学|医学|可靠)?(?:的)?(?:依据|根据|证据|道理)|不(?:可信|靠谱|科学|现实|可取|正确|成立|准确|属实|对|实|要信|能信|要买|能买|要相信|可能)"
    r"|不能(?:证明|说明|作为|当作|信|代替)|都不是|(?:别|勿|不要|先别|莫)(?:信|买|轻信|转发|当真|上当|碰|用|试|理)|多(?:半|数|是|为)(?:不可信|骗|假|夸大|谣言)|(?:多|要|请|应|需)(?:留个心眼|提高警惕|警惕|小心|当心|问几个为什么)|提高警惕|值得怀疑|上当|受骗|骗局|骗子|消失|(?:反而|可能|会|容易|往往)[^。]{0,8}(?:加重|耽误|延误|伤害|出血|中风|反跳|复发|损伤|中毒|感染|危险|烫伤|害了)|结果[^。]{0,10}(?:中风|加重|住院|送进|复发|休克|去世|急诊|坏)|谣言|是误区"
)
_ASKED = re.compile(r"(?:吗|呢)?[？?][”’」』）)]*\s*$|吗\s*$")
# These ask for a reason or a way, and so take what they ask about for true.
_TAKEN_FOR_TRUE = re.compile(r"为什么|为何|怎样|怎么(?!可能)|如何|想[^。？?]{0,12}吗|想了解|谁说|难道")
_NEXT = re.compile(
    r"\s*[“”]?(?:这|此|以上|上述|其实|事实上|实际上|但这|真相|正确|错|不对|并非|并不|专家|研究)[^。！？；]{0,24}?(?:错|误|谣|不实|没有[^。]{0,4}(?:依据|根据|证据)|不可信|不科学|骗|不对|并非|并不|不是|不能|夸大|危险)"
)
_MYTH = re.compile(
    r"误区|谣言|辟谣|传言|错误(?:说法|做法|认识|观念)|真的吗|是真的|真的假的|靠谱吗|可信吗|对吗|真相[：:]|迷思"
)
WINDOW = 8  # characters before a wording in which a negation clears it


@dataclass(frozen=True)
class Text:
    """``raw`` as written and ``folded`` as the rules search it, without unseen characters."""

    raw: str
    folded: str
    _kept: tuple | None

    @classmethod
    def of(cls, raw):
        folded = raw.translate(_FOLDED)
        if not _UNSEEN.search(folded):
            return cls(raw, folded, None)
        kept = tuple(at for at, char in enumerate(folded) if not _UNSEEN.match(char))
        return cls(raw, "".join(folded[at] for at in kept), kept)

    def span(self, start, end):
        """Return where folded[start:end] stands in the raw text."""
        if self._kept is None:
            return start, end
        return self._kept[start], self._kept[end - 1] + 1

    def quote(self, start, end):
        """Return the raw words behind folded[start:end], and which occurrence of them it is, from 0."""
        first, last = self.span(start, end)
        words = self.raw[first:last]
        return words, self.raw.count(words, 0, first)


class Sentences:
    """Where the sentences of a folded text begin and end; found once, asked often."""

    def __init__(self, text):
        self.text = text
        self.ends = [match.end() for match in _SENTENCE.finditer(text)]
        if not self.ends or self.ends[-1] < len(text):
            self.ends.append(len(text))

    def __iter__(self):
        """Yield (start, end) of each sentence, with the mark that closes it."""
        start = 0
        for end in self.ends:
            yield start, end
            start = end

    def around(self, at):
        """Return (start, end) of the sentence that position ``at`` lies in."""
        index = min(bisect.bisect_right(self.ends, at), len(self.ends) - 1)
        return (self.ends[index - 1] if index else 0), self.ends[index]

    def negated(self, start, end):
        """Say whether the wording text[start:end] is denied, asked about or reported as wrong where it stands."""
        first, last = self.around(start)
        before = self.text[first:start]
        if _FAR.search(before) or _AFTER.search(self.text, end, last):
            return True
        if self.text.startswith(("不了", "不好", "不得"), end) or is_asked(self.text[first:last]):
            return True
        clause = _CLAUSE.split(before)[-1][-WINDOW:]
        if NEGATION.search(clause):
            return True
        return bool(_NEXT.match(self.text, last, last + 60))


def is_asked(sentence):
    """Say whether ``sentence`` asks whether something is so, and does not take it for true while asking."""
    return bool(_ASKED.search(sentence)) and not _TAKEN_FOR_TRUE.search(sentence)


def is_myth(text):
    """Say whether a heading or question names a myth or asks, so that what it says is not claimed."""
    return bool(_MYTH.search(text)) or is_asked(text)


def sentences(text):
    """Return the sentences of a plain text without the blanks around them."""
    return [part for start, end in Sentences(text) if (part := text[start:end].strip())]


def shown(text):
    """Return ``text`` fit for a page: half surrogate pairs, which no page can carry, become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")
