"""Accounts: the throttled login, a new password by mail, the invitation of a colleague."""

import logging
import re
from datetime import timedelta

from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.urls import reverse

import pytest

from cms.accounts import NotInvitableError, RedirectThenWork, invite
from cms.models import User


pytestmark = pytest.mark.django_db

PASSWORD = "correct-horse-battery"
SECRET = "Wrong-Secret-4711"
LOGIN = "/admin/login/"
LINK = re.compile(r"http://localhost:8000(/admin/password_reset/confirm/\S+)")


@pytest.fixture
def editors():
    group = Group.objects.create(name="editors")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    return group


@pytest.fixture
def managers():
    """Who may look after accounts without being all-powerful."""
    group = Group.objects.create(name="managers")
    group.permissions.add(
        *Permission.objects.filter(codename__in=["access_admin", "add_user", "change_user", "delete_user"])
    )
    return group


@pytest.fixture
def wang(editors):
    user = User.objects.create_user(
        "A0012", "wang@example.org", PASSWORD, last_name="王", first_name="芳", last_login=None
    )
    user.groups.add(editors)
    return user


@pytest.fixture
def manager(managers, client):
    user = User.objects.create_user("M0001", "m@example.org", PASSWORD, last_name="管", first_name="理")
    user.groups.add(managers)
    client.force_login(user)
    return user


def log_in(client, password, username="A0012", **headers):
    return client.post(LOGIN, {"username": username, "password": password}, **headers)


# --- Throttle -------------------------------------------------------------------------------


def test_the_right_password_opens_the_editors_side(client, wang):
    response = log_in(client, PASSWORD)
    assert (response.status_code, response.url) == (302, "/admin/")
    assert client.session["_auth_user_id"] == str(wang.pk)


def test_the_fifth_failure_closes_the_login_and_says_until_when(client, wang, clock):
    answers = [log_in(client, SECRET).status_code for _ in range(4)]
    assert answers == [200, 200, 200, 200]
    response = log_in(client, SECRET)
    assert response.status_code == 429
    assert response["Retry-After"] == "900"
    assert "09:15" in response.text  # the clock stands at 9:00
    assert LOGIN in response.text

    clock.shift(timedelta(minutes=10))
    response = log_in(client, PASSWORD)
    assert response.status_code == 429, "the right password must not open a closed login"
    assert response["Retry-After"] == "300", "a try during the lock-out must not prolong it"
    assert "09:15" in response.text

    clock.shift(timedelta(minutes=5, seconds=1))
    assert log_in(client, PASSWORD).status_code == 302


def test_a_success_forgets_the_failures_before_it(client, wang):
    for _ in range(4):
        log_in(client, SECRET)
    assert log_in(client, PASSWORD).status_code == 302
    client.post("/admin/logout/")
    assert [log_in(client, SECRET).status_code for _ in range(4)] == [200] * 4


def test_others_may_log_in_while_one_is_closed(client, wang, editors):
    User.objects.create_user("B0001", "b@example.org", PASSWORD).groups.add(editors)
    for _ in range(5):
        log_in(client, SECRET)
    assert log_in(client, PASSWORD, username="B0001").status_code == 302
    client.logout()
    # The colleague at another desk is not closed out by somebody guessing.
    assert log_in(client, PASSWORD, REMOTE_ADDR="192.0.2.9").status_code == 302


def test_an_unknown_number_is_answered_like_a_known_one(client, wang):
    known = [log_in(client, SECRET) for _ in range(5)]
    unknown = [log_in(client, SECRET, username="A9999") for _ in range(5)]
    assert [r.status_code for r in known] == [r.status_code for r in unknown] == [200] * 4 + [429]

    def sentence(response):
        return re.search(r'<li class="error">\s*(.+?)\s*</li>', response.text)[1]

    assert sentence(known[0]) == sentence(unknown[0])
    assert known[4].text == unknown[4].text


def test_the_throttle_counts_people_behind_the_proxy(client, wang, settings):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]

    def attempt(person, password=SECRET):
        return log_in(client, password, REMOTE_ADDR="10.1.1.1", HTTP_X_FORWARDED_FOR=person).status_code

    assert [attempt("192.0.2.1") for _ in range(5)] == [200] * 4 + [429]
    assert attempt("192.0.2.2", PASSWORD) == 302, "another person behind the same proxy was closed out"
    # What the client itself wrote in front of the proxy's entry changes nothing.
    assert attempt("198.51.100.7, 192.0.2.1") == 429


def test_a_forwarded_address_from_a_stranger_is_not_believed(client, wang, settings):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    answers = [
        log_in(client, SECRET, REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=f"198.51.100.{n}").status_code
        for n in range(5)
    ]
    assert answers == [200] * 4 + [429]


