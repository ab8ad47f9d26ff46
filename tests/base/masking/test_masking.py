"""Personal data disappear from free text in both languages; what is not personal stays."""

from __future__ import annotations

import re
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.base.masking import KINDS, mask_personal_data

MASKED = [
    # greetings
    ("Hola Marta, no funciona", "Hola [name], no funciona"),
    ("hola marta no funciona", "hola [name] no funciona"),
    ("hola xurxo, no funciona", "hola [name], no funciona"),
    ("HOLA MARTA, NO FUNCIONA NADA", "HOLA [name], NO FUNCIONA NADA"),
    ("Hola, Marta. No funciona", "Hola, [name]. No funciona"),
    ("¡Hola Marta! ¿Qué tal?", "¡Hola [name]! ¿Qué tal?"),
    ("Buenos días, Juan Carlos: sigo igual", "Buenos días, [name]: sigo igual"),
    ("Estimado Sr. García: le escribo", "Estimado Sr. [name]: le escribo"),
    ("Estimada doña María del Carmen Ruiz de la Peña, le escribo", "Estimada doña [name], le escribo"),
    ("Querida Xiomara Ñandú, gracias", "Querida [name], gracias"),
    ("Dear Mr Smith, I am waiting", "Dear Mr [name], I am waiting"),
    ("Dear Mr. O'Brien-Jones, I am waiting", "Dear Mr. [name], I am waiting"),
    ("Hi Dr. Okonkwo, thanks", "Hi Dr. [name], thanks"),
    ("hi john it does not work", "hi [name] it does not work"),
    ("Hello Zbigniew, it does not work", "Hello [name], it does not work"),
    ("Good morning Laura and Zbigniew, it does not work", "Good morning [name] and [name], it does not work"),
    ("hola buenas tardes marta le escribo", "hola buenas tardes [name] le escribo"),
    ("hola, soy maría lópez y sigo igual", "hola, soy [name] y sigo igual"),
    ("HOLA, SOY MARIA LOPEZ Y SIGO IGUAL", "HOLA, SOY [name] Y SIGO IGUAL"),
    ("Hi Will, May I ask", "Hi [name], May I ask"),
    # closings
    ("No contestan. Un saludo, Ana Ruiz", "No contestan. Un saludo, [name]"),
    ("Nobody answers.\nKind regards,\nJ. Smith", "Nobody answers.\nKind regards,\n[name]"),
    ("Nobody answers.\nthanks\nregards, ngozi adichie", "Nobody answers.\nthanks\nregards, [name]"),
    ("No contestan. Atentamente,\nFdo. Luis Pérez-Gil", "No contestan. Atentamente,\nFdo. [name]"),
    ("Sincerely yours,\nMs. Aoife Ní Bhriain", "Sincerely yours,\nMs. [name]"),
    ("Mr. Okafor, of billing, said no", "Mr. [name], of billing, said no"),
    ("Gracias Laura", "Gracias [name]"),
    ("Thanks, Tom!", "Thanks, [name]!"),
    # people in the text
    ("Me llamo Lucía Ñuñez y llevo esperando", "Me llamo [name] y llevo esperando"),
    ("My name is ngozi adichie, please help", "My name is [name], please help"),
    ("Soy Juan Pérez", "Soy [name]"),
    ("Hi, it's Nkechi from London", "Hi, it's [name] from London"),
    ("I spoke to Siobhan twice", "I spoke to [name] twice"),
    ("Me atendió Xurxo y fue amable", "Me atendió [name] y fue amable"),
    ("Hablé con una tal Nekane", "Hablé con una tal [name]"),
    ("la compañera Laura colgó", "la compañera [name] colgó"),
    ("my husband Zbigniew paid", "my husband [name] paid"),
    ("Laura García no sabía nada", "[name] no sabía nada"),
    ("El trato de Carlos fue pésimo", "El trato de [name] fue pésimo"),
    # phones
    ("llámame al 612345678", "llámame al [phone]"),
    ("llámame al 612 34 56 78.", "llámame al [phone]."),
    ("llámame al +34 612-345-678", "llámame al [phone]"),
    ("llámame al (+34) 612.345.678", "llámame al [phone]"),
    ("tel.612345678", "tel.[phone]"),
    ("call me at (020) 7946 0958", "call me at [phone]"),
    ("call me at +1 (555) 010-9999 today", "call me at [phone] today"),
    ("call 0044 7700 900123", "call [phone]"),
    ("call 555-0199", "call [phone]"),
    ("6 1 2 3 4 5 6 7 8", "[phone]"),
    ("seis uno dos tres cuatro cinco seis siete ocho", "[phone]"),
    ("my number is ６１２３４５６７８", "my number is [phone]"),
    ("(612345678)", "([phone])"),
    ("llámeme al seis doce, treinta y cuatro, cincuenta y seis", "llámeme al [phone]"),
    ("tel: 0034-612345678 / 612345679", "tel: [phone]"),
    ("call me 020 7946 0958 ext 123", "call me [phone]"),
    ("call 020 7946 0958 x123", "call [phone]"),
    ("llámame al 91 234 56 78, extensión 12.", "llámame al [phone]."),
    ("tel 612 345 678 (int. 22)", "tel [phone]"),
    # online
    ("www.empresa.es/reset/abc123 no va", "[user] no va"),
    ("bit.ly/3xYz12", "[user]"),
    ("escríbeme a ana.ruiz+1@correo.es, gracias", "escríbeme a [email], gracias"),
    ("ana.ruiz (at) gmail (dot) com", "[email]"),
    ("ana.ruiz arroba gmail punto com", "[email]"),
    ("ANA_RUIZ@EXAMPLE.CO.UK", "[email]"),
    ("write to josé.ñu@correo.es", "write to [email]"),
    ("my instagram is @ana.ruiz.", "my instagram is [user]."),
    ("https://example.com/reset?token=abc see", "[user] see"),
    ("usuario: anita77 no entra", "usuario: [user] no entra"),
    # accounts, cards, ids
    ("ES91 2100 0418 4502 0005 1332 gracias", "[account] gracias"),
    ("mi iban es es9121000418450200051332", "mi iban es [account]"),
    ("GB29 NWBK 6016 1331 9268 19 please", "[account] please"),
    ("DE89-3704-0044-0532-0130-00", "[account]"),
    ("cuenta 2100 0418 45 0200051332", "cuenta [account]"),
    ("sort code 20-45-45", "sort code [account]"),
    ("tarjeta 4111 1111 1111 1111", "tarjeta [card]"),
    ("card 4111-1111-1111-1111.", "card [card]."),
    ("amex 378282246310005", "amex [card]"),
    ("mi DNI es 12345678Z", "mi DNI es [id]"),
    ("mi dni 12.345.678-z", "mi dni [id]"),
    ("NIE X-1234567-L", "NIE [id]"),
    ("mi nie x 1234567 l", "mi nie [id]"),
    ("DNI 12.345.678", "DNI [id]"),
    ("matrícula M-1234-AB", "matrícula [id]"),
    ("my reg is AB12 CDE", "my reg is [id]"),
    ("my passport is GB 123456789", "my passport is [id]"),
    ("mac 00:1B:44:11:3A:B7 and 2001:db8::1", "mac [id] and [id]"),
    ("la tarjeta que termina en 4242", "la tarjeta que termina en [card]"),
    ("card ending in 4242", "card ending in [card]"),
    ("pin 1234", "pin [card]"),
    ("CIF B12345678", "CIF [id]"),
    ("my NI number is QQ 12 34 56 C", "my NI number is [id]"),
    ("SSN 123-45-6789", "SSN [id]"),
    ("pasaporte PAA123456", "pasaporte [id]"),
    ("soy el cliente 4471", "soy el cliente [id]"),
    ("customer number: C00123", "customer number: [id]"),
    ("pedido nº 88231-B", "pedido nº [id]"),
    ("ref TK-100234", "ref [id]"),
    ("matrícula 1234 BCD", "matrícula [id]"),
    ("Invoice INV-2024-00017 unpaid", "Invoice [id] unpaid"),
    ("la factura 2026-00123 es errónea", "la factura [id] es errónea"),
    ("passport number 123456789", "passport number [id]"),
    ("cad 12/27 cvv 123", "cad [card] cvv [card]"),
    ("john dot smith at gmail dot com", "[email]"),
    # addresses and birth
    ("vivo en la calle Mayor 12, 3º B y no llega", "vivo en la [address] y no llega"),
    ("C/ San Juan de la Cruz, nº 4", "[address]"),
    ("deliver to 221B Baker Street please", "deliver to [address] please"),
    ("postcode SW1A 1AA", "postcode [address]"),
    ("nací el 12/05/1980", "nací el [birth]"),
    ("born on 12 May 1980", "born on [birth]"),
    ("my date of birth is 4th July 1980", "my date of birth is [birth]"),
    ("fecha nac. 03-05-75", "fecha nac. [birth]"),
    ("C/ Alcalá 45 2ºA 28014 Madrid", "[address] [address] Madrid"),
    ("350 Fifth Avenue, New York, NY 10118", "[address], New York, [address]"),
    ("Gran Vía 12, Bilbao", "[address], Bilbao"),
    ("PO Box 1234", "[address]"),
    ("apartado de correos 4567", "[address]"),
]
KEPT = [
    "Pagué 1.234.567,89 € el 12/05/2024 a las 10:30",
    "I paid €12,500.00 on 2024-05-12 10:30 for 12 months",
    "Ordered 03/05/2026-10/05/2026, 3 times, 100% unhappy",
    "Hola, quería saber por qué no llega",
    "Hola buenas, Llevo tres semanas esperando",
    "Hola, Llevo tres semanas esperando",
    "Hi there, I have been waiting since Monday",
    "Hi team, the app fails on Android 14",
    "Dear Sir or Madam, nobody answers",
    "Estimados señores, nadie contesta",
    "Gracias por todo",
    "Thanks for nothing. The app is slow",
    "Soy cliente desde 2019 y pago 45 euros",
    "I am very unhappy with the 2 GB plan",
    "Un saludo y gracias",
    "Con la aplicación nueva tardo el doble",
    "I spoke to the manager three times in May",
    "This is the third time",
    "In 2023, 2024 and 2025 it was fine",
    "Precio: 1234567,50 euros",
    "El envío a Santa Cruz tardó 12 días",
    "The router XR500 restarts every 30 minutes",
    "Pagué con VISA y con Movistar no me pasa",
    "She never called back",
    "Uno, dos o tres días de espera",
    "It's Monday, and it's slow",
    "I called 3 x 10 minutes at 10:30:15",
    "Apartado 3 del contrato",
    "www.empresa.es/ayuda y empresa.com/plan-5g no cargan",
    "La rambla 2 veces al día",
    "",
]


