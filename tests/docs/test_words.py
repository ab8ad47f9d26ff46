"""`.ci/check_words.py` finds names and sentences that break the rules of the glossary, and passes over code."""

import ast
import importlib.util
import re

import pytest

from tests.conftest import ROOT

SPEC = importlib.util.spec_from_file_location("check_words", ROOT / ".ci" / "check_words.py")
words = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(words)
REFUSED = re.compile(r"\b(told|by lot)\b", re.IGNORECASE)


def rules(text):
    return [finding.removesuffix(f": {text[:150]}") for finding in words.check_prose(text.strip(), REFUSED)]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Customers are told.", ["refused: told"]),
        ("Drawn By lot.", ["refused: by lot"]),
        ("Of these rows two count.", ["begins with Of"]),
        ("Who opted out is skipped.", ["begins with Who"]),
        ("A season is no drift.", ["is no"]),
        ("It ends within so many days.", ["so many"]),
        ("One " * 25 + "two", ["26 words"]),
    ],
)
def test_a_broken_rule_is_found(text, rule):
    assert rules(text) == rule


@pytest.mark.parametrize(
    "text",
    [
        "`told` is code.",
        "Who is scored?",
        "Often it helps.",
        "There is no drift, where there is no season it is no longer judged, and it is no better.",
        "At so many dates that nobody counts them.",
        "Bytold.",
        " ".join(["One"] * 25) + ". " + "One " * 25,
        " ".join(["One"] * 25) + ". γ " + "one " * 24,
        "`a` (" + "one " * 9 + "), `b` (" + "one " * 9 + "), `c` (" + "one " * 9 + "), `d`.",
    ],
)
def test_code_questions_and_short_sentences_pass(text):
    assert rules(text) == []


def test_a_list_of_columns_counts_by_its_items():
    assert words.count_words("CODE (" + "one " * 20 + "), CODE (" + "one " * 20 + "), CODE, CODE.") == 21
    assert words.count_words("CODE (" + "one " * 26 + "), CODE, CODE, CODE.") == 27
    assert words.count_words("CODE (" + "one " * 13 + "), CODE (" + "one " * 13 + ").") == 28


def test_a_page_is_read_without_its_code():
    page = "# Head\nFirst\nline.\n\n```sh\ntold\n```\n\n- item\n- other\n\n| a | b `x\\|y` |\n"
    assert [(line, text.strip()) for line, text in words.read_markdown(page) if text.strip()] == [
        (1, "# Head"),
        (2, "First line."),
        (9, "item"),
        (10, "other"),
        (12, "a"),
        (12, "b `x\\|y`"),
    ]


def test_docstrings_and_messages_are_read():
    code = '''
def count(n):
    """Count rows.

    Parameters
    ----------
    n
        Number of rows.

    Examples
    --------
    >>> told
    """
    raise DataError(found=f"{n} rows", mend="Load " "more.", place=told)
'''
    assert [text.strip() for _, text in words.read_code(ast.parse(code)) if text] == [
        "Count rows.",
        "Number of rows.",
        "CODE rows",
        "Load more.",
    ]


@pytest.mark.parametrize(("share", "count"), [(1, 1), (100, 0)])
def test_few_participles_pass(share, count):
    code = "def told(): pass\n" + "def read(): pass\n" * share
    assert len(words.check_names({"module.py": ast.parse(code)})) == count


def test_the_glossary_lists_its_refused_words_and_the_exceptions_are_few():
    assert {"told", "mend", "living", "by lot"} <= set(
        words.read_refused_words((ROOT / "docs" / "glossary.md").read_text())
    )
    assert len(words.EXCEPTIONS) <= 15


def test_every_word_has_its_spanish_and_its_meaning():
    page = (ROOT / "docs" / "glossary.md").read_text().partition("## Refused words")[0]
    rows = [
        row.strip("|").split("|") for row in page.splitlines() if row.startswith("| ") and "| English |" not in row
    ]
    assert len(rows) > 80
    assert all(len(row) == 3 and all(cell.strip() for cell in row) for row in rows)
    words_of = [row[0].strip() for row in rows]
    assert len(set(words_of)) == len(words_of), "one word per concept"
