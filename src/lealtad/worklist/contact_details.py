"""Contact details of the customers of a list: one private file per owner, separate from the list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

import polars as pl

from lealtad.base.private_files import make_private_folder
from lealtad.base.spreadsheet import write_csv

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lealtad.lake import Lake

FOLDER = "contacts"
DETAILS = {"name": pl.String(), "phone": pl.String(), "email": pl.String()}
_PLACE = "{customer_id}"
CONTACTS = "contacts"  # the table of the contract


def fill_link(template: str, customer: str) -> str:
    """Return the address of a customer in the CRM; the id is escaped.

    Examples
    --------
    >>> fill_link("https://crm.example/c/{customer_id}", "C 7/1")
    'https://crm.example/c/C%207%2F1'
    """
    return template.replace(_PLACE, quote(customer, safe=""))


def read_contacts(lake: Lake, customers: pl.Series) -> pl.DataFrame:
    """Return `customer_id, name, phone, email` of customers, in their order; null if unknown."""
    asked = pl.DataFrame({"customer_id": customers})
    if not lake.has(CONTACTS):
        return asked.with_columns(pl.lit(None, kind).alias(name) for name, kind in DETAILS.items())
    rows = lake.read(CONTACTS, where=pl.col("customer_id").is_in(customers.implode()))
    absent = [pl.lit(None, kind).alias(name) for name, kind in DETAILS.items() if name not in rows.columns]
    details = rows.with_columns(absent).select("customer_id", *DETAILS)
    return asked.join(
        details.unique("customer_id", keep="last", maintain_order=True),
        on="customer_id",
        how="left",
        maintain_order="left",
    )


def build_contacts(team: pl.DataFrame, lake: Lake, link: str | None) -> pl.DataFrame:
    """Return the contact details of the customers of a list.

    Parameters
    ----------
    team
        The rows of the list; `owner, rank, customer_id` are read.
    lake
        Holds the table of contact details, if the company loads one.
    link
        Address of a customer in the company's CRM, with `{customer_id}`; None if the playbook has none.

    Returns
    -------
    `owner, rank, customer_id, name, phone, email`, in the order of the list; null if unknown. With `link`, a
    column `link` follows.
    """
    listed = team.select("owner", "rank", "customer_id")
    rows = listed.join(read_contacts(lake, team["customer_id"]), on="customer_id", maintain_order="left")
    if link is None:
        return rows
    links = [fill_link(link, customer) for customer in rows["customer_id"]]
    return rows.with_columns(link=pl.Series(links, dtype=pl.String))


def write_by_owner(
    folder: Path, rows: pl.DataFrame, suffix: str = "", owners: Mapping[str, str] | None = None
) -> list[Path]:
    """Write one CSV per owner below a folder, mode 0600, and remove the files of owners without customers.

    Parameters
    ----------
    folder
        The folder of the list; the files go to `contacts/` in it.
    rows
        Rows with `owner`, which the files omit.
    suffix
        Ending of the file names, such as "-mail".
    owners
        The company's names of its owners; the file name keeps only letters, digits and hyphens.
    """
    place = folder / FOLDER
    written: list[Path] = []
    make_private_folder(place)
    for (owner,), own in rows.sort("rank").group_by("owner", maintain_order=True):
        name = re.sub(r"[^\w-]+", "-", (owners or {}).get(str(owner), str(owner))).strip("-") or "owner"
        path = place / f"{name}{suffix}.csv"
        new = path.with_name(f".{path.name}.new")
        write_csv(own.drop("owner"), new)
        new.chmod(0o600)
        new.replace(path)
        written.append(path)
    for path in place.glob("*.csv"):
        is_of_kind = path.stem.endswith(suffix) if suffix else not path.stem.endswith("-mail")
        if is_of_kind and path not in written:
            path.unlink()
    return written
