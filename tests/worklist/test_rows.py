"""The list names a customer once, as they were described at its date."""

from types import SimpleNamespace

import pandas as pd
import polars as pl

from lealtad import scoring
from lealtad.definition import Definition
from lealtad.language import Language
from lealtad.timeline import end_of_data
from lealtad.worklist import rows
from tests.companies import INSTANT, at
from tests.lakes import lake_of


def test_a_customer_with_versions_is_listed_once_with_the_segment_of_the_day(company, tmp_path, monkeypatch):
    ids = [f"c{i:02d}" for i in range(60)]
    versions = pl.DataFrame(
        {
            "customer_id": ids * 3,
            "segment": ["first"] * 60 + ["second"] * 60 + ["later"] * 60,
            "valid_from": pl.Series([at(0)] * 60 + [at(48)] * 60 + [at(24 * 400)] * 60, dtype=INSTANT),
        }
    )
    lake = lake_of(tmp_path / "lake", {"customers": versions})
    lake = lake.commit({name: company[name] for name in ("orders", "touchpoints")})
    end = end_of_data(lake)
    scored = pl.DataFrame({"customer_id": ids}).with_columns(
        as_of=pl.lit(end), probability=pl.lit(0.5), model_version=pl.lit("churn/1")
    )
    features = scored.select("customer_id", "as_of", days_since_order=pl.lit(1.0), orders_56d=pl.lit(2.0))
    lake = lake.commit({"features": features})
    lake = lake.commit({"scores": scored}, {"scores": scoring.provenance(lake)})
    said = {f"reason_{i}": [None] * 60 for i in (1, 2, 3)}
    said |= {f"reason_{i}_{side}": [None] * 60 for i in (1, 2, 3) for side in ("own", "typical")}
    monkeypatch.setattr(rows, "reasons", lambda *_: pl.from_pandas(pd.DataFrame(said)))
    listed = rows.worklist(lake, Definition(name="churn"), SimpleNamespace(), Language.named("en"))
    assert listed["customer_id"].is_unique().all()
    assert set(listed["segment"]) == {"second"}
