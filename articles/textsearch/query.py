"""Query to words, and words to the tokens they ask for."""

from functools import lru_cache

import jieba

from articles.textsearch.tokens import IS_HAN, LONGEST_TOKEN, RUNS, normal, pairs


LONGEST_QUERY = 100  # characters; nobody types more, and more only costs
MOST_WORDS = 16
# Words of questions: left out while anything else remains, because texts answer without repeating them.
ASKING = frozenset(
    [
        "怎么",
        "怎么办",
        "怎样",
        "怎么样",
        "如何",
        "什么",
        "为什么",
        "为何",
        "吗",
        "呢",
        "吧",
        "啊",
        "的",
        "了",
        "是",
        "在",
        "有",
        "和",
        "与",
        "我",
        "你",
        "他",
        "她",
        "请问",
        "是否",
        "是不是",
        "能不能",
        "能否",
        "可以",
        "可不可以",
        "要不要",
        "会不会",
        "有没有",
        "多少",
        "哪些",
        "哪个",
        "几",
        "得",
        "地",
        "就",
        "都",
        "也",
        "还",
        "又",
        "很",
        "要",
        "能",
        "会",
    ]
)


@lru_cache(maxsize=1)
def dictionary():
    """Return the words of Chinese, loaded once (most of a second)."""
    # Built by hand because jieba would keep a cache in the shared temporary folder and load whatever lies there.
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(jieba.get_dict_file())
    tokenizer.initialized = True
    return tokenizer


def warm():
    """Load the dictionary at the start of a web process rather than in somebody's search."""
    dictionary()


def words_of(query):
    """Return the words of ``query``, normal, without repetition; empty when it holds neither letter nor digit."""
    words = []
    for run in RUNS.findall(normal(query)[:LONGEST_QUERY]):
        if len(run) > 2 and IS_HAN.match(run):
            words += dictionary().lcut(run, HMM=False)
        else:
            words.append(run[:LONGEST_TOKEN])
    words = list(dict.fromkeys(words))
    return ([word for word in words if word not in ASKING] or words)[:MOST_WORDS]


def asked(word):
    """Return the tokens a word asks for, each with whether a token that begins with it will do."""
    if not IS_HAN.match(word):
        return [(word, len(word) > 1)]
    return [(token, False) for token in (pairs(word) or [word])]
