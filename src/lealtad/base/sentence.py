"""A sentence that is stored in English and translated by the page that shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.base.language import Language


def mark_for_translation(sentence: str) -> str:
    """Mark a sentence for the catalog; it is translated where it is shown."""
    return sentence


class Sentence(str):
    """A sentence with values in it.

    Examples
    --------
    >>> from lealtad.base.language import Language
    >>> sentence = Sentence("An AUC of {auc:.3f}.", auc=0.8214)
    >>> sentence, sentence.render(Language.from_code("es"))
    ('An AUC of 0.821.', 'An AUC of 0,821.')
    """

    __slots__ = ("template", "values")
    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, **values: object) -> Sentence:
        written = super().__new__(cls, template.format(**values))
        written.template, written.values = template, values
        return written

    def render(self, language: Language) -> str:
        """Return it in a language, with numbers as the language writes them."""
        values = {
            name: _Number(value, language.code)
            if isinstance(value, int | float)
            else _translate_word(value, language)
            for name, value in self.values.items()
        }
        return language.translate(self.template, **values)


def translate_sentence(sentence: str, language: Language) -> str:
    """Return any sentence in a language; one without values is looked up in the catalog as it is."""
    return (
        sentence.render(language) if isinstance(sentence, Sentence) else language.sentences.get(sentence, sentence)
    )


def _translate_word(value: object, language: Language) -> object:
    return translate_sentence(value, language) if isinstance(value, str) else value


class _Number(float):
    """A number that a format writes as its language does."""

    def __new__(cls, value: float, code: str) -> _Number:
        number = super().__new__(cls, value)
        number.code, number.exact = code, value
        return number

    code: str
    exact: float

    def __format__(self, form: str) -> str:
        text = format(self.exact, form)
        if self.code != "es":
            return text
        return text.translate(str.maketrans(".,", ",.")).replace("%", "\u00a0%")
