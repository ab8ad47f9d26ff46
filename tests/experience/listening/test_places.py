"""Verbatims of each touchpoint: masked, of places with enough comments; the table of places holds no text."""

import polars as pl

from lealtad.experience.listening.places import choose_place_verbatims, read_places, write_places


def build_comments(n: int, touchpoint: str | None) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "comment_id": [f"{touchpoint}{k}" for k in range(n)],
            "customer_id": [f"{touchpoint}c{k}" for k in range(n)],
        }
    ).with_columns(
        stage=pl.lit("service" if touchpoint else None, pl.String),
        channel=pl.lit("web" if touchpoint else None, pl.String),
        touchpoint=pl.lit(touchpoint, pl.String),
    )


def test_places_with_five_comments_have_masked_verbatims_and_the_table_holds_no_text(tmp_path):
    comments = pl.concat([build_comments(6, "help"), build_comments(4, "shop"), build_comments(9, None)])
    sentences = (
        comments.select("comment_id", "customer_id")
        .with_row_index("row")
        .select(
            "comment_id",
            "customer_id",
            sentence=pl.format(
                "Nadie me llamó al 612 345 67{}, un desastre de servicio {}", pl.col("row") % 10, "row"
            ),
            language=pl.lit("es"),
            value=pl.lit(-0.5),
        )
    )
    verbatims = choose_place_verbatims(sentences, comments, {"helpc0": ("Ana Ruiz",)})
    assert verbatims["place"].unique().to_list() == ["service|web|help"]
    assert verbatims["text"].str.contains("[teléfono]", literal=True).all()
    assert not verbatims["text"].str.contains("612").any()
    write_places(verbatims, tmp_path / "verbatim_places.csv")
    assert "Nadie" not in (tmp_path / "verbatim_places.csv").read_text()
    assert read_places(tmp_path / "verbatim_places.csv") == {
        "service|web|help": "listening.html#words-service-web-help"
    }


def test_without_a_touchpoint_there_is_no_place(tmp_path):
    comments = build_comments(9, None)
    sentences = comments.select("comment_id", "customer_id").with_columns(
        sentence=pl.lit("Todo muy bien con el servicio"), language=pl.lit("es"), value=pl.lit(0.5)
    )
    verbatims = choose_place_verbatims(sentences, comments, {})
    assert verbatims.is_empty()
    write_places(verbatims, tmp_path / "verbatim_places.csv")
    assert read_places(tmp_path / "verbatim_places.csv") == {}
