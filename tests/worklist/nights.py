"""Nights that never were: candidates as a list is decided from."""

from __future__ import annotations

import numpy as np
import polars as pl

from lealtad.worklist.night import NO_CONTACTS, Night
from lealtad.worklist.stored_lists import SCHEMA
from tests.companies import INSTANT, at


def night(n: int = 400, seed: int = 1, day: int = 30) -> Night:
    rng = np.random.default_rng(seed)
    moment = at(24 * day)
    probability = rng.beta(1, 6, n)
    candidates = pl.DataFrame(
        {
            "customer_id": [f"c{i:04d}" for i in range(n)],
            "as_of": [moment] * n,
            "model": ["churn"] * n,
            "probability": probability,
            "low": probability * 0.8,
            "high": np.minimum(probability * 1.2, 1.0),
            "missing": [None] * n,
            "model_version": ["churn/1"] * n,
            "promoter_probability": rng.random(n),
            "promoter_basis": ["modelled"] * n,
            "value_at_stake": rng.gamma(2, 200, n),
            "segment": rng.choice(["basic", "plus"], n),
            "language": ["es"] * n,
            "country": ["ES"] * n,
            "consent_contact": rng.choice([True, False, None], n, p=[0.8, 0.1, 0.1]).tolist(),
            "campaign_contact_at": [at(24 * (day - 5)) if rng.random() < 0.05 else None for _ in range(n)],
            "last_contact_at": [None] * n,
            "open_complaint": rng.random(n) < 0.05,
            "tenure_days": rng.integers(1, 900, n).astype(float),
        },
        schema_overrides={
            "as_of": INSTANT,
            "missing": pl.String,
            "consent_contact": pl.Boolean,
            "campaign_contact_at": INSTANT,
            "last_contact_at": INSTANT,
        },
    )
    return Night(moment, candidates, NO_CONTACTS, pl.DataFrame(schema=SCHEMA))
