"""Comments as they come: HTML, quoted threads, emoji, a megabyte, two languages."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.experience.listening import clean_comment, detect_language, score_by_words, split_sentences
from lealtad.experience.listening.negation import mark_negation
from lealtad.experience.listening.texts import MOST_CHARACTERS, has_words


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        (None, ""),
        ("   \n ", ""),
        (
            "<html><head><style>p {color: red}</style></head><body><p>Hola</p><p>Adi&oacute;s</p></body></html>",
            "Hola\nAdiós",
        ),
        ("a < b and c > d", "a < b and c > d"),
        (
            "Thanks\nOn Mon, 5 Jan 2026 at 10:00, Support <help@shop.example> wrote:\n> Dear customer\n> hello",
            "Thanks",
        ),
        ("No va\nEl lun, 5 ene 2026 a las 10:00, Soporte escribió:\nEstimado cliente", "No va"),
        ("Bad\n-----Original Message-----\nFrom: x", "Bad"),
        ("Mal\nDe: Soporte\nEnviado: lunes\nPara: yo", "Mal"),
        ("> only quoted by the mail program", "> only quoted by the mail program"),
        ("Bad\n\nOn Mon, Jan 5, 2026 at 10:00 AM Support\n<help@shop.example> wrote:\n\n> hello", "Bad"),
        ("No va\n\nEl lun, 5 ene 2026, Soporte (<s@x.es>)\nescribió:\n\n> hola", "No va"),
        ("Mal\n\nEnviado desde mi iPhone", "Mal"),
        ("Bad\n\nGet Outlook for iOS", "Bad"),
        ("&lt;p&gt;lento&lt;/p&gt;", "lento"),
        ("I <3 it & 5 &lt; 6", "I <3 it & 5 < 6"),
        ("<style>" + "p{} " * 50_000 + "</style>Caro", "Caro"),
        ("<head of sales> was rude", "was rude"),
        ("AtenciÃ³n pÃ©sima ð\x9f\x99\x8f", "Atención pésima 🙏"),
        ("soooooo good", "sooo good"),
        ("👍👍👍", "👍👍👍"),
    ],
)
def test_what_was_written_is_kept_and_nothing_else(raw, clean):
    found = clean_comment(raw)
    assert found == clean or (raw or "").startswith(">")


@pytest.mark.parametrize(
    "text",
    [
        "n/a",
        "N.A.",
        "NS/NC",
        "ninguno",
        "Ninguna.",
        "-",
        "...",
        "--",
        "none",
        "NULL",
        "xxx",
        "Sin comentarios",
        "no",
    ],
)
def test_what_only_fills_the_field_is_nothing(text):
    assert clean_comment(text) == ""


@pytest.mark.parametrize(
    "text", ["no va", "ok", "sí", "nada funciona", "???", "👍", "10", ":(", "none of it works", "ninguno contesta"]
)
def test_short_answers_that_say_something_stay(text):
    assert clean_comment(text) == text


@pytest.mark.slow
@given(st.text(max_size=300))
def test_cleaning_and_splitting_never_fail_and_cleaning_twice_changes_little(text):
    clean = clean_comment(text)
    assert len(clean) <= MOST_CHARACTERS
    assert all(part.strip() for part in split_sentences(clean))
    assert -1 <= score_by_words(clean) <= 1
    mark_negation(clean)
    detect_language(clean)


@pytest.mark.parametrize(
    "unit",
    [
        "palabra lenta ",
        "<b>",
        "<head ",
        "<style",
        "<!--",
        "=C3",
        "Ã",
        "el a ",
        "<a ",
        "> ",
        "!" * 20,
        "no ",
        "😡",
        "a;",
        "\n",
    ],
)
def test_a_megabyte_is_read_in_a_moment(unit):
    begun = time.perf_counter()
    clean = clean_comment(unit * (1_000_000 // len(unit)))
    split_sentences(clean)
    score_by_words(clean)
    assert time.perf_counter() - begun < 5
    assert len(clean) <= MOST_CHARACTERS


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Sigo con el problema sin resolver.", "es"),
        ("My problem is still not solved.", "en"),
        ("¡Genial!", "es"),
        ("Muy mal", "es"),
        ("very bad", "en"),
        ("👍", None),
        ("12345", None),
        ("ok", None),
        ("The app no funciona desde que la actualicé", "es"),
    ],
)
def test_the_language_of_a_comment(text, language):
    assert detect_language(text) == language


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Excellent service, thank you", 1),
        ("Terrible, nobody helped me", -1),
        ("not good at all", -1),
        ("no está nada bien", -1),
        ("Todo muy bien, lo recomiendo.", 1),
        ("Pésimo servicio, una vergüenza", -1),
        ("no problems at all", 1),
        ("The blue one", 0),
        ("😡😡", -1),
        ("😍", 1),
    ],
)
def test_words_of_praise_and_complaint(text, sign):
    value = score_by_words(text)
    assert (value > 0) - (value < 0) == sign


def test_negation_reaches_to_the_next_stop():
    assert mark_negation("I would not go again. Good food") == "i would not go_neg again_neg . good food"
    assert mark_negation("No es fácil, pero va") == "no es_neg facil_neg , pero va"


def test_emoji_alone_are_no_words():
    assert not has_words("🙂 !!")
    assert has_words("ñ")


@pytest.mark.parametrize("blank", ["\u2003", "\r", "\f", " \r", "\u3000\r\n"])
def test_a_run_of_blanks_of_any_kind_is_one(blank: str) -> None:
    started = time.process_time()
    parts = split_sentences(clean_comment(f"Lento{blank * 200_000}"))
    assert (parts, clean_comment(f"no{blank * 50}va").split()) == (["Lento"], ["no", "va"])
    assert time.process_time() - started < 5
