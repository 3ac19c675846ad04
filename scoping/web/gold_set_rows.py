"""What is printed about a gold set, and the picture of who passes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scoping.calc.gold import PassPoint
from scoping.calc.gold_sets.design import Gate, GoldDesign
from scoping.calc.rounds import PilotWork, Round
from scoping.templatetags.plumbline import count, number, share_percent
from scoping.web.components import Stat
from scoping.web.said import shown

WIDTH, HEIGHT = 340, 200
LEFT, RIGHT, TOP, BASE = 44, 312, 18, 164
TICKS = 4
ROW_EVERY = 4
ALMOST = 1 - 1e-9
NONE_IS_ENOUGH = "not even without an error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A number along an axis of the picture."""

    at: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PassPicture:
    """The chance to pass against true quality, for both gates; a bob at the target."""

    reaches: str
    proves: str
    target_x: int
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    sentence: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    top: int = TOP
    base: int = BASE


@dataclass(frozen=True, slots=True, kw_only=True)
class PassRow:
    """How often a team of this quality passes either gate."""

    truth: str
    reaches: str
    proves: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundRow:
    """One round of the pilot."""

    number: str
    accuracy: str
    passes: str
    passed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldBlock:
    """Everything that is said about a gold set."""

    sentence: str
    detail: str
    stats: list[Stat]
    picture: PassPicture
    passes: list[PassRow]
    notes: list[str]
    rounds_sentence: str
    rounds: list[RoundRow]
    work: list[Stat]


def gold_block(found: GoldDesign) -> GoldBlock:
    """Return the answer as it is printed."""
    asked = found.question
    target = _percent(asked.target)
    return GoldBlock(
        sentence=(
            f"{count(found.size.items)} gold items: on them a team that is "
            f"{_percent(asked.truth)} right proves {target} in "
            f"{_chance(found.size.power)} of all pilots, with at most "
            f"{count(found.size.most_errors)} errors."
        ),
        detail=(
            "Errors are whole, so a somewhat larger set may do a little worse; from "
            f"{count(found.size.settled)} items on every set is large enough."
        ),
        stats=[
            Stat(
                name=f"Errors that still prove {target}",
                value=_errors(found.proven),
                notes=(f"on {count(found.items)} items",),
                is_words=found.proven.errors is None,
            ),
            Stat(
                name=f"Errors that still reach {target}",
                value=_errors(found.reached),
                notes=(f"and prove {share_percent(f'{found.shown:.6f}', 1)}",),
            ),
            Stat(
                name=f"A good team ({_percent(asked.truth)}) proves it",
                value=_chance(found.proven.passes),
                notes=("at the first try",),
            ),
            Stat(
                name=f"A weak team ({_percent(found.weak)}) reaches it",
                value=_chance(found.reached.weak_passes),
                notes=("at the first try, by luck",),
            ),
        ],
        picture=_picture(found),
        passes=list(_pass_rows(found)),
        notes=list(_notes(found)),
        rounds_sentence=_rounds_sentence(found),
        rounds=[
            RoundRow(
                number=str(one.number),
                accuracy=share_percent(f"{one.accuracy:.6f}", 1),
                passes=_chance(one.passes),
                passed=_chance(_by_then(one)),
            )
            for one in found.rounds.rounds
        ],
        work=list(_work(found)),
    )


def _by_then(one: Round) -> float:
    """Return a chance that is neither below that of the round itself nor certain.

    Rounding of the machine's numbers may have made it so.
    """
    found = max(one.passes, one.passed_by_now)
    return min(found, ALMOST) if one.accuracy < 1 else found


def _errors(gate: Gate) -> str:
    return NONE_IS_ENOUGH if gate.errors is None else count(gate.errors)


def _notes(found: GoldDesign) -> Iterator[str]:
    asked = found.question
    tries = [
        f"{_chance(chance)} in {tries}"
        for tries, chance in enumerate(found.attempts, start=1)
    ]
    yield (
        f"Tried until it passes, a team that is {_percent(found.weak)} right reaches "
        f"{_percent(asked.target)} by luck: {', '.join(tries)} "
        f"{'try' if len(tries) == 1 else 'tries'} on fresh items. On the same items it "
        f"learns the answers, and a pass shows nothing."
    )
    if asked.units_per_item > 1:
        yield (
            f"{count(found.items)} images with {shown(asked.units_per_item)} objects "
            f"each are worth {count(round(found.effective_units))} objects that err "
            f"by themselves, not {count(round(found.items * asked.units_per_item))}: "
            f"errors of one image come together."
        )
    if asked.classes > 1:
        yield _by_class(found)
    if found.ceiling is not None and found.measured is not None:
        yield (
            f"With gold labels that are {_percent(asked.gold_accuracy)} right even a "
            f"perfect team agrees in {share_percent(f'{found.ceiling:.6f}', 1)} only, "
            f"and this one in {share_percent(f'{found.measured:.6f}', 1)}."
        )


