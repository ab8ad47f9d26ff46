"""Text in the wrong encoding is read rightly, and what is written rightly stays as it is."""

from __future__ import annotations

import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.experience.listening import clean_comment
from lealtad.experience.listening.encodings import drop_unseen, repair_encoding

WRITTEN = st.text("abc ñáéíóúüÑÁÉÍÓÚ¿¡ªº€“”‘’…–👍🙏⭐", min_size=1, max_size=30)


def misread(text: str, encoding: str) -> str:
    """Return what is shown if UTF-8 is read in another encoding; bytes it does not know stand for themselves."""
    return "".join(
        bytes([byte]).decode(encoding) if _can_decode(byte, encoding) else chr(byte) for byte in text.encode()
    )


def _can_decode(byte: int, encoding: str) -> bool:
    return bool(bytes([byte]).decode(encoding, "ignore"))


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
@given(text=WRITTEN)
def test_utf8_that_was_read_otherwise_is_mended(encoding, text):
    assert repair_encoding(misread(text, encoding)) == text


@given(text=WRITTEN)
def test_what_is_written_rightly_stays(text):
    assert repair_encoding(text) == text


@pytest.mark.parametrize("text", ["«CAFÉ»", "EL CAFÉ…", "É”", "Â", "a=b, 2=3", "x=C3", "=?", "100 % = 100 €"])
def test_letters_before_quotes_and_signs_of_equality_stay(text):
    assert repair_encoding(text) == text


@given(text=st.text("abc ñáéíóúü¿¡", min_size=1, max_size=30))
def test_what_a_mail_encodes_is_decoded(text):
    written = text + "."
    assert repair_encoding(quopri.encodestring(written.encode()).decode()) == written


def test_what_nobody_sees_is_dropped_and_wide_letters_are_letters():
    assert drop_unseen("\x00l\u200be\u00adn\u202et\u2066o\ufeff") == "lento"
    assert drop_unseen("ＭＵＹ\u3000ＭＡＬＯ m𝗮𝗹𝗼") == "MUY MALO malo"
    assert drop_unseen("uno\u2028dos\tᵃ½²") == "uno\ndos\tᵃ½²"
    assert clean_comment("muy&#8203; lento&#0;") == "muy lento�"


@given(text=st.text(max_size=60))
def test_any_text_is_mended_without_an_error_and_once(text):
    once = drop_unseen(repair_encoding(text))
    assert drop_unseen(once) == once


def test_text_that_was_misread_twice_is_mended():
    twice = "Atención pésima".encode().decode("cp1252").encode().decode("cp1252")
    assert repair_encoding(twice) == "Atención pésima"
