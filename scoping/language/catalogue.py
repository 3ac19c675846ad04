"""The catalogue of a language: sentences by their English, read once from its files.

What clients read stands in `vi.po`, what staff read in a file for each group of pages
in the folder `vi`. A sentence stands in one of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

FOLDER = Path(__file__).resolve().parent
LANGUAGES = {"en": "English", "vi": "Tiếng Việt"}
"""The languages that clients are spoken to in, each by its own name."""

WORD = re.compile(r"\{[a-z]\w*\}")
"""A place in a sentence for words: a method, or what somebody typed, a `name`."""
PLACES = re.compile(
    r"\{(?P<word>[a-z]\w*)\}|\{(?P<number>\d+)\}"
    r"|<(?P<close>/?)(?P<tag>\d+)(?P<alone>/?)>"
)
"""All that stands in a sentence for something: words, a number, a tag."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A sentence with so many places for words, as a test of a whole text."""

    test: re.Pattern[str]
    text: str
    words: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language with its sentences; `missed` are those that it lacked so far.

    `known` keeps what was looked up before. `senses` are the sentences that are said in
    another way of one thing than of all others.
    """

    key: str
    sentences: dict[str, str]
    patterns: tuple[Pattern, ...]
    known: dict[str, str | None] = field(default_factory=dict)
    missed: set[str] = field(default_factory=set)
    senses: dict[str, dict[str, str]] = field(default_factory=dict)


@cache
def language_of(key: str) -> Language | None:
    """Return a language, None for English, which needs no catalogue."""
    path = FOLDER / f"{key}.po"
    if key not in LANGUAGES or key == "en" or not path.is_file():
        return None
    return read(key, *(one.read_bytes().decode("utf-8") for one in files_of(key)))


def in_sense(language: Language, sense: str) -> Language:
    """Return a language as it speaks of one thing; what it lacks is counted too."""
    own = language.senses.get(sense)
    if own is None:
        return language
    return replace(language, sentences=language.sentences | own, known={})


def files_of(key: str) -> tuple[Path, ...]:
    """Return the files of a language's catalogue, the one of clients first."""
    return (FOLDER / f"{key}.po", *sorted((FOLDER / key).glob("*.po")))


def read(key: str, *texts: str) -> Language:
    """Return a language from the texts of its catalogue; empty answers are left out.

    What stands in two of them is said as the first one says it.
    """
    said: dict[str, str] = {}
    senses: dict[str, dict[str, str]] = {}
    for text in texts:
        for message in read_po(text.splitlines(), locale=key):
            if message.id and message.string:
                of = message.context
                into = senses.setdefault(of, {}) if of else said
                into.setdefault(str(message.id), str(message.string))
    worded = [one for one in said if WORD.search(one)]
    # The sentence with most words of its own fits best, then the one whose places are
    # for words that have to be known.
    worded.sort(key=lambda one: (-len(WORD.sub("", one)), "{name" in one))
    return Language(
        key=key,
        sentences=said,
        senses=senses,
        patterns=tuple(
            Pattern(test=_test(one), text=said[one], words=len(WORD.findall(one)))
            for one in worded
        ),
    )


def _test(sentence: str) -> re.Pattern[str]:
    """Return what fits a sentence with words in its places.

    Words may hold numbers and tags too, so that those of the sentence itself are known
    by their order and not by what they are numbered.
    """
    parts, last, seen = [], 0, set()
    for place in PLACES.finditer(sentence):
        parts.append(re.escape(sentence[last : place.start()]))
        last = place.end()
        if place["word"]:
            parts.append(f"(?P<{place['word']}>.+?)")
            continue
        name = f"_n{place['number']}" if place["number"] else f"_t{place['tag']}"
        digits = f"(?P={name})" if name in seen else rf"(?P<{name}>\d+)"
        seen.add(name)
        if place["number"]:
            parts.append(rf"\{{{digits}\}}")
        else:
            parts.append(f"<{place['close']}{digits}{place['alone']}>")
    return re.compile("".join([*parts, re.escape(sentence[last:])]), re.DOTALL)
