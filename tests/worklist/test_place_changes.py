"""The page says why a place or an action changed: by a fact of the customer, the model, the draw, or others."""

from dataclasses import replace

import polars as pl

from lealtad.base.language import Language
from lealtad.worklist.place_changes import describe_changes
from lealtad.worklist.stored_lists import SCHEMA
from tests.worklist.nights import night


class Known:
    """Knows what became known of customers, and its language."""

    language = Language.from_code("en")

    def __init__(self, **news):
        self.news = news

    def describe_news(self, _customers, _since):
        return self.news


def row(customer, change, action="call", *, explored=False, model="churn/1"):
    return {
        "customer_id": customer,
        "change": change,
        "action": action,
        "explored": explored,
        "model_version": model,
    }


def before(**actions):
    first = night(5).as_of
    rows = [
        {"customer_id": customer, "action": action, "as_of": first, "model_version": "churn/1"}
        for customer, action in actions.items()
    ]
    return pl.DataFrame(rows, schema={name: SCHEMA[name] for name in rows[0]})


def describe(rows, previous, **news):
    tonight = replace(night(5, day=31), previous=previous)
    return describe_changes(pl.DataFrame(rows), tonight, Known(**news))


def test_a_change_is_explained_by_what_caused_it():
    rows = [
        row("a", "up"),
        row("b", "down"),
        row("c", "new"),
        row("d", "new", explored=True),
        row("e", "stays"),
        row("f", "stays", action="offer"),
        row("g", "new", model="churn/2"),
    ]
    previous = before(a="call", b="call", e="call", f="call")
    assert describe(rows, previous, a="reopened a ticket yesterday", f="asked to cancel on Monday") == [
        "Reopened a ticket yesterday.",
        "Others moved; nothing new about this customer.",
        "Others are no longer on the list.",
        "Drawn at random, to learn.",
        None,
        "Asked to cancel on Monday.",
        "A new model scores the customers.",
    ]


def test_the_first_list_changes_nothing():
    assert describe_changes(pl.DataFrame([row("a", "new")]), night(5), Known()) == [None]


def test_a_changed_playbook_is_named_after_the_facts_of_the_customer():
    previous = before(a="call", b="call").with_columns(playbook_version=pl.lit("one"))
    changed = [{**row(customer, "up"), "playbook_version": "two"} for customer in ("a", "b")]
    assert describe(changed, previous, a="reopened a ticket yesterday") == [
        "Reopened a ticket yesterday.",
        "The playbook has changed.",
    ]
    assert describe([{**changed[1], "playbook_version": "one"}], previous) == ["Others are no longer on the list."]
