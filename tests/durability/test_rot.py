"""A bit that flips in any file of a run is refused where it is read, or changes nothing that is read."""

import hashlib
import json
import os
import random
from pathlib import Path

import polars as pl
import pytest

from lealtad.base import job
from lealtad.base.errors import LealtadError
from lealtad.base.outputs import check_output, find_altered
from lealtad.company.settings_in_force import find_settings_in_force
from lealtad.lake import Lake
from lealtad.lake.verification import verify
from lealtad.models import registry

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::ResourceWarning"),
]
# how many bits are flipped over all files of a run; `make attack` asks for 1,000
FLIPS = int(os.environ.get("LEALTAD_FLIPS", "40"))
FREE = {".lock"}


@pytest.fixture(scope="module")
def run(second, tmp_path_factory):
    import shutil

    return Path(shutil.copytree(second, tmp_path_factory.mktemp("rot") / "run"))


def read_table(out: Path, name: str):
    lake = Lake.open(out / "lake")
    rows = lake.read_stored(name)
    return lake.notes(name), lake.manifest.tables[name].rows, digest(rows)


def digest(rows: pl.DataFrame) -> str:
    return hashlib.sha256(rows.write_csv().encode()).hexdigest()


def read_registry(out: Path):
    store = f"sqlite:///{out}/mlflow.db"
    champion = registry.load_champion(store, "churn")
    texts = {name: champion.read_artifact(name) for name in sorted(champion.evidence_hashes)}
    probabilities = champion.probabilities(
        pl.DataFrame({c: [1.0] for c in champion.contract["columns"]}).to_pandas()
    )
    return (
        champion.version,
        champion.contract,
        champion.params,
        texts,
        probabilities.tolist(),
        registry.read_history(store, "churn").rows(),
    )


def read_owner(out: Path, path: Path):
    """What a job reads that rests on a file."""
    parts = path.relative_to(out).parts
    if parts[0] == "lake":
        if len(parts) > 2 and parts[1] != "commits":
            return read_table(out, parts[1])
        lake = Lake.open(out / "lake")
        past = [Lake.open(lake.root, number).manifest for number in range(1, lake.number)]
        return lake.manifest, past
    if parts[0] in {"mlflow.db", "mlartifacts", "mlflow.db.seal"}:
        return read_registry(out)
    if parts[0] == "summary.json":
        return job.read_summary(out)
    if parts[0] == "lealtad.toml":
        return find_settings_in_force(out).settings
    check_output(path)
    return json.dumps(None) if parts[0] == ".sums.json" else path.read_bytes()


def is_found(out: Path, path: Path) -> bool:
    """Say whether `lealtad lake verify` names the file."""
    relative = path.relative_to(out)
    if relative.parts[0] == "lake":
        name = relative.relative_to("lake").as_posix()
        return any(damage.path == name for damage in verify(out / "lake").damages)
    return path in set(find_altered(out))


def is_never_read(out: Path, path: Path) -> bool:
    """Say whether no job reads the file: charts and packages of a run, what a search remembers."""
    relative = path.relative_to(out).as_posix()
    charts = relative.startswith("mlartifacts/") and path.suffix in {".png", ".yaml", ".txt"}
    booster = relative.endswith("artifacts/booster.txt")
    return (charts and not booster) or path.suffix == ".journal" or relative.startswith("models/")


def choose_files(out: Path, count: int, draw: random.Random) -> list[Path]:
    """Every file once in turn, then each as often as it is large."""
    files = sorted(p for p in out.rglob("*") if p.is_file() and p.name not in FREE and p.stat().st_size)
    files = [path for path in files if not is_never_read(out, path)]
    turn = draw.sample(files, min(count // 2, len(files)))
    return turn + draw.choices(files, [path.stat().st_size for path in files], k=count - len(turn))


def test_no_flipped_bit_changes_what_is_read_in_silence(run):
    draw = random.Random(19)  # noqa: S311 - a fixed sample
    assert verify(run / "lake").damages == []
    expected: dict[tuple, object] = {}
    refused, harmless, silent = 0, 0, []
    for path in choose_files(run, FLIPS, draw):
        owner = path.relative_to(run).parts[:2] if "lake" in path.parts else (path.relative_to(run).parts[0],)
        if owner not in expected:
            expected[owner] = read_owner(run, path)
        data = path.read_bytes()
        place, bit = draw.randrange(len(data)), draw.randrange(8)
        path.write_bytes(data[:place] + bytes([data[place] ^ 1 << bit]) + data[place + 1 :])
        try:
            if read_owner(run, path) == expected[owner]:
                harmless += 1
            else:
                silent.append((path, place, bit))
            if owner[0] == "lake" and path.name != "lake.json" and path.suffix == ".parquet":
                assert is_found(run, path), path
        except LealtadError as error:
            refused += 1
            # by its own name, or by that of what it belongs to
            assert any(part in str(error) for part in (*path.relative_to(run).parts, "sqlite")), (path, error)
        finally:
            path.write_bytes(data)
    print(f"{FLIPS} bits flipped: {refused} refused, {harmless} harmless, {len(silent)} silent")
    assert silent == []
    assert refused > FLIPS // 4


def test_verify_names_every_damaged_file_of_the_lake(run):
    draw = random.Random(23)  # noqa: S311 - a fixed sample
    files = sorted(p for p in (run / "lake").rglob("*") if p.is_file() and p.name not in FREE and p.stat().st_size)
    for path in files if FLIPS > 100 else draw.sample(files, 6):
        data = path.read_bytes()
        place = draw.randrange(len(data))
        path.write_bytes(data[:place] + bytes([data[place] ^ 1 << draw.randrange(8)]) + data[place + 1 :])
        try:
            assert path.suffix == ".json" or is_found(run, path), path
            if path.suffix == ".json" and "_delta_log" in path.parts:
                assert is_found(run, path), path
        finally:
            path.write_bytes(data)
    assert verify(run / "lake").damages == []


def test_a_missing_file_is_named_with_the_commit_that_still_has_the_rows(run):
    root = run / "lake"
    lake = Lake.open(root)
    table = next(name for name, entry in lake.manifest.tables.items() if entry.version and name == "features")
    path = root / table / next(reversed(lake.manifest.tables[table].files))
    moved = path.rename(path.with_suffix(".away"))
    try:
        with pytest.raises(LealtadError, match="found the file missing") as refused:
            lake.read(table)
        [damage] = verify(root).damages
        assert damage.problem == "missing"
        if damage.last_whole is not None:
            assert f"Commit {damage.last_whole} still has the rows" in str(refused.value)
            assert Lake.open(root, damage.last_whole).read(table).height > 0
    finally:
        moved.rename(path)
