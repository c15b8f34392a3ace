"""The pictures of the README, of the documentation and of the help pages, from a demo installation: ``make screenshots``.

Starts the demo on a free port, looks at it as its people do, writes docs/screenshots/*.png and cms/static/cms/help/*.webp,
stops it. With the argument ``site`` (``make screens``) it looks at the readers' site instead: each page type, in each
theme, by day and by night, on a phone and on a desk, into var/screens/ for people to look through.
"""

import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urljoin, urlsplit

from PIL import Image, ImageDraw
from playwright.sync_api import sync_playwright

from cms.help import make_pictures
from tests.tools.chromium import launch
from tests.tools.site_pages import page_types


ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "docs" / "screenshots"
SCREENS = ROOT / "var" / "screens"
SIZE = (1280, 860)
PHONE = (375, 780)
GROUND = "#dfe9e7"
SHADOW = "#b9cbc8"
RADIUS = 22
MOST_BYTES = 300_000
# Pictures further down wait until somebody comes near; those that cannot be shown are not waited for.
PICTURES = """() => Promise.all([...document.images].map(one => {
  one.loading = "eager";
  return one.decode().catch(() => {});
}))"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Demo:
    """The running demo; ``lines`` holds what it printed. A context manager."""

    def __enter__(self):
        environment = os.environ | {"PORT": str(free_port()), "DEMO_SERVE": "1", "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "demo"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines = []
        for line in self.process.stdout:
            print(line, end="", flush=True)
            self.lines.append(line)
            if "Ctrl-C" in line:
                break
        else:
            raise SystemExit("The demo ended before it served.")
        kept = json.loads((ROOT / "var" / "demo.json").read_text("utf-8"))
        self.site, self.passwords = kept["site"], kept["passwords"]
        return self

    def __exit__(self, *error):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)

    def address(self, row):
        """Return the address that the table's row ``row`` shows."""
        line = next(line for line in self.lines if line.strip().startswith(row))
        return re.search(r"https?://\S+", line)[0]


class Camera:
    """Chromium; ``page`` opens a page, logged in when a username is given."""

    def __init__(self, browser, demo):
        self.browser, self.demo = browser, demo

    def page(self, address, username="", size=SIZE):
        narrow = size[0] < 500
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
            is_mobile=narrow,
            has_touch=narrow,
        )
        page = context.new_page()
        page.goto(address)
        if username:
            page.fill("#id_username", username)
            page.fill("#id_password", self.demo.passwords[username])
            with page.expect_navigation(url=lambda url: "/login/" not in url):
                page.click("button[type=submit]")
        return page


def take(page):
    """Return a picture of what ``page`` shows, once its own pictures are there."""
    page.wait_for_load_state("networkidle")
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def side_by_side(*screens):
    """Lay the pictures of phones on one ground, with rounded corners and a thin shadow."""
    canvas = Image.new("RGB", SIZE, GROUND)
    gap = (SIZE[0] - sum(screen.width for screen in screens)) // (len(screens) + 1)
    left = gap
    for screen in screens:
        top = (SIZE[1] - screen.height) // 2
        box = (left, top, left + screen.width - 1, top + screen.height - 1)
        pen = ImageDraw.Draw(canvas)
        pen.rounded_rectangle((box[0] - 2, box[1] - 1, box[2] + 2, box[3] + 5), RADIUS + 2, fill=SHADOW)
        mask = Image.new("L", screen.size, 0)
        ImageDraw.Draw(mask).rounded_rectangle((0, 0, screen.width - 1, screen.height - 1), RADIUS, fill=255)
        canvas.paste(screen, (left, top), mask)
        left += screen.width + gap
    return canvas


def save(name, picture):
    if name in make_pictures.wanted():
        print(f"help: {name}, {make_pictures.keep(name, picture) // 1000} kB", flush=True)
    if name.startswith("help-"):
        return
    path = TARGET / f"{name}.png"
    picture.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    size = path.stat().st_size
    print(f"{path.relative_to(ROOT)}: {picture.width} x {picture.height}, {size // 1000} kB", flush=True)
    if size > MOST_BYTES:
        raise SystemExit(f"{path.name} is larger than {MOST_BYTES // 1000} kB.")


def editor(camera, demo):
    """The editor of the text that was stopped, with its reasons beside it."""
    page = camera.page(demo.address("拦下"), "librarian")
    page.locator("[data-streamfield-child]").first.wait_for()
    page.locator("[data-side-panel-toggle=findings]").click()
    page.locator(".xl-finding").first.wait_for()
    page.locator("#id_summary").scroll_into_view_if_needed()
    return take(page)


