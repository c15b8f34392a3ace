"""The main job in a real Chromium: a librarian writes, a physician signs on a phone, readers have it, WeChat too."""

import re

import pytest
from playwright.sync_api import expect

from articles.models import ArticlePage
from publish.models import Push
from publish.states import State
from tests.browser.people import PHONE, Editor, enter, log_in, width_of


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TITLE = "在家量血压的三个要点"
SENTENCES = {
    "key_message": "坐下安静休息五分钟再量，把两次读数都记下来。",
    "paragraph": "每天早晚各量一遍，每遍量两次，中间隔一分钟。",
    "answer": "偏高一次不必惊慌，休息后再量；连续几天偏高请到门诊。",
    "care": "血压持续高于180/110并且头痛、胸痛或说话不清，立即拨打120。",
    "reference": "中国高血压防治指南",
}
CLAIM = "这个方法包治高血压。"


def words(text):
    """The text without white space, which every screen sets in its own way."""
    return re.sub(r"\s", "", text)


def assert_all_said(text, screen):
    for sentence in (TITLE, *SENTENCES.values()):
        assert words(sentence) in words(text), (screen, sentence)


def wait_until(page, condition, nudge):
    """Let the page go on until ``condition()`` holds, with a ``nudge()`` every three seconds."""
    for turn in range(1, 2001):
        if condition():
            return
        page.wait_for_timeout(30)
        if not turn % 100:
            nudge()
    raise AssertionError("waited in vain")


def write_article(page, hospital):
    """Open the topic, write an article that is not complete yet, and return its editor."""
    enter(page, f"{hospital.url}/admin/pages/{hospital.topic.pk}/", "librarian")
    page.locator(f"a[href='/admin/pages/{hospital.topic.pk}/add_subpage/']").first.click()
    page.locator("label[for=point-empty]").click()
    page.locator(".xl-new button[type=submit]").click()
    editor = Editor(page)
    editor.fill(
        title=TITLE,
        summary="量得准，医生才好判断。三个要点，一分钟学会。",
        key_message=SENTENCES["key_message"],
        author_name="李示例",
        author_title="主管护师",
    )
    editor.choose(department=str(hospital.department.pk), release="publish")
    heading = editor.add_block("heading")
    heading.locator("input[name$='-value-text']").fill("什么时候量")
    editor.write(editor.add_block("paragraph"), SENTENCES["paragraph"] + CLAIM)
    question = editor.add_block("question_answer")
    question.locator("input[name$='-value-question']").fill("量出来偏高怎么办？")
    editor.write(question, SENTENCES["answer"])
    return editor


def mend(editor):
    """Put right what the findings named."""
    editor.erase(CLAIM)
    care = editor.add_block("care_card")
    care.locator("select[name$='-level']").select_option("call_120")
    editor.write(care, SENTENCES["care"])
    editor.choose_cover("袖带与手臂")
    editor.add_reference(
        kind="book",
        authors="中国高血压防治指南修订委员会",
        title="中国高血压防治指南",
        place="北京",
        publisher="人民卫生出版社",
        year="2024",
    )


def open_review(page, hospital, title=TITLE):
    """Come to the review desk as the physician, and open a text."""
    page.goto(f"{hospital.url}/review/")
    log_in(page, "physician")
    expect(page).to_have_url(f"{hospital.url}/review/")
    assert width_of(page) == PHONE["width"]
    page.get_by_role("link", name=title).tap()
    page.locator("#decision").wait_for()
    assert width_of(page) == PHONE["width"]


def decide(page, decision):
    with page.expect_navigation():
        page.locator(f"button[name=decision][value={decision}]").tap()


