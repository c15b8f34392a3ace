"""The real Chromium of the distribution, without a window."""

import os
import shutil


# Debian's headless build first: the same engine, and the pages cost two thirds of the processor's time.
PATH = (
    os.environ.get("CHROMIUM")
    or shutil.which("chromium-headless-shell")
    or shutil.which("chromium")
    or "/usr/bin/chromium"
)
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Wagtail's editor glides to what is clicked; where frames are late, what is under the mouse then leaves before the
    # button is up, and the click meets something else.
    "--disable-smooth-scrolling",
]


def launch(playwright):
    """Return a new browser of ``playwright`` (its synchronous API); close() it."""
    return playwright.chromium.launch(executable_path=PATH, args=ARGS)
