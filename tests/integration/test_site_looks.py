"""The look of the readers' site: what the chief librarian sets, what a day of restraint does, what previews show."""

import base64
import hashlib
import re
from datetime import date
from pathlib import Path

from django.core.files.base import ContentFile
from django.urls import reverse

import pytest

from articles.models import Institution
from publish.models.planning import QuietDate
from publish.website import preview
from tests import samples
from tests.factories import World, make_image, make_user, picture_bytes
from tests.tools import published
from tests.tools.roots import plant_roots
from themes import website
from themes.registry import themes


pytestmark = pytest.mark.django_db
WEB = Path(website.__file__).parent / "templates/themes/calm/web"


@pytest.fixture
def world():
    return World()


@pytest.fixture
def institution(db):
    plant_roots()
    published.home()
    return Institution.load()


def style_of(response):
    """Return the inline style of a page, which the page's own policy must name."""
    (style,) = re.findall(r"<style>(.*?)</style>", response.content.decode())
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in response.headers["Content-Security-Policy"]
    return style


def test_the_chosen_look_is_shown_and_a_festive_one_rests_on_days_of_restraint(client, institution, clock):
    institution.site_theme = "festive"
    institution.save()
    assert "#d9a441" in style_of(client.get("/"))
    QuietDate.objects.create(name="悼念", first=date(2026, 11, 16), last=date(2026, 11, 16), no_festive=True)
    assert "#d9a441" not in style_of(client.get("/"))
    institution.site_theme = "large"
    institution.save()
    assert "--base:1.375em" in style_of(client.get("/"))
    institution.site_theme = "no-longer-installed"
    institution.save()
    assert "--base:1.125em" in style_of(client.get("/"))


def test_logo_and_registrations_stand_on_each_page_without_a_request_to_anyone(client, institution):
    institution.logo, institution.public_body_mark = make_image("院徽"), make_image("标识")
    institution.icp, institution.police_filing = "示例ICP备00000001号-2", "示例公网安备 11010102000001号"
    institution.review_consent, institution.public_body_url = (
        "示卫网审〔2026〕第1号",
        "https://bszs.example.cn/1",
    )
    institution.save()
    html = client.get("/").content.decode()
    logo = re.search(r'<a class="home"[^>]*><img src="([^"]+)"', html)[1]
    assert client.get(logo).status_code == 200  # for readers, as nothing of the library is
    assert client.get(logo).headers["Content-Type"] == "image/png"
    assert 'href="https://beian.miit.gov.cn/"' in html
    assert 'href="https://beian.mps.gov.cn/#/query/webSearch?code=11010102000001"' in html
    assert "示卫网审〔2026〕第1号" in html
    assert re.search(r'<a href="https://bszs.example.cn/1"[^>]*><img src="/media/signed/', html)
    assert not re.search(r'(?:src|srcset)="https?:', html)

    institution.logo.file.save("logo.png", ContentFile(picture_bytes(colour="#334455")))
    again = re.search(r'<a class="home"[^>]*><img src="([^"]+)"', client.get("/").content.decode())[1]
    assert again != logo
    assert client.get(again).status_code == 200


def test_a_preview_shows_the_light_that_is_asked_for(rf, institution):
    for query, scheme in (("", "light"), ("?dark=1", "dark")):
        response = preview.render(samples.snapshot(), published.article("draft"), rf.get(f"/x/{query}"))
        style = style_of(response)
        assert f"color-scheme:{scheme};" in style
        assert "prefers-color-scheme" not in style


def test_the_chief_librarian_chooses_the_look(world, client):
    client.force_login(world.chief)
    address = reverse("wagtailsettings:edit", args=["articles", "institution"])
    form = client.get(address, follow=True)
    page = form.content.decode()
    assert all(f'value="{theme}"' in page for theme in themes())
    data = {name: value or "" for name, value in form.context["form"].initial.items()}
    saved = client.post(form.request["PATH_INFO"], data | {"site_theme": "festive", "colour": "#1f3a8a"})
    assert saved.status_code == 302, saved.context["form"].errors
    lost = make_image("院徽")
    lost.file.storage.delete(lost.file.name)
    refused = client.post(form.request["PATH_INFO"], data | {"logo": lost.pk})
    assert "logo" in refused.context["form"].errors
    assert (Institution.load().site_theme, Institution.load().colour) == ("festive", "#1f3a8a")


@pytest.mark.parametrize("theme", themes())
def test_the_gallery_of_the_website_shows_every_part_to_the_editors_side_alone(world, client, theme):
    address = reverse("publish_style_guide:look", args=[theme])
    client.force_login(make_user("reader"))
    assert client.get(address).status_code == 302
    client.force_login(world.librarian)
    for query in ("", "?dark=1&v=large", "?page=article"):
        shown = client.get(address + query)
        assert shown.status_code == 200
        assert shown.headers["X-Frame-Options"] == "SAMEORIGIN"
        style_of(shown)
        assert "signed/00/" not in shown.content.decode()
    parts = client.get(address)
    used = {template.name for template in parts.templates}
    own = {f"themes/calm/web/{path.relative_to(WEB).as_posix()}" for path in WEB.rglob("*.html")}
    partials = {name for name in own if "/_" in name or "/blocks/" in name}
    assert partials <= used, "put these into style_guide.html"
    assert client.get("/admin/site-gallery/look/no-such/").status_code == 404
