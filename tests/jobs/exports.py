"""Exports in the shapes in which companies have them, small and made up."""

from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

START = datetime(2025, 1, 1, 9, 30)  # noqa: DTZ001 - exports say no zone
CUSTOMERS, DAYS = 40, 320


def _orders():
    """Order number, customer number and moment: each customer every fortnight, half of them with a long pause."""
    number = 0
    for day in range(0, DAYS, 2):
        for customer in range(day % 14 // 2, CUSTOMERS, 7):
            if customer % 2 and (day + customer * 7) % 200 < 90:
                continue
            number += 1
            yield number, customer, START + timedelta(days=day, minutes=number % 300)


def spanish_retailer(folder: Path) -> Path:
    """Semicolons, decimal commas, days first, letters in the encoding of old Windows, files per year."""
    lines = ["Nº pedido;Código cliente;Fecha;Importe;Devolución;Observaciones"]
    lines += [
        f"P{n:05d};C{customer:03d};{at:%d/%m/%Y %H:%M};{1000 + n % 900},{n % 100:02d};"
        f"{'Sí' if n % 9 == 0 else 'No'};añadir lazo"
        for n, customer, at in _orders()
    ]
    half = len(lines) // 2
    (folder / "pedidos_2024.csv").write_text("\n".join(lines[:half]), "cp1252")
    (folder / "pedidos_2025.csv").write_text("\n".join([lines[0], *lines[half:]]), "cp1252")
    people = ["Código;Nombre;Email;Fecha de alta;Provincia;Baja"]
    people += [
        f"C{c:03d};Persona {c};p{c}@correo.es;{1 + c % 28:02d}/03/2024;{'Álava' if c % 3 else 'León'};No"
        for c in range(CUSTOMERS)
    ]
    (folder / "Clientes.csv").write_text("\n".join(people), "cp1252")
    asked = ["id;cliente;enviada;respondida;puntuacion"]
    asked += [
        f"E{i};C{i % CUSTOMERS:03d};{START + timedelta(days=i):%d/%m/%Y};"
        + (f"{START + timedelta(days=i + 1):%d/%m/%Y};{i % 11}" if i % 3 else ";")
        for i in range(300)
    ]
    (folder / "encuesta_nps.csv").write_text("\n".join(asked), "cp1252")
    return folder


def english_software(folder: Path) -> Path:
    """Commas and ISO times with a zone; contracts with a start and an end; a log of what users did."""
    (folder / "crm").mkdir()
    users = pl.DataFrame(
        {
            "id": [f"u_{c}" for c in range(CUSTOMERS)],
            "email": [f"u{c}@example.com" for c in range(CUSTOMERS)],
            "created_at": [f"2024-{1 + c % 12:02d}-10T08:00:00Z" for c in range(CUSTOMERS)],
            "country": ["DE" if c % 2 else "FR" for c in range(CUSTOMERS)],
            "tier": ["free" if c % 3 else "pro" for c in range(CUSTOMERS)],
            "churned": ["no"] * CUSTOMERS,
        }
    )
    users.write_csv(folder / "crm" / "users.csv")
    contracts = pl.DataFrame(
        {
            "subscription_id": [f"s{c}" for c in range(CUSTOMERS)],
            "customer_id": [f"u_{c}" for c in range(CUSTOMERS)],
            "started_at": [f"2024-{1 + c % 12:02d}-11T08:00:00Z" for c in range(CUSTOMERS)],
            "ended_at": [f"2025-0{1 + c % 9}-11T08:00:00Z" if c % 4 == 0 else "" for c in range(CUSTOMERS)],
            "monthly_price": [f"{9 + c % 3}.90" for c in range(CUSTOMERS)],
        }
    )
    contracts.write_csv(folder / "crm" / "subscriptions.csv")
    kinds = ["Support chat", "Checkout", "Webinar", "Purchase", "Zebra"]
    events = pl.DataFrame(
        {
            "user_id": [f"u_{i % CUSTOMERS}" for i in range(400)],
            "timestamp": [f"{START + timedelta(hours=i * 11):%Y-%m-%dT%H:%M:%SZ}" for i in range(400)],
            "event_type": [kinds[i % 5] if i % 50 == 4 else kinds[i % 4] for i in range(400)],
            "direction": ["inbound" if i % 3 else "outbound" for i in range(400)],
        }
    )
    events.write_ndjson(folder / "events.jsonl")
    return folder


def helpdesk(folder: Path) -> Path:
    """One row per ticket, month first."""
    head = "Ticket ID,Requester ID,Subject,Status,Priority,Created at,First reply at,Solved at,Assignee"
    rows = [
        f"{i},{i % CUSTOMERS},Printer {i},Closed,{'High' if i % 4 else 'Low'},"
        f"{at:%m/%d/%Y %H:%M},{at + timedelta(hours=2):%m/%d/%Y %H:%M},{at + timedelta(days=1):%m/%d/%Y %H:%M},ana"
        for i in range(200)
        for at in [START + timedelta(hours=20 * i)]
    ]
    (folder / "tickets.csv").write_text("\n".join([head, *rows]))
    return folder


def typed_warehouse(folder: Path) -> Path:
    """Parquet with types: numbers as ids, times as times, and a column that bears a name of the contract."""
    numbers, customers, moments = zip(*_orders(), strict=True)
    orders = pl.DataFrame(
        {
            "order_key": numbers,
            "cust_key": customers,
            "order_ts": moments,
            "net_revenue": [float(n % 90) for n in numbers],
            "margin": ["low" if n % 2 else "high" for n in numbers],
        }
    )
    orders.write_parquet(folder / "fct_orders.parquet")
    pl.DataFrame({"cust_key": range(CUSTOMERS), "segment": ["a", "b"] * (CUSTOMERS // 2)}).write_parquet(
        folder / "dim_customers.parquet"
    )
    return folder
