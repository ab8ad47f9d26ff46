"""A draft changes several tables, bucket by bucket, at once or not at all."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from lealtad.base.errors import BusyError, DataError, LakeError
from lealtad.lake import NO_IDENTITIES, Lake, buckets, commit_tables, start_draft, tables
from lealtad.lake import draft as drafts
from lealtad.lake.manifest import Manifest
from tests.companies import at
from tests.lake.versions import histories, moments, seen

pytestmark = pytest.mark.slow


def orders(customers, start=0, **more):
    days = [at(24 * day) for day in range(len(customers))]
    return pl.DataFrame(
        {
            "order_id": [f"o{start + i:03d}" for i in range(len(customers))],
            "customer_id": list(customers),
            "ordered_at": days,
            "amount": [float(start + i) for i in range(len(customers))],
            "known_at": days,
            **more,
        }
    )


def merged(*pairs):
    rows = [(alias, customer, at(0)) for alias, customer in pairs]
    return pl.DataFrame(rows, schema=NO_IDENTITIES.schema, orient="row")


def by_id(rows):
    return rows.sort("order_id").select(sorted(rows.columns))


def assert_in_place(lake):
    """Every row lies in the bucket of its customer."""
    for name in ("orders", "features"):
        for bucket in lake.buckets if lake.has(name) else ():
            ids = lake.read_stored(name, bucket)["customer_id"]
            assert (lake.bucket_of(ids) == bucket).all()


@pytest.fixture
def lake(tmp_path):
    return commit_tables(Lake(tmp_path / "lake", Manifest(4)), {"orders": orders("abcdefgh")})


def test_a_commit_changes_several_tables_or_none(lake):
    with start_draft(lake) as changes:
        changes.append("orders", orders("xyz", 100))
        changes.replace("rejected", pl.DataFrame({"reasons": ["none"]}), notes={"loaded_at": "today"})
        assert Lake.open(lake.root).versions == lake.versions
        assert changes.lake.read("orders").height == 11
    assert Lake.open(lake.root).manifest == changes.lake.manifest
    assert changes.lake.number == lake.number + 1
    assert changes.lake.notes("rejected") == {"loaded_at": "today"}
    with pytest.raises(ZeroDivisionError), start_draft(lake) as changes:
        changes.append("orders", orders("xyz", 200))
        changes.forget("rejected")
        _ = 1 / 0
    assert Lake.open(lake.root).number == lake.number + 1
    assert Lake.open(lake.root).read("orders").height == 11
    assert Lake.open(lake.root).has("rejected")


def test_nothing_changed_is_no_commit(lake):
    with start_draft(lake) as changes:
        changes.replace("orders", orders("abcdefgh").reverse())
        for bucket in lake.buckets:
            changes.replace("orders", lake.read_stored("orders", bucket), bucket)
        changes.append("orders", orders("a").clear())
        changes.forget("never there")
    assert (changes.lake.number, changes.lake.versions) == (lake.number, lake.versions)
    assert len(list((lake.root / "commits").iterdir())) == 2


def test_notes_alone_are_a_commit_and_stay_until_others_are_given(lake):
    with start_draft(lake) as changes:
        changes.note("orders", {"of": "May"})
    with start_draft(lake) as changes:
        changes.append("orders", orders("x", 100))
    assert changes.lake.notes("orders") == {"of": "May"}
    assert changes.lake.number == lake.number + 2


def test_a_draft_starts_from_what_was_committed_meanwhile(lake):
    commit_tables(lake, {"orders": orders("abcdefgh").head(3)})
    with start_draft(lake) as changes:
        changes.append("orders", orders("x", 100))
    assert changes.lake.read("orders").height == 4
    assert changes.lake.number == 3


def test_two_that_write_at_once_are_told_so(lake):
    busy = r"lake .*lake: another run is using it\. Wait until it ends, then try again\."
    with start_draft(lake) as changes, pytest.raises(BusyError, match=busy), start_draft(Lake.open(lake.root)):
        pass
    assert changes.lake.number == lake.number
    with start_draft(lake) as changes:
        changes.append("orders", orders("x", 100))
    assert changes.lake.number == lake.number + 1


def test_any_commit_can_be_opened_again(lake):
    heights = {0: None, 1: 8}
    for number in range(2, 14):
        with start_draft(lake) as changes:
            if number % 4 == 3:
                changes.replace("orders", orders("abcdefgh"[: number % 8]))
            else:
                changes.append("orders", orders("kl", 100 * number))
        heights[number] = changes.lake.read("orders").height
    for number, height in heights.items():
        past = Lake.open(lake.root, commit=number)
        assert past.number == number
        assert (past.read("orders").height if past.has("orders") else None) == height
    for number in (-1, 14):
        with pytest.raises(LakeError, match=f"expected a commit from 0 to 13, found {number}"):
            Lake.open(lake.root, commit=number)


def test_a_manifest_that_was_never_committed_cannot_be_opened(lake):
    Manifest(4, {}, number=2).write(lake.root)
    (lake.root / "lake.json").write_text((lake.root / "commits" / "000001.json").read_text())
    with pytest.raises(LakeError, match="expected a commit from 0 to 1, found 2"):
        Lake.open(lake.root, commit=2)


def test_old_commits_outlive_the_checkpoints_of_delta(lake):
    with start_draft(lake) as changes:
        for number in range(110):
            changes.replace("orders", orders("a", number), bucket=int(lake.bucket_of(pl.Series(["a"]))[0]))
    assert (lake.root / "orders" / "_delta_log" / "_last_checkpoint").exists()
    assert Lake.open(lake.root, commit=1).read("orders").height == 8
    assert (lake.root / "orders" / "_delta_log" / f"{0:020d}.json").exists()


# columns


def test_a_new_column_is_null_in_the_rows_before(lake):
    for way in ("append", "replace"):
        with start_draft(lake) as changes:
            if way == "append":
                changes.append("orders", orders("x", 100, shop="north"))
            else:
                changes.replace("orders", orders("b", 1, clerk=7), bucket=int(lake.bucket_of(pl.Series(["b"]))[0]))
    found = changes.lake.read("orders")
    assert set(found.filter(pl.col("order_id") != "o100")["shop"]) == {None}
    assert found.filter(pl.col("order_id") == "o100")["shop"].item() == "north"
    assert found.filter(pl.col("clerk").is_not_null())["order_id"].to_list() == ["o001"]
    assert "shop" not in lake.read("orders").columns


def test_a_column_keeps_its_kind(lake):
    word = orders("x", 100).with_columns(amount=pl.lit("many"))
    refused = "column 'amount' of table 'orders' to be Float64, as it was, found String"
    with pytest.raises(LakeError, match=refused), start_draft(lake) as changes:
        changes.append("orders", word)
    with pytest.raises(LakeError, match=refused), start_draft(lake) as changes:
        changes.replace("orders", word, bucket=0)
    assert Lake.open(lake.root).read("orders").height == 8


# files


def test_many_small_files_become_one_sorted_file(lake):
    place = int(lake.bucket_of(pl.Series(["a"]))[0])
    files = []
    with start_draft(lake) as changes:
        for number in range(20):
            changes.append("orders", orders("a", 100 + number, shop=f"{number}"), place)
            files.append(changes.lake.manifest.tables["orders"].parts[place].files)
    assert max(files) == 8
    assert files.count(1) == 2
    found = changes.lake.read("orders")
    assert found.filter(pl.col("order_id") >= "o100")["shop"].to_list() == [f"{number}" for number in range(20)]
    assert changes.lake.manifest.tables["orders"].rows == found.height == 28
    assert_in_place(changes.lake)


def test_a_table_of_no_customers_grows_as_one(lake):
    with start_draft(lake) as changes:
        for number in range(20):
            changes.append("rejected", pl.DataFrame({"reasons": [f"{number}"]}))
    assert sorted(changes.lake.read("rejected")["reasons"], key=int) == [f"{number}" for number in range(20)]


def test_the_rows_of_a_bucket_come_sorted_from_one_file_or_many(lake):
    with start_draft(lake) as changes:
        changes.append("orders", orders("hgfedcba", 100))
    for bucket in lake.buckets:
        rows = changes.lake.history("orders", bucket)
        assert_frame_equal(rows, rows.sort("customer_id", "known_at", "order_id"))
        assert set(rows["customer_id"]) == set(lake.read("orders", bucket)["customer_id"])


# how far the facts reach


def test_the_newest_fact_is_kept_and_corrections_do_not_move_it(lake):
    assert lake.newest("orders") == at(24 * 7)
    first, second = orders("a"), orders("a").with_columns(amount=pl.lit(9.0), known_at=pl.lit(at(24 * 999)))
    both = pl.concat([first, second]).with_columns(superseded_at=pl.Series([at(24 * 999), None]))
    place = int(lake.bucket_of(pl.Series(["a"]))[0])
    with start_draft(lake) as changes:
        others = lake.read_stored("orders", place).filter(pl.col("customer_id") != "a")
        changes.replace("orders", pl.concat([both, others], how="diagonal"), place)
    assert changes.lake.newest("orders") == at(24 * 7)
    with start_draft(changes.lake) as changes:
        changes.append("orders", orders("ab" * 5, 200))
    assert changes.lake.newest("orders") == at(24 * 9)


# customers who turn out to be one


def test_the_rows_of_a_merged_person_share_a_bucket_and_part_again(lake):
    features = pl.DataFrame({"customer_id": list("abcdefgh"), "as_of": at(0), "x": 1.0})
    lake = commit_tables(lake, {"features": features})
    before = by_id(lake.read_stored("orders"))
    for pairs in ([("h", "a")], [("h", "a"), ("b", "h"), ("g", "f")], [("c", "b")], []):
        with start_draft(lake) as changes:
            changes.replace("identities", merged(*pairs))
        assert_in_place(changes.lake)
        assert_frame_equal(by_id(changes.lake.read_stored("orders")), before)
        assert changes.lake.read("features").height == 8
    assert Lake.open(lake.root, commit=lake.number).read_stored("orders").height == 8


def test_who_has_an_alias_may_come_bit_by_bit(lake):
    for pair in (("h", "a"), ("g", "h"), ("f", "g")):
        with start_draft(lake) as changes:
            changes.append("identities", merged(pair))
            assert_in_place(changes.lake)
    assert set(changes.lake.read("orders")["customer_id"]) == set("abcde")
    with start_draft(lake) as changes:
        changes.forget("identities")
    assert_in_place(changes.lake)
    assert set(changes.lake.read("orders")["customer_id"]) == set("abcdefgh")


def test_a_circle_of_aliases_is_refused_and_changes_nothing(lake):
    with start_draft(lake) as changes:
        changes.append("identities", merged(("h", "a")))
    with pytest.raises(DataError, match="found a circle of a, g, h"), start_draft(lake) as changes:
        changes.append("identities", merged(("g", "h"), ("a", "g")))
    assert Lake.open(lake.root).identities.height == 1


# more facts than the buckets were made for


def test_buckets_double_when_facts_outgrow_them_and_keep_what_they_hold(lake, monkeypatch):
    for module in (buckets, drafts):
        monkeypatch.setattr(module, "FACTS_PER_BUCKET", 2)
    with start_draft(lake) as changes:
        changes.append("identities", merged(("h", "a"), ("z", "q")))
        changes.append("orders", orders("qrstuvwxyz" * 2, 100))
    grown = changes.lake
    assert list(grown.buckets) == list(range(8))
    assert_in_place(grown)
    assert grown.read_stored("orders").height == 28
    assert set(grown.read_stored("orders")["order_id"]) == set(orders("a" * 8)["order_id"]) | set(
        orders("q" * 20, 100)["order_id"]
    )
    assert list(Lake.open(lake.root, commit=1).buckets) == list(range(4))
    assert_frame_equal(Lake.open(lake.root, commit=1).read_stored("orders"), lake.read_stored("orders"))


def test_an_empty_lake_makes_room_at_no_cost(tmp_path, monkeypatch):
    monkeypatch.setattr(buckets, "FACTS_PER_BUCKET", 2)
    with start_draft(Lake.open_or_new(tmp_path / "lake", 0)) as changes:
        changes.make_room(9)
        changes.append("orders", orders("abc"))
    assert len(changes.lake.buckets) == 8


# the whole of it


@settings(max_examples=12)
@given(histories(), st.integers(0, 4), st.lists(moments, max_size=3), st.data())
def test_in_whatever_order_versions_are_loaded_the_same_is_read_at_every_date(
    tmp_path_factory, history, when, dates, data
):
    versions, identities = history
    lake = Lake(tmp_path_factory.mktemp("laws") / "lake", Manifest(data.draw(st.sampled_from([1, 2, 8]))))
    loads = [versions.filter(pl.int_range(pl.len()) % 4 == number) for number in range(4)]
    with start_draft(lake) as changes:
        for number, load in enumerate([*loads, None]):
            if number == when:
                changes.replace("identities", identities)
            if load is not None:
                changes.append("orders", load)
    found = changes.lake
    for as_of in (*dates, None):
        parts = [found.read("orders", bucket, as_of=as_of) for bucket in found.buckets]
        rows = pl.concat(parts).select("order_id", "customer_id", "amount")
        assert set(rows.iter_rows()) == seen(versions, identities, as_of)
        people = [set(part["customer_id"]) for part in parts]
        assert sum(len(part) for part in people) == len(set().union(*people))
    assert_frame_equal(by_id(found.history("orders")), by_id(versions), check_row_order=False)


def test_a_filter_sees_the_customer_of_then(lake):
    with start_draft(lake) as changes:
        changes.append("identities", merged(("h", "a")))
    mine = pl.col("customer_id") == "a"
    assert changes.lake.read("orders", where=mine, columns=["amount"])["amount"].to_list() == [0.0, 7.0]
    assert changes.lake.read("orders", where=mine, as_of=at(0)).is_empty()
    assert changes.lake.history("orders", where=mine, columns=["amount", "discount"]).columns == [
        "amount",
        "known_at",
        "superseded_at",
    ]


def test_tables_are_counted_a_bucket_at_a_time(lake):
    placed = pl.DataFrame({"a": [1, 2, 3], "bucket": [0, 0, 5]})
    assert [(bucket, rows.height) for bucket, rows in tables.split_by_bucket(placed)] == [(0, 2), (5, 1)]
    assert [(bucket, rows.height) for bucket, rows in tables.split_by_bucket(placed.clear())] == [(0, 0)]
    assert [(bucket, rows.height) for bucket, rows in tables.split_by_bucket(placed.drop("bucket"))] == [(-1, 3)]
