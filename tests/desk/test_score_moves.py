"""What became known before the nights on which a chance of leaving moved most."""

from datetime import UTC, datetime, timedelta

import polars as pl

from lealtad.desk.lake_customer import Score
from lealtad.desk.score_moves import find_score_moves
from lealtad.desk.timeline import Fact
from lealtad.lake import commit_tables
from tests.desk import company
from tests.desk.desks import open_browser

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def build_scores(*probabilities):
    """One night after the other, the newest first."""
    return [Score(NOW - timedelta(days=place), value, None, None) for place, value in enumerate(probabilities)]


def build_fact(days, known=None, kind="ticket", by="customer"):
    at = NOW - timedelta(days=days)
    return Fact(kind, at, NOW - timedelta(days=days if known is None else known), "created", by=by)


def test_a_move_names_what_became_known_between_the_two_nights_alone():
    facts = [build_fact(0), build_fact(0.5), build_fact(9, known=1), build_fact(1.5), build_fact(2.5)]
    [move] = find_score_moves(build_scores(0.2, 0.1, 0.1), facts)
    assert (move.before.probability, move.after.probability) == (0.1, 0.2)
    assert move.facts == (facts[1], facts[2])


def test_what_the_company_sent_explains_nothing():
    ours = [build_fact(0.5, kind=kind, by="company") for kind in ("touchpoint", "ticket", "survey")]
    [move] = find_score_moves(build_scores(0.2, 0.1), ours)
    assert move.facts == ()


def test_the_three_largest_moves_are_shown_newest_first_and_small_ones_never():
    moves = find_score_moves(build_scores(0.11, 0.1, 0.2, 0.15, 0.05, 0.5), [])
    assert [move.after.as_of for move in moves] == [NOW - timedelta(days=days) for days in (1, 3, 4)]
    assert find_score_moves(build_scores(0.0, 0.0, 1.0, 1.0), [])[0].before.probability == 1.0


def test_an_answer_goes_before_what_says_less():
    news = [build_fact(0.1, kind=kind) for kind in ("touchpoint", "order", "ticket", "contact", "survey")]
    [move] = find_score_moves(build_scores(0.2, 0.1), news)
    assert [fact.kind for fact in move.facts] == ["survey", "contact", "ticket", "order"]


def test_more_facts_than_fit_are_counted():
    [move] = find_score_moves(build_scores(0.2, 0.1), [build_fact(0.1 + place / 100) for place in range(7)])
    assert (len(move.facts), move.others) == (4, 3)


def test_the_page_shows_them_in_the_language_of_the_person(people, tmp_path, monkeypatch):
    from django.conf import settings

    lake = company.build_lake(tmp_path / "lake")
    nights = lake.read_stored("scores").drop("bucket", strict=False)
    before = nights.with_columns(pl.col("as_of") - timedelta(days=30), probability=pl.lit(0.05))
    commit_tables(lake, {"scores": pl.concat([before, nights])})
    monkeypatch.setattr(settings, "DESK_OUT", tmp_path)
    page = open_browser(people.rep).get("/customer/?id=c01").content.decode()
    moves = page[page.index("Largest changes") : page.index("</section>", page.index("Largest changes"))]
    assert "5.0% → 20.0%" in moves.replace("\xa0", " ").replace(" %", "%")
    assert "Ticket opened" in moves or "Order" in moves
    people.rep.language = "es"
    people.rep.save()
    assert "Mayores cambios" in open_browser(people.rep).get("/customer/?id=c01").content.decode()
