"""How long the searches take: ``python -m tests.bench.bench_search [ARTICLES]``, on the configured database.

Fills a test database of its own with synthetic articles of 600 to 1,500 characters (20,000 unless told otherwise), each as
a draft and as a live publication of the same words, asks a mixture of queries as people type them, and prints p50 and p95
of the public search, of the editors' search as a librarian asks it, and of both pages; then of pinyin, slips and other
names on the public page, and of suggestions while typing. The budget is p95 <= 100 ms for each public answer at 20,000.
Beside each stands the processor's time, ours and the database's together, which a busy machine lengthens less. On
PostgreSQL: ``python -m tests.tools.with_postgres python -m tests.bench.bench_search``.
"""

import itertools
import os
import random
import statistics
import sys
import time
from datetime import timedelta
from pathlib import Path

from tests.bench import figures


BUDGET_MS = 100
BATCH = 500
ROUNDS = 6
TOPICS = 12
# Articles after which hardly a new word comes; cutting all of them into words would take minutes.
VOCABULARY = 1000
FIRST_PAGE = 1000  # ids of articles begin after those of the site's own pages
MEDICAL = [
    "高血压",
    "糖尿病",
    "冠心病",
    "脑卒中",
    "心肌梗死",
    "高血脂",
    "痛风",
    "哮喘",
    "肺炎",
    "流感",
    "感冒",
    "咳嗽",
    "发烧",
    "疫苗",
    "接种",
    "牙周炎",
    "牙龈",
    "出血",
    "刷牙",
    "蛀牙",
    "窝沟封闭",
    "降压药",
    "阿司匹林",
    "头孢",
    "抗生素",
    "过敏",
    "皮疹",
    "湿疹",
    "骨质疏松",
    "颈椎病",
    "腰椎间盘突出",
    "失眠",
    "焦虑",
    "抑郁",
    "孕妇",
    "婴儿",
    "老年人",
    "儿童",
    "饮食",
    "运动",
    "低盐",
    "血压",
    "血糖",
    "血脂",
    "胆固醇",
    "甘油三酯",
    "尿酸",
    "体重",
    "戒烟",
    "限酒",
    "复查",
    "门诊",
    "急诊",
    "用药",
    "剂量",
    "副作用",
    "说明书",
    "药师",
    "医生",
    "护士",
    "症状",
    "检查",
    "治疗",
    "预防",
    "康复",
    "护理",
]
QUERIES = [
    *(
        "高血压",
        "血压",
        "糖尿病",
        "牙龈出血",
        "疫苗",
        "打完疫苗发烧怎么办",
        "高血压能不能吃头孢",
        "感冒",
        "药",
        "痛",
        "心",
        "头孢和酒",
    ),
    *(
        "骨质疏松怎么预防",
        "心肌梗死的急救",
        "阿司匹林 副作用",
        "HbA1c",
        "CT",
        "孕妇感冒用药",
        "糖尿病人",
        "颈椎病 腰椎间盘突出 失眠",
    ),
    *(
        "老年人 高血压 糖尿病 用药",
        "没有这样的词语组合",
        "外星人",
        "xyz",
        "的",
        "饮食",
        "医生",
        "检查",
        "治疗",
        "说明书看不懂怎么办",
    ),
]

# What nobody finds as it is typed: pinyin, first letters, homophones, slips, other names, nonsense.
SLIPS = [
    *(
        "gaoxueya",
        "gao xue ya",
        "gxy",
        "tnb",
        "gaoxueyayinshi",
        "gaoxeuya",
        "tangniaobin",
        "naocuzhong",
        "ganmao",
        "gm",
    ),
    *(
        "高血亚",
        "高血亚能不能吃头孢",
        "糖料病",
        "骨质舒松",
        "敢冒怎么办",
        "心机梗死",
        "阿斯匹林的副作用",
        "冠星病",
    ),
    *(
        "中风",
        "脑卒中",
        "心梗",
        "蛀牙",
        "甘由三酯",
        "weisheng",
        "xyzq",
        "hba1k",
        "qqqqqqqqqqqqqqqqqqqqqqqqqqqq",
        "没有这样的错别字祖合",
    ),
]
TYPED = [
    *(
        "高",
        "高血",
        "g",
        "ga",
        "gao",
        "gaox",
        "gaoxue",
        "gx",
        "t",
        "tnb",
        "糖",
        "血",
        "心肌",
        "s",
        "sh",
        "shi",
        "j",
        "x",
        "xue",
    ),
    *("yao", "y", "不", "一", "的", "z", "zh", "zhong", "qq", "hba"),
]


