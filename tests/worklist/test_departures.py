"""Why a customer left the list has one word for each kind of reason, and the right one."""

from dataclasses import replace

import polars as pl
import pytest

from lealtad.base.language import Language
from lealtad.company.playbook import Playbook
from lealtad.worklist import Worklist, WorklistFiles, WorklistTables, decide, write_files
from lealtad.worklist.departures import LEFT, explain_departures
from lealtad.worklist.wording import list_code_words
from tests.companies import at
from tests.worklist.nights import night

BOOK = Playbook(holdout_share=0.0, exploration_share=0.0, owners={"retention": 12, "service": 6})


def decided(tonight, playbook=BOOK):
    return decide(tonight, playbook, saved=None, key=b"a key", kpi_version="k")


@pytest.fixture(scope="module")
def after():
    """The list of another night, on which each of the first seven has another reason to be off it."""
    first = decided(night(300, day=60)).rows
    tonight = night(300, day=61)
    ids = first.filter(pl.col("rank") <= 8).sort("rank")["customer_id"].to_list()
    who = pl.col("customer_id")
    changed = tonight.candidates.with_columns(
        probability=pl.when(who == ids[0]).then(0.0).when(who == ids[1]).then(None).otherwise("probability"),
        consent_contact=(who != ids[2]) & pl.col("consent_contact"),
        campaign_contact_at=pl.when(who == ids[3]).then(at(24 * 60.5)).otherwise("campaign_contact_at"),
        value_at_stake=pl.when(who == ids[4]).then(None).otherwise("value_at_stake"),
    ).filter(who != ids[5])
    arms = pl.DataFrame({"customer_id": [ids[6]], "arm": ["holdout"], "awaited": [True]})
    ready = pl.when(who.is_in(ids[6:8])).then(pl.lit(value=True)).otherwise("consent_contact")
    changed = changed.with_columns(consent_contact=ready)
    later = replace(tonight, candidates=changed, previous=first, arms=arms)
    small = BOOK.model_copy(update={"owners": {"retention": 1, "service": 0}})
    decision = decided(later, small)
    return ids, later, decision, explain_departures(later, decision)


def test_every_kind_of_reason_has_its_word(after):
    ids, _, decision, found = after
    changes = {who: (change, why) for who, change, why in found.select("customer_id", "change", "why").iter_rows()}
    assert [changes[who] for who in ids[:7]] == [
        ("resolved", "negative_uplift"),
        ("gone", "not_scored"),
        ("restrained", "consent"),
        ("restrained", "cooling_off"),
        ("gone", "no_value"),
        ("gone", "gone"),
        ("displaced", "not_selected"),
    ]
    assert ids[7] in {*decision.worklist_rows["customer_id"], *found.filter(change="displaced")["customer_id"]}
    assert "displaced" in set(found["change"])


def test_displaced_are_free_would_gain_and_only_lack_the_place(after):
    _, tonight, decision, found = after
    held = decision.open.filter("held_out")["customer_id"]
    displaced = found.filter(change="displaced").filter(~pl.col("customer_id").is_in(held.implode()))[
        "customer_id"
    ]
    assert not displaced.is_in(decision.skipped["customer_id"].implode()).any()
    gains = decision.open.filter(pl.col("customer_id").is_in(displaced.implode()))["gain"]
    assert (gains > 0).all()
    assert len(gains) == len(displaced)
    assert found["customer_id"].is_unique().all()
    assert (
        found.height
        == tonight.previous.height
        - decision.worklist_rows.join(tonight.previous, on="customer_id", how="semi").height
    )


def test_the_summary_counts_each_word_and_no_file_tells_the_held_out_from_the_others(after, tmp_path):
    ids, tonight, decision, found = after
    made = Worklist(
        tonight,
        decision,
        model=None,
        effect=None,
        team=decision.worklist_rows,
        playbook=BOOK,
        is_newest=True,
        why=None,
    )
    counts = made.summary()["left_the_list"]
    assert list(counts) == list(LEFT)
    assert sum(counts.values()) == found.height
    assert "held_out" not in counts
    assert made.summary()["resolved"] == counts["resolved"] == 1
    files = WorklistFiles.into(tmp_path)
    nobody = pl.DataFrame({"as_of": [tonight.as_of], "customer_id": ["x"], "missing": ["history"]})
    lists = WorklistTables(tonight.as_of, made.team.head(0), nobody, made.list_departures(), nobody)
    write_files(lists, files, Language.from_code("es"), days=28)
    resolved = pl.read_csv(files.resolved)
    assert resolved.height == found.height
    assert set(resolved["change"]) == {"resuelto", "no seleccionado", "omitido", "de baja"}
    held = resolved.filter(pl.col("customer_id") == ids[6]).row(0, named=True)
    other = resolved.filter((pl.col("change") == "no seleccionado") & (pl.col("customer_id") != ids[6]))
    assert other.height > 0
    assert set(other["why"]) == {held["why"]}


@pytest.mark.parametrize("code", ["en", "es"])
def test_no_two_words_are_the_same(code):
    words = list_code_words(Language.from_code(code))
    assert len({words["change"][word] for word in LEFT}) == len(LEFT)
    assert len(set(words["why"].values())) == len(words["why"])
