"""Draw the packages and what they import as `docs/pictures/architecture.svg` (`make reference`)."""

from __future__ import annotations

import ast
import tomllib
from html import escape
from pathlib import Path

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "pictures" / "architecture.svg"
WIDTH, HEIGHT, GAP, LEFT = 148, 40, 18, 150
STYLE = (
    "text{font:14px system-ui,'DejaVu Sans',sans-serif;fill:#1f2933}"
    ".n{font-weight:600}.o{font-size:12px;fill:#52606d}"
    "rect{fill:#eef6f6;stroke:#0b6e6e}path{fill:none;stroke:#0b6e6e;stroke-width:1.8}.i{stroke-opacity:.13}"
)
OWNS = {
    "privacy": "erasure, access, objection, retention",
    "desk": "the team's pages: claims, acts, outcomes",
    "jobs": "one module per job, and the command line",
    "monitoring": "promise and delivery, drift, feeds",
    "worklist": "the list: reasons, allocation, promises",
    "recommending": "what to offer: buy again, goes with it",
    "experiments": "plans, arms, read-outs, the effect of contacts",
    "models": "registry, recording, card, gate, scoring",
    "checks": "sufficiency, leaks, sensitivity",
    "learning": "learners, search, evaluation, explaining, season, response",
    "examples": "features and outcomes, and where they meet",
    "experience": "the journey map, drivers, comments",
    "kpis": "the formulas",
    "company": "settings, playbook, definitions, calendar",
    "lake": "tables, commits, loading, timeline",
    "sources": "files, databases, vendors, the data contract",
    "base": "errors, language, TOML, pages, jobs' steps",
}


def read_layers() -> list[str]:
    """Return the packages from top to bottom, as import-linter checks them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (layers,) = [contract["layers"] for contract in contracts if contract["type"] == "layers"]
    return [layer.removeprefix("lealtad.") for layer in layers]


def find_imports() -> set[tuple[str, str]]:
    """Return which package imports which other one, at run time or for types."""
    pairs = set[tuple[str, str]]()
    for path in sorted((ROOT / "src" / "lealtad").glob("*/**/*.py")):
        package = path.relative_to(ROOT / "src" / "lealtad").parts[0]
        imported = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module == "lealtad":
                names = [f"lealtad.{alias.name}" for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
            imported |= {name.split(".")[1] for name in names if name.startswith("lealtad.")}
        pairs |= {(package, other) for other in imported - {package}}
    return pairs


def find_implied(pairs: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return the imports between packages that also follow from a chain of others."""
    below: dict[str, set[str]] = {}
    for package, other in pairs:
        below.setdefault(package, set()).add(other)

    def reach(package: str) -> set[str]:
        return {end for other in below.get(package, set()) for end in {other} | reach(other)}

    return {(a, b) for a, b in pairs if any(b in reach(other) for other in below[a] - {b})}


def draw_picture(layers: list[str], pairs: set[tuple[str, str]]) -> str:
    """Return the drawing: a box per package, an arrow down to each package that it imports."""
    top = {name: 20 + number * (HEIGHT + GAP) for number, name in enumerate(layers)}
    parts, implied = list[str](), find_implied(pairs)
    for package, other in sorted(pairs):
        start, end = top[package] + HEIGHT / 2, top[other] + HEIGHT / 2
        reach = LEFT - 14 - (abs(end - start) - HEIGHT - GAP) * 0.19
        parts.append(
            f'<path d="M{LEFT} {start:g}C{reach:.0f} {start:g} {reach:.0f} {end:g} {LEFT} {end:g}" '
            f'marker-end="url(#a)" class="{"i" if (package, other) in implied else "d"}">'
            f"<title>{package} imports {other}</title></path>"
        )
    for name in layers:
        parts.append(f'<rect x="{LEFT}" y="{top[name]}" width="{WIDTH}" height="{HEIGHT}" rx="6"/>')
        parts.append(f'<text class="n" x="{LEFT + 14}" y="{top[name] + 25}">{name}</text>')
        parts.append(f'<text class="o" x="{LEFT + WIDTH + 16}" y="{top[name] + 25}">{escape(OWNS[name])}</text>')
    height = 20 + len(layers) * (HEIGHT + GAP)
    title = f"The {len(layers)} packages; each imports only packages below it"
    size = 'markerWidth="7" markerHeight="7" refX="6" refY="3"'
    marker = f'<marker id="a" {size} orient="auto" markerUnits="userSpaceOnUse">'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 {height}" role="img"><title>{title}</title>'
        f"<style>{STYLE}</style><rect width='720' height='{height}' style='fill:#fff;stroke:none'/>"
        f'<defs>{marker}<path d="M0 0L7 3L0 6z" style="fill:#0b6e6e;stroke:none"/></marker></defs>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


if __name__ == "__main__":
    PICTURE.write_text(draw_picture(read_layers(), find_imports()), encoding="utf-8")
