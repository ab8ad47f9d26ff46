"""A thousand damaged files: each ends in rejected rows or one clear error, and the lake is whole or as it was.

Seeded and not hypothesis: the damages are drawn from a list that should all be met, and a found one is repeated by
its number alone.
"""

import gzip
import io
import json
import random
import zipfile
from datetime import UTC, datetime
from xml.sax.saxutils import quoteattr

import polars as pl
import pytest

from lealtad.base.errors import LealtadError
from lealtad.lake import Lake
from lealtad.lake.loading import load
from lealtad.sources import open_source
from lealtad.sources.contract import split
from lealtad.sources.files import unpacking

ROWS = [
    {
        "order_id": f"o{i}",
        "customer_id": f"c{i % 5}",
        "ordered_at": f"2026-01-{i % 28 + 1:02d}",
        "amount": f"{i}.5",
    }
    for i in range(40)
]
CUSTOMERS = pl.DataFrame({"customer_id": [f"c{i}" for i in range(5)]})
KINDS = ("csv", "tsv", "csv.gz", "csv.zip", "jsonl", "jsonl.gz", "json", "xes", "parquet", "xlsx")
NOW = datetime(2026, 6, 1, tzinfo=UTC)
FILES = 1_000
LOADED_EACH = 25  # of all files so many are also loaded, each into a lake that holds something


def text_of(rows, separator=","):
    lines = [separator.join(rows[0]), *(separator.join(str(value) for value in row.values()) for row in rows)]
    return "\n".join(lines) + "\n"


def xes_value(cell):
    return "<string key={} value={}/>".format(*(quoteattr(str(text)) for text in cell))


def written(kind, rows):
    """Return a sound file of a kind."""
    plain = kind.removesuffix(".gz").removesuffix(".zip")
    buffer = io.BytesIO()
    if plain == "jsonl":
        buffer.write("\n".join(json.dumps(row) for row in rows).encode())
    elif plain == "json":
        listed = ",\n".join(json.dumps(row) for row in rows)
        buffer.write(f'{{"count": {len(rows)}, "orders": [\n{listed}\n]}}\n'.encode())
    elif plain == "xes":
        events = "\n".join(f"<event>{''.join(map(xes_value, row.items()))}</event>" for row in rows)
        buffer.write(f"<log><trace>\n{events}\n</trace></log>\n".encode())
    elif plain in ("csv", "tsv"):
        buffer.write(text_of(rows, "\t" if plain == "tsv" else ",").encode())
    elif plain == "parquet":
        pl.DataFrame(rows).write_parquet(buffer)
    else:
        pl.DataFrame(rows).write_excel(buffer)
    return packed(kind, buffer.getvalue())


def packed(kind, data):
    if kind.endswith(".gz"):
        return gzip.compress(data, mtime=0)
    if kind.endswith(".zip"):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("orders." + kind.removesuffix(".zip"), data)
        return buffer.getvalue()
    return data


def damage_bytes(damage):
    """A damage to the file as it lies on disk."""
    return lambda kind, rng: damage(written(kind, ROWS), rng)


def damage_text(damage):
    """A damage to the text inside; of Parquet and Excel, which hold none, to the file."""

    def damaged(kind, rng):
        if kind in ("parquet", "xlsx"):
            return flipped(written(kind, ROWS), rng)
        inner = kind.removesuffix(".gz").removesuffix(".zip")
        return packed(kind, damage(written(inner, ROWS), rng))

    return damaged


def use_values(values):
    """Strange values, in any kind of file."""

    def damaged(kind, rng):
        rows = [dict(row) for row in ROWS]
        for row in rng.sample(rows, 5):
            row[rng.choice(list(row))] = rng.choice(values)
        return written(kind, rows)

    return damaged


def change_header(change):
    """Another header, as text; of Parquet and Excel a column less."""

    def damaged(kind, rng):
        inner = kind.removesuffix(".gz").removesuffix(".zip")
        if inner in ("csv", "tsv"):
            head, _, rest = written(inner, ROWS).decode().partition("\n")
            return packed(kind, f"{change(head, rng)}\n{rest}".encode())
        gone = rng.choice(list(ROWS[0]))
        return written(kind, [{name: value for name, value in row.items() if name != gone} for row in ROWS])

    return damaged


def truncated(data, rng):
    return data[: rng.randrange(len(data))]


def flipped(data, rng):
    changed = bytearray(data)
    for _ in range(rng.randrange(1, 8)):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def inserted(piece):
    def damage(data, rng):
        for _ in range(rng.randrange(1, 4)):
            place = rng.randrange(len(data))
            data = data[:place] + piece + data[place:]
        return data

    return damage


def change_lines(change):
    def damage(data, rng):
        lines = data.decode().split("\n")
        for _ in range(3):
            place = rng.randrange(1, len(lines) - 1)
            lines[place] = change(lines[place], rng)
        return "\n".join(lines).encode()

    return damage


def bomb(kind, _rng):
    return packed(kind if kind.endswith((".gz", ".zip")) else "csv.gz", b"x" * 3_000_000)