def test_p7_no_password_reaches_a_log_or_the_throttles_rows(client, wang, caplog):
    from axes.models import AccessAttempt

    with caplog.at_level(logging.DEBUG):
        responses = [log_in(client, SECRET) for _ in range(6)]
        log_in(client, PASSWORD, REMOTE_ADDR="192.0.2.9")
    assert len(caplog.records) > 5, "nothing was logged, so nothing was proved"
    everything = caplog.text + "".join(r.text for r in responses)
    for row in AccessAttempt.objects.values_list("post_data", "get_data", "username"):
        everything += "".join(map(str, row))
    assert SECRET not in everything
    assert PASSWORD not in everything


# --- A new password by mail -------------------------------------------------------------------


def ask_for_reset(client, email):
    return client.post("/admin/password_reset/", {"email": email})


def choose_password(client, link, password=PASSWORD + "-2"):
    """Follow a link of a mail as a browser does; return the last response."""
    page = client.get(link, follow=True)
    if not page.redirect_chain:
        return page
    return client.post(
        page.request["PATH_INFO"], {"new_password1": password, "new_password2": password}, follow=True
    )


def test_a_new_password_by_mail(client, wang):
    assert ask_for_reset(client, "WANG@example.org").status_code == 302
    [message] = mail.outbox
    assert message.to == ["wang@example.org"]
    assert "王芳" in message.body
    assert "A0012" in message.body
    assert "\n" not in message.subject
    assert message.subject
    [link] = LINK.findall(message.body)
    assert choose_password(client, link).status_code == 200
    wang.refresh_from_db()
    assert wang.check_password(PASSWORD + "-2")
    # Single use: the same link is worth nothing now.
    choose_password(client, link, "another-password-3")
    wang.refresh_from_db()
    assert wang.check_password(PASSWORD + "-2")


@pytest.mark.parametrize("email", ["nobody@example.org", "closed@example.org"])
def test_an_unknown_address_gets_the_same_answer_and_no_mail(client, wang, email):
    User.objects.create_user("C1", "closed@example.org", PASSWORD, is_active=False)
    known, unknown = ask_for_reset(client, "wang@example.org"), ask_for_reset(client, email)
    assert (known.status_code, known.url, known.content) == (
        unknown.status_code,
        unknown.url,
        unknown.content,
    )
    assert client.get(known.url).status_code == 200
    assert [message.to for message in mail.outbox] == [["wang@example.org"]]


def test_the_mail_is_sent_after_the_answer():
    done = []
    response = RedirectThenWork("/", lambda: done.append(True))
    assert done == []
    response.close()
    response.close()
    assert done == [True]


def test_the_reset_does_not_take_the_host_from_the_request(client, wang, settings):
    settings.ALLOWED_HOSTS = ["evil.example", "testserver"]
    client.post("/admin/password_reset/", {"email": "wang@example.org"}, headers={"host": "evil.example"})
    assert "evil.example" not in mail.outbox[0].body


def test_weak_passwords_are_refused(client, wang):
    ask_for_reset(client, "wang@example.org")
    [link] = LINK.findall(mail.outbox[0].body)
    for weak in ("short", "12345678901234", "wang@example.org", "password123"):
        choose_password(client, link, weak)
    wang.refresh_from_db()
    assert wang.check_password(PASSWORD)


# --- Invitation -----------------------------------------------------------------------------


def send_form(client, editors, **changes):
    data = {
        "username": "D0042",
        "last_name": "李",
        "first_name": "明",
        "email": "li@example.org",
        "groups": [editors.pk],
    }
    return client.post(reverse("wagtailusers_users:add"), data | changes)


def test_an_invited_colleague_chooses_the_first_password(client, manager, editors):
    form = client.get(reverse("wagtailusers_users:add"))
    names = re.findall(r'<input[^>]+name="(\w+)"', form.text)
    assert "password" not in "".join(names)
    assert "is_superuser" not in names

    assert send_form(client, editors).status_code == 302
    colleague = User.objects.get(username="D0042")
    assert not colleague.has_usable_password()
    assert list(colleague.groups.all()) == [editors]
    [message] = mail.outbox
    assert message.to == ["li@example.org"]
    assert "李明" in message.body
    assert "管理" in message.body
    assert "D0042" in message.body
    [link] = LINK.findall(message.body)

    client.logout()
    assert choose_password(client, link).status_code == 200
    assert log_in(client, PASSWORD + "-2", username="D0042").status_code == 302
    client.logout()
    # Single use.
    choose_password(client, link, "another-password-3")
    colleague.refresh_from_db()
    assert colleague.check_password(PASSWORD + "-2")


def test_an_invitation_runs_out_after_three_days(client, clock, editors):
    colleague = User.objects.create_user("D0042", "li@example.org")
    invite(colleague)
    [link] = LINK.findall(mail.outbox[0].body)
    clock.shift(timedelta(days=3, seconds=5))
    choose_password(client, link)
    colleague.refresh_from_db()
    assert not colleague.has_usable_password()
    # Not a dead end: the page of the dead link offers a new one, and it comes.
    assert reverse("wagtailadmin_password_reset") in client.get(link, follow=True).text
    ask_for_reset(client, "li@example.org")
    [link] = LINK.findall(mail.outbox[1].body)
    choose_password(client, link)
    colleague.refresh_from_db()
    assert colleague.check_password(PASSWORD + "-2")


