"""Production starts complete or not at all, and Django's own deployment check finds nothing."""

import json
import subprocess
import sys

from django.conf import settings as django_settings
from django.core.checks import run_checks

import pytest

from tests.conftest import ROOT


COMPLETE = {
    "DJANGO_SETTINGS_MODULE": "cms.settings.production",
    "SECRET_KEY": "a-secret-key-with-more-than-fifty-characters-and-digits-0123456789",
    "APPROVAL_KEY": "an-approval-key-with-more-than-fifty-characters-and-digits-012345",
    "ALLOWED_HOSTS": "kepu.example.cn",
    "SITE_URL": "https://kepu.example.cn",
    "DATABASE_URL": "sqlite:////tmp/never-opened.sqlite3",
    "EMAIL_URL": "smtp://user:password@mail.example.cn:587/?tls=True",
    "TRUSTED_PROXIES": "127.0.0.1,unix",
}
WECHAT = {
    "WECHAT_APPID": "wx1234567890abcdef",
    "WECHAT_SECRET": "0123456789abcdef0123456789abcdef",
    "WECHAT_TOKEN": "token",
    "WECHAT_AES_KEY": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
}


@pytest.fixture(scope="module")
def starter():
    """A process that has loaded the libraries, no settings and no application, and forks a manage.py for each order."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.tools.start_manage"],
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.stdin.close()
        process.wait(timeout=120)


@pytest.fixture
def start(starter):
    """Return start(*arguments, **changes): manage.py under production settings with ``changes``; None takes a variable
    away. Gives back subprocess.CompletedProcess."""

    def run(*arguments, **changes):
        environment = {key: value for key, value in (COMPLETE | changes).items() if value is not None}
        starter.stdin.write(json.dumps({"arguments": arguments, "environment": environment}) + "\n")
        starter.stdin.flush()
        return subprocess.CompletedProcess(arguments, **json.loads(starter.stdout.readline()))

    return run


def test_a_process_of_its_own_refuses_too():
    """As the service starts it; the other tests fork from a process that has the libraries loaded."""
    result = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "check"],
        env={key: value for key, value in COMPLETE.items() if key != "SECRET_KEY"}
        | {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode != 0
    assert "SECRET_KEY is not set." in result.stderr


@pytest.mark.parametrize(
    "channel",
    [{}, *({"WECHAT_MODE": mode} | WECHAT for mode in ("draft", "publish", "mass"))],
    ids=["channel off", "draft", "publish", "mass"],
)
def test_the_deployment_check_is_clean(start, channel):
    """With every mode that is known, one start each."""
    result = start("check", "--deploy", "--fail-level", "WARNING", **channel)
    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout
    assert "(2 silenced)" in result.stdout


def test_only_two_checks_are_silenced_and_the_careful_mode_is_the_default(start):
    code = (
        "from django.conf import settings; "
        "print(settings.SILENCED_SYSTEM_CHECKS, settings.WECHAT_MODE, bool(settings.WECHAT_APPID))"
    )
    said = start("shell", "-v", "0", "-c", code).stdout.strip()
    assert said == "['security.W005', 'security.W021'] draft False"


@pytest.mark.parametrize("name", ["SECRET_KEY", "APPROVAL_KEY", "ALLOWED_HOSTS", "SITE_URL", "DATABASE_URL"])
@pytest.mark.parametrize("value", [None, " "], ids=["unset", "blank"])
def test_production_refuses_to_start_without(start, name, value):
    result = start("check", **{name: value})
    assert result.returncode != 0
    assert f"{name} is not set." in result.stderr
    assert not any(secret in result.stderr for secret in (COMPLETE["SECRET_KEY"], COMPLETE["APPROVAL_KEY"]))


@pytest.mark.parametrize("name", ["WECHAT_SECRET", "WECHAT_TOKEN", "WECHAT_AES_KEY"])
def test_production_refuses_half_a_wechat_account(start, name):
    result = start("check", **(WECHAT | {name: None}))
    assert result.returncode != 0
    assert f"{name} is not set." in result.stderr
    assert WECHAT["WECHAT_SECRET"] not in result.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WECHAT_MODE", "everything"),
        ("FACES", "site,backdoor"),
        ("MEDIA_STORAGE_URL", "ftp://host/bucket"),
        ("MEDIA_STORAGE_URL", "s3://key:hidden-value@host"),
    ],
)
def test_a_value_nobody_knows_refuses_to_start(start, name, value):
    result = start("check", **{name: value})
    assert result.returncode != 0
    assert name in result.stderr
    assert "hidden-value" not in result.stderr


GOOD = {
    "SECRET_KEY": "one",
    "APPROVAL_KEY": "two",
    "SITE_URL": "https://kepu.example.cn",
    "ADMIN_URL": "https://desk.example.cn:8443",
    "WECHAT_API_BASE": "https://api.weixin.qq.com",
    "WECHAT_AES_KEY_PREVIOUS": "",
    "TRUSTED_PROXIES": ["10.0.0.0/8", "::1", "unix"],
    "ALLOWED_HOSTS": ["kepu.example.cn"],
    "CACHE_REFRESH_URLS": [],
    "CACHE_REFRESH_SECRET": "a-secret-of-the-caches-0123456789",
    "DEMO": False,
    **WECHAT,
}


def ours(settings, **changes):
    for name, value in (GOOD | changes).items():
        setattr(settings, name, value)
    return [found.id for found in run_checks(include_deployment_checks=True) if found.id.startswith("cms.")]


def test_nothing_is_found_where_nothing_is_wrong(settings):
    assert ours(settings) == []


@pytest.mark.parametrize(
    ("changes", "ids"),
    [
        ({"APPROVAL_KEY": ""}, ["cms.E001"]),
        ({"APPROVAL_KEY": " , "}, ["cms.E001"]),
        ({"APPROVAL_KEY": "one"}, ["cms.E002"]),
        ({"APPROVAL_KEY": "three,one"}, ["cms.E002"]),
        ({"APPROVAL_KEY": "three,two"}, []),
        ({"SITE_URL": "kepu.example.cn"}, ["cms.E003", "cms.E004"]),
        ({"SITE_URL": "https://kepu.example.cn/health"}, ["cms.E003"]),
        ({"SITE_URL": "http://kepu.example.cn"}, ["cms.E004"]),
        ({"ADMIN_URL": "http://desk.example.cn"}, ["cms.E004"]),
        ({"WECHAT_SECRET": ""}, ["cms.E005"]),
        ({"WECHAT_SECRET": "", "WECHAT_TOKEN": "", "WECHAT_AES_KEY": ""}, ["cms.E005"] * 3),
        ({"WECHAT_APPID": ""}, ["cms.W001"]),
        ({"WECHAT_AES_KEY": "too-short"}, ["cms.E006"]),
        ({"WECHAT_AES_KEY_PREVIOUS": "A" * 42 + "="}, ["cms.E006"]),
        ({"WECHAT_API_BASE": "http://api.weixin.qq.com"}, ["cms.E007"]),
        ({"WECHAT_API_BASE": "https://api.weixin.qq.com/cgi-bin"}, ["cms.E007"]),
        ({"WECHAT_API_BASE": "http://127.0.0.1:9010"}, []),
        ({"DEMO": True, "SESSION_COOKIE_SECURE": True}, ["cms.E008"]),
        ({"DEMO": True, "SESSION_COOKIE_SECURE": False}, []),
        ({"TRUSTED_PROXIES": ["10.0.0.0/40"]}, ["cms.E009"]),
        ({"ALLOWED_HOSTS": ["*"]}, ["cms.E010"]),
        ({"CACHE_REFRESH_URLS": ["https://127.0.0.1"]}, []),
        ({"CACHE_REFRESH_URLS": ["127.0.0.1"]}, ["cms.E011"]),
        ({"CACHE_REFRESH_URLS": ["https://127.0.0.1"], "CACHE_REFRESH_SECRET": ""}, ["cms.E012"]),
        ({"CACHE_REFRESH_URLS": ["https://127.0.0.1"], "CACHE_REFRESH_SECRET": "x" * 31 + "$"}, ["cms.E012"]),
        (
            {"CACHE_REFRESH_URLS": ["https://a"], "CACHE_REFRESH_SECRET": "z" * 40, "SECRET_KEY": "z" * 40},
            ["cms.E012"],
        ),
    ],
)
def test_each_fault_has_its_own_number(settings, changes, ids):
    assert sorted(ours(settings, **changes)) == ids


def test_the_tests_run_under_the_same_rules():
    assert [found for found in run_checks() if found.id.startswith("cms.")] == []
    assert django_settings.DEBUG is False
