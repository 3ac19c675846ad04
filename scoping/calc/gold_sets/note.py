"""The answer about a gold set as a page of text, from its document.

See docs/model.md#gold_sets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from scoping.calc.promises import percent


def note(found: Mapping[str, Any]) -> str:
    """Return the answer in sentences, one a line."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    needed, pilot = found["needed"], found["pilot"]
    yield (
        f"{needed['items']:,} images prove the target to a team as good as hoped "
        f"{_share(needed['proves_with_chance'])} of the time, with at most "
        f"{needed['most_errors']:,} wrong."
    )
    yield f"This set: {found['items']:,} images worth {found['effective_units']} units."
    yield from _gates(found)
    yield from _classes(found["per_class"])
    labels = found["gold_labels"]
    if labels["best_agreement"] is not None:
        yield (
            f"The gold labels themselves are not all right: a perfect team agrees with "
            f"{_share(labels['best_agreement'])} of them."
        )
    yield (
        f"The pilot takes {pilot['expected_rounds']:.2f} rounds on average"
        + _promise(pilot)
    )
    for one in pilot["rounds"]:
        yield (
            f"  round {one['number']}: {_share(one['accuracy'])} right, passes "
            f"{_share(one['passes'])}, passed by now {_share(one['passed_by_now'])}"
        )
    for name in ("expected", "promised"):
        work = pilot[name]
        if work is not None:
            yield (
                f"  {name}: {work['hours']:g} hours, {work['days']:g} working days, "
                f"{work['answers']:g} answers of the client"
            )


def _gates(found: Mapping[str, Any]) -> Iterator[str]:
    reach, prove, weak = (
        found["reaches_target"],
        found["proves_target"],
        found["weak_team"],
    )
    if reach["most_errors"] is not None:
        yield (
            f"To reach the target: at most {reach['most_errors']:,} wrong. A good team "
            f"passes {_share(reach['good_team_passes'])} of the time, one at "
            f"{_share(weak['accuracy'])} {_share(reach['weak_team_passes'])}; a bare "
            f"pass proves {_share(reach['then_proves'])}."
        )
        tries = ", ".join(_share(one) for one in weak["reaches_within_attempts"])
        yield f"The weak team reaches it within 1, 2, … attempts: {tries}."
    if prove["most_errors"] is None:
        yield "To prove the target even no error is not enough: the set is too small."
    else:
        yield (
            f"To prove the target: at most {prove['most_errors']:,} wrong. A good team "
            f"passes {_share(prove['good_team_passes'])} of the time, the weak one "
            f"{_share(prove['weak_team_passes'])}."
        )


def _classes(found: Mapping[str, Any]) -> Iterator[str]:
    errors = found["most_errors_that_prove"]
    said = (
        "too few to prove the target of a class"
        if errors is None
        else f"at most {errors:,} wrong prove it"
    )
    yield f"Of each class {found['items']:,} images: {said}."


def _promise(pilot: Mapping[str, Any]) -> str:
    if pilot["promised_round"] is None:
        return (
            f"; {_share(pilot['not_passed_at_the_end'])} of teams have not passed at "
            f"the end: no round can be promised."
        )
    return f"; by round {pilot['promised_round']} as surely as is promised."


def _share(value: float | str) -> str:
    return percent(Decimal(str(value)))
