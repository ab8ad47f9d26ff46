"""What a page of the desk shows hides nothing; what goes back to the desk stays what it was."""

import pytest

pytestmark = pytest.mark.usefixtures("desk_out")


def answer(content, kind="text/html; charset=utf-8"):
    from django.http import HttpResponse

    from lealtad.desk.middleware import VisibleText

    return VisibleText(lambda _: HttpResponse(content, content_type=kind))(None).content.decode()


def test_direction_is_shown_in_a_page_and_kept_in_a_form():
    page = '<p title="a\u202eb">c\u2066d\x1b</p><input type="hidden" value="c\u202e1"> \u202e'
    assert (
        answer(page)
        == '<p title="a[U+202E]b">c[U+2066]d[U+001B]</p><input type="hidden" value="c\u202e1"> [U+202E]'
    )


def test_other_kinds_of_answers_pass():
    assert answer("a\u202eb", "text/csv") == "a\u202eb"
