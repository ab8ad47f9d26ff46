"""The few sentences that customers write with a score, about what moved them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lealtad.sources.simulated.draws import draw_flags

if TYPE_CHECKING:
    from lealtad.sources.simulated.arrays import Flags, Floats, Ints
    from lealtad.sources.simulated.week_start import WeekStart

# topic → (Spanish, English), two ways to say each
_PHRASES: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "slow_reply": (
        ("Tardaron demasiado en contestarme.", "Días sin respuesta."),
        ("It took far too long to get an answer.", "Days without a reply."),
    ),
    "unsolved_ticket": (
        ("Sigo con el problema sin resolver.", "Nadie me da una solución."),
        ("My problem is still not solved.", "Nobody offers a solution."),
    ),
    "reopened_ticket": (
        ("Dijeron que estaba resuelto y no lo estaba.", "Tuve que reclamar dos veces."),
        ("They said it was solved and it was not.", "I had to complain twice."),
    ),
    "high_effort": (
        ("Me costó mucho que me ayudaran.", "Demasiadas vueltas para algo sencillo."),
        ("Getting help was hard work.", "Too many steps for a simple thing."),
    ),
    "price_rise": (
        ("Ha subido el precio.", "Pago más por lo mismo."),
        ("The price went up.", "I pay more for the same."),
    ),
    "bad_first_month": (
        ("Empezó mal desde el primer día.", "El alta fue un desastre."),
        ("It went wrong from the first day.", "The start was a mess."),
    ),
    "content": (
        ("Todo muy bien, lo recomiendo.", "Siempre amables y rápidos."),
        ("All good, I would recommend it.", "Always kind and quick."),
    ),
    "indifferent": (
        ("Normal.", "Cumple, sin más."),
        ("It is fine.", "It does the job."),
    ),
}
TOPICS = tuple(_PHRASES)
_COMPLAINTS = TOPICS[:-2]
SENTENCES: tuple[str | None, ...] = (
    *(sentence for by_language in _PHRASES.values() for phrases in by_language for sentence in phrases),
    None,
)
SILENT = len(SENTENCES) - 1
_WRITES, _WORTH_SAYING, _CONTENT = 0.35, 0.3, 0.8


def draw_comments(rng: np.random.Generator, now: WeekStart, who: Ints, answered: Flags) -> Ints:
    """Draw positions in `SENTENCES`: most customers write nothing, the others what weighs most on them."""
    weights: Floats = np.stack([now.reading.causes[name][who] for name in _COMPLAINTS], axis=1)
    pleased = np.where(now.reading.opinion[who] > _CONTENT, TOPICS.index("content"), TOPICS.index("indifferent"))
    topic = np.where(weights.max(axis=1) > _WORTH_SAYING, weights.argmax(axis=1), pleased)
    sentence = topic * 4 + now.population.language[who] * 2 + rng.integers(0, 2, who.size)
    return np.where(answered & draw_flags(rng, np.full(who.size, _WRITES)), sentence, SILENT)
