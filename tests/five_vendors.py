"""Tiny exports of five vendors that know the same customers by their e-mail: the company of `docs/first_list.md`."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

CUSTOMERS, START, DAYS = 160, datetime(2025, 1, 1), 540  # noqa: DTZ001 - exports say no zone
SECONDS, MINUTES = "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"


def write_exports(folder: Path) -> None:
    """Write exports of Zendesk, Shopify, Stripe, Delighted and Mailchimp; a third of the customers falls silent."""
    draws = random.Random(7)  # noqa: S311 - draws for tests
    files: dict[str, list[str]] = {name: [header] for name, header in HEADERS.items()}
    for customer in range(CUSTOMERS):
        stays = DAYS if customer % 3 else draws.randrange(120, 460)
        _write_customer(files, draws, customer, stays)
    folder.mkdir(parents=True)
    for name, lines in files.items():
        (folder / name).write_text("\n".join(lines) + "\n", "utf-8")


def _write_customer(files: dict[str, list[str]], draws: random.Random, customer: int, stays: int) -> None:
    mail, write = f"customer{customer}@example.com", lambda name, *cells: files[name].append(",".join(map(str, cells)))
    at = lambda day: START + timedelta(days=day, minutes=draws.randrange(1440))  # noqa: E731
    confirmed = f"{START - timedelta(days=30):{SECONDS}}"
    write(MEMBERS, mail, "F", "L", 2 + customer % 3, confirmed, confirmed, "es", confirmed, customer, f"{customer:08}")
    started, ended = START + timedelta(days=customer % 20), START + timedelta(days=stays) if stays < DAYS else None
    write(
        *(STRIPE, f"sub_{customer}", f"cus_{customer}", mail, "price_1", 1, "eur", "month", "20.00"),
        *("canceled" if ended else "active", *[f"{started:{MINUTES}}"] * 4, f"{started:{MINUTES}}"),
        *(f"{ended:{MINUTES}}" if ended else "", "false", f"{ended:{MINUTES}}" if ended else ""),
    )
    day = draws.randrange(20)
    while day < stays:
        paid = f"{at(day):{SECONDS}} +0000"
        number = f"#{customer * 1000 + day}"
        write(SHOPIFY, number, mail, "paid", paid, "EUR", "25.00", "0.00", paid, 1, "Cup", "25.00", "0.00", customer * 1000 + day)
        day += draws.randrange(15, 45)
    for day in range(draws.randrange(40), stays, 60 if stays == DAYS else 35):
        opened, ticket = at(day), customer * 1000 + day
        waited = draws.randrange(30, 300 if stays == DAYS else 2000)
        solved = opened + timedelta(minutes=waited + 600)
        write(
            *(ZENDESK, 1, ticket, "N", 36000 + customer, mail, "Ann", "Support", "Help", "Solved", "Normal", "Mail"),
            *("Question", f"{opened:{MINUTES}}", f"{solved:{MINUTES}}", f"{solved:{MINUTES}}", 1, 1, 0, 2, waited),
        )
        sent, score = solved + timedelta(days=1), draws.choice([9, 10, 8] if stays == DAYS else [3, 6, 7])
        answered = f"{sent + timedelta(hours=5):{SECONDS}}" if day % 3 else ""
        write(DELIGHTED, answered, f"{sent:{SECONDS}}", score if answered else "", "", "N", mail, "NPS", "https://x")
    for day in range(customer % 30, DAYS, 30):
        action = "click" if day < stays and draws.random() < 0.6 else "open"  # noqa: PLR2004 - a share
        write(ACTIVITY, mail, "News", action, f"{at(day):{SECONDS}}", "")


MEMBERS, ACTIVITY = "subscribed_members_export.csv", "aggregate_activity.csv"
STRIPE, SHOPIFY, ZENDESK, DELIGHTED = "subscriptions.csv", "orders_export_1.csv", "zendesk_tickets.csv", "delighted.csv"
HEADERS = {
    MEMBERS: "Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,CONFIRM_TIME,CC,LAST_CHANGED,LEID,EUID",
    ACTIVITY: "Email,Campaign,Action,Timestamp,URL",
    STRIPE: "id,Customer ID,Customer Email,Plan,Quantity,Currency,Interval,Amount,Status,Created (UTC),Start (UTC),"
    "Start Date (UTC),Current Period Start (UTC),Current Period End (UTC),Canceled At (UTC),Cancel At Period End,"
    "Ended At (UTC)",
    SHOPIFY: "Name,Email,Financial Status,Paid at,Currency,Total,Discount Amount,Created at,Lineitem quantity,"
    "Lineitem name,Lineitem price,Refunded Amount,Id",
    ZENDESK: "Summation column,Id,Requester,Requester id,Requester email,Assignee,Group,Subject,Status,Priority,Via,"
    "Ticket type,Created at,Updated at,Solved at,Group stations,Assignee stations,Reopens,Replies,"
    "First reply time in minutes",
    DELIGHTED: "Response At (UTC),Survey Sent At (UTC),Score,Comment,Person,Email,Survey Type,Permalink",
}
