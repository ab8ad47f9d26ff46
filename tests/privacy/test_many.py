"""Many erasures on a finished run: no trace of anybody, and the run works as before; how long it takes."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from lealtad.base.seal import open_seal
from lealtad.lake import Lake
from lealtad.lake.erasing.suppression import KEY_FILE
from lealtad.lake.verification import verify
from lealtad.privacy.search import Needles, search_folder
from tests.conftest import run_job

COUNT = int(os.environ.get("LEALTAD_ERASURES", "0"))
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not COUNT, reason="make attack asks for it")]
_SECONDS = 0.5  # a customer and a bucket


def test_many_customers_are_erased_without_a_trace(finished_run, tmp_path):
    out = Path(shutil.copytree(finished_run, tmp_path / "run"))
    ids = Lake.open(out / "lake").read("customers")["customer_id"].unique().sort()
    gone = sorted(np.random.default_rng(5).choice(ids.to_numpy(), min(COUNT, ids.len() // 2), replace=False))
    (tmp_path / "ids").write_text("\n".join(gone))
    traces = search_folder(out, Needles.from_ids(gone))
    run_job("erase", "--ids", tmp_path / "ids", "--because", "an attack", "--yes", "--out", out)
    assert search_folder(out, Needles.from_ids(gone), [out / KEY_FILE]) == []
    assert verify(out / "lake").damages == []
    receipt = open_seal(next((out / "erasures").glob("*.json")).read_text())
    each = receipt["lake"]["seconds"] / len(gone) / receipt["lake"]["buckets"]
    print(  # noqa: T201 - what an attack came to
        f"{len(gone):,} erased, {len(traces):,} places before and 0 after, in {receipt['seconds']:.1f} s: "
        f"{each:.4f} s per customer and bucket"
    )
    assert each < _SECONDS
    night = run_job("nightly", "--data", "", "--out", out)
    assert night.stdout
    assert search_folder(out, Needles.from_ids(gone), [out / KEY_FILE]) == []