def review(camera, demo):
    """The text that waits, on the physician's phone: as readers will see it, and the answers."""
    page = camera.page(demo.address("待办"), "physician", PHONE)
    page.frame_locator("#website-preview").locator("h1").wait_for()
    reading = take(page)
    page.locator(".jump a").tap()
    for number, answer in enumerate(page.locator("fieldset input[value=yes]").all()):
        if number < 2:
            answer.check()
    return side_by_side(reading, take(page))


def phone(camera, demo):
    """The account in the sandbox's phone, and an article there."""
    address = demo.address("恢复")
    page = camera.page(f"{address}?tab=published", size=PHONE)
    account = take(page)
    page.get_by_role("link").filter(has=page.locator("img")).first.click()
    page.locator("h1.title").wait_for()
    return side_by_side(account, take(page))


def website(camera, demo):
    """An article on the website."""
    return take(camera.page(demo.address("签发")))


def wechat_phone(camera, demo):
    """A published article on the sandbox's phone: by day, by night, in the largest type."""
    account = camera.page(f"{demo.address('恢复')}?tab=published", size=PHONE)
    link = account.get_by_role("link").filter(has=account.locator("img")).first.get_attribute("href")
    address = urljoin(demo.address("恢复"), link)
    screens = []
    for look in ("", "?dark=1", "?size=largest"):
        page = camera.page(f"{address}{look}", size=PHONE)
        page.locator("h1.title").wait_for()
        screens.append(take(page))
    return side_by_side(*screens)


def review_link(camera, demo):
    """What a physician's link opens: the door, the text behind it, and the questions."""
    page = camera.page(demo.address("链接"), size=PHONE)
    door = take(page)
    page.locator("a[href*='/login/']").first.tap()
    page.fill("#id_username", "physician")
    page.fill("#id_password", demo.passwords["physician"])
    with page.expect_navigation(url=lambda url: "/login/" not in url):
        page.click("button[type=submit]")
    page.frame_locator(".looks__frame").locator("h1").wait_for()
    reading = take(page)
    page.locator(".jump a").tap()
    return side_by_side(door, reading, take(page))


def review_screens(camera, demo):
    """Yield (name, picture) of the librarian's side of a review."""
    site = demo.site.rstrip("/")
    page = camera.page(demo.address("待办"), "librarian")
    step = re.search(r"/review/(\d+)/", demo.address("待办"))[1]
    page.goto(f"{site}/admin/review-assignments/ask/{step}/")
    yield "ask", take(page)
    page.goto(f"{site}/admin/approvals/")
    page.goto(urljoin(site, page.locator("a[href*='/review/dossier/']").first.get_attribute("href")))
    yield "dossier", take(page)
    page.goto(f"{site}/admin/review-report/")
    yield "review-report", take(page)
    chief = camera.page(f"{site}/admin/review/questions/", "chief")
    yield "questions", take(chief)


def admin_screens(camera, demo):
    """Yield (name, picture) of the WeChat screens, each as on a desk and as on a phone."""
    site = demo.site.rstrip("/")
    for size in (SIZE, PHONE):
        page = camera.page(f"{site}/admin/", "librarian", size)
        compose = None
        for name, path in (
            ("connection", "connection/"),
            ("calendar", "push-calendar/"),
            ("ledger", "push-ledger/"),
            ("gallery", "wechat-gallery/"),
            ("composer", None),
            ("hand-over", "hand-over/"),
        ):
            page.goto(f"{site}/admin/{path}" if path else compose)
            if name == "calendar":
                compose = urljoin(site, page.locator("a[href*='/compose/']").first.get_attribute("href"))
            if name == "hand-over":
                page.goto(
                    urljoin(site, page.locator("main a[href*='/hand-over/']").first.get_attribute("href"))
                )
            yield f"{name}-{size[0]}", take(page)


