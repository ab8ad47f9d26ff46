"""The search finds an id in every kind of place; several hide it from a plain search of bytes."""

from io import BytesIO

import polars as pl
import pytest

from lealtad.privacy.search import Needles, search_folder
from tests.privacy.planted import HIDDEN, ID, PLACES, ROWS, plant_file_name


@pytest.mark.parametrize("plant", PLACES, ids=lambda each: each.__name__)
def test_a_planted_id_is_found(tmp_path, plant):
    plant(tmp_path)
    traces = search_folder(tmp_path, Needles.from_ids([ID, "C0000492"]))
    assert {trace.customer_id for trace in traces} == {ID}
    bytes_hold = any(ID.encode() in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert not (plant in HIDDEN and bytes_hold)


@pytest.mark.parametrize("plant", PLACES, ids=lambda each: each.__name__)
def test_an_id_that_begins_alike_is_another(tmp_path, plant):
    plant(tmp_path)
    assert search_folder(tmp_path, Needles.from_ids(["C000049", "000491", "49"])) == []


@pytest.mark.parametrize(
    "text",
    [
        *("id,n\n17,1\n", '{"customer_id": "17"}', '{"rows": [{"alias": "17"}]}'),
        *(
            '{"referred_by": "17"}',
            '{"attr_parent_customer": "17"}',
            '{"attr_referred_by": "17"}',
            '{"household_key": "17"}',
            '{"id_cliente": "17"}',
        ),
    ],
)
def test_a_number_is_an_id_where_ids_stand(tmp_path, text):
    (tmp_path / ("a.csv" if text.startswith("id") else "a.json")).write_text(text)
    assert search_folder(tmp_path, Needles.from_ids(["17"]))


def test_a_number_is_an_id_in_a_rejected_row(tmp_path):
    pl.DataFrame({"row": ['{"segment":"17","referred_by":"18"}']}).write_parquet(tmp_path / "a.parquet")
    assert [trace.customer_id for trace in search_folder(tmp_path, Needles.from_ids(["17", "18"]))] == ["18"]


def test_a_number_is_no_id_elsewhere(tmp_path):
    (tmp_path / "a.csv").write_text("customer_id,rank\n18,17\n")
    pl.DataFrame({"rank": [17], "words": ["17 calls"]}).write_parquet(tmp_path / "a.parquet")
    assert search_folder(tmp_path, Needles.from_ids(["17"])) == []


@pytest.mark.parametrize("column", ["customers", "customer", "customer_share", "clientes"])
def test_a_count_of_customers_is_no_customer(tmp_path, column):
    (tmp_path / "a.csv").write_text(f"{column},kpi\n17,nps\n")
    (tmp_path / "a.json").write_text(f'{{"{column}": "17"}}')
    assert search_folder(tmp_path, Needles.from_ids(["17"])) == []


def test_what_is_skipped_is_not_searched(tmp_path):
    plant_file_name(tmp_path)
    assert search_folder(tmp_path, Needles.from_ids([ID]), [tmp_path / f"contact-{ID}.txt"]) == []


def test_damaged_files_stop_no_search(tmp_path):
    file = BytesIO()
    ROWS.write_parquet(file)
    for name, data in {"a.parquet": file.getvalue()[:-40], "a.zip": b"PK\x03\x04" + ID.encode()}.items():
        (tmp_path / name).write_bytes(data)
    assert {trace.path.name for trace in search_folder(tmp_path, Needles.from_ids([ID]))} >= {"a.zip"}