def test_an_invitation_lives_up_to_three_days(client, clock):
    colleague = User.objects.create_user("D0042", "li@example.org")
    invite(colleague)
    [link] = LINK.findall(mail.outbox[0].body)
    clock.shift(timedelta(days=2, hours=23))
    choose_password(client, link)
    colleague.refresh_from_db()
    assert colleague.check_password(PASSWORD + "-2")


def test_an_address_is_never_markup(client, manager, editors):
    response = send_form(client, editors, email='"<b>li</b>"@example.org')
    if response.status_code == 302:
        assert "<b>li</b>" not in client.get(response.url).text
    else:
        assert response.context["form"].errors["email"]


def test_the_login_names_its_fields_in_words_of_the_house(client):
    labels = re.findall(r"<label[^>]*>\s*([^<]+?)\s*<", client.get(LOGIN).text)
    assert [str(User._meta.get_field("username").verbose_name).capitalize(), "密码"] == labels[:2]


def test_sending_again_ends_the_earlier_link(client, manager, editors):
    send_form(client, editors)
    colleague = User.objects.get(username="D0042")
    url = reverse("wagtailusers_users:invite", args=[colleague.pk])
    assert url in client.get(reverse("wagtailusers_users:edit", args=[colleague.pk])).text
    assert url in client.get(reverse("wagtailusers_users:index")).text
    assert "li@example.org" in client.get(url).text
    assert len(mail.outbox) == 1, "looking at the question must not send"
    assert client.post(url).status_code == 302
    first, second = (LINK.findall(message.body)[0] for message in mail.outbox)
    client.logout()
    choose_password(client, first, "through-the-old-link-1")
    colleague.refresh_from_db()
    assert not colleague.has_usable_password()
    choose_password(client, second)
    colleague.refresh_from_db()
    assert colleague.check_password(PASSWORD + "-2")


def test_who_has_a_password_cannot_be_invited_again(client, manager, wang):
    with pytest.raises(NotInvitableError):
        invite(wang)
    assert client.post(reverse("wagtailusers_users:invite", args=[wang.pk])).status_code == 302
    wang.refresh_from_db()
    assert wang.check_password(PASSWORD)
    assert mail.outbox == []
    assert "invite/" not in client.get(reverse("wagtailusers_users:edit", args=[wang.pk])).text


def test_a_mail_server_that_is_down_costs_no_account(client, manager, editors, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    response = send_form(client, editors)
    assert response.status_code == 302
    assert "EMAIL_URL" in client.get(response.url).text
    colleague = User.objects.get(username="D0042")
    assert not colleague.has_usable_password()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    client.post(reverse("wagtailusers_users:invite", args=[colleague.pk]))
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "A0012"}, "username"),
        ({"email": "Wang@Example.org"}, "email"),
        ({"email": ""}, "email"),
        ({"last_name": ""}, "last_name"),
        ({"groups": []}, "groups"),
    ],
)
def test_an_invitation_needs_its_own_number_address_name_and_role(
    client, manager, wang, editors, changes, field
):
    response = send_form(client, editors, **changes)
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert User.objects.count() == 2
    assert mail.outbox == []


def test_an_account_can_be_changed_but_its_password_cannot(client, manager, wang, editors):
    url = reverse("wagtailusers_users:edit", args=[wang.pk])
    page = client.get(url)
    assert "password" not in "".join(page.context["form"].fields)
    data = {
        "username": "A0012",
        "last_name": "汪",
        "first_name": "芳",
        "email": "wang@example.org",
        "groups": [editors.pk],
        "is_active": "on",
        "is_superuser": "on",
        "password1": "changed-by-another-1",
        "password2": "changed-by-another-1",
    }
    assert client.post(url, data).status_code == 302
    wang.refresh_from_db()
    assert wang.get_full_name() == "汪芳"
    assert wang.check_password(PASSWORD)
    assert not wang.is_superuser, "a manager made somebody all-powerful"


def test_a_manager_cannot_touch_an_all_powerful_account(client, manager):
    root = User.objects.create_superuser("root", "root@example.org")
    root.set_unusable_password()
    root.save()
    for name in ("edit", "invite"):
        url = reverse(f"wagtailusers_users:{name}", args=[root.pk])
        client.post(url, {"email": "mine@example.org"})
    root.refresh_from_db()
    assert root.email == "root@example.org"
    assert mail.outbox == []


@pytest.mark.parametrize("name", ["index", "add", "edit", "invite"])
def test_editors_have_no_business_with_accounts(client, wang, name):
    other = User.objects.create_user("D0042", "li@example.org")
    client.force_login(wang)
    url = reverse(f"wagtailusers_users:{name}", args=[other.pk] if name in ("edit", "invite") else [])
    for response in (client.get(url), client.post(url, {"username": "E1"})):
        assert (response.status_code, response.url) == (302, "/admin/")
    assert User.objects.count() == 2
    assert mail.outbox == []
