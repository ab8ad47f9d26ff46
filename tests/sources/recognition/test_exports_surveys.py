"""Surveys: metric and scale come from questions and answers, labels are scores, a form is several sections."""

import pytest

from lealtad import kpis
from lealtad.sources.recognition.columns.answer_labels import read_labels
from lealtad.sources.recognition.columns.survey_questions import find_metric
from tests.sources.exports import DRAWS, answers, lines, proposed, proposed_and_loaded, when, write

FIVE = ["Muy satisfecho", "Satisfecho", "Ni satisfecho ni insatisfecho", "Insatisfecho", "Muy insatisfecho"]


@pytest.mark.parametrize(
    ("file", "question", "scores", "metric", "scale", "read"),
    [
        ("encuesta_satisfaccion", "Satisfacción", range(1, 11), "csat", (1, 10), 5.5),
        ("survey", "How satisfied are you? (1-7)", [1, 2, 3], "csat", (1, 7), 2),
        ("survey", "CSAT", ["20%", "40%", "60%", "80%", "100%"], "csat", (1, 5), 3),
        ("survey", "CSAT", ["0%", "100%"], "csat", (0, 1), 0.5),
        (
            "nps_responses",
            "How likely are you to recommend us?",
            [6, "0 - Not at all likely", "10 - Extremely likely", 4],
            "nps",
            (0, 10),
            5,
        ),
        (
            "encuesta",
            "¿Qué tan satisfecho está?",
            ["5 - Muy satisfecho", "1 - Nada satisfecho"],
            "csat",
            (1, 5),
            3,
        ),
        ("encuesta", "Satisfacción general", FIVE, "csat", (1, 5), 3),
        ("encuesta", "Valoración", ["★★★★★", "★"], "csat", (1, 5), 3),
        ("csat", "Rating", ["Good", "Bad"], "csat", (0, 1), 0.5),
        ("survey", "How easy was it?", range(1, 8), "ces", (1, 7), 4),
        ("respostas", "O quanto você recomendaria nossa loja?", range(11), "nps", (0, 10), 5),
        ("survey", "NPS", [10, 9, 8, "N/A"], "nps", (0, 10), 9),
    ],
)
def test_questions_and_answers_tell_metric_and_scale(  # noqa: PLR0913, PLR0917 - a table of cases
    tmp_path, file, question, scores, metric, scale, read
):
    scores = list(scores)
    _, tables = proposed_and_loaded(
        write(tmp_path, **{f"{file}_csv": answers(question, scores, 10 * len(scores))})
    )
    surveys = tables["surveys"]
    assert surveys.select("metric", "scale_min", "scale_max").unique().rows() == [(metric, *scale)]
    assert surveys["score"].mean() == pytest.approx(read)


@pytest.mark.parametrize(
    ("question", "scores", "word"),
    [
        ("Score", range(1, 11), "which metric is it"),
        ("NPS", range(1, 6), "which scale"),
        ("NPS", range(-100, 101, 20), "which scale"),
        ("CSAT", ["85%", "90%", "13%"], "in percent"),
        ("CSAT", [1, 2, 3], "which scale"),
        ("CSAT", ["0.2", "0.8", "1"], "in fractions"),
        ("NPS (1-5)", range(1, 6), "which scale"),
    ],
)
def test_what_neither_question_nor_answers_tell_is_asked(tmp_path, question, scores, word):
    text = proposed(write(tmp_path, survey_csv=answers(question, list(scores), 60)))
    sentence = next(line for line in text.replace("\n#   ", " ").splitlines() if word in line)
    assert f'"{question}"' in sentence
    assert "constants.scale_max =" not in text.replace("# ", "")


def test_good_and_bad_are_answers_and_what_was_never_offered_is_none(tmp_path):
    ratings = lines(
        "id,ticket_id,requester_id,score,created_at,updated_at,comment",
        lambda i: (
            i,
            1000 + i,
            f"C{i % 9}",
            ["good", "bad", "offered", "unoffered"][i % 4],
            "2024-01-05T10:00:00Z",
            "2024-01-06T10:00:00Z",
            "",
        ),
        separator=",",
    )
    tickets = lines(
        "id,requester_id,created_at,solved_at,priority",
        lambda i: (1000 + i, f"C{i % 9}", "2024-01-04T10:00:00Z", "2024-01-05T10:00:00Z", "high"),
        separator=",",
    )
    _, tables = proposed_and_loaded(write(tmp_path, satisfaction_ratings_csv=ratings, tickets_csv=tickets))
    assert kpis.csat(tables["surveys"]).select("value", "n").row(0) == (0.5, 20)
    assert tables["surveys"].height == 30
    assert tables["surveys"]["answered_at"].null_count() == 10
    assert tables["ticket_events"].height == 80


