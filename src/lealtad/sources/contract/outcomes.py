"""Outcomes of contacts: the declared words, and companies' words that mean one of them."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

# what a company may write for each outcome: lower case, without accents
_WORDS = {
    "accepted": "accept, accepts, acepta, aceptado, aceptada, acepto, oferta aceptada, offer accepted, retained, "
    "retenido, retenida, renewed, renovado, renovada, converted, convertido",
    "declined": "decline, declines, rejected, refused, not accepted, not interested, no acepta, no aceptado, "
    "no aceptada, rechaza, rechazado, rechazada, rechazo, oferta rechazada, no interesado, no interesada, "
    "no le interesa, no quiere",
    "promised": "promise, promises, promise to pay, promete, prometido, prometida, promesa, promesa de pago, "
    "compromiso, compromiso de pago, se compromete",
    "not_reached": "not contacted, no contact, no answer, no reply, unreachable, voicemail, busy, no contesta, "
    "no contestado, no contesto, no responde, sin respuesta, sin contacto, no contactado, no contactada, "
    "no localizado, no localizada, ilocalizable, buzon, buzon de voz, comunica, ocupado, apagado",
    "wrong_number": "invalid number, number invalid, numero equivocado, numero erroneo, numero incorrecto, "
    "numero invalido, telefono equivocado, telefono erroneo, telefono incorrecto, telefono invalido",
    "do_not_contact": "do not call, dnc, opt out, opted out, unsubscribed, no contactar, no llamar, "
    "no volver a llamar, no volver a contactar, no quiere llamadas, robinson, lista robinson",
    "complaint": "complains, complained, queja, se queja, reclama, reclamo, reclamacion",
    # reached, but nothing agreed: perhaps is not a promise
    "other": "others, otro, otra, otros, otras, answered, contacted, reached, contesta, contesto, contestado, "
    "contactado, contactada, maybe, maybe later, later, undecided, quizas, quizas mas tarde, quiza, "
    "quiza mas tarde, tal vez, mas tarde, mas adelante, lo pensara, se lo piensa, indeciso, indecisa",
}
OUTCOMES = tuple(_WORDS)
NO_CONTACT = ("not_reached", "wrong_number")
REFUSES_CONTACT = "do_not_contact"
OUTCOME_WORDS: Mapping[str, str] = {
    word: outcome for outcome, words in _WORDS.items() for word in (outcome.replace("_", " "), *words.split(", "))
}


@lru_cache(1 << 14)
def simplify_word(text: str) -> str:
    """Return a word in lower case, without accents or separators.

    Examples
    --------
    >>> simplify_word(" Quizás_más tarde ")
    'quizas mas tarde'
    """
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return " ".join("".join(sign if sign.isalnum() else " " for sign in bare.lower()).split())


def translate_words(text: pl.Expr, words: Mapping[str, str]) -> pl.Expr:
    """Express the meaning of each text by a list of words; unknown texts are unchanged."""
    bare = text.str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_lowercase()
    simple = bare.str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()
    return simple.replace_strict(list(words), list(words.values()), default=text, return_dtype=pl.String)


def express_outcome(columns: Collection[str]) -> pl.Expr:
    """Express the outcome of each intervention in the declared words; null if none is recorded."""
    if "outcome" not in columns:
        return pl.lit(None, pl.String).alias("outcome")
    return translate_words(pl.col("outcome").cast(pl.String), OUTCOME_WORDS).alias("outcome")


def is_accepted(outcome: pl.Expr) -> pl.Expr:
    """Return whether a contact was accepted; null if nobody was reached, or no declared outcome is recorded.

    Examples
    --------
    >>> rows = pl.DataFrame({"outcome": ["accepted", "promised", "wrong_number", None]})
    >>> rows.select(is_accepted(pl.col("outcome"))).to_series().to_list()
    [True, False, None, None]
    """
    reached = outcome.is_in([declared for declared in OUTCOMES if declared not in NO_CONTACT])
    return pl.when(reached).then(outcome == "accepted").alias("accepted")


def is_contact(columns: Collection[str]) -> pl.Expr:
    """Return whether an intervention reached its customer: it has `contacted_at`, and no outcome denies it."""
    if "contacted_at" not in columns:
        return pl.lit(value=False)
    return pl.col("contacted_at").is_not_null() & ~express_outcome(columns).is_in(NO_CONTACT).fill_null(
        value=False
    )
