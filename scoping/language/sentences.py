"""A sentence in another language: its numbers and dates taken out, and put back.

What varies in a sentence is numbers and dates; with these replaced by places ({1}, {2})
few sentences are left, and they are found by their text. Numbers and dates come back
as the language writes them. What is no word (USD, PL-2026-0042-1) is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

from .catalogue import PLACES, Language

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
NAMED = "|".join(MONTHS)
SHORT = "|".join(month[:3] for month in MONTHS)
PLACE = re.compile(
    rf"""
    (?P<day>\b\d{{1,2}}[ ](?:{NAMED})[ ]\d{{4}}\b)
    |(?P<short>\b\d{{1,2}}[ ](?:{SHORT}|{NAMED})\b)
    |(?P<kept>\b[A-Z]{{1,10}}-\d{{4}}-\d{{1,9}}(?:-\d{{1,4}})?\b
      |\b\d{{4}}-\d{{2}}(?:-\d{{2}})?\b
      |\b(?:[0-9a-f]{{4}}[ ]){{2,}}[0-9a-f]{{4}}\b
      |\b[0-9a-f]{{64}}\b
      |\b(?:USD|EUR|GBP|JPY|VND|SGD|AUD)\b)
    |(?P<number>(?<![\w.</])[+\N{{MINUS SIGN}}]?\d+(?:,\d{{3}})*(?:\.\d+)?(?!\w))
    """,
    re.VERBOSE,
)
NUMBERED = re.compile(r"\{(?P<number>\d+)\}|<(?P<close>/?)(?P<tag>\d+)(?P<alone>/?)>")
STOP = re.compile(r"(?P<tag></?\d+>)|(?P<stop>[.!?] )(?=[^a-z ])|(?P<end>:</\d+> )")
MOST_KNOWN, MOST_MISSED = 20_000, 1_000
"""How much is kept of what was looked up, and of what was not found."""

MOST_DEEP, MOST_LETTERS = 40, 2_000
"""How many sentences within each other are looked up, and how long a text is split.

