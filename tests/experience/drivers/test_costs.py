"""What failures cost: the costliest first, in words, and on the map where it is beyond chance."""

import polars as pl
import pytest

from lealtad.base.language import Language
from lealtad.experience.drivers import read_failure_costs, read_journey_weights

HELP, SHOP = "touchpoint|service|web|knowledge_base", "touchpoint|purchase|web|checkout"


@pytest.fixture
def table(tmp_path):
    rows = [
        ("margin", HELP, "product", 5200.0, 1300.0, 9100.0),
        ("margin", SHOP, None, 700.0, -900.0, 2300.0),
        ("margin", "moment|silence", None, -50.0, -90.0, -10.0),
        ("churn", HELP, "product", 12.0, 3.0, 20.0),
    ]
    columns = ["outcome", "driver", "owner", "gain", "gain_low", "gain_high"]
    frame = pl.DataFrame(rows, schema=columns, orient="row").with_columns(importance=0.2, group=1)
    frame.write_csv(tmp_path / "drivers.csv")
    return tmp_path / "drivers.csv"


def test_the_costliest_come_first_and_say_whether_they_are_beyond_chance(table):
    first, second = read_failure_costs(table, Language.from_code("en"))
    assert (first.name, first.cost, first.interval) == ("Knowledge base (web)", "€5,200", "€1,300 to €9,100")
    assert (first.is_certain, second.is_certain) == (True, False)
    assert (first.owner, second.owner) == ("product", "")


def test_the_map_says_what_failures_cost_only_beyond_chance(table):
    lines = read_journey_weights(table, Language.from_code("es")).lines
    assert "sus fallos cuestan 5.200" in lines[HELP.removeprefix("touchpoint|")].sentence
    assert "fallos" not in lines[SHOP.removeprefix("touchpoint|")].sentence


def test_an_older_table_without_gains_costs_nothing(tmp_path):
    pl.DataFrame({"outcome": ["margin"], "driver": [HELP]}).write_csv(tmp_path / "drivers.csv")
    assert read_failure_costs(tmp_path / "drivers.csv", Language.from_code("en")) == []
