"""The list of the demo, as the team gets it."""

import polars as pl
import pytest

from lealtad.base.language import Language
from lealtad.worklist import define_columns


@pytest.mark.slow
def test_every_column_of_the_list_is_defined(demo):
    defined = define_columns(Language.from_code("en"), days=28, currency="USD")
    assert set(pl.read_csv(demo / "worklist.csv").columns) <= set(defined)