@pytest.mark.long
def test_from_the_desk_to_the_phone(hospital, sandbox, manage, open_page):
    sandbox.set(callback=f"{hospital.url}/wechat/callback/")
    desk = open_page()
    editor = write_article(desk, hospital)

    # Something is missing: refused with reasons, nothing lost.
    editor.submit()
    refusal = desk.locator(".messages .error")
    expect(refusal.locator("li")).to_have_count(3)
    expect(refusal).to_contain_text("包治")
    editor = Editor(desk)
    expect(editor.field("title")).to_have_value(TITLE)
    expect(desk.locator("[contenteditable=true]").filter(has_text=SENTENCES["answer"])).to_have_count(1)
    assert ArticlePage.objects.get().current_workflow_state is None

    mend(editor)
    editor.submit()
    article = ArticlePage.objects.get()
    assert article.current_workflow_state is not None, desk.locator(".messages").inner_text()

    # The physician, between two patients.
    phone = open_page(**PHONE)
    open_review(phone, hospital)
    for preview in ("website", "wechat"):
        phone.locator(f"label[for=show-{preview}]").tap()
        body = phone.frame_locator(f"#{preview}-preview").locator("body")
        body.get_by_text(TITLE).first.wait_for()
        assert_all_said(body.inner_text(), preview)
    yes = phone.locator("fieldset input[value=yes]")
    for number in range(1, yes.count()):
        yes.nth(number).check()
    decide(phone, "sign")
    expect(phone.locator(".question--open")).to_have_count(1)
    assert phone.locator("#decision").bounding_box()["y"] < PHONE["height"] / 2, "the error is in sight"
    assert not article.publications.exists()
    phone.locator(".question--open input[value=yes]").check()
    decide(phone, "sign")
    expect(phone.locator(".note--success")).to_have_count(1)
    expect(phone.locator(".queue__item")).to_have_count(0)

    # Live at once, for readers without scripts too.
    for options in ({}, {"java_script_enabled": False}):
        reader = open_page(**PHONE, **options)
        answer = reader.goto(f"{hospital.url}/a/{article.pk}/")
        assert answer.status == 200
        assert_all_said(reader.locator("main").inner_text(), "site")
        if not options:
            assert width_of(reader) == PHONE["width"]
    reader.goto(f"{hospital.url}/")
    reader.get_by_role("link", name=TITLE).first.wait_for()

    # A worker takes it to WeChat; the result comes back by callback.
    environment = {"SITE_URL": hospital.url}
    ended = manage("deliver", "--once", env=environment)
    assert ended.returncode == 0, ended.stderr
    sandbox.run(force=True)
    assert [callback["status"] for callback in sandbox.deliver()] == [200]
    ended = manage("deliver", "--once", env=environment)
    assert ended.returncode == 0, ended.stderr
    push = Push.objects.get()
    assert push.state == State.DONE, (push.state, push.reason, push.detail)
    wechat = open_page(**PHONE)
    wechat.goto(f"{sandbox.base_url}/phone/?tab=published")
    wechat.get_by_role("link", name=TITLE).first.click()
    assert_all_said(wechat.locator("main").inner_text(), "phone")
    assert wechat.locator("a.source").get_attribute("href").startswith(f"{hospital.url}/a/{article.pk}/")


def test_returned_with_a_reason(hospital, open_page):
    reason = "第二段的“每天早晚”请写明“服药前”。"
    article = hospital.make_article(title="高血压患者的日常管理")
    hospital.submit(article)

    phone = open_page(**PHONE)
    open_review(phone, hospital, article.title)
    decide(phone, "return")
    assert phone.locator("#id_comment").evaluate("element => element.matches('[aria-invalid=true]')")
    phone.fill("#id_comment", reason)
    decide(phone, "return")
    expect(phone.locator(".note--success")).to_have_count(1)

    desk = open_page()
    enter(desk, f"{hospital.url}/admin/pages/{article.pk}/edit/", "librarian")
    editor = Editor(desk)
    expect(desk.get_by_text(reason).first).to_be_visible()
    summary = editor.field("summary")
    summary.fill("服药前量，早晚各一遍。")
    editor.submit()
    expect(desk.locator(".messages .error")).to_have_count(0)
    article.refresh_from_db()
    assert article.current_workflow_state.status == "in_progress"

    # Frozen for everybody, with the way out beside it.
    desk.goto(f"{hospital.url}/admin/pages/{article.pk}/edit/")
    Editor(desk)
    expect(desk.locator("a[href^='/review/']:visible").first).to_be_visible()
    expect(desk.locator("button.action-save")).to_have_count(0)
    desk.locator("footer [data-w-dropdown-target=toggle]").click()
    desk.locator("a[href$='/call-back/']:visible").click()
    with desk.expect_navigation():
        desk.get_by_role("button").click()
    expect(desk.locator("button.action-save")).to_have_count(1)
    phone.goto(f"{hospital.url}/review/")
    expect(phone.locator(".queue__item")).to_have_count(0)