def say(line):
    """Print one line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def fill(count):
    """Insert ``count`` live publications with their approvals, search entries, and the words that lead to them."""
    from django.db import connection, transaction
    from django.utils import timezone

    from articles.models import DraftEntry
    from publish import search, words
    from publish.models import Publication, SearchEntry
    from review.models import Approval

    rng = random.Random(20261122)
    common = _common_words()
    weights = list(itertools.accumulate(1 / (rank + 8) for rank in range(len(common))))
    numbers = itertools.count(1)
    now = timezone.now()
    topics = _topics()
    # The reviews behind the approvals are not needed to search.
    _check_foreign_keys(connection, False)
    for start in range(0, count, BATCH):
        publications, approvals, pages = [], [], []
        for pk in itertools.islice(numbers, min(BATCH, count - start)):
            focus = rng.sample(MEDICAL, 4)
            title = "".join([focus[0], *rng.choices(common, cum_weights=weights, k=3), focus[1]])
            text = _text(rng, common, weights, focus, rng.randint(600, 1500))
            article = page(FIRST_PAGE + pk, topics[pk % TOPICS], title, text, now)
            pages.append(article)
            approvals.append(
                Approval(
                    pk=pk,
                    sequence=pk,
                    article_id=article.pk,
                    workflow_state_id=pk,
                    revision_id=pk,
                    scheme="xinglin/1",
                    digest=f"{pk:064d}",
                    mac=f"{pk:064d}",
                    signed_at=now,
                    snapshot={"cover": None, "topic": {"title": "", "emergency": ""}, "padding": text},
                    signatures=[],
                )
            )
            publications.append(
                Publication(
                    pk=pk, article_id=article.pk, approval_id=pk, number=1, topic_id=topics[pk % TOPICS].pk, path=f"/t/{pk}/",
                    release="board", title=title, summary=text[:60], key_message=text[60:120], body_text=text,
                    first_published_at=now, published_at=now + timedelta(seconds=pk), valid_until=now.date(),
                )
            )  # fmt: skip
        entries = [
            SearchEntry(article_id=p.article_id, publication_id=p.pk, tokens=search.tokens_of(p))
            for p in publications
        ]
        # The draft holds the same words.
        drafts = [
            DraftEntry(article_id=p.article_id, title=p.title, text=p.body_text, tokens=entry.tokens)
            for p, entry in zip(publications, entries, strict=True)
        ]
        with transaction.atomic():
            Approval.objects.bulk_create(approvals)
            Publication.objects.bulk_create(publications)
            insert(pages)
            DraftEntry.objects.bulk_create(drafts)
            SearchEntry.objects.bulk_create(entries)
        if start < min(VOCABULARY, count) <= start + BATCH:
            words.rebuild()
            _drop_indexes(connection)
    _make_indexes(connection)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    words.tidy(now)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _drop_indexes(connection):
    """Let PostgreSQL make its token indexes at the end, in a twentieth of the time."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for index in _indexes():
                cursor.execute(f"DROP INDEX {index.name}_tokens")


def _make_indexes(connection):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET maintenance_work_mem = '256MB'")
    for index in _indexes():
        index.make(connection)


def _indexes():
    from articles.models import draft_search
    from publish.models import search

    return draft_search.INDEX, search.INDEX


def _topics():
    from articles.models import TopicPage
    from cms import site_setup

    home = site_setup.set_up()
    return [
        home.add_child(instance=TopicPage(title=f"专题{number}", slug=f"topic-{number}"))
        for number in range(TOPICS)
    ]


def page(pk, topic, title, text, now):
    """Return an article in ``topic``, and its page, that only lack their rows."""
    from django.contrib.contenttypes.models import ContentType

    from articles.models import ArticlePage

    return ArticlePage(
        pk=pk, page_ptr_id=pk, title=title, draft_title=title, slug=f"a{pk}", path=ArticlePage._get_path(topic.path, 4, pk),
        depth=4, url_path=f"{topic.url_path}a{pk}/", content_type=ContentType.objects.get_for_model(ArticlePage),
        locale_id=topic.locale_id, latest_revision_created_at=now, summary=text[:60], key_message="要点", author_name="李示例",
        live=True,
    )  # fmt: skip


def insert(pages):
    """Insert articles with their pages; Django has no bulk_create for models in two tables."""
    from django.db.models import QuerySet

    from wagtail.models import Page

    from articles.models import ArticlePage

    Page.objects.bulk_create(
        Page(**{field.attname: getattr(page, field.attname) for field in Page._meta.concrete_fields})
        for page in pages
    )
    QuerySet(ArticlePage)._insert(
        pages, fields=ArticlePage._meta.local_concrete_fields, using="default", raw=False
    )


def _common_words():
    import jieba

    found = []
    with jieba.get_dict_file() as lines:
        for line in lines:
            word, frequency, kind = line.decode().split()
            if 1 <= len(word) <= 4 and kind[0] in "nvad" and int(frequency) > 800:
                found.append((int(frequency), word))
    return [word for _, word in sorted(found, reverse=True)][:6000]


