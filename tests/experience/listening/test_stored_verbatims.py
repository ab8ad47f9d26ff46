"""Verbatims as a table: what a later page reads, without a customer; and rows that an erasure finds."""

from types import SimpleNamespace

import polars as pl

from lealtad.experience.listening.places import PLACE
from lealtad.experience.listening.stored_verbatims import read_verbatims, write_verbatims
from lealtad.experience.listening.verbatims import VERBATIMS
from lealtad.privacy.files.clean import clean_file
from lealtad.privacy.search.needles import Needles

ROW = {"theme": "wait", "kind": "worst", "value": -0.9, "language": "en", "text": "Too long", "customer_id": "c01"}


def test_pages_read_the_words_and_never_the_customer(tmp_path):
    path = tmp_path / "verbatims.parquet"
    places = pl.DataFrame([{**ROW, "theme": "service|web|search", "customer_id": "c02"}], schema=VERBATIMS)
    report = SimpleNamespace(
        verbatims=pl.DataFrame([ROW], schema=VERBATIMS), place_verbatims=places.rename({"theme": PLACE})
    )
    write_verbatims(report, path)
    quote = {"kind": "worst", "language": "en", "text": "Too long"}
    assert read_verbatims(path) == {"wait": [quote], "service|web|search": [quote]}
    clean_file(path, tmp_path, Needles.from_ids(["c01"]))
    assert list(read_verbatims(path)) == ["service|web|search"]
