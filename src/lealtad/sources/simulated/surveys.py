"""The survey invitations of one week, and their answers: content customers answer more often."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lealtad.sources.simulated.arrays import Facts, Floats, Ints, filter_facts, join_facts
from lealtad.sources.simulated.causes import MEMORY
from lealtad.sources.simulated.comments import draw_comments
from lealtad.sources.simulated.draws import draw_flags, draw_moments, draw_spread
from lealtad.sources.simulated.hazard import NPS_CUTS
from lealtad.sources.simulated.state import REPORTED
from lealtad.sources.simulated.touchpoint_catalog import IS_HELP, NOT_FOUND
from lealtad.sources.simulated.weeks import DAY, HOUR, MINUTE, NEVER

if TYPE_CHECKING:
    from lealtad.sources.simulated.week_start import WeekStart

# metric, kind, lowest and highest answer
FORMS = (("nps", "relational", 0, 10), ("csat", "transactional", 1, 5), ("ces", "transactional", 1, 7))
NPS, CSAT, CES = range(3)
# what a survey can be about, by number; a relational survey is about nothing in particular
ABOUT, NOTHING = ("order", "ticket", "visit"), -1
_CSAT_CUTS = np.array([-1.9, -1.2, -0.5, 0.6])
_EASE_CUTS = np.array([-2.6, -2.0, -1.4, -0.7, 0.1, 1.0])
_NPS_EVERY_WEEKS = 13
_HARD = 3
_CES_OF_TICKETS, _CSAT_OF_OTHERS, _CES_OF_HELP, _CSAT_OF_ORDERS = 0.6, 0.6, 0.12, 0.25
_NOT_FOUND_IS_HARD = 0.45
_ANSWER_HOURS, _LATEST_ANSWER = 20.0, 21 * DAY


def draw_relational_surveys(rng: np.random.Generator, now: WeekStart) -> Facts:
    """Ask every customer once a quarter whether they would recommend the company."""
    turn = (np.arange(now.population.size) + now.week) % _NPS_EVERY_WEEKS == 0
    who = np.flatnonzero(now.state.is_subscribed & turn)
    asked: Facts = {
        "who": who,
        "at": draw_moments(rng, now.as_of, now.population.utc_offset[who]),
        "score": _draw_scores(rng, now.reading.opinion[who], NPS_CUTS),
    }
    return _draw_invitations(rng, now, NPS, filter_facts(asked, now.is_before_end(asked)))


def draw_order_surveys(rng: np.random.Generator, now: WeekStart, orders: Facts) -> Facts:
    """Ask a share of buyers how satisfied they are, two days later."""
    asked = filter_facts(orders, draw_flags(rng, np.full(orders["who"].size, _CSAT_OF_ORDERS)))
    opinion = now.reading.opinion[asked["who"]] - 0.8 * (asked["returned_at"] > 0)
    score = 1 + _draw_scores(rng, opinion, _CSAT_CUTS)
    later = {**asked, "at": asked["at"] + 2 * DAY, "score": score, "order": asked["number"]}
    return _draw_invitations(rng, now, CSAT, later)


def draw_service_surveys(
    rng: np.random.Generator, now: WeekStart, tickets: Facts, hardness: Floats, touchpoints: Facts
) -> Facts:
    """Ask how easy it was to get help, from agents or by self-service; felt effort counts, asked or not."""
    real = tickets["spam_at"] == NEVER
    solved: Facts = {
        "who": tickets["who"][real],
        "at": tickets["solved"][real],
        "hardness": hardness[real],
        "ticket": tickets["number"][real],
        "visit": np.full(int(real.sum()), NOTHING),
    }
    by_people = _draw_ease(rng, now, solved, _CES_OF_TICKETS)
    others = filter_facts(
        solved, ~by_people["invited"] & draw_flags(rng, np.full(solved["who"].size, _CSAT_OF_OTHERS))
    )
    helped = filter_facts(touchpoints, IS_HELP[touchpoints["touchpoint"]])
    hard = _NOT_FOUND_IS_HARD * (helped["outcome"] == NOT_FOUND)
    alone: Facts = {
        "who": helped["who"],
        "at": helped["at"],
        "hardness": hard,
        "ticket": np.full(helped["who"].size, NOTHING),
        "visit": helped["number"],
    }
    ease = join_facts([by_people, _draw_ease(rng, now, alone, _CES_OF_HELP)])
    felt = filter_facts(ease, ease["score"] <= _HARD)
    now.schedule.add("high_effort", now.weeks.find_next_week(felt["at"]), felt["who"], 1.0)
    asked = filter_facts(ease, ease["invited"])
    ces = _draw_invitations(rng, now, CES, _delay_invitations(rng, asked))
    _schedule_effort(
        now, filter_facts({**ces, "felt_at": asked["at"]}, (ces["score"] <= _HARD) & (ces["answered_at"] < NEVER))
    )
    content = 1 + _draw_scores(rng, now.reading.opinion[others["who"]] - others["hardness"], _CSAT_CUTS)
    return join_facts(
        [_draw_invitations(rng, now, CSAT, _delay_invitations(rng, {**others, "score": content})), ces]
    )


def _draw_ease(rng: np.random.Generator, now: WeekStart, served: Facts, asked: float) -> Facts:
    opinion = now.reading.opinion[served["who"]]
    ease = 1 + _draw_scores(rng, 0.7 + 0.3 * opinion - 2.2 * served["hardness"], _EASE_CUTS)
    return {**served, "score": ease, "invited": draw_flags(rng, np.full(opinion.size, asked))}


def _draw_invitations(rng: np.random.Generator, now: WeekStart, form: int, asked: Facts) -> Facts:
    who = asked["who"]
    answers = draw_flags(rng, now.reading.answer_probability[who])
    delay = (draw_spread(rng, np.full(who.size, _ANSWER_HOURS), 1.1) * HOUR).astype(np.int64) + MINUTE
    return {
        "who": who,
        "at": asked["at"],
        "form": np.full(who.size, form),
        "answered_at": np.where(answers, asked["at"] + np.minimum(delay, _LATEST_ANSWER), NEVER),
        "score": asked["score"],
        **{name: asked.get(name, np.full(who.size, NOTHING)) for name in ABOUT},
        "comment": draw_comments(rng, now, who, answers),
    }


def _schedule_effort(now: WeekStart, answers: Facts) -> None:
    """Schedule the effort that answers report: never more than is still felt by then."""
    felt, reported = now.weeks.find_next_week(answers["felt_at"]), now.weeks.find_next_week(answers["answered_at"])
    remaining = np.exp((felt - reported) / MEMORY["high_effort"])
    now.schedule.add(REPORTED, reported, answers["who"], remaining)


def _draw_scores(rng: np.random.Generator, mean: Floats, cuts: Floats) -> Ints:
    """Draw an opinion of standard deviation 1 around each mean, and return how many cuts are below it."""
    return np.searchsorted(cuts, mean + rng.normal(0.0, 1.0, mean.size)).astype(np.int64)


def _delay_invitations(rng: np.random.Generator, asked: Facts) -> Facts:
    delay = (rng.uniform(0.2, 24.0, asked["who"].size) * HOUR).astype(np.int64)
    return {**asked, "at": asked["at"] + delay}
