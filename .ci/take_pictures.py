"""Take the README's pictures of a run's pages in Chromium: `python .ci/take_pictures.py reports/demo`."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

# picture: page, width, height, and extra style
PICTURES = {
    "list": ("worklist.html", 1080, 800, ""),
    "journey": ("journey.html", 1280, 960, ""),
}
PICTURES_FOLDER = Path(__file__).parents[1] / "docs" / "pictures"


def take_picture(page: Path, width: int, height: int, style: str, target: Path) -> None:
    """Render a page in Chromium with extra style, and store the part that fits as WebP."""
    browser = shutil.which("chromium") or shutil.which("google-chrome") or "chromium"
    with tempfile.TemporaryDirectory() as folder:
        shot, copy = Path(folder) / "shot.png", Path(folder) / "page.html"
        copy.write_text(f"{page.read_text(encoding='utf-8')}<style>{style}</style>", encoding="utf-8")
        options = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--force-device-scale-factor=1.25",
        ]
        command = [browser, *options, f"--window-size={width},{height}", f"--screenshot={shot}", str(copy)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)  # noqa: S603 - our own pages
        Image.open(shot).convert("RGB").save(target, quality=60, method=6)


def main(run: Path) -> None:
    """Take every picture."""
    PICTURES_FOLDER.mkdir(parents=True, exist_ok=True)
    for name, (page, width, height, style) in PICTURES.items():
        target = PICTURES_FOLDER / f"{name}.webp"
        take_picture(run / page, width, height, style, target)
        print(f"{target}: {target.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "reports/demo"))