def _text(rng, common, weights, focus, length):
    parts, size = [], 0
    while size < length:
        words = rng.choices(common, cum_weights=weights, k=rng.randint(5, 14))
        if rng.random() < 0.5:
            words.insert(rng.randint(0, 4), rng.choice(focus))
        if rng.random() < 0.15:
            words.insert(2, rng.choice(MEDICAL))
        if rng.random() < 0.03:
            words.append(rng.choice(["HbA1c", "CT", "5mg", "120"]))
        sentence = "".join(words) + "。"
        parts.append(sentence)
        size += len(sentence)
    return "".join(parts)


def _check_foreign_keys(connection, wanted):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"SET session_replication_role = {'DEFAULT' if wanted else 'replica'}")
        else:
            cursor.execute(f"PRAGMA foreign_keys = {'ON' if wanted else 'OFF'}")


def processor():
    """Return the milliseconds of processor this process has used, and its PostgreSQL server for it."""
    from django.db import connection

    spent = time.process_time() * 1000
    if connection.vendor == "postgresql":
        try:
            on_it = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text()
            spent += int(on_it.split()[0]) / 1_000_000
        except OSError:
            pass  # a server elsewhere, or another system
    return spent


def measure(call, queries):
    """Return the milliseconds of each query in each round, those of processor, and the slowest query with its median."""
    times, spent = {query: [] for query in queries}, []
    for query in queries:
        call(query)
    for _ in range(ROUNDS):
        for query in queries:
            start, before = time.perf_counter(), processor()
            call(query)
            spent.append(processor() - before)
            times[query].append((time.perf_counter() - start) * 1000)
    slowest = max(times, key=lambda query: statistics.median(times[query]))
    found = sorted(itertools.chain(*times.values()))
    return found, sorted(spent), slowest, statistics.median(times[slowest])


def most_questions(call, queries):
    """Return the most questions to the database that one of ``queries`` takes, and which."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    found = []
    for query in queries:
        with CaptureQueriesContext(connection) as asked:
            call(query)
        found.append((len(asked), query))
    return max(found)


def report(name, call, judged=False, queries=QUERIES):
    """Measure ``call``; return its Figure, held to the budget when ``judged``."""
    times, spent, slowest, median = measure(call, queries)
    number, query = most_questions(call, queries)
    p50, p95 = (times[int(len(times) * part)] for part in (0.5, 0.95))
    own50, own95 = (spent[int(len(spent) * part)] for part in (0.5, 0.95))
    say(f"  slowest query “{slowest}”: {median:.1f} ms; most questions to the database: {number}, “{query}”")
    return figures.found(
        name,
        f"p50 {p50:.1f} ms, p95 {p95:.1f} ms (processor {own50:.1f}, {own95:.1f}); {number} questions at most",
        f"p95 ≤ {BUDGET_MS} ms" if judged else "–",
        p95 <= BUDGET_MS if judged else None,
    )


def main(count):
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.test")
    import logging

    import django

    django.setup()
    logging.disable(logging.INFO)
    from django.db import connection
    from django.test import Client
    from django.test.utils import setup_databases, teardown_databases

    from articles.draft_search import search as drafts
    from articles.draft_search.views import visible
    from articles.textsearch import query as queries
    from cms import roles
    from publish import search, words
    from publish.models import SearchWord
    from tests.factories import make_user

    # Without Django's test environment, in which every template copies its context for the test to look at.
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        begun, before = time.perf_counter(), processor()
        fill(count)
        wall, own = time.perf_counter() - begun, (processor() - before) / 1000
        say(f"{connection.vendor}: {count} articles indexed in {wall:.0f} s, {own:.0f} s of processor")
        queries.warm()
        words.warm()
        client, desk = Client(), Client()
        librarian = make_user("librarian", roles.LIBRARIAN)
        desk.force_login(librarian)
        instead = {query: search.find(query).instead for query in SLIPS}
        say(
            f"{SearchWord.objects.count()} words; of {len(SLIPS)} slips {sum(map(bool, instead.values()))} led to another word"
        )
        hits = [search.find(query) for query in QUERIES]
        print(
            f"queries: {len(QUERIES)}, with hits {sum(bool(f.ids) for f in hits)}, 200+ {sum(f.more for f in hits)}"
        )
        where = f"{count} articles on {connection.vendor}"
        report(f"search in {where}", search.find)
        report(f"drafts, {where}", lambda query: drafts.find(query, visible(librarian)))
        report(f"list of drafts, {where}", lambda query: desk.get("/admin/all-articles/", {"q": query}))
        judged = count <= 20_000
        rows = [
            report(f"search page, {where}", lambda query: client.get("/search/", {"q": query}), judged),
            report(
                f"slips and pinyin, {where}",
                lambda query: client.get("/search/", {"q": query}),
                judged,
                SLIPS,
            ),
            report(
                f"suggestions, {where}",
                lambda typed: client.get("/search/suggest/", {"q": typed}),
                judged,
                TYPED,
            ),
        ]
    finally:
        teardown_databases(databases, verbosity=0)
    return figures.verdict(rows)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000))
