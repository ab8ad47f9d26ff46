"""Take the pictures of the desk in `docs/desk.md`: `python .ci/take_desk_pictures.py RUN`, after `make demo`.

The run's desk gets an account `pictures` that claims a few customers.
"""

from __future__ import annotations

import secrets
import sys
import tempfile
import threading
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

PICTURES_FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
PORT, WIDTH, HEIGHT = 8799, 1180, 860


def take_picture(page: Page, name: str) -> None:
    """Store what the page shows as WebP."""
    with tempfile.TemporaryDirectory() as folder:
        shot, target = Path(folder) / "shot.png", PICTURES_FOLDER / f"{name}.webp"
        page.screenshot(path=shot)
        Image.open(shot).convert("RGB").save(target, quality=60, method=6)
        print(f"{target}: {target.stat().st_size / 1000:.0f} kB")


def main(out: Path) -> None:
    """Serve the run's desk, and take every picture."""
    from lealtad.desk import run

    run.prepare_desk(out, clock_starts_at=run.find_demo_moment(out))
    run.deliver(out, print)
    password = secrets.token_urlsafe(12)
    run.add_person("pictures", password, "lead", "", "en")
    threading.Thread(target=run.serve, args=(PORT,), daemon=True).start()
    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path="/usr/bin/chromium")
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=1.25)
        page.goto(f"http://127.0.0.1:{PORT}/login/")
        page.fill("#username", "pictures")
        page.fill("#password", password)
        page.click("main form button")
        for row in (1, 0):
            page.locator("#rows tbody tr").nth(row).get_by_role("button").first.click()
            page.locator("#rows tr.mine").first.wait_for()
        page.wait_for_timeout(500)
        page.evaluate("window.scrollTo(0, 0)")
        take_picture(page, "desk_list")
        page.locator("#rows tr.mine a").first.click()
        take_picture(page, "desk_customer")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "reports/demo"))
