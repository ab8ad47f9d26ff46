"""Listening: language, sentiment and themes of comments, and the impact of each theme.

In: a lake, and a taxonomy of themes. Out: tidy frames, a page and sheets, every verbatim masked.
Downloads no model: sentiment is learned from the company's own scores, and read from a word list until then.
"""

from lealtad.experience.listening.comment_models import ClassModel, Encoder, ScoreModel
from lealtad.experience.listening.comments import read_comments
from lealtad.experience.listening.impact import compute_impact, compute_odds
from lealtad.experience.listening.languages import detect_language
from lealtad.experience.listening.lexicon import score_by_words
from lealtad.experience.listening.page import write_listening_page
from lealtad.experience.listening.places import read_places, write_places
from lealtad.experience.listening.report import ListeningReport, listen
from lealtad.experience.listening.sheet import write_listening_spreadsheet, write_theme_table
from lealtad.experience.listening.stored_verbatims import read_verbatims, write_verbatims
from lealtad.experience.listening.texts import clean_comment, split_sentences
from lealtad.experience.listening.themes import Taxonomy

__all__ = [
    "ClassModel",
    "Encoder",
    "ListeningReport",
    "ScoreModel",
    "Taxonomy",
    "clean_comment",
    "compute_impact",
    "compute_odds",
    "detect_language",
    "listen",
    "read_comments",
    "read_places",
    "read_verbatims",
    "score_by_words",
    "split_sentences",
    "write_listening_page",
    "write_listening_spreadsheet",
    "write_places",
    "write_theme_table",
    "write_verbatims",
]