def test_submitting_during_an_autosave_makes_one_article(hospital, open_page):
    """Wagtail alone makes a second one, because the form does not know yet what the autosave has made."""
    desk = open_page()
    enter(
        desk,
        f"{hospital.url}/admin/pages/add/articles/articlepage/{hospital.topic.pk}/?start=empty",
        "librarian",
    )
    editor = Editor(desk)
    editor.fill(key_message=SENTENCES["key_message"], summary="量得准，医生才好判断。", author_name="李示例")
    editor.choose(department=str(hospital.department.pk))
    editor.write(editor.add_block("paragraph"), SENTENCES["paragraph"])
    held = []

    def hold(route):
        """Let the server make the draft, but keep its answer until the form is on its way."""
        answer = route.fetch()
        if held or not answer.ok or route.request.headers.get("accept") != "application/json":
            route.fulfill(response=answer)
        else:
            held.append(lambda: route.fulfill(response=answer))

    desk.route("**/articlepage/*/", hold)
    editor.fill(title=TITLE)
    # Wagtail overlooks what was typed while it took its first look at the form.
    wait_until(desk, lambda: held, nudge=lambda: editor.field("summary").press_sequentially("好"))
    desk.locator("footer.footer [data-w-dropdown-target=toggle]").click()
    desk.locator("button[name=action-submit]:visible").click()
    assert ArticlePage.objects.count() == 1
    held[0]()
    desk.locator(".messages .error li").first.wait_for()
    article = ArticlePage.objects.get()
    expect(desk).to_have_url(f"{hospital.url}/admin/pages/{article.pk}/edit/")
    assert SENTENCES["paragraph"] in str(article.get_latest_revision_as_object().body)


def test_reading_by_keyboard_alone(hospital, open_page):
    article = hospital.make_article()
    hospital.publish(article)
    page = open_page(**PHONE, java_script_enabled=False, reduced_motion="reduce")
    page.goto(f"{hospital.url}/a/{article.pk}/")
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    box = skip.bounding_box()
    assert box["x"] >= 0 and box["y"] >= 0 and box["height"] >= 24
    target = skip.get_attribute("href").removeprefix("#")
    page.keyboard.press("Enter")
    seen = []
    for _ in range(80):
        page.keyboard.press("Tab")
        focus = page.locator(":focus")
        if not focus.count():
            break
        seen.append(
            focus.evaluate(
                """(element, target) => {
                    const style = getComputedStyle(element), box = element.getBoundingClientRect();
                    return {
                        inside: document.getElementById(target).contains(element),
                        visible: style.outlineStyle !== 'none' || style.boxShadow !== 'none',
                        onScreen: box.bottom > 0 && box.top < innerHeight,
                        what: element.outerHTML.slice(0, 60),
                    };
                }""",
                target,
            )
        )
    assert seen and seen[0]["inside"], "the skip link leads into the text"
    assert [step for step in seen if not (step["visible"] and step["onScreen"])] == []
    assert any(not step["inside"] for step in seen), "the footer is reached too"
