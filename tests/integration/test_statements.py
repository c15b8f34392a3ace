"""What is noted of a test, so that PostgreSQL runs those it takes."""

from django.db import DatabaseError, connection, transaction
from django.db.backends.signals import connection_created
from django.db.models import QuerySet

import pytest

from articles.models import Department
from review import links
from tests.tools.statements import Recorder, recorded


pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def recorder(tmp_path, monkeypatch):
    """A Recorder beside that of the run."""
    monkeypatch.setattr(QuerySet, "select_for_update", QuerySet.select_for_update)
    recorder = Recorder(tmp_path)
    recorder._listen(connection)
    yield recorder
    connection.execute_wrappers.remove(recorder._wrap)
    connection_created.disconnect(recorder._listen)
    recorder.file.close()


def test_the_products_statements_are_noted_and_a_tests_own_are_not(recorder, tmp_path):
    recorder.pytest_runtest_logstart("asks", None)
    links.find("no such link")
    Department.objects.filter(name="no product asks so", order__gt=7).exists()
    recorder.pytest_runtest_logfinish("asks", None)
    recorder.pytest_runtest_logstart("is refused", None)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT nothing")
    recorder.pytest_runtest_logfinish("is refused", None)
    found = recorded(tmp_path)
    sent, _cost, refused = found["asks"]
    assert any("review_reviewlink" in text for text in sent) and not refused
    assert not any("articles_department" in text for text in sent)
    # Noted too, so that PostgreSQL need not try it for being unknown; but for the refusal.
    assert found["is refused"][::2] == (frozenset(), True)
