"""The parts of a card that people write: kept when the rest is generated again."""

from __future__ import annotations

import re

_SECTION = re.compile(r"<!-- human: (?P<name>[^>]+?) -->\n(?P<words>.*?)<!-- /human -->", re.DOTALL)


def write_section(name: str, words: str) -> str:
    """Return a section that people may write over.

    Examples
    --------
    >>> print(write_section("Owner", "Who answers for this model?"))
    <!-- human: Owner -->
    Who answers for this model?
    <!-- /human -->
    """
    return f"<!-- human: {name} -->\n{words}\n<!-- /human -->"


def keep_written_parts(card: str, known: str) -> str:
    r"""Return the new card with the text that people wrote in the sections of the last one.

    Sections that the new card no longer has are kept at its end.

    Examples
    --------
    >>> old = write_section("Owner", "The retention team.")
    >>> keep_written_parts("# New\n" + write_section("Owner", "Who?"), old)
    '# New\n<!-- human: Owner -->\nThe retention team.\n<!-- /human -->'
    """
    written = {match["name"]: match["words"] for match in _SECTION.finditer(known)}
    names = {match["name"] for match in _SECTION.finditer(card)}

    def fill(match: re.Match[str]) -> str:
        words = written.get(match["name"], match["words"])
        return f"<!-- human: {match['name']} -->\n{words}<!-- /human -->"

    more = [write_section(name, words.rstrip("\n")) for name, words in written.items() if name not in names]
    return "\n\n".join([_SECTION.sub(fill, card).rstrip("\n"), *more]) + ("\n" if card.endswith("\n") else "")
