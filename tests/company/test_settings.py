"""A company's settings say at once what in them cannot be."""

import pytest

from lealtad.base.errors import SettingsError
from lealtad.company.settings import FAILED_OUTCOMES, Settings
from lealtad.examples.features import CompanyProfile
from tests.conftest import SIMULATED_SETTINGS


def test_the_settings_of_the_repository_can_be_read():
    settings = Settings.read(SIMULATED_SETTINGS)
    assert settings.business is not None
    assert set(settings.sla) == {"low", "normal", "high", "urgent"}
    assert all(value is not None for name, value in settings.targets.model_dump().items() if name != "drop_off")


def test_an_empty_file_has_no_targets_and_counts_calendar_hours(tmp_path):
    (tmp_path / "empty.toml").write_text("")
    settings = Settings.read(tmp_path / "empty.toml")
    assert settings.business is None
    assert not any(settings.targets.model_dump().values())


def test_failed_outcomes_are_the_usual_ones_unless_declared(tmp_path):
    (tmp_path / "declared.toml").write_text('[features]\nfailed_outcomes = ["sin respuesta"]\n')
    assert CompanyProfile.of(Settings.read(tmp_path / "declared.toml")).failed_outcomes == ("sin respuesta",)
    assert CompanyProfile.of(Settings()).failed_outcomes == CompanyProfile().failed_outcomes == FAILED_OUTCOMES


CALENDAR = '[calendar]\nzone = "Europe/Madrid"\ncountry = "ES"\n[calendar.hours]\nmon-fri = "09:00-18:00"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[targets]\ncsta = 0.8", "'targets.csta'. Did you mean 'csat'?"),
        ("[target]\ncsat = 0.8", "'target'. Did you mean 'targets'?"),
        ("[names.touchpoint]", "'names.touchpoint'. Did you mean 'touchpoints'?"),
        ('[names.owners.it]\nen = "IT"\nes = "TI"\nfr = "SI"', "'names.owners.it.fr'. Known: en, es"),
        ('[names.owners.it]\nen = "IT"\nes = ""', "names.owners.it.es"),
        ("[targets]\ncsat = 80", "less than or equal to 1, found 80"),
        ("[targets]\nfirst_response_hours = 0", "greater than 0"),
        ("[targets\n", "expected valid TOML"),
        (CALENDAR.replace("Madrid", "Madird"), "Did you mean 'Europe/Madrid'?"),
        (CALENDAR.replace('"ES"', '"XX"'), "expected an ISO 3166 code"),
        (CALENDAR.replace("country", "contry"), "Did you mean 'country'?"),
        (CALENDAR.replace('mon-fri = "09:00-18:00"', ""), "expected at least one span in the week"),
        (CALENDAR.replace("09:00-18:00", ""), "expected at least one span in the week"),
        (CALENDAR.replace("09:00-18:00", "18:00-09:00"), "expected a span such as 09:00-18:00"),
    ],
)
def test_what_cannot_be_is_refused_with_what_was_probably_meant(tmp_path, text, message):
    (tmp_path / "wrong.toml").write_text(text)
    with pytest.raises(SettingsError) as refused:
        Settings.read(tmp_path / "wrong.toml")
    assert message in str(refused.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SettingsError, match=r"nowhere\.toml: expected a company's settings"):
        Settings.read(tmp_path / "nowhere.toml")


def test_names_are_told_by_language(tmp_path):
    text = '[names.touchpoints.help_center]\nen = "Help centre"\nes = "Centro de ayuda"\n'
    (tmp_path / "named.toml").write_text(text)
    names = Settings.read(tmp_path / "named.toml").names.by_language
    assert {code: names[code]["touchpoints"] for code in names} == {
        "en": {"help_center": "Help centre"},
        "es": {"help_center": "Centro de ayuda"},
    }
    assert Settings().names.by_language["es"] == {"touchpoints": {}, "owners": {}}