def help_screens(camera, demo):
    """Yield (name, picture) of screens that the help pages show beside those above; the last one makes a draft."""
    site = demo.site.rstrip("/")
    page = camera.page(f"{site}/admin/", "librarian")
    yield "help-welcome", take(page)
    page.goto(f"{site}/admin/all-articles/?q=血压")
    yield "help-all-articles", take(page)
    page.goto(f"{site}/admin/figures/new/doses/")
    for row, (medicine, morning, evening) in enumerate((("二甲双胍", "1片", "1片"), ("氨氯地平", "1片", ""))):
        page.fill(f"#id_rows-{row}-medicine", medicine)
        page.fill(f"#id_rows-{row}-morning", morning)
        page.fill(f"#id_rows-{row}-evening", evening)
    page.locator("[data-xl-picture][alt*='氨氯地平']").wait_for()
    yield "help-figure", take(page)
    page.goto(demo.address("拦下"))
    box = page.locator("[data-citing]")
    box.evaluate("box => { box.open = true; }")
    page.fill("[data-citing-text]", "PMID 90000001\n10.5555/cn.2024.1\nISBN 978-0-306-40615-8")
    page.click("[data-citing-read]")
    page.locator("[data-citing-entry]").first.wait_for()
    box.evaluate("box => box.scrollIntoView({ block: 'center' })")
    yield "help-references", take(page)
    page.goto(f"{site}/admin/articles/import/")
    page.select_option("#id_topic", index=1)
    page.set_input_files("#id_file", ROOT / "cms" / "demo" / "content" / "gum-bleeding.docx")
    done = page.locator("[data-import-rows] [data-state=done] a").first
    done.wait_for()
    page.goto(urljoin(site, done.get_attribute("href")))
    yield "help-import", take(page)


def desk_phone(camera, demo):
    """Return the desk on a phone: the ideas, what came of a Word file, the findings beside a text."""
    site = demo.site.rstrip("/")
    page = camera.page(f"{site}/admin/ideas/", "librarian", PHONE)
    ideas = take(page)
    page.goto(f"{site}/admin/articles/import/")
    page.goto(
        urljoin(site, page.locator("[data-import-rows] [data-state=done] a").first.get_attribute("href"))
    )
    came_in = take(page)
    page.goto(demo.address("拦下"))
    page.locator("[data-side-panel-toggle=findings]").click()
    page.locator("[data-findings] .xl-finding").first.wait_for()
    return side_by_side(ideas, came_in, take(page))


def site_screens(camera, demo):
    """Write var/screens/THEME-LIGHT-WIDTH-PAGE.png of every page type of the readers' site; return how many."""
    paths = _site_paths(camera, demo)
    site = demo.site.rstrip("/")
    settings = camera.page(f"{site}/admin/settings/articles/institution/", "chief")
    field = settings.locator("#id_site_theme")
    usual, themes = (
        field.input_value(),
        field.locator("option").evaluate_all("all => all.map(one => one.value)"),
    )
    SCREENS.mkdir(parents=True, exist_ok=True)
    number = 0
    for at, theme in enumerate([*themes, usual]):
        field.select_option(theme)
        with settings.expect_navigation():
            settings.locator("main button[type=submit], footer button[type=submit]").last.click()
        if at == len(themes):
            break  # as it was
        for size in (PHONE, SIZE):
            page = camera.page(f"{site}/", size=size)
            for light in ("light", "dark"):
                page.emulate_media(color_scheme=light)
                for name, path in paths.items():
                    page.goto(f"{site}{path}")
                    page.evaluate(PICTURES)
                    file = SCREENS / f"{theme}-{light}-{size[0]}-{name}.png"
                    page.screenshot(path=file, full_page=True)
                    number += 1
            page.context.close()
    return number


def _site_paths(camera, demo):
    """Return the page types of the demo's site; what the demo does not have is left out."""
    address = demo.address("签发")
    page = camera.page(f"{address}?v=print")
    number = re.search(r"/a/(\d+)/", page.content())[1]
    page.goto(urljoin(demo.site, "/departments/"))
    department = re.search(r"/departments/(\d+)/", page.content())
    article = SimpleNamespace(path=urlsplit(address).path, article_id=number)
    return page_types(article, words="药", department=department and department[1])


def main(arguments):
    TARGET.mkdir(parents=True, exist_ok=True)
    with Demo() as demo, sync_playwright() as playwright:
        browser = launch(playwright)
        camera = Camera(browser, demo)
        if arguments == ["site"]:
            print(f"{site_screens(camera, demo)} pictures in {SCREENS.relative_to(ROOT)}/", flush=True)
            browser.close()
            return 0
        for make in (editor, review, phone, website):
            save(make.__name__, make(camera, demo))
        save("wechat-phone", wechat_phone(camera, demo))
        save("review-link", review_link(camera, demo))
        for name, picture in (
            *review_screens(camera, demo),
            *admin_screens(camera, demo),
            *help_screens(camera, demo),
        ):
            save(name, picture)
        save("desk-phone", desk_phone(camera, demo))
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
