"""The fixtures the other tests lean on do what they say."""

import json
import os

from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone

import pytest
import requests
from pytest_socket import SocketConnectBlockedError

from cms.models import User


def test_a_child_process_sees_the_same_database_and_the_same_folders(manage, settings):
    User.objects.create_user("A0012")
    code = (
        "import json; from django.conf import settings; from cms.models import User; "
        "print(json.dumps([list(User.objects.values_list('username', flat=True)), str(settings.MEDIA_ROOT)]))"
    )
    result = manage("shell", "-v", "0", "-c", code)
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout) == [["A0012"], str(settings.MEDIA_ROOT)]


def test_a_child_process_talks_to_the_same_sandbox(manage, sandbox):
    code = "from django.conf import settings; print(settings.WECHAT_API_BASE)"
    assert manage("shell", "-v", "0", "-c", code).stdout.strip() == sandbox.base_url
    assert requests.get(f"{sandbox.base_url}/_sandbox/state", timeout=5).status_code == 200


def test_nothing_reaches_the_network():
    with pytest.raises(SocketConnectBlockedError):
        requests.get("http://192.0.2.1/", timeout=1)


def test_the_clock_stands_still(clock):
    before = timezone.now()
    assert timezone.localtime(before).strftime("%a %H:%M") == "Mon 09:00"
    assert timezone.now() == before


def test_sqlite_is_a_file_and_postgresql_is_postgresql(db):
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        assert connection.vendor == "postgresql"
    else:
        name = str(connection.settings_dict["NAME"])
        assert os.path.getsize(name) > 0
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_files_of_a_test_are_its_own(tmp_path):
    assert tmp_path in (django_settings.MEDIA_ROOT, *django_settings.MEDIA_ROOT.parents)
