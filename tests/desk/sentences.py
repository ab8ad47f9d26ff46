"""Every sentence that the desk shows, as its source says it."""

import ast
import re
from pathlib import Path

import lealtad.desk

SOURCE = Path(lealtad.desk.__file__).parent
_TAG = re.compile(r"""\{%-?\s*t\s+(?:"([^"]+)"|'([^']+)')""")
_CALLS = {"say", "translate_sentence", "_show"}
_TABLES = {"CODES", "PAGES", "labels", "fixed"}


def list_sentences() -> set[str]:
    sentences = set()
    for path in SOURCE.rglob("*.html"):
        sentences |= {first or second for first, second in _TAG.findall(path.read_text(encoding="utf-8"))}
    for path in SOURCE.rglob("*.py"):
        if "migrations" not in path.parts:
            sentences |= set(read_code(ast.parse(path.read_text(encoding="utf-8"))))
    # the words of the rows of the list, which no template writes
    sentences |= {"Tick", "late", "Claim", "Release"}
    return {sentence for sentence in sentences if re.search(r"[A-Za-z]", sentence)}


def read_code(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in _CALLS:
            yield from (
                argument.value
                for argument in node.args
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
            )
        if isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name) and target.id in _TABLES and node.value is not None:
                yield from read_table(node.value)


def read_table(node):
    """Yield the texts of a table that are words, not codes: those with a capital or a full stop."""
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and re.match(r"[A-Z]", part.value):
            yield part.value