DAMAGES = {
    "truncated": damage_bytes(truncated),
    "flipped bytes": damage_bytes(flipped),
    "empty": damage_bytes(lambda _data, _rng: b""),
    "text cut off": damage_text(truncated),
    "latin-1": damage_text(inserted("ñ".encode("latin-1"))),
    "utf-16": damage_text(lambda data, _rng: data.decode().encode("utf-16")),
    "utf-16 without its mark": damage_text(lambda data, _rng: data.decode().encode("utf-16-le")),
    "utf-8 with a mark": damage_text(lambda data, _rng: b"\xef\xbb\xbf" + data),
    "a mark within": damage_text(inserted(b"\xef\xbb\xbf")),
    "quotes": damage_text(inserted(b'"')),
    "nul bytes": damage_text(inserted(b"\0")),
    "carriage returns": damage_text(inserted(b"\r")),
    "line breaks": damage_text(inserted(b"\n")),
    "other separators": damage_text(inserted(b";")),
    "mixed separators": damage_text(change_lines(lambda line, rng: line.replace(",", rng.choice(";\t|"), 2))),
    "short rows": damage_text(change_lines(lambda line, rng: line[: rng.randrange(len(line) + 1)])),
    "long rows": damage_text(change_lines(lambda line, _rng: f"{line},more,and more")),
    "strange dates": use_values(
        ["1900-01-01", "9999-12-31", "0000-00-00", "2026-02-30", "31/12/2025", "-2026-01-01", "today"]
    ),
    "strange numbers": use_values(["-1", "1e300", "-9e99", "1e999", "1,5", "12 €", "0x10", "", "NaN", "9" * 400]),
    "strange text": use_values(["\0", "\x1b[31m", "=1+1", "a" * 50_000, '"', "\u202e", "\n", "null", "🙂", " "]),
    "a header twice": change_header(lambda head, _rng: head.replace("customer_id", "order_id")),
    "a header less": change_header(lambda head, _rng: head.split("order", 1)[0] + "amount"),
    "no header": change_header(lambda _head, _rng: ""),
    "a header of bytes": change_header(lambda head, rng: head.replace(rng.choice("oder"), "\0")),
    "a bomb": bomb,
}

NEVER_READ = ("empty", "a header twice", "a header less", "a header of bytes", "a bomb")
ROWS_STAY = ("long rows", "strange dates", "strange numbers", "utf-8 with a mark")


def name_of(damage, kind):
    return "orders." + ("csv.gz" if damage == "a bomb" and not kind.endswith((".gz", ".zip")) else kind)


def ends_well(folder):
    """Read and judge a folder's orders; say what became of them, and how many there were."""
    try:
        source = open_source(str(folder))
        rows = valid = rejected = 0
        for batch in source.tables["orders"]():
            assert batch.first_row == rows
            parts = split("orders", batch.rows, reading=batch.reading)
            assert parts.rows_in == batch.rows.height == parts.valid.height + parts.rejected.height
            rows, valid, rejected = (
                rows + parts.rows_in,
                valid + parts.valid.height,
                rejected + parts.rejected.height,
            )
    except LealtadError as error:
        return ("refused" if ": expected " in str(error) and "\n" not in str(error) else "badly worded"), None
    return ("some rejected" if rejected else "all valid" if valid else "none"), rows


@pytest.fixture(scope="module")
def _small_bombs():
    """Three megabytes are a bomb here, so that a thousand files stay quick."""
    before = unpacking.MOST_BYTES
    unpacking.MOST_BYTES = 1_000_000
    yield
    unpacking.MOST_BYTES = before


@pytest.mark.slow
@pytest.mark.usefixtures("_small_bombs")
@pytest.mark.parametrize("damage", DAMAGES)
def test_every_damaged_file_ends_in_rejected_rows_or_one_error(damage, tmp_path):
    CUSTOMERS.write_csv(tmp_path / "customers.csv")
    ends = []
    for number in range(FILES // len(DAMAGES)):
        kind = KINDS[number % len(KINDS)]
        path = tmp_path / name_of(damage, kind)
        path.write_bytes(DAMAGES[damage](kind, random.Random(f"{damage} {number}")))  # noqa: S311 - not for secrets
        end, rows = ends_well(tmp_path)
        ends.append(end)
        if damage in ROWS_STAY:
            assert rows in (len(ROWS), None)
        if number % LOADED_EACH == 0:
            loads_whole_or_not_at_all(tmp_path, end)
        path.unlink()
    assert len(ends) == FILES // len(DAMAGES)
    assert "badly worded" not in ends
    if damage in NEVER_READ:
        assert set(ends) == {"refused"}


def loads_whole_or_not_at_all(folder, end):
    lake = folder / "lake"
    if not lake.exists():
        sound = folder / "sound"
        sound.mkdir()
        CUSTOMERS.write_csv(sound / "customers.csv")
        (sound / "orders.csv").write_text(text_of(ROWS[:3]))
        load(lake, open_source(str(sound)), loaded_at=NOW)
    before = Lake.open(lake)
    try:
        loaded = load(lake, open_source(str(folder)), loaded_at=NOW, reject_limit=1)
    except LealtadError:
        after = Lake.open(lake)
        assert after.versions == before.versions
        assert after.read("orders").equals(before.read("orders"))
        return
    counts = loaded.counts.get("orders")
    assert end != "refused"
    assert counts.rows_in == counts.valid + counts.rejected


def test_the_sound_files_are_read_whole(tmp_path):
    CUSTOMERS.write_csv(tmp_path / "customers.csv")
    for kind in KINDS:
        path = tmp_path / f"orders.{kind}"
        path.write_bytes(written(kind, ROWS))
        source = open_source(str(tmp_path))
        rows = pl.concat(batch.rows for batch in source.tables["orders"]())
        assert split("orders", rows).valid["amount"].to_list() == [i + 0.5 for i in range(40)]
        path.unlink()