def _by_class(found: GoldDesign) -> str:
    each, errors = found.items_per_class, found.errors_per_class
    target = _percent(found.question.target)
    if errors is None:
        return (
            f"Over {count(found.question.classes)} classes these are {count(each)} "
            f"items each: of a single class nothing can be proved, not even without an "
            f"error."
        )
    return (
        f"Over {count(found.question.classes)} classes these are {count(each)} items "
        f"each: at most {count(errors)} errors prove {target} of a single class."
    )


def _rounds_sentence(found: GoldDesign) -> str:
    rounds = found.rounds
    begin = (
        f"{rounds.expected:.1f} rounds on average, each on {count(found.items)} fresh "
        f"items; a session removes {share_percent(f'{found.removed:.6f}', 0)} of the "
        f"errors."
    )
    if rounds.promised is None:
        return (
            f"{begin} After {len(rounds.rounds)} rounds {_chance(rounds.never)} of "
            f"such pilots have not passed: fewer than 8 in 10 get there, so no round "
            f"can be promised."
        )
    return (
        f"{begin} By round {rounds.promised} at least 8 of 10 such pilots have passed: "
        f"that is the round to promise."
    )


def _work(found: GoldDesign) -> Iterator[Stat]:
    for name, work in (("On average", found.expected), ("Promised", found.promised)):
        if work is not None:
            yield Stat(
                name=name,
                value=f"{number(f'{work.hours:.4f}', 1)} hours",
                notes=tuple(_work_notes(work)),
            )


def _work_notes(work: PilotWork) -> Iterator[str]:
    yield f"{number(f'{work.days:.4f}', 1)} business days"
    yield f"{count(round(work.items))} gold items"
    yield f"{number(f'{work.answers:.4f}', 1)} answers of the client"


def _pass_rows(found: GoldDesign) -> Iterator[PassRow]:
    proven = {one.truth: one.chance for one in found.proven.curve}
    for one in found.reached.curve[::ROW_EVERY]:
        yield PassRow(
            truth=share_percent(f"{one.truth:.6f}", 1),
            reaches=_chance(one.chance),
            proves=_chance(proven.get(one.truth, 0.0)),
        )


def _picture(found: GoldDesign) -> PassPicture:
    curve = found.reached.curve
    low = curve[0].truth

    def x_of(truth: float) -> int:
        return round(LEFT + (truth - low) / (1 - low) * (RIGHT - LEFT))

    target = float(found.question.target)
    return PassPicture(
        reaches=_path(curve, low),
        proves=_path(found.proven.curve, low),
        target_x=x_of(target),
        x_ticks=tuple(
            Tick(
                at=x_of(low + (1 - low) * step / TICKS),
                words=share_percent(f"{low + (1 - low) * step / TICKS:.6f}", 1),
            )
            for step in range(TICKS + 1)
        ),
        y_ticks=tuple(
            Tick(at=round(BASE - share * (BASE - TOP)), words=f"{share * 100:.0f}")
            for share in (0.0, 0.5, 1.0)
        ),
        sentence=(
            f"A team truly at {_percent(found.question.target)} reaches it in "
            f"{_chance(_at(curve, target))} of pilots and proves it in "
            f"{_chance(_at(found.proven.curve, target))}; a weak team "
            f"({_percent(found.weak)}) in {_chance(found.reached.weak_passes)} and "
            f"{_chance(found.proven.weak_passes)}; a good one "
            f"({_percent(found.question.truth)}) in "
            f"{_chance(found.reached.passes)} and "
            f"{_chance(found.proven.passes)}."
        ),
    )


def _at(curve: tuple[PassPoint, ...], truth: float) -> float:
    """Return the chance at an accuracy between two points of a curve."""
    before = [one for one in curve if one.truth <= truth]
    after = [one for one in curve if one.truth > truth]
    if not before or not after:
        return 0.0
    near, far = before[-1], after[0]
    share = (truth - near.truth) / (far.truth - near.truth)
    return near.chance + share * (far.chance - near.chance)


def _path(curve: tuple[PassPoint, ...], low: float) -> str:
    return " ".join(
        f"{'L' if place else 'M'}"
        f"{LEFT + (one.truth - low) / (1 - low) * (RIGHT - LEFT):.1f} "
        f"{BASE - one.chance * (BASE - TOP):.1f}"
        for place, one in enumerate(curve)
    )


def _percent(share: object) -> str:
    return share_percent(str(share))


def _chance(chance: float) -> str:
    """Return a chance, never as a certainty that it is not."""
    if 0 < chance < 0.0005:  # noqa: PLR2004 - would be printed as 0.0
        return f"under {share_percent('0.001', 1)}"
    if 0.9995 < chance < 1:  # noqa: PLR2004 - would be printed as 100.0
        return f"over {share_percent('0.999', 1)}"
    return share_percent(f"{chance:.6f}", 1)