Somebody may type thousands of commas, and a pattern with two places splits at each.
"""

FREE = "name"
"""Places for what people typed begin with it; all other words have to be known."""

AS_TYPED = re.compile(r"\{typed(\d+)\}")
"""A number or date within what people typed: it comes back as they typed it."""

BACK = re.compile(r"\{(?P<typed>typed)?(?P<number>\d+)\}")
LETTER = re.compile(r"[^\W\d_]")


def sentence_in(language: Language | None, text: str) -> str:
    """Return a text in a language; what the catalogue lacks stays and is counted."""
    if language is None or not text.strip():
        return text
    before = text[: len(text) - len(text.lstrip())]
    after = text[len(text.rstrip()) :]
    plain = " ".join(text.split())
    found = translated(language, plain)
    if found is None:
        return text
    return f"{before}{found}{after}"


def translated(language: Language, plain: str) -> str | None:
    """Return a text in a language, None where the catalogue lacks it: it is counted.

    A text without a letter needs no catalogue: its numbers are written anew. One that
    somebody typed with what looks like a place of ours is left alone. It is tried
    sentence by sentence, for what fits two of them may be put together from halves of
    both, and as a whole where one of them is not known.
    """
    if "{" in plain:
        return None
    taken: list[re.Match[str]] = []
    key = PLACE.sub(lambda found: _take(found, taken), plain)
    parts = [*_sentences(key)]
    found = [_whole(language, part) for part in parts]
    if None not in found:
        said = " ".join(one for one in found if one is not None)
    else:
        whole = _whole(language, key) if len(parts) > 1 else None
        if whole is None:
            if len(language.missed) < MOST_MISSED:
                lacking = (
                    one for one, has in zip(parts, found, strict=True) if not has
                )
                language.missed.update(_renumbered(one)[0] for one in lacking)
            return None
        said = whole
    said = BACK.sub(lambda place: _back(place, taken, language), said)
    return said.replace(" %", "\N{NO-BREAK SPACE}%")


def _sentences(key: str) -> Iterator[str]:
    """Yield the sentences of a text; none ends inside a tag."""
    start = depth = 0
    for found in STOP.finditer(key):
        if found["tag"] or found["end"]:
            depth += 1 if found[0][1] != "/" and not found["end"] else -1
        if (found["end"] or found["stop"]) and depth == 0:
            yield key[start : found.end() - 1]
            start = found.end()
    yield key[start:]


class _TooDeepError(ValueError):
    """Raised where more is within each other than any sentence of ours has."""


def _whole(language: Language, key: str) -> str | None:
    """Return a key in a language, None also where too much is within each other."""
    try:
        return _say(language, key)
    except _TooDeepError:
        return None


def _say(language: Language, key: str, *, depth: int = 0) -> str | None:
    """Return a key in a language, with its places numbered as they came."""
    plain, places = _renumbered(key)
    if len(language.known) > MOST_KNOWN:
        language.known.clear()
    # Another request may forget everything at any moment: what is known is read once.
    try:
        said = language.known[plain]
    except KeyError:
        said = language.known[plain] = _found(language, plain, depth=depth)
    if said is None:
        return None
    said = NUMBERED.sub(lambda place: places.get(place[0], place[0]), said)
    return AS_TYPED.sub(lambda place: _typed(places[f"{{{place[1]}}}"]), said)


def _typed(text: str) -> str:
    """Return what somebody typed with its places marked as typed."""
    return BACK.sub(lambda place: f"{{typed{place['number']}}}", text)


def _found(language: Language, key: str, *, depth: int) -> str | None:
    """Return what the catalogue says of a key: itself, or a pattern that it fits."""
    said = language.sentences.get(key)
    if said is not None or not LETTER.search(NUMBERED.sub("", key)):
        return key if said is None else said
    if depth > MOST_DEEP:
        raise _TooDeepError
    for pattern in language.patterns:
        if pattern.words > 1 and len(key) > MOST_LETTERS:
            continue
        fits = pattern.test.fullmatch(key)
        if fits is None:
            continue
        words: dict[str, str] = {}
        for name, one in fits.groupdict().items():
            free = name.startswith((FREE, "_"))
            word = _typed(one) if free else _say(language, one, depth=depth + 1)
            if word is None:
                break
            words[name] = word
        else:
            return PLACES.sub(partial(_filled, words), pattern.text)
    return None


def _filled(words: dict[str, str], place: re.Match[str]) -> str:
    """Return what stands in a place of a sentence: words, or a place of the text."""
    if place["word"]:
        return words[place["word"]]
    if place["number"]:
        return f"{{{words['_n' + place['number']]}}}"
    return f"<{place['close']}{words['_t' + place['tag']]}{place['alone']}>"


def _renumbered(key: str) -> tuple[str, dict[str, str]]:
    """Return a key with its places numbered from 1, and what they were before."""
    numbers: dict[str, int] = {}
    tags: dict[str, int] = {}
    before: dict[str, str] = {}

    def anew(found: re.Match[str]) -> str:
        if found["number"]:
            number = numbers.setdefault(found["number"], len(numbers) + 1)
            place = f"{{{number}}}"
        else:
            number = tags.setdefault(found["tag"], len(tags) + 1)
            place = f"<{found['close']}{number}{found['alone']}>"
        before[place] = found[0]
        return place

    return NUMBERED.sub(anew, key), before


def _take(found: re.Match[str], taken: list[re.Match[str]]) -> str:
    taken.append(found)
    return f"{{{len(taken)}}}"


def _back(place: re.Match[str], taken: list[re.Match[str]], language: Language) -> str:
    """Return what stood in a place: written anew, or as somebody typed it."""
    found = taken[int(place["number"]) - 1]
    if place["typed"] or language.key != "vi":
        return found[0]
    return WRITTEN[found.lastgroup or "kept"](found[0])


def _day(text: str) -> str:
    """Return a date in figures; what somebody typed and is no date as it is."""
    number, month, year = text.split(" ")
    try:
        found = date(int(year), MONTHS.index(month) + 1, int(number))
    except ValueError:
        return text
    return f"{found:%d/%m/%Y}"


def _short(text: str) -> str:
    number, month = text.split(" ")
    place = next(at for at, name in enumerate(MONTHS, 1) if name.startswith(month))
    return f"{int(number)}/{place}"


def _number(text: str) -> str:
    """Return a number with its marks swapped: 61,786.00 is 61.786,00."""
    return text.translate({ord(","): ".", ord("."): ","})


WRITTEN: dict[str, Callable[[str], str]] = {
    "day": _day,
    "short": _short,
    "kept": str,
    "number": _number,
}
"""How Vietnamese writes what is no word."""
