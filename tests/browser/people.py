"""What people do at their screens, by the names of fields and buttons that no translation changes."""

from urllib.parse import urljoin

from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client

from articles.blocks import BodyBlock
from tests.factories import PASSWORD


BLOCKS = BodyBlock().child_blocks
PHONE = {"width": 375, "height": 667, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}


def enter(page, address, username):
    """Open ``address`` as somebody who has logged in before."""
    client = Client()
    client.force_login(get_user_model().objects.get(username=username))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    # For the whole site: with an address, Playwright takes its path for the cookie's.
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": urljoin(address, "/")}])
    page.goto(address)


def log_in(page, username):
    """Fill the login form that ``page`` shows, and wait for what lies behind it."""
    page.fill("#id_username", username)
    page.fill("#id_password", PASSWORD)
    with page.expect_navigation(url=lambda url: "/login/" not in url):
        page.click("button[type=submit]")


def open_panel(page, name):
    """Open the editor's side panel ``name``; return it.

    Wagtail opens the panel that was open on the page before by itself, a moment after loading; a click then shuts it.
    """
    page.locator(".form-side:not(.form-side--initial)").wait_for(state="attached")
    toggle = page.locator(f"[data-side-panel-toggle={name}]")
    if toggle.get_attribute("aria-expanded") != "true":
        toggle.click()
    panel = page.locator(f"[data-side-panel={name}]")
    panel.wait_for()
    return panel


def width_of(page):
    """Return how wide the page is laid out, in CSS pixels."""
    return page.evaluate("document.documentElement.scrollWidth")


class Editor:
    """Wagtail's article editor, as a librarian uses it."""

    def __init__(self, page):
        self.page = page
        self.page.locator("[name=body-count]").wait_for(state="attached")

    def field(self, name):
        """Return the field's control, on the tab that holds it."""
        control = self.page.locator(f"#id_{name}")
        tab = control.evaluate("element => element.closest('[role=tabpanel]').id")
        self.page.locator(f"[role=tab][aria-controls='{tab}']").click()
        return control

    def fill(self, **values):
        for name, value in values.items():
            self.field(name).fill(value)

    def choose(self, **values):
        for name, value in values.items():
            self.field(name).select_option(value)

    def add_block(self, kind):
        """Add a block at the body's end through the menu; return it."""
        self.page.locator(f"[role=tab][aria-controls='{self._tab_of_body()}']").click()
        body = self.page.locator("[data-streamfield-stream-container]").first
        blocks = body.locator(":scope > [data-streamfield-child]")
        before = blocks.count()
        body.locator(":scope > div > .c-sf-add-button").last.click()
        # By its name and the keyboard: the menu may still move to where there is room for it.
        search = self.page.locator(".w-combobox__field input:visible")
        search.fill(str(BLOCKS[kind].label))
        option = self.page.locator("[role=option]:visible").filter(
            has=self.page.locator(f"use[href='#icon-{BLOCKS[kind].meta.icon}']")
        )
        option.wait_for()
        for _option in BLOCKS:
            if option.get_attribute("aria-selected") == "true":
                break
            search.press("ArrowDown")
        search.press("Enter")
        added = blocks.nth(before)
        added.wait_for()
        return added

    def _tab_of_body(self):
        body = self.page.locator("[name=body-count]")
        return body.evaluate("element => element.closest('[role=tabpanel]').id")

    def write(self, block, text):
        """Type into the block's first rich text, and wait until the form holds it."""
        block.locator("[contenteditable=true]").first.click()
        self.page.keyboard.type(text)
        self._wait_for_form("text => held().includes(text)", text)

    def erase(self, text):
        """Take ``text`` away from the end of the rich text that ends with it."""
        self.page.locator("[contenteditable=true]").filter(has_text=text).click()
        self.page.keyboard.press("Control+End")
        for _ in text:
            self.page.keyboard.press("Backspace")
        self._wait_for_form("text => !held().includes(text)", text)

    def _wait_for_form(self, condition, text):
        # The rich text editor hands over what was typed a moment later.
        held = "const held = () => [...document.querySelectorAll('input[name^=body-]')].map(i => i.value).join();"
        self.page.wait_for_function(f"text => {{ {held} return ({condition})(text); }}", arg=text)

    def choose_cover(self, title):
        """Take the picture with ``title`` from the library."""
        self.field("cover-chooser").locator("[data-chooser-action-choose]").click()
        self.page.locator(".modal [data-chooser-modal-choice]").filter(has_text=title).first.click()
        self.page.locator("#id_cover-chooser [data-chooser-title]").filter(has_text=title).wait_for()

    def add_reference(self, kind="web", **values):
        """Add one reference at the end."""
        number = self.page.locator("#id_references-TOTAL_FORMS").input_value()
        self.field("references-ADD").click()
        self.choose(**{f"references-{number}-kind": kind})
        self.fill(**{f"references-{number}-{name}": value for name, value in values.items()})

    def submit(self):
        """Send the text to review, by the menu beside “save draft”; wait for the answer."""
        footer = self.page.locator("footer.footer")
        footer.locator("[data-w-dropdown-target=toggle]").click()
        # Not expect_navigation: an autosave changes the address without loading a page.
        with self.page.expect_event("load"):
            self.page.locator("button[name=action-submit]:visible").click()
