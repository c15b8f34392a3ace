"""The panel and the phone in a real browser: nothing runs over the edge, axe finds nothing, forms work by keyboard."""

import pytest
from playwright.sync_api import expect

from publish.sandbox import panel
from tests.contract.sandbox_driver import Driver, code
from tests.tools.axe import violations


pytestmark = pytest.mark.browser
BODY = '<p style="font-size:16px;color:#333">坐五分钟再量。</p><ul><li>不说话</li></ul><table><tr><td>135</td><td>85</td></tr></table>'


@pytest.fixture(scope="module")
def wechat():
    with Driver(profile="protected") as driver:
        driver.publish(driver.add(driver.article(title="在家怎样量血压才准：医生教你三步", content=BODY)))
        driver.sendall(driver.add(driver.article(title="等待确认的一篇")))
        driver.add(driver.article(title="草稿"))
        driver.sandbox.fault("draft/count", "error", errcode=45009, times=2)
        driver.get("draft/count")
        yield driver


def pages(wechat):
    token = wechat.sandbox.state()["published"][0]["token"]
    listed = [f"/panel/{name}/" if name else "/panel/" for name in panel.PAGES]
    listed += [
        "/panel/request/2",
        "/phone/",
        "/phone/?tab=drafts&dark=1",
        "/phone/?as=oSandboxFollower0000000000001",
    ]
    return [*listed, f"/phone/s/{token}", f"/phone/s/{token}?dark=1&size=largest"]


@pytest.mark.parametrize("width", [375, 1280])
def test_every_page_fits_and_is_readable_for_all(wechat, open_page, width):
    page = open_page(width=width)
    for path in pages(wechat):
        page.goto(wechat.sandbox.base_url + path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert violations(page) == [], path


def test_a_fault_by_keyboard(wechat, open_page):
    page = open_page()
    page.goto(f"{wechat.sandbox.base_url}/panel/time/")
    page.get_by_label("调用").fill("draft/batchget")
    page.get_by_label("故障").select_option("error")
    page.get_by_role("spinbutton", name="错误码").fill("45011")
    page.get_by_role("spinbutton", name="错误码").press("Enter")
    expect(page.get_by_role("status")).to_have_text("故障已安排。")
    assert code(wechat.post("draft/batchget", {"offset": 0, "count": 1})) == 45011


def test_a_page_of_another_site_cannot_post(wechat, open_page):
    """A real cross-site form in a real browser, with no preflight to stop it."""
    media_id = wechat.add()
    page = open_page()
    for target in ("panel/do/reset", "_sandbox/reset"):
        page.goto("about:blank")
        page.set_content(
            f'<form method="post" enctype="text/plain" action="{wechat.sandbox.base_url}/{target}">'
            '<input name="sure" value="on"><button>看图</button></form>'
        )
        with page.expect_response(f"**/{target}") as caught:
            page.get_by_role("button").click()
        assert caught.value.status == 403
    assert wechat.draft(media_id)
