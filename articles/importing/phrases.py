"""Chinese headings and labels that have a fixed meaning here. Exact words only: what is not listed stays plain text."""

import re


_NUMBERING = re.compile(
    r"^(?:第?[一二三四五六七八九十]{1,3}[、.．章节]|[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}(?:[.．]\d{1,2})*[、.．\s]\s*)"
)
_EDGES = " \t\u3000：:。.？?！!—-*#【】[]「」"


def plain(heading):
    """Return a heading without its number and the punctuation around it."""
    return _NUMBERING.sub("", heading.strip().strip(_EDGES)).strip(_EDGES)


REFERENCES = frozenset(
    {"参考文献", "参考资料", "主要参考文献", "参考来源", "references", "reference", "bibliography"}
)
KEY_POINTS = frozenset(
    {"要点", "本文要点", "核心要点", "关键要点", "重点", "本文重点", "划重点", "要点速览", "要点提示"}
)
STEPS = frozenset(
    {
        "步骤",
        "操作步骤",
        "具体步骤",
        "怎么做",
        "怎样做",
        "如何做",
        "具体做法",
        "做法",
        "测量步骤",
        "正确步骤",
        "方法步骤",
    }
)
DO = frozenset(
    {
        "该做",
        "应该做",
        "应当做",
        "应该做的",
        "该做的",
        "可以做",
        "可以做的",
        "建议做",
        "建议这样做",
        "要做",
        "要做的",
        "宜",
    }
)
DONT = frozenset(
    {
        "不该做",
        "不应该做",
        "不应做",
        "不该做的",
        "不应该做的",
        "不要做",
        "不要做的",
        "不能做",
        "不能做的",
        "不建议做",
        "不要这样做",
        "忌",
    }
)

# At least one word must say who is called or where to go; "120" inside a longer sentence is not enough.
_CALL_120 = re.compile(
    r"(?:出现(?:这些|以下)情况[，,]?)?(?:请)?(?:立即|立刻|马上|赶紧|及时|何时|什么时候|什么情况下?|哪些情况)?(?:要|应|应该|需要|该)?"
    r"(?:拨打|打|呼叫|叫)\s*(?:120|急救电话)(?:急救电话|急救)?(?:的情况)?"
)
_SEE_DOCTOR = re.compile(
    r"(?:请)?(?:何时|什么时候|什么情况下?|哪些情况|及时|尽快|尽早)(?:要|应|应该|需要|该|需)?(?:及时|尽快)?(?:去)?(?:就医|看医生|去医院|看病|就诊)"
)
_SELF_CARE = re.compile(
    r"(?:居家|自我|在家|家庭)(?:怎么|如何)?(?:护理|照护|照顾|处理|观察)|(?:可以)?在家(?:怎么|如何)(?:做|办)|可以在家(?:处理|观察)"
)


def care_level(heading):
    """Return call_120, see_doctor, self_care, or an empty string when a heading says none of them or more than one."""
    heading = plain(heading)
    if _CALL_120.fullmatch(heading):
        return "call_120"
    if _SEE_DOCTOR.fullmatch(heading):
        return "see_doctor"
    return "self_care" if _SELF_CARE.fullmatch(heading) else ""


LABELS = {
    "title": ("标题", "题目", "title"),
    "summary": ("摘要", "导语", "内容提要", "内容摘要", "summary"),
    "key_message": ("一句话", "一句话要点", "一句话总结", "要点", "核心信息", "核心提示", "key_message"),
    "author": ("作者", "撰稿", "撰稿人", "文", "author"),
    "author_title": ("职称", "作者职称", "author_title"),
    "department": ("科室", "作者科室", "department"),
    "left": (
        "审核",
        "审核医师",
        "审稿",
        "审校",
        "编辑",
        "责任编辑",
        "来源",
        "稿件来源",
        "日期",
        "发布时间",
        "发布日期",
        "关键词",
        "单位",
        "date",
        "source",
        "keywords",
    ),
}
_FIELDS = {word: field for field, words in LABELS.items() for word in words}
_LABELLED = re.compile(
    r"[【\[]?(?P<word>[\u3400-\u9fffA-Za-z_]{1,12})[】\]]?\s*[:：]\s*(?P<rest>.*)", re.DOTALL
)
_BRACKETED = re.compile(r"【(?P<word>[\u3400-\u9fff]{1,12})】\s*[:：]?\s*(?P<rest>.*)", re.DOTALL)
_SHORT = "|".join(
    word
    for field in ("author", "author_title", "department", "left")
    for word in LABELS[field]
    if len(word) > 1
)
_NEXT_LABEL = re.compile(rf"(?:\s+|\s*[|｜；;]\s*)(?=(?:{_SHORT})\s*[:：])")


def labelled(line):
    """Return [(field, word, text)] of a line such as 作者：王芳 科室：心内科, or [] when it begins with no known label."""
    found = []
    for part in _NEXT_LABEL.split(line.strip()):
        match = _BRACKETED.fullmatch(part.strip()) or _LABELLED.fullmatch(part.strip())
        if not match or match["word"].lower() not in _FIELDS:
            return found
        found.append((_FIELDS[match["word"].lower()], match["word"], match["rest"].strip()))
    return found


def field_of(word):
    """Return the field that a label stands for, or an empty string."""
    return _FIELDS.get(word.strip().lower(), "")


_RANKS = "(?:(?:副?主任|主治|住院|主管|助理)?(?:医师|护师|药师|技师|营养师|康复师|检验师)|副?主任|医生|护士长?|(?:副?教授|研究员|副?研究馆员|馆员))"
_AUTHOR = re.compile(rf"(?P<name>\S.*?)[\s,，、/|（(]+(?P<title>{_RANKS}(?:[\s,，、/]*{_RANKS})*)[)）]?")


def author(text):
    """Return (name, professional title) of 王芳 主任医师; the title is empty when none of the known ones follows."""
    match = _AUTHOR.fullmatch(text.strip())
    return (match["name"].strip(), match["title"].strip()) if match else (text.strip(), "")


_CAPTION = re.compile(
    r"(?P<kind>图|表)\s*(?:\d{1,3}(?:[-–.．]\d{1,3})?|[一二三四五六七八九十]{1,3})?\s*(?:[：:、.．]|\s|$)\s*(?P<rest>.*)",
    re.DOTALL,
)


def caption(text, kind):
    """Return True when ``text`` is the caption of a picture (kind 图) or table (表), such as 图1 正确的坐姿."""
    match = _CAPTION.fullmatch(text.strip())
    return bool(match and match["kind"] == kind and len(text) <= 120)


_TYPED_ITEM = re.compile(r"\d{1,2}\s*[、．.)）](?!\d)|[•●▪■◆·‧∙○►➢✓√\[【]|[①-⑳]")


def starts_typed_item(text):
    """Return True when ``text`` begins like a line of a typed list or a label in brackets."""
    return bool(_TYPED_ITEM.match(text))
