"""Check the words of names and prose against the glossary: `python .ci/check_words.py [ROOT]`.

Names: functions are verbs, local names are nouns. Each folder of `CODE` meets the goals on its own. Prose (pages,
docstrings, messages): no refused word of `docs/glossary.md`, at most 25 words a sentence, no turn of `TURNS`.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_WORDS = 25
LEAST_COLUMNS = 4
MOST_PARTICIPLES, MOST_FILLERS = 0.02, 0.005
PARTICIPLES = (
    "told|made|held|kept|found|said|known|drawn|taken|given|seen|left|written|put|shown|bought|begun|done|built|"
    "learnt|learned"
)
FILLERS = "found|told|said|one|given|kept|made|held|known|left|seen|ours|mine|done|begun"
CODE = ("src", "bench", ".ci", "pipelines")
# turns that read translated, and what stands out in them
TURNS = {
    r"Of\b": "begins with Of",
    r"Who(m|ever)?\s(?!.*\?)(?=.*\.$)": "begins with Who",
    r".*?(?<!here )\b(is|are|was|were) no (?!longer|such|one|part|matter|more|less|[a-z]+er\b)[a-z]": "is no",
    r".*?\b(after|at|exactly|for|from|in|least|most|of|than|with|within) so many (?!.*\bthat\b)": "so many",
}
# names that look like participles and are none, or are the trade's own; at most 15
EXCEPTIONS = {
    "feed": "a noun: what a table regularly receives",
    "seed": "a noun: the start of random numbers",
    "need": "a verb",
}
# the pages written from the code, which is read itself, and the glossary with its refused words
GENERATED = re.compile(r"Generated from the c|page is generated|^# Glossary")
MESSAGES = {"_", "ngettext", "report", "warn", "Option", "Argument"}  # calls whose texts people read
MESSAGE_KEYS = {"expected", "found", "mend", "fix", "help", "why"}


def read_refused_words(glossary: str) -> list[str]:
    """Return the refused words of the glossary: the code spans in the first column of its last table."""
    rows = re.findall(r"^\| (`[^|]+) \|", glossary.partition("## Refused words")[2], re.MULTILINE)
    return [word for row in rows for word in re.findall(r"`([^`]+)`", row)]


def count_words(sentence: str) -> int:
    """Return the words of a sentence; a list of columns, ``name (meaning), ...``, counts by its items."""
    items = re.split(r"(?:[,;:(]|\band) *(?=CODE)", sentence)
    items = items if len(items) >= LEAST_COLUMNS else [sentence]
    return max(len(re.findall(r"\S*\w\S*", item)) for item in items)


def check_prose(text: str, refused: re.Pattern[str]) -> Iterator[str]:
    """Yield which rule each sentence of a paragraph breaks, and the sentence."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"``.+?``|`[^`]+`|\$[^$]+\$|https?://\S+", "CODE", text, flags=re.DOTALL)
    text = re.sub(r"[*_#>|]+", " ", text)
    for sentence in re.split(r"(?<=[.!?])[)”\"]?\s+(?=[A-ZΑ-ω\d¿¡\"“(])", " ".join(text.split())):
        rules = [f"refused: {match[0].lower()}" for match in refused.finditer(sentence)]
        if (words := count_words(sentence)) > MOST_WORDS:
            rules.append(f"{words} words")
        rules += [turn for pattern, turn in TURNS.items() if re.match(pattern, sentence)]
        yield from (f"{rule}: {sentence[:150]}" for rule in rules)


def read_markdown(text: str) -> Iterator[tuple[int, str]]:
    """Yield the line and the text of each paragraph, item and cell of a page, without its code."""
    text = re.sub(r"(?ms)^ *(```|~~~).*?^ *\1 *$", lambda match: "\n" * match[0].count("\n"), text)
    text = re.sub(r"(?s)<!--.*?-->|<[^>]+>", lambda match: "\n" * match[0].count("\n"), text)
    start, lines = 1, list[str]()
    for number, line in enumerate([*text.splitlines(), ""], 1):
        begins = re.match(r"\s*([-*+] |\d+\. |\||#|!!!|:::|$)", line)
        if lines and (begins or lines[0].startswith("#")):
            yield start, " ".join(lines)
            lines = []
        if line.startswith("|"):
            yield from ((number, cell) for cell in re.split(r"(?<!\\)\|", line))
        elif line.strip() and not line.startswith((":::", "    ")):
            start = start if lines else number
            lines.append(re.sub(r"^\s*([-*+]|\d+\.) ", "", line))


