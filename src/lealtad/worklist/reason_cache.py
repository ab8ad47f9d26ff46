"""The causes of customers' scores, each computed once, for the choice of actions and for the list."""

from __future__ import annotations

import hashlib
from copy import copy
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.worklist.reason_answers import filter_answering
from lealtad.worklist.reasons import (
    REASONS,
    EvidenceWriter,
    Histories,
    Promises,
    Rarity,
    collect_words,
    describe_reasons,
    find_cause,
    list_news,
    rank_causes,
    write_news,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from lealtad.base.language import Language
    from lealtad.company.playbook import Playbook
    from lealtad.examples.features import Feature
    from lealtad.lake import Lake
    from lealtad.worklist.reasons import ExplainableModel, RankedCauses
    from lealtad.worklist.reasons.sentences import ReasonWords

_PEERS = 300  # customers in the sample that others are compared with
_LEAST_PEERS = 30  # in a segment; with fewer, the whole sample is used
_OLD_DAYS = 7  # from this age on, an open ticket is answered first
_BEFORE_ALL = 0
_CANCELLING = "cancelling"
_AGE = "oldest_open_ticket_days"


class ReasonCache:
    """The causes of customers' scores, explained on request and only once per customer.

    Explaining a score takes hundreds of times as long as computing it, so only requested customers are explained.

    Parameters
    ----------
    model
        The model that computed the scores.
    as_of
        A date of the lake's feature table.
    candidates
        `customer_id` and `segment` of the active customers, so that contributions are compared within a segment.
        None compares with the customers that the model learned from.
    promises, zone
        The company's promises, and its time zone to name days.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what a reason is made of
        self,
        model: ExplainableModel,
        lake: Lake,
        as_of: datetime,
        language: Language,
        catalog: Sequence[Feature],
        playbook: Playbook,
        candidates: pl.DataFrame | None = None,
        promises: Promises | None = None,
        zone: str = "UTC",
    ) -> None:
        self._model, self._lake, self._as_of = model, lake, as_of
        self._catalog, self._playbook = catalog, playbook
        self._candidates = candidates
        self._promises = promises or Promises()
        self._words = self._collect_words(language, zone)
        self._ranked: dict[str, RankedCauses] = {}
        self._histories: Histories | None = None
        self._usual: dict[str | None, NDArray[np.float64]] | None = None

    @property
    def language(self) -> Language:
        """The language of the sentences."""
        return self._words.language

    def translate(self, language: Language) -> ReasonCache:
        """Return the same causes and facts in another language."""
        other = copy(self)
        other._words = self._collect_words(language, self._words.zone)
        return other

    def rank(self, customers: Sequence[str]) -> dict[str, RankedCauses]:
        """Return the causes of each customer's score, in the given order."""
        fresh = sorted(set(customers) - self._ranked.keys())
        if fresh:
            rows = self._read_rows(fresh)
            usual = self._find_usual(rows["customer_id"].to_list())
            causes = rank_causes(self._model, rows, self._words, usual)
            self._ranked |= dict(zip(rows["customer_id"].to_list(), causes, strict=True))
        return {customer: self._ranked[customer] for customer in customers if customer in self._ranked}

    def describe(self, customers: Sequence[str], actions: Sequence[str | None] = ()) -> pl.DataFrame:
        """Return the reasons of a list in words, with their facts, as `describe_reasons` does.

        Parameters
        ----------
        customers
            In the order of the list.
        actions
            The action of each customer; the cause that it answers is always among the reasons.
        """
        ranked = self.rank(customers)
        answered = dict(zip(customers, actions, strict=False))
        needed = [self._find_answered_cause(causes, answered.get(customer)) for customer, causes in ranked.items()]
        histories = self._read_histories(list(ranked))
        writer = EvidenceWriter(histories, self._as_of, self._words.language, self._words.zone, self._promises)
        return describe_reasons(ranked, self._words, writer, needed)

    def describe_news(self, customers: Sequence[str], since: datetime) -> dict[str, str]:
        """Return by customer the most important news since a moment, in words; without customers who have none."""
        histories, sentences = self._read_histories(list(customers)), {}
        for customer in customers:
            for kind, moment in list_news(histories, customer, since)[:1]:
                sentences[customer] = write_news(kind, moment, self._as_of, self._words.language, self._words.zone)
        return sentences

    def _collect_words(self, language: Language, zone: str) -> ReasonWords:
        rarity = Rarity(self._read_column)
        return collect_words(self._model, language, self._catalog, as_of=self._as_of, zone=zone, rarity=rarity)

    def _read_histories(self, customers: list[str]) -> Histories:
        if self._histories is None or self._histories.customers != customers:
            self._histories = Histories(self._lake, self._as_of, customers, self._catalog)
        return self._histories

    def filter_eligible(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """Filter pairs `customer_id, action` to actions that answer a reason of the customer, and general ones.

        The rows have `reason`, the rank of the first reason that the action answers (1 is the top one); null for a
        general action. It is 0 if the action precedes all others. An action for open tickets does if a ticket is
        old; one for cancellations does if a request to cancel is the top reason.
        """
        ranked = self.rank(pairs["customer_id"].unique().sort().to_list())
        rows = [
            (customer, topic, place)
            for customer, causes in ranked.items()
            for place, column in enumerate(causes.columns[:REASONS], start=1)
            for topic in sorted(self._list_topics(column))
        ]
        topics = pl.DataFrame(
            rows, schema={"customer_id": pl.String, "topic": pl.String, "reason": pl.Int64}, orient="row"
        )
        actions = self._playbook.actions
        old = [customer for customer, causes in ranked.items() if causes.row.get(_AGE, 0.0) >= _OLD_DAYS]
        leaving = [
            customer for customer, causes in ranked.items() if self._is_about(causes.columns[:1], _CANCELLING)
        ]
        goes_first = _pair(old, [action.name for action in actions if action.who.open_ticket]) | _pair(
            leaving, [action.name for action in actions if action.who.asked_to_cancel]
        )
        solved_first = pairs.filter(goes_first).with_columns(reason=pl.lit(_BEFORE_ALL, pl.Int64))
        others = filter_answering(pairs.filter(~goes_first), topics, self._playbook)
        return pl.concat([solved_first, others])

    def _is_about(self, columns: Sequence[str], topic: str) -> bool:
        return any(topic in self._list_topics(column) for column in columns)

    def _list_topics(self, column: str) -> set[str]:
        feature = self._words.known[column].feature
        return {feature.about, feature.family}

    def _find_answered_cause(self, ranked: RankedCauses, action: str | None) -> str | None:
        """Return the first cause that an action answers; None if it answers none in particular."""
        answers = {topic for rule in self._playbook.actions if rule.name == action for topic in rule.answers}
        return next(
            (
                find_cause(self._words.known[column].feature.about)
                for column in ranked.columns[:REASONS]
                if self._list_topics(column) & answers
            ),
            None,
        )

    def _read_rows(self, customers: Sequence[str]) -> pl.DataFrame:
        theirs = (pl.col("as_of") == self._as_of) & pl.col("customer_id").is_in(list(customers))
        return self._lake.read("features", where=theirs)

    def _read_column(self, column: str) -> pl.Series:
        """Return a feature of the active customers of the night."""
        rows = self._lake.read("features", columns=["customer_id", column], where=pl.col("as_of") == self._as_of)
        if self._candidates is not None:
            rows = rows.join(self._candidates.select("customer_id"), on="customer_id", how="semi")
        return rows[column]

    def _find_usual(self, customers: Sequence[str]) -> NDArray[np.float64] | None:
        """Return customers × features: what each feature usually adds to the score of similar customers."""
        if self._candidates is None:
            return None
        if self._usual is None:
            self._usual = self._compute_usual(self._candidates)
        segments = dict(_read_segments(self._candidates))
        return np.stack([self._usual.get(segments.get(customer), self._usual[None]) for customer in customers])

    def _compute_usual(self, candidates: pl.DataFrame) -> dict[str | None, NDArray[np.float64]]:
        """Return the mean contributions of a fixed sample of customers, by segment; those of all under None."""
        ids = sorted(candidates["customer_id"].to_list(), key=lambda one: hashlib.sha256(one.encode()).digest())
        rows = self._read_rows(sorted(ids[:_PEERS]))
        columns = [str(name) for name in self._model.contract["columns"]]
        added = self._model.contributions(rows.select(columns).to_pandas()).to_numpy(dtype=np.float64)
        segments = dict(_read_segments(candidates))
        theirs = np.array([segments.get(customer) or "" for customer in rows["customer_id"]])
        usual: dict[str | None, NDArray[np.float64]] = {None: added.mean(axis=0)}
        for segment in sorted(set(theirs)):
            is_theirs = theirs == segment
            if segment and is_theirs.sum() >= _LEAST_PEERS:
                usual[str(segment)] = added[is_theirs].mean(axis=0)
        return usual


def _pair(customers: list[str], actions: list[str]) -> pl.Expr:
    return pl.col("customer_id").is_in(customers) & pl.col("action").is_in(actions)


def _read_segments(candidates: pl.DataFrame) -> list[tuple[str, str | None]]:
    segment = pl.col("segment") if "segment" in candidates.columns else pl.lit(None, pl.String)
    return candidates.select("customer_id", segment.alias("segment")).rows()
