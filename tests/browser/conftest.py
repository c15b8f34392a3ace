"""The hospital that browser tests walk through."""

import pytest

from tests.factories import World, make_image
from tests.tools.roots import plant_roots


@pytest.fixture
def hospital(live_server, settings):
    """A set-up site behind a live server: World, with ``url`` and a picture in the library."""
    settings.SITE_URL = settings.ADMIN_URL = settings.WAGTAILADMIN_BASE_URL = live_server.url
    plant_roots()
    world = World()
    world.url = live_server.url
    make_image("袖带与手臂", width=940, height=400)
    return world