def read_docstring(text: str) -> Iterator[str]:
    """Yield the paragraphs of a docstring, without examples, section heads and parameter names."""
    text = re.split(r"\n *(?:References|Examples)\n *-+\n", text)[0]
    text = re.sub(r"\n *[A-Z][a-z]+\n *-+\n", "\n\n", text)
    for paragraph in re.split(r"\n\s*\n|\n(?=[\w*, .]+\n +\S)|\n(?= *[-*] )", text):
        head, _, body = paragraph.partition("\n")
        named = re.fullmatch(r"[\w*, .]+", head) and body.startswith("    ")
        if ">>>" not in paragraph:
            yield body if named else paragraph


def spell_text(node: ast.expr) -> str:
    """Return the text of a string, an f-string (values as CODE) or a sum of them; else nothing."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(spell_text(part) or "CODE" for part in node.values)
    if isinstance(node, ast.IfExp):
        return f"{spell_text(node.body)}\n\n{spell_text(node.orelse)}"
    return spell_text(node.left) + spell_text(node.right) if isinstance(node, ast.BinOp) else ""


def read_code(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the line and the text of each docstring's paragraph and of each message."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            line = 1 if isinstance(node, ast.Module) else node.lineno
            yield from ((line, paragraph) for paragraph in read_docstring(ast.get_docstring(node) or ""))
        elif isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            texts = [*(node.args if name in MESSAGES else [])]
            texts += [key.value for key in node.keywords if key.arg in MESSAGE_KEYS]
            yield from ((node.lineno, part) for text in texts for part in spell_text(text).split("\n\n"))


def check_names(trees: dict[str, ast.Module]) -> list[str]:
    """Return functions named by participles and filler names, where there are more than the goal allows."""
    participles, fillers, functions, names = list[str](), list[str](), 0, 0
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("__"):
                functions += 1
                first, *_, last = node.name.strip("_").split("_") * 2
                looks = re.fullmatch(PARTICIPLES, last) or re.fullmatch(rf"{PARTICIPLES}|[a-z]{{3,}}ed", first)
                if looks and first not in EXCEPTIONS:
                    participles.append(f"{path}:{node.lineno}: participle: {node.name}")
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names += 1
                if re.fullmatch(FILLERS, node.id.strip("_")):
                    fillers.append(f"{path}:{node.lineno}: filler: {node.id}")
    few = len(participles) <= MOST_PARTICIPLES * functions, len(fillers) <= MOST_FILLERS * names
    return [*([] if few[0] else participles), *([] if few[1] else fillers)]


def main(root: Path) -> int:
    """Print the findings, and return 1 if there are any."""
    refused_words = read_refused_words((root / "docs" / "glossary.md").read_text(encoding="utf-8"))
    refused = re.compile(rf"\b({'|'.join(map(re.escape, refused_words))})\b", re.IGNORECASE)
    pages = [*root.glob("*.md"), *sorted((root / "docs").rglob("*.md")), *(root / ".github").rglob("*.md")]
    texts = {path: read_markdown(text) for path in pages if not GENERATED.search(text := path.read_text("utf-8"))}
    findings = list[str]()
    for folder in CODE:
        code = {path: ast.parse(path.read_text("utf-8")) for path in sorted((root / folder).rglob("*.py"))}
        texts |= {path: read_code(tree) for path, tree in code.items()}
        findings += check_names({str(path.relative_to(root)): tree for path, tree in code.items()})
    for path, parts in texts.items():
        for line, text in parts:
            findings += [f"{path.relative_to(root)}:{line}: {finding}" for finding in check_prose(text, refused)]
    print(*findings, f"{len(findings)} findings", sep="\n")
    return int(bool(findings))


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
