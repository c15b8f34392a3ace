"""Making what tests stand on, through the product's own doors: site, people, topics, articles, reviews."""

import io
import itertools
import json
import uuid

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile

from PIL import Image, ImageDraw

from articles.models import ArticlePage, Department, LibraryImage, Recording, Reference, TopicPage
from cms import roles, site_setup
from cms.models import HomePage
from review import checklist, services
from review.models import Physician, ReviewTaskState
from tests.support import sounds
from tests.tools import recorded, replayed
from tests.tools.roots import plant_roots


PASSWORD = "correct horse battery staple"
_numbers = itertools.count(1)


def picture_bytes(width=480, height=204, colour="#0f766e", mark="#f0b766"):
    """Return a small JPEG with a mark in it."""
    picture = Image.new("RGB", (width, height), colour)
    ImageDraw.Draw(picture).ellipse((width * 0.4, height * 0.3, width * 0.6, height * 0.7), fill=mark)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


def make_image(title="血压计", **options):
    """Store a library picture; ``options`` go to picture_bytes."""
    name = f"picture-{next(_numbers)}.jpg"
    data = ContentFile(picture_bytes(**options), name=name)
    image = LibraryImage(title=title, description=f"{title}的图画", credit="示例医院图书馆", file=data)
    image.licence, image.source = "本馆绘制", "示例医院图书馆"
    image._set_image_file_metadata()
    image.save()
    return image


def make_recording(title="朗读", reader="赵示例", data=None):
    """Store a recording: three seconds of silence, unless ``data`` gives the file."""
    recording = Recording(title=title, reader=reader)
    recording.file.save("any name.bin", ContentFile(data or sounds.mp3(3)), save=False)
    recording.save()
    return recording


def make_user(username, role=None, family="", given="", **fields):
    """Create a colleague with a role (a name of cms.roles)."""
    user = get_user_model().objects.create_user(
        username=username,
        password=PASSWORD,
        email=f"{username}@example.cn",
        last_name=family,
        first_name=given,
        **fields,
    )
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user


def make_physician(username="physician", departments=(), family="王", given="示例"):
    """Create a colleague who may sign for ``departments``."""
    user = make_user(username, roles.PHYSICIAN, family, given)
    physician = Physician.objects.create(
        user=user, name=family + given, title="主任医师", department=departments[0]
    )
    physician.reviews_for.set(departments)
    return user


class World:
    """A set-up site with one person of each role, a department and a topic."""

    def __init__(self):
        recorded.once(self._make)
        people = {user.username: user for user in get_user_model().objects.all()}
        self.librarian, self.physician = people["librarian"], people["physician"]
        self.chief, self.admin, self.root = people["chief"], people["admin"], people["root"]
        self.home = HomePage.objects.get()
        self.topic = TopicPage.objects.get()
        departments = {department.name: department for department in Department.objects.all()}
        self.department, self.other_department = departments["心血管内科"], departments["口腔科"]

    def _make(self):
        plant_roots()
        self.home = site_setup.set_up()
        department = Department.objects.create(name="心血管内科")
        Department.objects.create(name="口腔科")
        make_user("librarian", roles.LIBRARIAN, "林", "晓示")
        make_physician(departments=[department])
        self.chief = make_user("chief", roles.CHIEF, "陈", "示范")
        make_user("admin", roles.ADMINISTRATOR, "管", "理")
        make_user("root", is_superuser=True, is_staff=True)
        self.make_topic()

    def make_topic(
        self, title="血压管理", slug="blood-pressure", emergency="突然剧烈胸痛或一侧手脚无力，请立即拨打120。"
    ):
        topic = TopicPage(title=title, slug=slug, emergency=emergency)
        self.home.add_child(instance=topic)
        topic.save_revision(user=self.chief).publish()
        return TopicPage.objects.get(pk=topic.pk)

    def make_article(self, slug=None, topic=None, user=None, references=True, **fields):
        """Add a draft that has no stop findings, with every kind of block, and its first revision."""
        pk = replayed.step(
            self._make_article, slug, topic or self.topic, user or self.librarian, references, fields
        )
        return ArticlePage.objects.get(pk=pk)

    def _make_article(self, slug, topic, user, references, fields):
        slug = slug or f"article-{next(_numbers)}"
        fields = dict(fields)
        cover = fields.pop("cover", None) or make_image("封面")
        values = {
            "title": "高血压患者的日常管理",
            "summary": "每天量血压，按时吃药，少盐多动。",
            "key_message": "血压每天在家量，数字记下来，复诊时带给医生看。",
            "department": self.department,
            "author_name": "李示例",
            "author_title": "主治医师",
            "author_department": "心血管内科",
            "body": json.dumps(raw_body(make_image("坐姿示意图"))),
        }
        article = ArticlePage(slug=slug, cover=cover, owner=user, **(values | fields))
        if references:
            article.references = [
                Reference(
                    kind="web",
                    authors="世界卫生组织",
                    title="高血压",
                    url="https://www.who.int/zh/news-room/fact-sheets/detail/hypertension",
                )
            ]
        topic.add_child(instance=article)
        article.save_revision(user=user)
        return article.pk

    def submit(self, article, user=None):
        """Send the latest draft to review; returns the open step."""
        replayed.step(_submit, article.pk, user or self.librarian)
        return open_step(article)

    def sign(self, step, user=None):
        """Sign an open step over the text as it stands."""
        pk = replayed.step(_sign, step.pk, user or self.physician)
        return ReviewTaskState.objects.get(pk=pk)

    def publish(self, article=None, **fields):
        """Take an article through review; returns its live publication."""
        article = article or self.make_article(**fields)
        self.sign(self.submit(article))
        return article.publications.live().get()


