"""An id planted in every kind of place; several hide it from a plain search of bytes."""

import gzip
import json
import sqlite3
import zipfile
from contextlib import closing

import polars as pl
from deltalake import DeltaTable, write_deltalake

from lealtad.base.spreadsheet import write_csv

ID, OTHER = "C0000491", "C00004911"
ROWS = pl.DataFrame({"customer_id": [ID, OTHER], "n": [1, 2]})


def plant_parquet(folder):
    ROWS.write_parquet(folder / "a.parquet")


def plant_nested_parquet(folder):
    pl.DataFrame({"add": [{"tags": [{"key": "a", "value": ID}]}]}).write_parquet(folder / "a.parquet")


def plant_arrow(folder):
    ROWS.write_ipc(folder / "a.arrow", compression="zstd")


def plant_csv(folder):
    write_csv(ROWS, folder / "a.csv")


def plant_gzip(folder):
    (folder / "a.csv.gz").write_bytes(gzip.compress(ROWS.write_csv().encode() * 99))


def plant_cut_gzip(folder):
    (folder / "a.gz").write_bytes(gzip.compress((f"{ID} " * 9999).encode())[:-9])


def plant_zip(folder):
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.gz", gzip.compress(f"{ID} {OTHER} ".encode() * 99))


def plant_name_in_zip(folder):
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.writestr(f"{ID}.txt", "")


def plant_workbook(folder):
    import xlsxwriter

    with xlsxwriter.Workbook(folder / "a.xlsx") as book:
        book.add_worksheet().write_column(0, 0, [ID, OTHER])


def plant_json(folder):
    (folder / "a.json").write_text(json.dumps({"rows": [{"who": {"id": ID}}]}))


def plant_escaped_json(folder):
    escaped = "".join(f"\\u{ord(letter):04x}" for letter in ID)
    (folder / "a.json").write_text(f'{{"who": "{escaped}"}}')


def plant_page(folder):
    (folder / "a.html").write_text(f"<p data-of='{ID}'>none</p>")


def plant_entities(folder):
    (folder / "a.html").write_text("<p>&#67;" + ID[1:] + "</p>")


def plant_row(folder):
    with closing(sqlite3.connect(folder / "a.db")) as connection, connection:
        connection.execute("create table t (words text)")
        connection.execute("insert into t values (?)", (f"call {ID}",))


def plant_free_page(folder):
    with closing(sqlite3.connect(folder / "a.db")) as connection:
        connection.execute("pragma secure_delete = off")
        connection.execute("create table t (words text)")
        with connection:
            connection.executemany("insert into t values (?)", [(f"call {ID} {'x' * 500}",)] * 50)
        with connection:
            connection.execute("delete from t")
        assert connection.execute("pragma freelist_count").fetchone()[0]


def plant_write_ahead_log(folder):
    connection = sqlite3.connect(folder / "live.db")
    connection.execute("pragma journal_mode = wal")
    connection.execute("create table t (words text)")
    connection.execute("insert into t values (?)", (f"call {ID}",))
    connection.commit()
    for ending in ("", "-wal"):  # as it is while the desk is served
        (folder / f"a.db{ending}").write_bytes((folder / f"live.db{ending}").read_bytes())
    connection.close()
    for path in folder.glob("live.db*"):
        path.unlink()


def plant_session(folder):
    from base64 import urlsafe_b64encode
    from zlib import compress

    packed = "." + urlsafe_b64encode(compress(json.dumps({"note": ID}).encode())).decode().rstrip("=") + ":1:s"
    with closing(sqlite3.connect(folder / "a.db")) as connection, connection:
        connection.execute("create table session (data text)")
        connection.execute("insert into session values (?)", (packed,))


def plant_statistics(folder):
    write_deltalake(folder / "t", pl.DataFrame({"customer_id": [ID], "comment": ["mine"]}))
    for path in folder.rglob("*.parquet"):
        path.unlink()


def plant_predicate(folder):
    write_deltalake(folder / "t", pl.DataFrame({"customer_id": [OTHER, "a"]}))
    DeltaTable(folder / "t").delete(f"customer_id = '{ID}' or customer_id = 'a'")
    for path in folder.rglob("*.parquet"):
        path.unlink()


def plant_checkpoint(folder):
    write_deltalake(folder / "t", pl.DataFrame({"customer_id": [ID]}))
    DeltaTable(folder / "t").create_checkpoint()
    for path in [*folder.rglob("part-*.parquet"), *folder.rglob("*.json")]:
        path.unlink()


def plant_file_name(folder):
    (folder / f"contact-{ID}.txt").write_text("")


def plant_hidden_file(folder):
    (folder / ".spool").write_bytes(b"\x00\xff " + ID.encode() + b" \x00")


PLACES = [value for name, value in list(globals().items()) if name.startswith("plant_")]
HIDDEN = {plant_gzip, plant_cut_gzip, plant_zip, plant_workbook, plant_escaped_json, plant_entities, plant_session}
