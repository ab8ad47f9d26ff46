"""The search index of all customers by id, name, phone and email: one file, scanned and rewritten as a whole."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.private_files import open_private, write_private

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.lake import Lake

_FILE = "customers.arrow"
_STAMP = "customers.version"
_SHOWN = ("customer_id", "name", "phone", "email")
_SEPARATOR = "\n"
_LEAST_DIGITS = 5


def write_search_index(lake: Lake, folder: Path) -> bool:
    """Write the index of a lake's customers unless it is current; return whether it was written.

    Only its owner can read the file.
    """
    tables = [name for name in ("customers", "contacts", "identities") if lake.has(name)]
    stamp = " ".join(f"{name}:{lake.versions[name]}" for name in tables)
    if (folder / _FILE).is_file() and (folder / _STAMP).is_file() and (folder / _STAMP).read_text() == stamp:
        return False
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = folder / f".{_FILE}.new"
    with open_private(beside) as file:
        _build_index(lake).write_ipc(file)
    beside.replace(folder / _FILE)
    write_private(folder / _STAMP, stamp)
    return True


def _build_index(lake: Lake) -> pl.DataFrame:
    people = lake.read("customers", columns=["customer_id"]).unique("customer_id").sort("customer_id")
    if lake.has("contacts"):
        contacts = lake.read("contacts", columns=list(_SHOWN)).unique("customer_id", keep="last")
        people = people.join(contacts, on="customer_id", how="left", maintain_order="left")
    missing = [pl.lit(None, pl.String).alias(name) for name in _SHOWN if name not in people.columns]
    people = people.with_columns(missing).select(_SHOWN)
    aliases = lake.identities.group_by("customer_id").agg(pl.col("alias").str.join(_SEPARATOR).alias("aliases"))
    digits = pl.col("phone").str.replace_all(r"\D", "")
    words = [_fold(pl.col(name)) for name in ("customer_id", "name", "email", "aliases")]
    joined = people.join(aliases, on="customer_id", how="left", maintain_order="left")
    text = pl.concat_str([*words, digits], separator=_SEPARATOR, ignore_nulls=True)
    return joined.select(*_SHOWN, text.alias("text"))


def _fold(text: pl.Expr) -> pl.Expr:
    return text.str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_lowercase()


def fold_text(text: str) -> str:
    """Return a text in lower case, without accents.

    Examples
    --------
    >>> fold_text("Muñoz Ávila")
    'munoz avila'
    """
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).lower()


def search_customers(folder: Path, query: str, most: int = 50) -> list[dict[str, str | None]]:
    """Return customers whose id, alias, name or email contains every word of a query, or whose phone its digits.

    Customers whose id equals the query come first, then by id; at most `most`.
    """
    path, words = folder / _FILE, fold_text(query).split()
    if not path.is_file() or not words:
        return []
    digits = re.sub(r"\D", "", query)
    text = pl.col("text")
    holds = pl.all_horizontal(text.str.contains(word, literal=True) for word in words)
    is_number = len(digits) >= _LEAST_DIGITS and not re.search(r"[^\d\s()+./-]", query)
    holds = holds | text.str.contains(digits, literal=True) if is_number else holds
    is_other = _fold(pl.col("customer_id")) != fold_text(query.strip())
    matches = pl.scan_ipc(path).filter(holds).with_columns(is_other.alias("_other"))
    return matches.sort("_other", "customer_id").head(most).select(_SHOWN).collect().to_dicts()
