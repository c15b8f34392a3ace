"""A colleague is invited, chooses a password on a phone, and logs in."""

import re

from django.contrib.auth.models import Group, Permission
from django.core import mail

import pytest
from playwright.sync_api import expect

from cms.models import User


PASSWORD = "correct-horse-battery"


@pytest.fixture
def librarians(transactional_db):
    group = Group.objects.create(name="Librarians")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    return group


def test_from_invitation_to_the_first_login(live_server, settings, open_page, librarians, tmp_path):
    settings.WAGTAILADMIN_BASE_URL = live_server.url
    User.objects.create_superuser("A0001", "chief@example.org", PASSWORD, last_name="陈", first_name="晨")

    desk = open_page()
    desk.goto(f"{live_server.url}/admin/users/new/")
    desk.fill("#id_username", "A0001")
    desk.fill("#id_password", PASSWORD)
    desk.screenshot(path=tmp_path / "login.png")
    desk.click("button[type=submit]")
    desk.fill("#id_username", "D0042")
    desk.fill("#id_last_name", "李")
    desk.fill("#id_first_name", "明")
    desk.fill("#id_email", "li@example.org")
    desk.get_by_label("Librarians").check()
    desk.screenshot(path=tmp_path / "invite.png", full_page=True)
    desk.locator("footer button[type=submit]").click()
    desk.wait_for_url("**/admin/users/")
    expect(desk.get_by_text("李明").first).to_be_attached()
    desk.screenshot(path=tmp_path / "colleagues.png")

    link = re.search(r"http://\S+", mail.outbox[0].body)[0]
    phone = open_page(width=375, height=720)
    phone.goto(link)
    phone.fill("#id_new_password1", "a-long-enough-one")
    phone.fill("#id_new_password2", "a-long-enough-one")
    phone.screenshot(path=tmp_path / "choose.png")
    phone.click("button[type=submit]")
    phone.goto(f"{live_server.url}/admin/login/")
    phone.fill("#id_username", "D0042")
    phone.fill("#id_password", "a-long-enough-one")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 375
    phone.screenshot(path=tmp_path / "phone-login.png")
    phone.click("button[type=submit]")
    phone.wait_for_url("**/admin/")


def test_a_closed_login_is_explained_on_a_phone(live_server, open_page, librarians, tmp_path):
    phone = open_page(width=375, height=720)
    for _ in range(5):
        phone.goto(f"{live_server.url}/admin/login/")
        phone.fill("#id_username", "A0001")
        phone.fill("#id_password", "not-the-password")
        with phone.expect_navigation() as navigation:
            phone.click("button[type=submit]")
    assert navigation.value.status == 429
    assert re.search(r"\d\d:\d\d", phone.inner_text("main p"))
    assert phone.evaluate("document.documentElement.scrollWidth") <= 375
    phone.screenshot(path=tmp_path / "closed.png")