@pytest.mark.parametrize(("text", "expected"), MASKED)
def test_personal_data_are_masked(text: str, expected: str) -> None:
    masked = mask_personal_data(text).replace("[e-mail]", "[email]").replace("[date of birth]", "[birth]")
    assert masked == expected


@pytest.mark.parametrize("text", KEPT)
def test_what_is_not_personal_stays(text: str) -> None:
    assert mask_personal_data(text) == text
    assert mask_personal_data(text, "es") == text


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("text", [text for text, _ in MASKED])
def test_a_masked_text_is_masked_to_itself(text: str, language: str) -> None:
    masked = mask_personal_data(text, language)
    assert mask_personal_data(masked, language) == masked


def test_what_is_known_of_the_customer_is_masked_wherever_it_stands() -> None:
    known = ("Ngozi Adichie", "+34 612 345 678", "ngozi@correo.es", "C7", "cust-00041", None)
    text = "adichie here, NGOZI@correo.es, 612345678, cust-00041 and Ngozi Adichie"
    assert mask_personal_data(text, known=known) == "[name] here, [e-mail], [phone], [id] and [name]"


def test_every_kind_has_a_placeholder_in_both_languages() -> None:
    assert all(set(words) == {"en", "es"} for words in KINDS.values())


AROUND = st.sampled_from(
    [("", ""), ("Escribo por ", " y espero."), ("I wait: ", ", please."), ("(", ")"), ("\n", "\n")]
)
SEPARATOR = st.sampled_from(["", " ", "-", ".", "\u00a0", "\u2011"])