QUALTRICS = (
    "StartDate,EndDate,Status,RecordedDate,ResponseId,IPAddress,RecipientEmail,ExternalReference,NPS_NPS_GROUP,NPS,"
    "CSAT,Comment"
)


def test_a_form_of_qualtrics_is_a_section_per_question_without_headers_previews_and_blanks(tmp_path):
    further = (
        "Start Date,End Date,Response Type,Recorded Date,Response ID,IP Address,Recipient Email,"
        "External Data Reference,"
        'Group,How likely are you to recommend?,How satisfied are you?,Why?\n"{""ImportId"":""startDate""}"'
        + ',"{""ImportId"":""x""}"'
        * 11
    )

    DRAWS.seed(18)

    def row(i):
        at = f"{when():%Y-%m-%d %H:%M:%S}"
        return (
            at,
            at,
            int(i % 10 == 0),
            at,
            f"R_{i}",
            "1.2.3.4",
            f"c{i % 9}@x.com",
            f"C{i % 9}",
            "",
            -99 if i % 5 == 1 else i % 11,
            i % 5 + 1,
            "ok",
        )

    text, tables = proposed_and_loaded(
        write(tmp_path, NPS_2024_csv=lines(f"{QUALTRICS}\n{further}", row, 60, ","))
    )
    surveys = tables["surveys"]
    assert "skip_rows = 2" in text
    assert dict(surveys["metric"].value_counts().iter_rows()) == {"nps": 54, "csat": 54}
    assert surveys.filter(metric="nps")["score"].count() == 42
    assert set(surveys["customer_id"]) == {f"C{i}" for i in range(9)}


def test_second_headers_of_surveymonkey_are_no_answers(tmp_path):
    header = (
        "Respondent ID,Start Date,End Date,IP Address,Email Address,"
        "How likely is it that you would recommend us?,How satisfied are you?,Comments\n"
        ",,,,,Response,Response,Open-Ended Response"
    )
    row = lambda i: (  # noqa: E731
        118000 + i,
        "01/31/2024 09:30:00 PM",
        "01/31/2024 09:33:00 PM",
        "1.2.3.4",
        f"c{i % 9}@x.com",
        i % 11,
        i % 5 + 1,
        "ok",
    )
    _, tables = proposed_and_loaded(write(tmp_path, survey_csv=lines(header, row, 44, ",")))
    assert dict(tables["surveys"]["metric"].value_counts().iter_rows()) == {"nps": 44, "csat": 44}
    assert tables["customers"].height == 9


def test_two_questions_of_one_metric_are_told_apart(tmp_path):
    header = "id,customer_id,date,¿Satisfecho con el envío?,¿Satisfecho con el producto?"
    row = lambda i: (i, f"C{i % 9}", "2024-01-31", i % 5 + 1, 5 - i % 5)  # noqa: E731
    _, tables = proposed_and_loaded(write(tmp_path, encuesta_csv=lines(header, row, 40, ",")))
    assert tables["surveys"]["question"].n_unique() == 2
    assert tables["surveys"].height == 80


@pytest.mark.parametrize("values", [["red", "blue"], [], ["maybe", "good"], ["10 - x", "later"]])
def test_words_that_are_no_scores_are_none(values):
    assert read_labels(values) is None


@pytest.mark.parametrize(
    ("text", "metric"),
    [
        ("Recomendación", "nps"),
        ("Esfuerzo", "ces"),
        ("overall_satisfaction", "csat"),
        ("Comments", None),
        ("NPS and satisfaction", None),
    ],
)
def test_words_tell_a_metric_or_none(text, metric):
    assert find_metric(text) == metric


def test_happy_is_the_fourth_of_five_steps():
    labels = ["Extremely Happy", "Happy", "Neutral", "Unhappy", "Extremely Unhappy"]
    assert list(read_labels(labels).scores.values()) == [5, 4, 3, 2, 1]
    assert read_labels(["Happy", "Unhappy"]).scores == {"Happy": 1, "Unhappy": 0}
