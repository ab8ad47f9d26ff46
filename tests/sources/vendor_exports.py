"""Tiny exports in the shapes that vendors document: per vendor its files, and what a right load holds.

Headers that no public page confirmed are marked in `docs/sources/`.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

COUNT = 24
SECONDS, MINUTES = "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"


def _at(row: int, **more: float) -> datetime:
    return datetime(2025, 1, 3, 9, 30) + timedelta(days=5 * row) + timedelta(**more)  # noqa: DTZ001 - of no zone


def _csv(header: str, row, count: int = COUNT) -> str:
    return "\n".join([header, *(",".join(map(str, row(number))) for number in range(count))]) + "\n"


def _json_lines(row, count: int = COUNT) -> str:
    return "\n".join(json.dumps(row(number)) for number in range(count)) + "\n"


def _choose(row: int, *values: object) -> object:
    return values[row % len(values)]


def zendesk():
    header = (
        "Summation column,Id,Requester,Requester id,Requester external id,Requester email,Assignee,Group,Subject,"
        "Tags,Status,Priority,Via,Ticket type,Created at,Updated at,Solved at,Group stations,"
        "Assignee stations,Reopens,"
        "Replies,First reply time in minutes,First reply time in minutes within business hours"
    )
    row = lambda i: (  # noqa: E731
        *(1, 100 + i, "N", 7000 + i % 8, "", f"c{i % 8}@example.com", "Ann", "Support", "Help", "", "Solved"),
        *(_choose(i, "Low", "Normal", "High", "Urgent"), "Mail", "Question", f"{_at(i):{MINUTES}}"),
        *(f"{_at(i, hours=9):{MINUTES}}", f"{_at(i, hours=8):{MINUTES}}", 1, 1, 0, 2, 90, 45),
    )
    return {"zendesk_tickets.csv": _csv(header, row)}


def freshdesk():
    header = (
        "Ticket ID,Subject,Status,Priority,Source,Type,Agent,Group,Created time,Due by Time,Resolved time,"
        "Closed time,Last update time,Initial response time,Time tracked,First response time (in hrs),"
        "Resolution time (in hrs),Agent interactions,Customer interactions,Resolution status,"
        "First response status,Tags,Email,Contact ID"
    )
    row = lambda i: (  # noqa: E731
        *(
            1 + i,
            "Help",
            "Closed",
            _choose(i, "Low", "Medium", "High", "Urgent"),
            "Email",
            "Question",
            "Ann",
            "Desk",
        ),
        *(f"{_at(i):{SECONDS}}", f"{_at(i, hours=20):{SECONDS}}", f"{_at(i, hours=8):{SECONDS}}"),
        *(f"{_at(i, hours=30):{SECONDS}}", f"{_at(i, hours=30):{SECONDS}}", f"{_at(i, minutes=90):{SECONDS}}"),
        *("00:00:00", "01:30:00", "08:00:00", 2, 1, "Within SLA", "Within SLA", "", f"c{i % 8}@example.com"),
        900 + i % 8,
    )
    return {"tickets.csv": _csv(header, row)}


def intercom():
    def row(i):
        at = 1_735_900_000 + i * 400_000
        contact = {"type": "contact", "id": f"5f{i % 8:022x}", "external_id": f"C{i % 8}"}
        times = {"first_admin_reply_at": at + 5400, "first_close_at": at + 9000, "last_close_at": at + 28800}
        return {
            "type": "conversation",
            "id": f"2154{i:04}",
            "created_at": at,
            "updated_at": at + 28800,
            "state": "closed",
            "priority": "not_priority",
            "source": {"type": "email", "id": str(i)},
            "contacts": {"type": "contact.list", "contacts": [contact]},
            "statistics": times,
        }

    return {"conversations.jsonl": _json_lines(row)}


def salesforce():
    cases = (
        "Case Number,Contact ID,Account Name,Status,Priority,Case Origin,Date/Time Opened,Date/Time Closed,Subject"
    )
    contacts = "Id,AccountId,LastName,Email,HasOptedOutOfEmail,CreatedDate,MailingCountry"
    ids = ["0031000000ABCDE", "0031000000ABCDe", "0031000000abcde", "0031000000aBcDe"]
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"  # a letter says which of five others are capitals
    capitals = lambda five: sum(1 << place for place, letter in enumerate(five) if letter.isupper())  # noqa: E731
    full = [one + "".join(letters[capitals(one[at : at + 5])] for at in (0, 5, 10)) for one in ids]
    case = lambda i: (  # noqa: E731
        *(f"{i:08}", ids[i % 4], "Co", "Closed", _choose(i, "Low", "High"), "Email", f"{_at(i):{MINUTES}}"),
        *(f"{_at(i, hours=8):{MINUTES}}", "Help"),
    )
    contact = lambda i: (  # noqa: E731
        *(full[i], f"001{i:015}", "N", f"c{i}@example.com", _choose(i, "true", "false")),
        *("2024-01-01T00:00:00.000Z", "Spain"),
    )
    return {"report1.csv": _csv(cases, case), "Contact.csv": _csv(contacts, contact, 4)}


def hubspot():
    contacts = "Record ID,First Name,Last Name,Email,Lifecycle Stage,Create Date,Unsubscribed from all email"
    deals = "Record ID,Deal Name,Deal Stage,Close Date,Amount,Create Date,Pipeline,Associated Contact IDs"
    contact = lambda i: (  # noqa: E731
        *(510 + i, "F", "L", f"c{i}@example.com", _choose(i, "Customer", "Lead")),
        *(f"{_at(0):{MINUTES}}", _choose(i, "true", "false")),
    )
    deal = lambda i: (  # noqa: E731
        *(700 + i, f"Deal {i}", _choose(i, "Closed Won", "Closed Lost"), f"{_at(i):{MINUTES}}", "100.50"),
        *(f"{_at(i, days=-3):{MINUTES}}", "Sales Pipeline", 510 + i // 3),
    )
    return {"hubspot-contacts.csv": _csv(contacts, contact, 8), "hubspot-deals.csv": _csv(deals, deal)}


def shopify():
    header = (
        "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,"
        "Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,"
        "Lineitem quantity,Lineitem name,"
        "Lineitem price,Billing Name,Refunded Amount,Id,Tags"
    )

    def row(i):
        name, first = f"#{1001 + i // 2}", i % 2 == 0
        if not first:
            return (name, f"c{i // 2 % 5}@example.com", *[""] * 14, 1, "Mug", "5.00", *[""] * 4)
        status = _choose(i // 2, "paid", "paid", "partially_refunded", "voided")
        paid = f"{_at(i):{SECONDS}} +0100"
        back = "5.00" if status == "partially_refunded" else "0.00"
        return (
            *(name, f"C{i // 2 % 5}@example.com", status, paid, "fulfilled", paid, "yes", "EUR", "20.00", "5.00"),
            *("0.00", "25.00", "", "0.00", "Post", paid, 2, "Cup", "7.50", "N", back, 55000 + i, ""),
        )

    return {"orders_export_1.csv": _csv(header, row)}


def woocommerce():
    header = (
        "Order Number,Order Status,Order Date,Customer User ID,Email (Billing),Order Refund Amount,"
        "Order Total Amount,Item #,Item Name,Quantity (- Refund),Item Cost"
    )
    row = lambda i: (  # noqa: E731
        *(
            8000 + i // 2,
            _choose(i // 2, "Completed", "Processing", "Cancelled", "Failed"),
            f"{_at(i // 2):{MINUTES}}",
        ),
        *(_choose(i // 2, 0, 5), f"c{i // 2 % 5}@example.com", 0, "25.00", 1 + i % 2, "Cup", 2, "10.00"),
    )
    return {"orders-export.csv": _csv(header, row)}


def prestashop():
    header = "Referencia pedido;Estado;ID cliente;Fecha;Producto;Cantidad;Precio unitario;Total pedido"
    row = lambda i: (  # noqa: E731
        *(f"R{i // 2:04}", _choose(i // 2, "Pago aceptado", "Cancelado"), f"{i // 2 % 5:05}"),
        *(f"{_at(i // 2):%d/%m/%Y %H:%M}", "Taza", 2, "10.00".replace(".", "§"), "25.00".replace(".", "§")),
    )
    return {"pedidos.csv": _csv(header, row).replace(",", ";").replace("§", ",")}


def stripe():
    header = (
        "id,Customer ID,Customer Email,Plan,Quantity,Currency,Interval,Amount,Status,Created (UTC),Start (UTC),"
        "Start Date (UTC),Current Period Start (UTC),Current Period End (UTC),Trial Start (UTC),Trial End (UTC),"
        "Canceled At (UTC),Cancel At Period End,Ended At (UTC)"
    )

    def row(i):
        ended, start = i % 4 == 0, f"{_at(i):{MINUTES}}"
        return (
            *(f"sub_{i}", f"cus_{i}", f"c{i}@example.com", "price_1", _choose(i, 1, 2), "eur"),
            *(_choose(i, "month", "year"), _choose(i, "10.00", "60.00"), "canceled" if ended else "active"),
            *(start, start, start, start, f"{_at(i, days=30):{MINUTES}}", "", ""),
            f"{_at(i, days=50):{MINUTES}}" if ended else "",
            *("false", f"{_at(i, days=60):{MINUTES}}" if ended else ""),
        )

    return {"subscriptions.csv": _csv(header, row)}


def chargebee():
    header = (
        "subscriptions.id,customers.id,subscriptions.status,subscriptions.plan_id,subscriptions.plan_quantity,"
        "subscriptions.mrr,subscriptions.currency_code,subscriptions.created_at,subscriptions.started_at,"
        "subscriptions.cancelled_at,subscriptions.billing_period"
    )

    def row(i):
        start, ended = f"{_at(i):%d-%b-%Y %H:%M}", i % 4 == 0
        return (
            *(
                f"Az{i}",
                f"cb{i}",
                "Cancelled" if ended else "Active",
                "pro-EUR-Monthly",
                1,
                "10.00",
                "EUR",
                start,
                start,
            ),
            *(f"{_at(i, days=60):%d-%b-%Y %H:%M}" if ended else "", "1 month"),
        )

    return {"Subscriptions.csv": _csv(header, row)}


def recurly():
    header = (
        "uuid,account_code,email,first_name,plan_code,plan_name,state,quantity,unit_amount,currency,created_at,"
        "activated_at,current_period_started_at,current_period_ends_at,canceled_at,expires_at,modified_at"
    )

    def row(i):
        start, ended = f"{_at(i):{SECONDS}} UTC", i % 4 == 0
        return (
            *(f"{i:032x}", f"acc{i}", f"c{i}@example.com", "F", _choose(i, "gold", "gold-yearly"), "Gold"),
            *("expired" if ended else "active", 1, _choose(i, "10.00", "120.00"), "EUR", start, start, start),
            *("2026-12-01 00:00:00 UTC", f"{_at(i, days=50):{SECONDS}} UTC" if ended else ""),
            *(f"{_at(i, days=60):{SECONDS}} UTC" if ended else "", start),
        )

    return {"subscriptions.csv": _csv(header, row)}


def delighted():
    header = "Response At (UTC),Survey Sent At (UTC),Score,Comment,Person,Email,Customer ID,Survey Type,Permalink"
    row = lambda i: (  # noqa: E731
        f"{_at(i, hours=9):{SECONDS}}" if i % 3 else "",
        *(f"{_at(i):{SECONDS}}", _choose(i, 0, 10, 7, 9, 3, 8) if i % 3 else "", "", "N"),
        *(f"c{i % 8}@example.com", f"C{i % 8}", "NPS", "https://x"),
    )
    return {"delighted-nps.csv": _csv(header, row)}


def surveymonkey():
    header = (
        "Respondent ID,Collector ID,Start Date,End Date,IP Address,Email Address,First Name,Last Name,"
        'Custom Data 1,"How likely is it that you would recommend us to a friend?",'
        "Overall how satisfied are you?,Why?\n"
        ",,,,,,,,,Response,Response,Open-Ended Response"
    )
    us = "%m/%d/%Y %I:%M:%S %p"
    steps = (
        "Very dissatisfied",
        "Dissatisfied",
        "Neither satisfied nor dissatisfied",
        "Satisfied",
        "Very satisfied",
    )
    row = lambda i: (  # noqa: E731
        *(
            11800 + i,
            446,
            f"{_at(i):{us}}",
            f"{_at(i, minutes=4):{us}}",
            f"10.0.0.{i}",
            f"c{i % 8}@example.com",
            "F",
            "L",
        ),
        *("", _choose(i, "0 - Not at all likely", "10 - Extremely likely", 7, 9), _choose(i, *steps), ""),
    )
    return {"Customer Survey.csv": _csv(header, row)}


def qualtrics():
    names = (
        *("StartDate", "EndDate", "Status", "IPAddress", "Progress", "Finished", "RecordedDate", "ResponseId"),
        *("RecipientEmail", "ExternalReference", "DistributionChannel", "UserLanguage", "NPS", "CSAT"),
    )
    questions = [*names[:-2], "How likely are you to recommend us?", "How satisfied are you?"]
    imports = ",".join(f'"{{""ImportId"":""x{place}""}}"' for place in range(len(names)))
    row = lambda i: (  # noqa: E731
        *(f"{_at(i):{SECONDS}}", f"{_at(i, minutes=4):{SECONDS}}", 1 if i < 4 else 0, "", 100, 1),
        *(f"{_at(i, minutes=4):{SECONDS}}", f"R_{i}", "", f"C{i % 8}", "email", "EN"),
        *(_choose(i, 0, 10, 7, 9, -99, 8), _choose(i, 1, 5, 4, 3)),
    )
    return {"NPS_2025.csv": _csv("\n".join([",".join(names), ",".join(questions), imports]), row)}


def typeform():
    header = (
        '#,"On a scale from 0 to 10, how likely are you to recommend us?",customer_id,Response Type,'
        "Start Date (UTC),Stage Date (UTC),Submit Date (UTC),Network ID,Tags"
    )
    row = lambda i: (  # noqa: E731
        *(f"{i:032x}", _choose(i, 0, 10, 7, 9), f"C{i % 8}", "completed", f"{_at(i):{SECONDS}}", ""),
        *(f"{_at(i, minutes=4):{SECONDS}}", f"d{i:09x}", ""),
    )
    return {"responses.csv": _csv(header, row)}


def google_forms():
    header = "Timestamp,Email Address,How likely are you to recommend us to a friend?,Comments"
    row = lambda i: (  # noqa: E731
        *(f"{_at(i):%m/%d/%Y %H:%M:%S}", f"c{i % 8}@example.com", _choose(i, 0, 10, 7, 9), "fine"),
    )
    return {"Feedback (Responses).csv": _csv(header, row)}


def segment():
    row = lambda i: {  # noqa: E731
        "type": "track",
        "messageId": f"ajs-{i}",
        "event": _choose(i, "Plan Wibbled", "Order Completed"),
        "userId": f"C{i % 5}" if i % 4 else "",
        "anonymousId": f"a{i}",
        "timestamp": f"{_at(i):%Y-%m-%dT%H:%M:%S.000Z}",
        "receivedAt": f"{_at(i):%Y-%m-%dT%H:%M:%S.500Z}",
    }
    return {"segment_events.jsonl": _json_lines(row)}


def braze():
    kinds = ("Send", "Open", "Click", "Bounce")
    row = lambda i: {  # noqa: E731
        "event_type": f"users.messages.email.{_choose(i, *kinds)}",
        "id": f"b{i:08x}",
        "time": 1_735_900_000 + i * 400_000,
        "user": {"user_id": f"{i % 5:024x}", "external_user_id": f"C{i % 5}"},
        "properties": {"campaign_id": "c1", "campaign_name": "Spring", "send_id": f"s{i}"},
    }
    return {"currents.jsonl": _json_lines(row)}


def mailchimp():
    members = (
        "Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,CONFIRM_TIME,CC,REGION,LAST_CHANGED,LEID,EUID"
    )
    member = lambda i: (  # noqa: E731
        *(f"c{i}@example.com", "F", "L", 2 + i % 3, "2024-03-01 10:00:00", "2024-03-01 10:01:00", "es", "md"),
        *("2025-01-01 09:00:00", i, f"{i:08}"),
    )
    row = lambda i: (  # noqa: E731
        *(f"c{i % 8}@example.com", "News", _choose(i, "open", "click", "bounce"), f"{_at(i):{SECONDS}}", ""),
    )
    return {
        "aggregate_activity.csv": _csv("Email,Campaign,Action,Timestamp,URL", row),
        "subscribed_members_export.csv": _csv(members, member, 8),
    }


EXPORTS = {
    "zendesk": zendesk,
    "freshdesk": freshdesk,
    "intercom": intercom,
    "salesforce": salesforce,
    "hubspot": hubspot,
    "shopify": shopify,
    "woocommerce": woocommerce,
    "prestashop": prestashop,
    "stripe": stripe,
    "chargebee": chargebee,
    "recurly": recurly,
    "delighted": delighted,
    "surveymonkey": surveymonkey,
    "qualtrics": qualtrics,
    "typeform": typeform,
    "google_forms": google_forms,
    "segment": segment,
    "braze": braze,
    "mailchimp": mailchimp,
}
