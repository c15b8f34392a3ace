"""What axe says about a page."""

from axe_playwright_python.sync_playwright import Axe


def violations(page, within=None):
    """Return what axe finds on the page, one line each; no rule and no part of Wagtail's frame is left out.

    ``within`` (a selector) asks about a part alone.
    """
    found = Axe().run(page, context=within).response["violations"]
    return [f"{item['id']}: {node['html'][:160]}" for item in found for node in item["nodes"]]
