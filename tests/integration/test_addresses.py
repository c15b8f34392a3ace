"""Which addresses answer whom: faces, documents, media, error pages."""

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client, RequestFactory

from wagtail.documents.models import Document

import pytest

from cms import errors
from cms.models import User
from tests.tools.roots import plant_roots


pytestmark = pytest.mark.django_db


@pytest.fixture
def root(client):
    user = User.objects.create_superuser("root", "root@example.org")
    client.force_login(user)
    return user


@pytest.mark.parametrize(
    ("face", "path"),
    [
        ("admin", "/admin/"),
        ("admin", "/admin/login/"),
        ("review", "/admin/login/"),
        ("review", "/admin/password_reset/"),
    ],
)
def test_a_face_answers_only_where_it_is_switched_on(client, settings, face, path):
    settings.FACES = [face]
    assert client.get(path).status_code in (200, 302)
    settings.FACES = ["callback"]
    response = client.get(path)
    assert response.status_code == 404
    assert "<h1>" in response.text


def test_health_is_answered_by_every_face(client, settings):
    settings.FACES = []
    assert client.get("/healthz").status_code == 200
    assert client.get("/admin/").status_code == 404


def test_no_document_is_public(client, root, django_user_model):
    plant_roots()
    document = Document.objects.create(title="手稿", file=ContentFile(b"draft", name="draft.md"))
    name = document.file.name
    paths = [document.url, f"/media/{name}"]
    stranger = Client()
    for path in paths:
        response = stranger.get(path)
        assert response.status_code in (302, 404), path
        assert b"draft" not in b"".join(response), path
    patient = Client()
    patient.force_login(django_user_model.objects.create_user("p"))
    assert b"draft" not in b"".join(patient.get(document.url))
    assert b"draft" in b"".join(client.get(document.url))


@pytest.mark.parametrize(
    ("name", "public"),
    [
        ("signed/ab/abcd/full.jpg", True),
        ("signed/ab/abcd/original.jpg", False),
        ("original_images/x.jpg", False),
        ("images/x.width-800.jpg", False),
    ],
)
def test_readers_fetch_signed_copies_and_nothing_else(client, root, name, public):
    default_storage.save(name, ContentFile(b"\xff\xd8picture"))
    stranger = Client().get(f"/media/{name}")
    assert (stranger.status_code == 200) is public
    assert (b"picture" in b"".join(stranger)) is public
    assert b"picture" in b"".join(client.get(f"/media/{name}"))
    if public:
        assert "immutable" in stranger["Cache-Control"]
        assert stranger["Content-Type"] == "image/jpeg"
        assert not stranger.cookies


@pytest.mark.parametrize(
    "name",
    [
        "signed/../original_images/x.jpg",
        "signed//x.jpg",
        "signed/%2e%2e/x.jpg",
        "signed/nothing.jpg",
    ],
)
def test_odd_media_names_are_not_found(name):
    default_storage.save("original_images/x.jpg", ContentFile(b"picture"))
    assert Client().get(f"/media/{name}").status_code == 404


@pytest.mark.parametrize(
    ("view", "status"),
    [
        (errors.bad_request, 400),
        (errors.permission_denied, 403),
        (errors.csrf_failure, 403),
        (errors.not_found, 404),
        (errors.server_error, 500),
    ],
)
def test_an_error_page_is_a_sentence_and_asks_nothing_of_the_database(
    rf: RequestFactory, django_assert_num_queries, view, status
):
    with django_assert_num_queries(0):
        response = view(rf.get("/x/"))
    assert response.status_code == status
    assert response.text.count("<h1>") == 1
    assert "Traceback" not in response.text


def test_an_expired_form_is_explained(root):
    client = Client(enforce_csrf_checks=True)
    response = client.post("/admin/login/", {"username": "root", "password": "x"})
    assert response.status_code == 403
    assert response.text == errors.csrf_failure(None).text
    assert "csrf" not in response.text.lower()


@pytest.mark.parametrize("path", ["/nothing/", "/nothing.txt", "/a/b/c/"])
def test_a_lost_reader_gets_the_sites_own_page_without_cookies(path):
    response = Client().get(path, headers={"accept-language": "en"})
    assert response.status_code == 404
    assert "/search/" in response.text
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert "Accept-Language" not in response.get("Vary", "")
    assert "csrf" not in response.text.lower()


def test_a_lost_colleague_gets_a_sentence(client, root):
    for path in ("/admin/nothing/", "/documents/1/no.pdf"):
        response = client.get(path)
        assert response.status_code == 404, path
        assert "Traceback" not in response.text
