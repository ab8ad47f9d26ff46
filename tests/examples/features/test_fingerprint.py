"""The hash that models are bound to changes with what is computed, and not with words."""

import ast

import pytest

from lealtad.examples.features.fingerprint import describe_code

CODE = '''
"""Tickets."""

LEAST = 2


def tickets(facts, window):
    """Tickets opened in the window (count)."""
    return facts.sum("sign", window)  # signs net
'''


def describe(code):
    return describe_code(ast.parse(code))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"""Tickets."""', '"""What customers ask for help with."""'),
        ("Tickets opened in the window (count).", "Tickets of the window (count)."),
        ('    """Tickets opened in the window (count)."""\n', ""),
        ("  # signs net", ""),
        ('facts.sum("sign", window)', "facts.sum(\n        'sign',\n        window,\n    )"),
    ],
)
def test_words_and_layout_change_nothing(old, new):
    assert old in CODE
    assert describe(CODE.replace(old, new)) == describe(CODE)


@pytest.mark.parametrize(("old", "new"), [("LEAST = 2", "LEAST = 3"), ("sum", "mean"), ('"sign"', '"hours"')])
def test_what_is_computed_changes_it(old, new):
    assert old in CODE
    assert describe(CODE.replace(old, new)) != describe(CODE)


def test_a_string_that_is_used_is_no_docstring():
    assert describe("def f():\n    return 'a'") != describe("def f():\n    return 'b'")