def _submit(pk, user):
    article = ArticlePage.objects.get(pk=pk)
    article.get_workflow().start(article, user)


def _sign(pk, user):
    step = ReviewTaskState.objects.get(pk=pk)
    reading = services.read(step)
    return services.sign(step, user, seen_digest=reading.digest, answers=all_yes(step)).pk


def all_yes(step=None):
    """Answers that let a text pass ``step``; without one, a physician's on a usual text."""
    questions = checklist.questions_for(step)[1] if step else checklist.questions_of("physician")[1]
    return {question.code: checklist.YES for question in questions}


def open_step(article):
    """Return the article's open review step."""
    return ReviewTaskState.objects.get(workflow_state__object_id=str(article.pk), status="in_progress")


def raw_body(image):
    """Return a body with one block of each type, as the editor stores it."""

    def item(value):
        return {"type": "item", "value": value, "id": str(uuid.uuid4())}

    return [
        {"type": "heading", "value": {"text": "怎么量血压", "level": "2"}},
        {
            "type": "paragraph",
            "value": '<p data-block-key="a1">坐下休息<b>五分钟</b>再量。每次量<a href="https://www.who.int/">两遍</a>。</p>',
        },
        {
            "type": "image",
            "value": {
                "image": image.pk,
                "alt": "坐着量血压的人",
                "caption": "手臂与心脏同高",
                "credit": "示例医院图书馆",
            },
        },
        {
            "type": "key_points",
            "value": {"title": "要点", "points": [item("每天同一时间量"), item("记下两个数字")]},
        },
        {
            "type": "steps",
            "value": {
                "title": "四步量血压",
                "steps": [item("<p>坐稳，脚放平。</p>"), item("<p>绑好袖带。</p>")],
            },
        },
        {"type": "do_dont", "value": {"do": [item("按时吃药")], "dont": [item("凭感觉改变药量")]}},
        {
            "type": "care_card",
            "value": {"level": "call_120", "title": "", "text": "<p>胸痛不缓解，立即拨打120。</p>"},
        },
        {
            "type": "question_answer",
            "value": {"question": "血压正常了还要吃药吗？", "answer": "<p>要听医生的安排。</p>"},
        },
        {
            "type": "table",
            "value": {
                "columns": [{"type": "text", "heading": "时间"}, {"type": "text", "heading": "做什么"}],
                "rows": [{"values": ["早上", "量血压"]}, {"values": ["晚上", "再量一次"]}],
                "caption": "一天的安排",
            },
        },
        {"type": "quote", "value": {"text": "少吃盐，血压更听话。", "attribution": "示例医院"}},
    ]


def edit_data(article, **changes):
    """Return what the editor's form posts for ``article`` with an emptied body, plus ``changes``."""
    data = {
        field: getattr(article, field) or ""
        for field in (
            "title", "slug", "summary", "key_message", "audience", "author_name", "author_title", "author_department",
            "source_type", "source_line", "ai_use", "ai_note", "review_months", "release", "push_title", "push_digest",
            "share_text", "correction_note", "seo_title", "search_description",
        )
    }  # fmt: skip
    data |= {
        "department": article.department_id,
        "cover": article.cover_id,
        "recording": article.recording_id or "",
        "author_user": "",
        "body-count": "0",
    }
    for formset in ("references", "push_alternatives", "comments"):
        data |= {f"{formset}-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL", "MIN_NUM", "MAX_NUM")}
    return data | changes
