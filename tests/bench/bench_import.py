"""Bring a Word file of 200 pages in, and refuse what is hostile: ``python -m tests.bench.bench_import``."""

import io
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import content, figures


PAGES = 200
SECONDS = 20
CHARACTERS_A_PAGE = (
    700  # an A4 page in Word's default Chinese setting (五号, single spacing) with headings and tables
)
REFUSAL_SECONDS = 5
SENTENCE = "高血压患者应当每天在固定的时间测量血压，并把两次读数都记在本子上，复诊时带给医生看{}。"


def main():
    with content.test_site(), tempfile.TemporaryDirectory() as folder:
        from django.test import override_settings

        with override_settings(VAR_DIR=Path(folder)):
            rows = [*long_file(), *hostile_files()]
    return figures.verdict(rows)


def manuscript(pages=PAGES):
    """A manuscript of ``pages`` pages as bytes: headings, bold words, citations, lists, tables, a picture on each tenth page."""
    import docx

    from tests.fixtures.make_import_files import picture

    written = docx.Document()
    for page in range(pages):
        written.add_heading(f"第{page + 1}节 在家量血压", 1)
        for number in range(12):
            paragraph = written.add_paragraph(SENTENCE.format(page))
            paragraph.add_run("静坐五分钟").bold = True
            paragraph.add_run("[1]").font.superscript = True
            paragraph.add_run(f",第{number}条,说明如上.")
        for number in range(3):
            written.add_paragraph(f"第{number}件要做的事", style="List Number")
        table = written.add_table(rows=3, cols=3)
        for cell in table._cells:
            cell.text = f"每日{page}次"
        if page % 10 == 0:
            written.add_picture(io.BytesIO(picture(size=(400 + page, 300))))
            written.add_paragraph(f"图{page} 坐姿")
    written.add_heading("参考文献", 1)
    for number in range(1, 41):
        written.add_paragraph(f"[{number}] 示例作者{number}. 示例题目[J]. 示例杂志, 2023, {number}(1): 1-2.")
    out = io.BytesIO()
    written.save(out)
    return out.getvalue()


def long_file():
    """Time from the bytes to the stored draft, as a job with its progress written."""
    from django.contrib.auth import get_user_model

    from articles.importing import jobs
    from articles.models import ImportJob, TopicPage

    data = manuscript()
    author, topic = get_user_model().objects.first(), TopicPage.objects.first()
    job = jobs.begin(author, topic, "long.docx", len(data))
    told = []
    write = jobs._Claim.write

    def timed(claim, **values):
        told.append((time.perf_counter(), values.get("step") or values.get("state")))
        write(claim, **values)

    jobs._Claim.write = timed
    start = time.perf_counter()
    try:
        job = jobs.run(job, data)
    finally:
        jobs._Claim.write = write
    took = time.perf_counter() - start
    account = job.report["account"]
    for (at, step), (until, _next) in zip(told, [*told[1:], (start + took, "")], strict=True):
        if until - at > 0.05:
            print(f"  {step}: {until - at:.1f} s")
    if account["missing"] or job.state != ImportJob.State.DONE:
        figures.fail(f"the long file did not arrive whole: {account['missing'][:3]}")
    yield figures.found(
        f"import of a Word file of {PAGES} pages ({account['characters']['came']} characters, {len(data) // 1024} KB), with progress",
        f"{took:.1f} s",
        f"≤ {SECONDS} s",
        took <= SECONDS,
    )


def hostile_files():
    """Time until each kind of hostile file is refused."""
    from articles.importing.convert import convert
    from articles.importing.report import RefusedError, Report
    from tests.fixtures import make_import_files as files

    kept = files.hostile_files()
    kinds = {
        "zip bomb (150 MB)": ("a.docx", files.bomb_docx()),
        "zip bomb whose directory lies": ("a.docx", files.lying_bomb_docx()),
        "nested zip": ("a.docx", kept["nested.docx"][1]),
        "external entity": ("a.docx", kept["entity.docx"][1]),
        "entities in entities": ("a.docx", kept["laughs.docx"][1]),
        "macro": ("a.docx", kept["macros-hidden.docx"][1]),
        "10,000 images, a part each": ("a.docx", files.many_parts_docx()),
        "10,000 images, the same one": ("a.docx", files.many_pictures_docx()),
        "path traversal": ("a.docx", kept["climbing.docx"][1]),
        "wrong magic": ("a.docx", kept["text.docx"][1]),
        "encrypted": ("a.docx", kept["password.docx"][1]),
        "zero bytes": ("a.docx", b""),
    }
    slowest = ("", 0)
    for label, (name, data) in kinds.items():
        start = time.perf_counter()
        try:
            convert(name, data, Report())
        except RefusedError as error:
            took = time.perf_counter() - start
            print(f"  {label}: refused as {error.code} in {took * 1000:.0f} ms")
        else:
            figures.fail(f"{label} was not refused")
        slowest = max(slowest, (label, took), key=lambda one: one[1])
    yield figures.found(
        f"refusal of {len(kinds)} hostile files, slowest: {slowest[0]}",
        f"{slowest[1]:.2f} s",
        f"≤ {REFUSAL_SECONDS} s",
        slowest[1] <= REFUSAL_SECONDS,
    )


if __name__ == "__main__":
    sys.exit(main())
