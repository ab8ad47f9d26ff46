"""Rows that say what they are, in files whose names say nothing."""

from __future__ import annotations

import pytest

from tests.sources.exports import lines, proposed, proposed_and_loaded, when, write

QUESTION = "On a scale from 0 to 10 how likely are you to recommend us?"


def test_contracts_that_start_and_end_need_no_name(tmp_path):
    rows = lines(
        "CUPS;Cód. cliente;Tipo movimiento;Fecha efecto",
        lambda i: (
            f"ES{i // 2:05}",
            f"C{i // 2:03}",
            ["Alta", "Baja"][i % 2],
            f"{20 + i // 2 % 9}/0{i % 2 + 3}/2024",
        ),
    )
    text, tables = proposed_and_loaded(write(tmp_path, movimientos_cups_csv=rows))
    assert tables["subscriptions"]["event"].value_counts().sort("event").rows() == [("end", 20), ("start", 20)], (
        text
    )


def test_answers_to_a_question_in_words_need_no_name(tmp_path):
    row = lambda i: (f"r{i}", f"k{i % 9}@example.com", when(), i % 11)  # noqa: E731
    rows = lines(f"Response ID,Respondent email,Completed at,{QUESTION}", row, separator=",")
    text, tables = proposed_and_loaded(write(tmp_path, survicate_csv=rows))
    assert tables["surveys"]["score"].sum() == pytest.approx(sum(i % 11 for i in range(40))), text
    short = rows.replace(QUESTION, "NPS")
    (tmp_path / "short").mkdir()
    assert "[sources.surveys]" not in proposed(write(tmp_path / "short", dump_csv=short))


def test_a_list_of_customers_with_an_nps_stays_one_of_customers(tmp_path):
    people = lines(
        "Cód. cliente;Email;Fecha alta;NPS", lambda i: (f"C{i}", f"k{i}@example.com", "25/03/2023", i % 11)
    )
    assert "[sources.customers]" in proposed(write(tmp_path, clientes_csv=people))


def test_the_id_of_a_form_is_no_id_of_its_answers(tmp_path):
    rows = lines(
        "id,score,created_at,end_user_id,survey_id",
        lambda i: (i + 1, i % 11, when(), f"u{i % 9}", 7),
        separator=",",
    )
    text, tables = proposed_and_loaded(write(tmp_path, nps_responses_csv=rows))
    assert tables["surveys"]["survey_id"].n_unique() == 40, text


def test_reviews_chats_claims_and_reservations_are_recognised(tmp_path):
    exports = {
        "reviews_csv": ("Review Id,Email,Review Created,Review Stars", ("r", "4"), "surveys"),
        "chats_csv": ("chat_id,visitor_email,chat_start_date,operator", ("c", "Ana"), "tickets"),
        "claims_csv": ("Claim No,Customer Email,Opened date,Priority", ("s", "High"), "tickets"),
        "reservations_csv": ("Confirmation No.,Guest Email,Booking Date,Total Revenue", ("b", "90.00"), "orders"),
    }
    for name, (header, (mark, last), table) in exports.items():
        folder = tmp_path / name
        folder.mkdir()
        row = lambda i, mark=mark, last=last: (f"{mark}{i}", f"k{i % 9}@example.com", when(), last)  # noqa: E731
        text = proposed(write(folder, **{name: lines(header, row, separator=",")}))
        assert f"[sources.{table}]" in text, text


def test_a_list_of_people_is_no_list_of_contacts(tmp_path):
    people = lines(
        "Id. externa;Nombre;Correo electrónico;Creado el",
        lambda i: (f"p{i}", f"Ana{i} Ruiz", f"k{i}@example.com", f"{when():%Y-%m-%d %H:%M:%S}"),
    )
    assert "[sources.touchpoints]" not in proposed(write(tmp_path, dump_csv=people))
