"""The demo's journey, each step through the door a person or process would use, each leaving a row for the table."""

import io
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

import requests

from articles import findings
from articles.models import ArticlePage
from cms import site_setup
from cms.demo import loading, processes
from publish import composing, connection, planning, previews, services
from publish.models import Move, PreviewReader, Publication, Push, QuietDate
from publish.states import State
from review import assignments, chain, checklist, links
from review.models import ReviewTaskState


WAIT = 90  # seconds for deliveries to come to rest
SETTLED = (State.DONE, State.NEEDS_PERSON, State.FAILED, State.CANCELLED)


class JourneyError(RuntimeError):
    """A step of the journey did not end as it must."""


@dataclass(frozen=True)
class Row:
    """One line of the printed table."""

    step: str
    result: str
    address: str = ""


class Journey:
    """Runs the steps in order; ``rows`` collects the table."""

    def __init__(self, group, base, sandbox_base, report):
        self.group = group
        self.base = base
        self.sandbox_base = sandbox_base
        self.report = report
        self.passwords = {}
        self.articles = []

    def run(self):
        """Go the whole way. Raises JourneyError naming the step that failed."""
        self.set_up()
        self.import_files()
        self.draft()
        self.check()
        steps = self.submit()
        self.sign(steps)
        self.deliver_through_a_kill()
        self.connect()
        self.plan()
        self.show()
        self.verify()
        self.leave_one_waiting()

    def row(self, step, result, path=""):
        address = path if path.startswith("http") else f"{self.base}{path}" if path else ""
        self.report(Row(step, result, address))

    def user(self, username):
        return get_user_model().objects.get(username=username)

    # --- content ------------------------------------------------------------------------------------

    def set_up(self):
        home = site_setup.set_up()
        self.passwords = loading.load_people()
        self.topics = loading.load_topics(home, self.user("chief"))
        self.row("站点", f"首页、{len(self.topics)} 个专题、角色和审核流程就绪", "/")

    def import_files(self):
        for entry in loading.read("imports.json"):
            file = loading.CONTENT / entry["file"]
            done = subprocess.run(  # noqa: S603 - our own command
                [
                    *(sys.executable, "manage.py", "import_article", str(file)),
                    *("--topic", entry["topic"], "--author", "librarian"),
                ],
                cwd=processes.ROOT,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                raise JourneyError(f"import of {file.name}: {done.stderr.strip()}")
            article = loading.complete_import(
                ArticlePage.objects.get(pk=int(done.stdout)), entry, self.user("librarian")
            )
            self.articles.append(article)
            lines = len([line for line in done.stderr.splitlines() if line.strip()])
            self.row(
                "导入", f"{entry['file']} → 《{article.title}》，报告 {lines} 行", self.edit_path(article)
            )

    def draft(self):
        librarian = self.user("librarian")
        self.articles += [loading.load_draft(name, self.topics, librarian) for name in loading.DRAFTS]
        self.row("撰写", f"{len(loading.DRAFTS)} 篇草稿，封面和插图由程序绘制", reverse("wagtailadmin_home"))

    def check(self):
        """Findings: the honest drafts pass, the faulty one is stopped at the submit button, with reasons."""
        for article in self.articles:
            stops = [finding for finding in findings.check(article) if finding.stops]
            if stops:
                raise JourneyError(f"{article.title}: {stops[0].place} {stops[0].message}")
        self.row("检查", f"{len(self.articles)} 篇没有必须修改的问题")
        faulty = loading.load_draft("faulty", self.topics, self.user("librarian"))
        stops = [finding for finding in findings.check(faulty) if finding.stops]
        expected = set(loading.read("faulty.json")["expected_findings"])
        if {finding.code for finding in stops} != expected:
            raise JourneyError(
                f"faulty article: found {sorted({f.code for f in stops})}, expected {sorted(expected)}"
            )
        self.row(
            "拦下",
            f"《{faulty.title}》有 {len(stops)} 处必须修改：{stops[0].place}：{stops[0].message}…",
            self.edit_path(faulty),
        )

    # --- review -------------------------------------------------------------------------------------

    def submit(self):
        librarian = self.user("librarian")
        for article in self.articles:
            article.get_workflow().start(article, librarian)
        steps = list(ReviewTaskState.objects.filter(status="in_progress").order_by("pk"))
        self.row("送审", f"{len(steps)} 篇送到审核医师，原文冻结", reverse("review:desk"))
        return steps

    def sign(self, steps):
        """The physician signs on the review page, over HTTP, as on a phone."""
        browser = Visitor(self.base)
        browser.log_in("physician", self.passwords["physician"])
        for step in steps:
            browser.sign(reverse("review:text", args=[step.pk]))
        live = Publication.objects.live().count()
        if live != len(steps):
            raise JourneyError(f"{len(steps)} texts were signed, {live} are live")
        newest = Publication.objects.for_lists().first()
        self.row("签发", f"{live} 篇由 {self.user('physician')} 签发，网站同时上线", newest.path)

    # --- WeChat -------------------------------------------------------------------------------------

    def deliver_through_a_kill(self):
        """A worker dies while WeChat makes a draft; the next one finds the draft and finishes, nothing twice."""
        waiting = Push.objects.count()
        self.sandbox("POST", "faults", {"path": "draft/add", "kind": "delay", "seconds": 30, "when": "after"})
        worker = self.group.manage("deliver-killed", "deliver")
        self.wait(lambda: self.calls("draft/add"), "the first draft")
        self.group.kill(worker)
        self.sandbox("DELETE", "faults")
        self.row("断电", "投递进程在微信建草稿时被强行终止（SIGKILL）", reverse("publish_ledger:index"))
        self.group.manage("deliver", "deliver")
        self.wait(lambda: not Push.objects.exclude(state__in=SETTLED).exists(), "the pushes to settle")
        if not Move.objects.filter(new=State.UNKNOWN).exists():
            raise JourneyError("the killed worker left no push in UNKNOWN, so nothing was recovered")
        done = Push.objects.filter(state=State.DONE).count()
        by_hand = Push.objects.filter(state=State.NEEDS_PERSON)
        state = self.sandbox("GET", "state")
        if Push.objects.filter(state=State.FAILED).exists() or len(state["published"]) != done:
            raise JourneyError(f"{done} pushes are done, WeChat shows {len(state['published'])}")
        drafts = [draft for draft in state["drafts"] if draft["state"] == "box"]
        if len(drafts) != by_hand.count():
            raise JourneyError(
                f"{len(drafts)} drafts in WeChat for {by_hand.count()} pushes finished by hand"
            )
        self.row(
            "恢复",
            f"{waiting} 次推送全部落定：{done} 篇在公众号发布，没有重复，没有多余草稿",
            f"{self.sandbox_base}/phone/",
        )
        for push in by_hand:
            self.row(
                "交人",
                f"《{push.title}》用过 AI，停在草稿，等人在微信后台声明后发布",
                push.get_absolute_url(),
            )

    def connect(self):
        """The administrator checks the connection on its page; the worker asks WeChat step by step."""
        page = reverse("publish_connection:index")
        browser = Visitor(self.base)
        browser.log_in("admin", self.passwords["admin"])
        browser.post(page, reverse("publish_connection:check"))
        self.wait(lambda: connection.checks().exclude(ended_at=None).exists(), "the check of the connection")
        results = connection.steps(connection.checks().first())
        self.row("连接", f"微信连接逐项检查，{len(results)} 项有结果", page)

    def plan(self):
        """A mass send of two signed pieces stands in tomorrow's slot; colleagues get its preview; one day is quiet."""
        librarian = self.user("librarian")
        for name in ("周示例", "吴示例"):
            PreviewReader.objects.create(name=name)
        today = planning.shanghai_day(timezone.now())
        memorial = date(today.year + (today > date(today.year, 12, 13)), 12, 13)
        QuietDate.objects.create(name="国家公祭日", first=memorial, last=memorial, grey=True)
        slot = planning.at(
            today + timedelta(days=1 + (today + timedelta(days=1) == memorial)), planning.DEFAULT_SLOT
        )
        push = composing.start(librarian, list(services.board()[:2]), slot)
        composing.release(push, librarian, push.version)
        push.refresh_from_db()
        previews.send(push, librarian)
        self.row(
            "排期",
            f"《{push.title}》排在 {slot:%m-%d %H:%M} 群发，预览已发给两位同事",
            reverse("publish_calendar:index"),
        )
        self.row("样张", "每种内容块在每种微信样式里的样子", reverse("publish_gallery:index"))

    def calls(self, path):
        return self.sandbox("GET", f"requests?path={path}")["requests"]

    def sandbox(self, method, name, data=None):
        answer = requests.request(method, f"{self.sandbox_base}/_sandbox/{name}", json=data, timeout=10)
        answer.raise_for_status()
        return answer.json()

    def wait(self, condition, what):
        deadline = time.monotonic() + WAIT
        while not condition():
            if time.monotonic() > deadline:
                raise JourneyError(f"waited {WAIT} s for {what}; see the logs in {self.group.folder}")
            time.sleep(0.1)

    # --- readers ------------------------------------------------------------------------------------

    def show(self):
        for publication in Publication.objects.live():
            query = f"/search/?q={publication.title[:4]}"
            for path, sign in (
                (publication.path, publication.title),
                (publication.permanent_path, publication.title),
                (query, f'href="{publication.path}"'),
            ):
                answer = requests.get(f"{self.base}{path}", timeout=20)
                if answer.status_code != 200 or sign not in answer.text:
                    raise JourneyError(f"{path}: {answer.status_code}, or without the article")
        self.row("网站", "每篇文章、永久地址和搜索都能打开", "/search/?q=血压")
        phone = requests.get(f"{self.sandbox_base}/phone/?tab=published", timeout=20)
        self.row("手机", f"公众号页面 {phone.status_code}", f"{self.sandbox_base}/phone/")
        self.row("沙箱", "每次请求的记录，故障和时钟的设置", f"{self.sandbox_base}/panel/")
        body = io.StringIO()
        call_command("render_wechat", str(self.articles[0].pk), stdout=body)
        self.row("正文", f"render_wechat 从签发快照生成微信正文，{len(body.getvalue())} 个字符")

    def verify(self):
        faults = list(chain.faults())
        if faults:
            raise JourneyError(faults[0])
        self.row("存证", f"签发记录 {Publication.objects.count()} 条，链条完整", reverse("approvals:index"))

    def leave_one_waiting(self):
        """A second version goes to review and waits for whoever plays the physician; readers keep the first."""
        article = ArticlePage.objects.get(slug=loading.DRAFTS[0])
        draft = article.get_latest_revision_as_object()
        draft.summary = draft.summary.replace("带给医生看", "复诊时带给医生看")
        draft.save_revision(user=self.user("librarian"), log_action=True)
        article = ArticlePage.objects.get(pk=article.pk)
        article.get_workflow().start(article, self.user("librarian"))
        step = ReviewTaskState.objects.get(status="in_progress")
        self.row("待办", f"《{article.title}》的修订稿等您签发", reverse("review:text", args=[step.pk]))
        physician, librarian = self.user("physician"), self.user("librarian")
        asked = assignments.ask(step, physician, librarian)
        self.row(
            "链接",
            f"发给医师的审核链接，在手机上打开；应于 {asked.due_on:%m-%d} 前审完",
            links.make(asked, librarian),
        )

    def edit_path(self, article):
        return reverse("wagtailadmin_pages:edit", args=[article.pk])


class Visitor:
    """A person at a browser, as far as forms go."""

    def __init__(self, base):
        self.base = base
        self.session = requests.Session()

    def log_in(self, username, password):
        page = self._get("/admin/login/")
        self._post("/admin/login/", page, {"username": username, "password": password})

    def sign(self, path):
        page = self._get(path)
        digest = re.search(r'name="seen_digest" value="([0-9a-f]{64})"', page)
        if not digest:
            raise JourneyError(f"{path}: the review page offers no decision")
        answers = dict.fromkeys(re.findall(r'name="(answer_[a-z0-9_]+)"', page), checklist.YES)
        self._post(path, page, {"decision": "sign", "seen_digest": digest[1]} | answers)

    def post(self, page, path):
        """Press the button of ``page`` that posts to ``path``."""
        self._post(path, self._get(page), {})

    def _get(self, path):
        answer = self.session.get(f"{self.base}{path}", timeout=30)
        if answer.status_code != 200:
            raise JourneyError(f"{path}: {answer.status_code}")
        return answer.text

    def _post(self, path, page, data):
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        answer = self.session.post(
            f"{self.base}{path}",
            data=data | {"csrfmiddlewaretoken": token[1] if token else ""},
            headers={"Referer": f"{self.base}{path}"},
            timeout=60,
            allow_redirects=False,
        )
        if answer.status_code != 302:
            sentence = re.sub(r"<[^>]+>|\s+", " ", answer.text)[:400]
            raise JourneyError(f"{path}: {answer.status_code} {sentence}")
