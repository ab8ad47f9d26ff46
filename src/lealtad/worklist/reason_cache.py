"""The reasons of customers, computed once each: for the choice of an action, and for the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.worklist.reason_answers import filter_answering
from lealtad.worklist.reasons import REASONS, build_reason_schema, explain_scores

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from lealtad.base.language import Language
    from lealtad.company.playbook import Playbook
    from lealtad.examples.features import Feature
    from lealtad.lake import Lake
    from lealtad.worklist.reasons.frame import ExplainableModel


class ReasonCache:
    """The reasons of the customers that somebody asked for; a customer is explained once.

    Explaining a score costs hundreds of times what computing it does, so nobody is explained who is not asked for.

    Parameters
    ----------
    model
        The one that made the scores.
    as_of
        A date of the lake's feature table.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what a reason is made of
        self,
        model: ExplainableModel,
        lake: Lake,
        as_of: datetime,
        language: Language,
        catalog: Sequence[Feature],
        playbook: Playbook,
    ) -> None:
        self._model, self._lake, self._as_of = model, lake, as_of
        self._language, self._catalog, self._playbook = language, catalog, playbook
        self._explained = pl.DataFrame(schema={"customer_id": pl.String, **build_reason_schema()})
        self._families = pl.DataFrame(
            sorted({(feature.about, topic) for feature in catalog for topic in (feature.about, feature.family)}),
            schema={"about": pl.String, "topic": pl.String},
            orient="row",
        )

    def explain(self, customers: pl.Series) -> pl.DataFrame:
        """Return `customer_id` and the columns of `explain_scores`, one row per customer, in their order."""
        asked = pl.DataFrame({"customer_id": customers})
        fresh = asked.join(self._explained, on="customer_id", how="anti")["customer_id"].unique().sort()
        if len(fresh):
            self._explained = pl.concat([self._explained, self._explain_new(fresh)])
        return asked.join(self._explained, on="customer_id", how="left", maintain_order="left")

    def filter_eligible(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """Keep of pairs `customer_id, action` those whose action answers a reason of the customer, or any."""
        explained = self.explain(pairs["customer_id"].unique().sort())
        abouts = [f"reason_{i}_about" for i in range(1, REASONS + 1)]
        each = explained.unpivot(abouts, index="customer_id", value_name="about").drop_nulls("about")
        topics = each.join(self._families, on="about").select("customer_id", "topic")
        return filter_answering(pairs, topics, self._playbook)

    def _explain_new(self, customers: pl.Series) -> pl.DataFrame:
        theirs = (pl.col("as_of") == self._as_of) & pl.col("customer_id").is_in(customers.implode())
        rows = self._lake.read("features", where=theirs)
        reasons = explain_scores(self._model, rows, self._language, self._catalog)
        return pl.concat([rows.select("customer_id"), reasons], how="horizontal")
