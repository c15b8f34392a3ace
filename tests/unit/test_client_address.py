"""Whose address counts, and who may vouch for it."""

from django.http import HttpResponse
from django.test import RequestFactory

import pytest

from cms.middleware import ClientAddressMiddleware, client_address, faces_of, is_trusted


TRUSTED = ("10.0.0.0/8", "127.0.0.1", "::1", "2001:db8::/32")


@pytest.mark.parametrize(
    ("remote", "forwarded", "client"),
    [
        ("192.0.2.1", "", "192.0.2.1"),
        ("192.0.2.1", "203.0.113.5", "192.0.2.1"),
        ("10.0.0.1", "203.0.113.5", "203.0.113.5"),
        ("10.0.0.1", "198.51.100.1, 203.0.113.5", "203.0.113.5"),
        ("10.0.0.1", "203.0.113.5, 10.0.0.2", "203.0.113.5"),
        ("10.0.0.1", "203.0.113.5, nonsense", "10.0.0.1"),
        ("10.0.0.1", "unknown, 203.0.113.5", "203.0.113.5"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("::1", "2001:db8::5, 2a00::9", "2a00::9"),
        ("::ffff:10.0.0.1", "203.0.113.5", "203.0.113.5"),
        ("", "203.0.113.5", ""),
    ],
)
def test_the_nearest_hop_that_is_no_proxy_of_ours_is_the_client(remote, forwarded, client):
    assert client_address(remote, forwarded, TRUSTED) == client


def test_a_unix_socket_is_trusted_only_when_named():
    assert not is_trusted("", TRUSTED)
    assert is_trusted("", (*TRUSTED, "unix"))
    assert client_address("", "203.0.113.5", ("unix",)) == "203.0.113.5"


def _pass(request):
    seen = {}

    def view(request):
        seen.update(request.META, scheme=request.scheme)
        return HttpResponse()

    ClientAddressMiddleware(view)(request)
    return seen


def test_https_is_believed_from_our_proxy_and_from_nobody_else(settings):
    settings.TRUSTED_PROXIES = ["10.0.0.1"]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    headers = {"x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.5"}
    ours = _pass(RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", headers=headers))
    assert (ours["scheme"], ours["REMOTE_ADDR"]) == ("https", "203.0.113.5")
    theirs = _pass(RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", headers=headers))
    assert (theirs["scheme"], theirs["REMOTE_ADDR"]) == ("http", "192.0.2.1")
    assert "HTTP_X_FORWARDED_FOR" not in theirs


@pytest.mark.parametrize(
    ("path", "faces"),
    [
        ("/", {"site"}),
        ("/a/7/", {"site"}),
        ("/administration/", {"site"}),
        ("/search/", {"site"}),
        ("/admin/", {"admin"}),
        ("/admin/users/", {"admin"}),
        ("/admin/login/", {"admin", "review"}),
        ("/admin/password_reset/confirm/x/y/", {"admin", "review"}),
        ("/documents/1/a.docx", {"admin"}),
        ("/media/original_images/a.jpg", {"admin", "review"}),
        ("/media/signed/ab/x/full.jpg", None),
        ("/review/1/", {"review"}),
        ("/wechat/callback/", {"callback"}),
        ("/healthz", None),
        ("/static/themes/calm/site.css", None),
    ],
)
def test_each_address_belongs_to_a_face(path, faces):
    assert faces_of(path) == faces
