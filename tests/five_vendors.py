"""Tiny exports of five vendors that know their customers by e-mail: the company of `docs/first_list.md`."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

CUSTOMERS, START, DAYS = 450, datetime(2025, 1, 1), 540  # noqa: DTZ001 - exports say no zone
SECONDS, MINUTES = "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"


def write_exports(folder: Path) -> None:
    """Write the exports; half of the customers wait long for replies, and leave sooner."""
    draws = random.Random(7)  # noqa: S311 - draws for tests
    files: dict[str, list[str]] = {name: [header] for name, header in HEADERS.items()}
    for customer in range(CUSTOMERS):
        begins = draws.randrange(-60, DAYS - 40)
        leaves = begins + 30 + draws.expovariate(1 / (90 if customer % 2 else 2_000))
        _write_customer(files, draws, customer, range(begins, min(int(leaves), DAYS)))
    folder.mkdir(parents=True)
    for name, lines in files.items():
        (folder / name).write_text("\n".join(lines) + "\n", "utf-8")


def _write_customer(files: dict[str, list[str]], draws: random.Random, customer: int, days: range) -> None:
    mail, unhappy = f"customer{customer}@example.com", customer % 2
    write = lambda name, *cells: files[name].append(",".join(map(str, cells)))  # noqa: E731
    at = lambda day: START + timedelta(days=day, minutes=draws.randrange(1440))  # noqa: E731
    confirmed = f"{at(days.start - 30):{SECONDS}}"
    write(
        MEMBERS,
        mail,
        "F",
        "L",
        2 + customer % 3,
        confirmed,
        confirmed,
        "es",
        confirmed,
        customer,
        f"{customer:08}",
    )
    started, ended = f"{at(days.start):{MINUTES}}", f"{at(days.stop):{MINUTES}}" if days.stop < DAYS else ""
    write(
        *(STRIPE, f"sub_{customer}", f"cus_{customer}", mail, "price_1", 1, "eur", "month", "20.00"),
        *("canceled" if ended else "active", *[started] * 5, ended, "false", ended),
    )
    for day in days[draws.randrange(20) :: draws.randrange(20, 40)]:
        paid, number = f"{at(day):{SECONDS}} +0000", customer * 1000 + day
        cells = ("paid", paid, "EUR", "25.00", "0.00", paid, 1, "Cup", "25.00", "0.00", number)
        write(SHOPIFY, f"#{number}", mail, *cells)
    for day in days[draws.randrange(40) :: 60]:
        opened, waited = at(day), draws.randrange(600, 3000) if unhappy else draws.randrange(30, 300)
        solved = opened + timedelta(minutes=waited + 600)
        write(
            *(ZENDESK, 1, customer * 1000 + day, "N", 36000 + customer, mail, "Ann", "Support", "Help", "Solved"),
            *("Normal", "Mail", "Question", f"{opened:{MINUTES}}", f"{solved:{MINUTES}}", f"{solved:{MINUTES}}"),
            *(1, 1, 0, 2, waited),
        )
        sent, score = solved + timedelta(days=1), draws.choice([3, 6, 7] if unhappy else [9, 10, 8])
        answered = f"{sent + timedelta(hours=5):{SECONDS}}" if day % 3 else ""
        write(
            DELIGHTED, answered, f"{sent:{SECONDS}}", score if answered else "", "", "N", mail, "NPS", "https://x"
        )
    for day in days[customer % 30 :: 30]:
        action = "open" if unhappy or draws.random() < 0.4 else "click"
        write(ACTIVITY, mail, "News", action, f"{at(day):{SECONDS}}", "")


MEMBERS, ACTIVITY = "subscribed_members_export.csv", "aggregate_activity.csv"
STRIPE, SHOPIFY, ZENDESK, DELIGHTED = (
    "subscriptions.csv",
    "orders_export_1.csv",
    "zendesk_tickets.csv",
    "delighted.csv",
)
HEADERS = {
    MEMBERS: "Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,CONFIRM_TIME,CC,LAST_CHANGED,LEID,EUID",
    ACTIVITY: "Email,Campaign,Action,Timestamp,URL",
    STRIPE: "id,Customer ID,Customer Email,Plan,Quantity,Currency,Interval,Amount,Status,Created (UTC),"
    "Start (UTC),Start Date (UTC),Current Period Start (UTC),Current Period End (UTC),Canceled At (UTC),"
    "Cancel At Period End,"
    "Ended At (UTC)",
    SHOPIFY: "Name,Email,Financial Status,Paid at,Currency,Total,Discount Amount,Created at,Lineitem quantity,"
    "Lineitem name,Lineitem price,Refunded Amount,Id",
    ZENDESK: "Summation column,Id,Requester,Requester id,Requester email,Assignee,Group,Subject,Status,Priority,"
    "Via,Ticket type,Created at,Updated at,Solved at,Group stations,Assignee stations,Reopens,Replies,"
    "First reply time in minutes",
    DELIGHTED: "Response At (UTC),Survey Sent At (UTC),Score,Comment,Person,Email,Survey Type,Permalink",
}
