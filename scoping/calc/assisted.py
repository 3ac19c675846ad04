"""What pre-labels leave of the work on a line, with its reasons.

From what the spec says of them: how many proposals need no work, a measured model, or a
bare saving. Correcting a client's labels is the same work on proposals that are there
already. See docs/model.md#assisted.
"""

from __future__ import annotations

from . import bands, prelabel
from .chances import chance
from .rates.values import CostSide, PrelabelFigures
from .spec.values import Line, LowModeHigh, Prelabel, Quantiles, Range
from .trace import Step, derive
from .volume import answer


def prelabel_factor(line: Line, *, key: str, cost: CostSide) -> Step | None:
    """Return assisted time over manual time; above 1 pre-labels cost time.

    None where nothing is proposed.
    """
    said, path = line.prelabel, f"{line.path}/prelabel"
    if said is None and line.work != "correct":
        return None
    share = (
        answer("Share pre-labelled", said.share, unit="", path=f"{path}/share")
        if said is not None
        else answer("Existing labels", 1, unit="", path=f"{line.path}/work")
    )
    figures = figures_of(line, cost)
    if said is not None and said.saving is not None:
        return derive(
            "What pre-labels leave",
            prelabel.left_by_bare_saving,
            share,
            answer("Saving stated", said.saving, unit="", path=f"{path}/saving"),
            cost.policy.planning_cap.step("Most that is planned without measurements"),
            unit="×",
            because="1 − share × the lesser of saving and cap",
        )
    if said is not None and said.no_fix_share is not None:
        return _by_model(said, said.no_fix_share, share, figures, path=path, key=key)
    accept = (
        accept_rate(said.accept_rate, path=f"{path}/accept_rate", key=key)
        if said is not None and said.accept_rate is not None
        else derive(
            "Accepted unchanged",
            bands.drawn_share,
            chance(f"accept:{key}"),
            figures.accept_rate.p10.step("Accepted unchanged, low"),
            figures.accept_rate.p50.step("Accepted unchanged, typical"),
            figures.accept_rate.p90.step("Accepted unchanged, high"),
            unit="",
            because="the card's typical model",
        )
    )
    return derive(
        "What pre-labels leave",
        prelabel.left_by_proposals,
        share,
        accept,
        figures.check_share.step("Checking one proposal"),
        figures.fix_share.step("Fixing one proposal"),
        figures.missed_share.step("Units the model misses"),
        figures.false_share.step("False proposals a unit"),
        figures.delete_share.step("Deleting a false proposal"),
        unit="×",
        because=(
            "1 − share + share × (check + (1 − accepted) × fix + missed + "
            "false × delete)"
        ),
    )


def figures_of(line: Line, cost: CostSide) -> PrelabelFigures:
    """Return the card's figures of proposals of a line's type."""
    return cost.prelabel.get(line.type) or cost.prelabel["default"]


def _by_model(
    said: Prelabel,
    unchanged: Range,
    share: Step,
    figures: PrelabelFigures,
    *,
    path: str,
    key: str,
) -> Step:
    if said.recall is None or said.precision is None:
        raise ValueError(f"{path} states a no-fix share without recall and precision.")
    return derive(
        "What pre-labels leave",
        prelabel.left_by_model,
        share,
        answer("Recall of the model", said.recall, unit="", path=f"{path}/recall"),
        answer(
            "Precision of the model", said.precision, unit="", path=f"{path}/precision"
        ),
        accept_rate(unchanged, path=f"{path}/no_fix_share", key=key),
        figures.check_share.step("Checking one proposal"),
        figures.fix_share.step("Fixing one proposal"),
        figures.delete_share.step("Deleting a false proposal"),
        unit="×",
        because=(
            "1 − share + share × (recall × (check + (1 − accepted) × fix) + "
            "(1 − recall) + recall × (1 ÷ precision − 1) × delete)"
        ),
    )


def accept_rate(said: Range, *, path: str, key: str) -> Step:
    """Return the share of proposals accepted unchanged, as the spec states it."""
    if isinstance(said, Quantiles):
        return derive(
            "Accepted unchanged",
            bands.drawn_share,
            chance(f"accept:{key}"),
            answer("Accepted unchanged, low", said.p10, unit="", path=f"{path}/p10"),
            answer(
                "Accepted unchanged, typical", said.p50, unit="", path=f"{path}/p50"
            ),
            answer("Accepted unchanged, high", said.p90, unit="", path=f"{path}/p90"),
            unit="",
            because="typical; low and high are not passed one time in ten",
        )
    if isinstance(said, LowModeHigh):
        return derive(
            "Accepted unchanged",
            bands.drawn_triangular,
            chance(f"accept:{key}"),
            answer("Accepted unchanged, least", said.low, unit="", path=f"{path}/low"),
            answer(
                "Accepted unchanged, most often",
                said.mode,
                unit="",
                path=f"{path}/mode",
            ),
            answer("Accepted unchanged, most", said.high, unit="", path=f"{path}/high"),
            unit="",
            because="middle of the triangle of least, most often and most",
        )
    return answer("Accepted unchanged", said, unit="", path=path)
