"""A definition says only what lealtad understands."""

import pytest

from lealtad.base.errors import SettingsError
from lealtad.company.model_definition import ModelDefinition


def read(tmp_path, text):
    path = tmp_path / "model.toml"
    path.write_text(text)
    return ModelDefinition.read(path)


def test_defaults_are_those_of_the_shipped_model(tmp_path):
    shipped = ModelDefinition.read("models/churn_inactivity/model.toml")
    unsearched = shipped.model_copy(update={"booster": None})  # its settings are fixed: a search found them once
    assert read(tmp_path, 'name = "churn_inactivity"\n[value]\ncurrency = "USD"') == unsearched


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("seed = 1", "name: expected Field required, found nothing"),
        ('name = "churn"\n[label]\nhorizon_day = 3', "found 'label.horizon_day'. Did you mean 'horizon_days'"),
        ('name = "churn"\n[lable]\nhorizon_days = 3', "Did you mean 'label'"),
        ('name = "churn"\n[label]\nhorizon_days = 0', "greater than 0, found 0"),
        ('name = "churn"\n[label]\nhorizon_days = "soon"', "valid integer"),
        ("name = ", "expected valid TOML"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path, text, message):
    with pytest.raises(SettingsError, match=message):
        read(tmp_path, text)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SettingsError, match=r"nowhere\.toml: expected a model definition, found No such file"):
        ModelDefinition.read(tmp_path / "nowhere.toml")