@given(digits=st.from_regex(r"[6-9][0-9]{8}", fullmatch=True), separator=SEPARATOR, around=AROUND)
def test_no_phone_stays_however_it_is_grouped(digits: str, separator: str, around: tuple[str, str]) -> None:
    for groups in ((3, 3, 3), (3, 2, 2, 2), (2, 3, 2, 2), (9,)):
        at, parts = 0, []
        for size in groups:
            parts.append(digits[at : at + size])
            at += size
        masked = mask_personal_data(separator.join(parts).join(around))
        assert sum(map(str.isdigit, masked)) == 0, masked


@given(
    local=st.from_regex(r"[a-zñ0-9][a-z0-9._+-]{0,12}[a-z0-9]", fullmatch=True),
    domain=st.from_regex(r"[a-z0-9-]{1,8}\.(com|es|co\.uk)", fullmatch=True),
    around=AROUND,
)
def test_no_mail_stays(local: str, domain: str, around: tuple[str, str]) -> None:
    masked = mask_personal_data(f"{local}@{domain}".join(around))
    assert masked == mask_personal_data("[e-mail]".join(around))


@given(body=st.from_regex(r"[0-9]{22}", fullmatch=True), spaced=st.booleans(), around=AROUND)
def test_no_account_stays(body: str, spaced: bool, around: tuple[str, str]) -> None:
    iban = "ES" + body
    shown = " ".join(re.findall(".{1,4}", iban)) if spaced else iban
    assert sum(map(str.isdigit, mask_personal_data(shown.join(around)))) == 0


@given(number=st.from_regex(r"[3-6][0-9]{14,15}", fullmatch=True), separator=SEPARATOR)
def test_no_card_stays(number: str, separator: str) -> None:
    shown = separator.join(re.findall(".{1,4}", number))
    assert sum(map(str.isdigit, mask_personal_data(f"card {shown} expired"))) == 0


@given(text=st.text(max_size=80))
def test_any_text_can_be_masked_and_stays_masked(text: str) -> None:
    masked = mask_personal_data(text)
    assert mask_personal_data(masked) == masked


@pytest.mark.parametrize("part", ["a.b-", "12-", "Calle ", "ES91 ", "x@", "a dot ", "A1-", "D. ", "customer no "])
def test_long_texts_of_one_pattern_are_masked_in_time_that_grows_with_them(part: str) -> None:
    def measure(times: int) -> float:
        started = process_time()
        mask_personal_data(part * times)
        return process_time() - started

    assert measure(4000) < 1 + 40 * measure(400)


@pytest.mark.parametrize("part", ["-", "1-", "1:", "a.b-", "::"])
def test_a_long_run_of_marks_is_masked_in_a_moment(part: str) -> None:
    started = process_time()
    mask_personal_data(part * 50_000)
    assert process_time() - started < 5
