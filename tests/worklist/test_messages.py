"""Every action has an opening line and a mail per reason and language; personal data go to owners' files alone."""

import string
from types import SimpleNamespace

import polars as pl
import pytest
from pydantic import ValidationError

from lealtad.base.errors import SettingsError
from lealtad.company.playbook import Message, Playbook
from lealtad.examples.features import CATALOG
from lealtad.worklist import build_contacts, check_messages, write_by_owner
from lealtad.worklist.contact_details import read_contacts
from lealtad.worklist.messages import write_texts
from lealtad.worklist.reasons import find_cause, list_causes

PLAYBOOK = Playbook(sender="Acme", customer_link="https://crm.example/c/{customer_id}")


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("action", [*(one.name for one in PLAYBOOK.actions), "something else"])
def test_every_action_and_topic_has_texts_in_both_languages(language, action):
    for topic in [*sorted({one.about for one in CATALOG}), None, "attr_region"]:
        for name in ("Ana Ruiz", None):
            texts = write_texts(PLAYBOOK, action, topic, language, name)
            whole = "\n".join(vars(texts).values())
            assert min(map(len, vars(texts).values())) > 5
            assert "Acme" in texts.opening
            assert ("Ana Ruiz" in texts.body) == (name is not None)
            assert not [part for _, part, _, _ in string.Formatter().parse(whole) if part]
            assert not any(word in whole.lower() for word in ("churn", "%", "probab", "score", "none"))


def test_the_causes_of_reasons_all_have_texts_of_their_own():
    openings = {write_texts(PLAYBOOK, "call", cause, "en", None).opening for cause in list_causes()}
    openings_of_causes = {
        write_texts(PLAYBOOK, "call", one.about, "en", None).opening for one in CATALOG if one.says["en"]
    }
    assert len(openings_of_causes) >= 12
    assert len(openings) > 1
    assert {find_cause(one.about) for one in CATALOG if one.says["en"]} <= set(list_causes())


def test_the_companys_own_texts_come_first_and_the_closest_one_wins():
    own = Playbook(
        sender="Acme",
        messages=(
            Message(language="en", opening="Hello from {sender}."),
            Message(
                language="en", action="keep", cause="cancelling", opening="{name}, please stay.", subject="Stay"
            ),
        ),
    )
    assert write_texts(own, "call", "price", "en", "Ana").opening == "Hello from Acme."
    assert write_texts(own, "keep", "cancelling", "en", "Ana").opening == "Ana, please stay."
    assert write_texts(own, "keep", "cancelling", "en", "Ana").subject == "Stay"
    assert write_texts(own, "keep", "cancelling", "es", "Ana").subject == "Su petición de baja"


def test_a_message_for_what_is_not_there_is_refused():
    with pytest.raises(SettingsError, match="keep"):
        check_messages(Playbook(messages=(Message(language="en", action="keeps", opening="Hi"),)))
    with pytest.raises(SettingsError, match="cancelling"):
        check_messages(Playbook(messages=(Message(language="en", cause="canceling", opening="Hi"),)))
    with pytest.raises(ValidationError, match="name"):
        Message(language="en", opening="Hello {nane}")
    with pytest.raises(ValidationError, match="braces"):
        Message(language="en", opening="Hello {name")


@pytest.mark.parametrize("link", ["crm.example/{customer_id}", "https://crm.example/", "javascript:{customer_id}"])
def test_a_link_is_an_address_with_the_customer_in_it(link):
    with pytest.raises(ValidationError):
        Playbook(customer_link=link)


class _Lake(SimpleNamespace):
    def has(self, name):
        return name == "contacts" and self.rows is not None

    def read(self, _name, where):
        return self.rows.filter(where)


TEAM = pl.DataFrame(
    {"owner": ["service", "retention", "service"], "rank": [1, 2, 3], "customer_id": ["a", "b/1", "c"]}
)
KNOWN = _Lake(rows=pl.DataFrame({"customer_id": ["a", "b/1"], "name": ["=Ana", "Bo"], "phone": ["+34 6", None]}))


def test_contacts_go_to_one_private_file_per_owner_and_stale_ones_go(tmp_path):
    rows = build_contacts(TEAM, KNOWN, PLAYBOOK.customer_link)
    written = write_by_owner(tmp_path, rows)
    assert sorted(path.name for path in written) == ["retention.csv", "service.csv"]
    assert {oct(path.stat().st_mode & 0o777) for path in written} == {"0o600"}
    assert oct((tmp_path / "contacts").stat().st_mode & 0o777) == "0o700"
    service = pl.read_csv(tmp_path / "contacts" / "service.csv")
    assert service["customer_id"].to_list() == ["a", "c"]
    assert service["name"][0] == "'=Ana"
    retention = pl.read_csv(tmp_path / "contacts" / "retention.csv")
    assert retention["link"].to_list() == ["https://crm.example/c/b%2F1"]
    write_by_owner(tmp_path, rows.with_columns(body=pl.lit("Hello")), "-mail")
    write_by_owner(tmp_path, rows.filter(owner="service"))
    left = sorted(path.name for path in (tmp_path / "contacts").iterdir())
    assert left == ["retention-mail.csv", "service-mail.csv", "service.csv"]


def test_an_owner_named_like_a_path_stays_in_the_folder(tmp_path):
    rows = build_contacts(TEAM.with_columns(owner=pl.lit("../../etc/x")), KNOWN, None)
    [path] = write_by_owner(tmp_path, rows)
    assert path.parent == tmp_path / "contacts"


def test_a_lake_without_contacts_gives_empty_details():
    rows = read_contacts(_Lake(rows=None), TEAM["customer_id"])
    assert rows.columns == ["customer_id", "name", "phone", "email"]
    assert rows["name"].null_count() == 3
