"""The workbench of a revision, from its estimate document.

It reads one document, the live one of a draft or the frozen one of what was sent, and
turns its numbers into words and drawings. It computes nothing that is not in there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.urls import reverse

from quotes.calc.sheet import consequences, plans
from quotes.web.pages import (
    ClauseRow,
    Fact,
    MarginCard,
    NumberedRow,
    Revision,
    SentLink,
    Why,
    WorkbenchPage,
)
from quotes.web.questions import questions
from quotes.web.workbench_advice import advice_rows
from quotes.web.workbench_lines import (
    fee_rows,
    line_row,
    scope_facts,
    scope_line_facts,
    tax_words,
    way_rows,
)
from scoping.calc.exchange import beyond_buffer
from scoping.calc.trace import plain
from scoping.templatetags.plumbline import (
    count,
    day,
    money,
    number,
    share_percent,
    short_day,
    week,
    whole_money,
)
from scoping.web.components import (
    STATE_BADGES,
    Badge,
    ErrorSummary,
    Message,
    StageMark,
)
from scoping.web.drawings import margin_drawing
from scoping.web.outcome import FIRST, stats_of, three, warning_message


def workbench_page(
    revision: Revision,
    *,
    estimate: Mapping[str, Any],
    spec: Mapping[str, Any],
    problem: ErrorSummary | None = None,
    link: SentLink | None = None,
) -> WorkbenchPage:
    """Return the workbench of a revision from its estimate document."""
    rows = [
        line_row(row, revision, currency=estimate["currency"])
        for row in estimate["lines"]
    ]
    inside = [bool(row["in_total"]) for row in estimate["lines"]]
    warned = sorted(
        estimate["warnings"],
        key=lambda one: (
            FIRST.index(one["code"]) if one["code"] in FIRST else len(FIRST)
        ),
    )
    return WorkbenchPage(
        name=revision.name,
        title=revision.title,
        client=revision.client,
        url=f"/quotes/{revision.name}/",
        state=STATE_BADGES[revision.state],
        currency=estimate["currency"],
        edition=revision.edition,
        saved=revision.saved,
        letter=revision.letter,
        tabs=revision.tabs,
        moves=revision.moves,
        problem=problem,
        link=link,
        warnings=(
            *_rate_moved(estimate, revision),
            *(warning_message(one) for one in warned if one["code"] in FIRST),
        ),
        notes=tuple(warning_message(one) for one in warned if one["code"] not in FIRST),
        scope=tuple(scope_facts(spec)),
        scope_lines=tuple(scope_line_facts(spec, estimate)),
        stats=tuple(stats_of(estimate, loss_limit=revision.loss_limit)),
        lines=tuple(row for row, counted in zip(rows, inside, strict=True) if counted),
        fees=tuple(fee_rows(estimate)),
        ways=tuple(way_rows(estimate)),
        total=money(estimate["price"]["total"], estimate["currency"]),
        total_margin=share_percent(estimate["margin"]["share"], 1),
        tax_words=tax_words(estimate),
        beside=tuple(
            row for row, counted in zip(rows, inside, strict=True) if not counted
        ),
        margin=_margin(estimate),
        advice=tuple(advice_rows(estimate, can_edit=revision.moves.can_edit)),
        drivers=tuple(
            Fact(name=one["what"], value=share_percent(one["share"], 0))
            for one in estimate["sensitivity"][:5]
        ),
        clauses=tuple(_clause(clause) for clause in estimate["clauses"]),
        clause_notes=tuple(
            dict.fromkeys(one["note"] for one in estimate["clauses"] if one.get("note"))
        ),
        consequences=consequences(estimate["clauses"]),
        late_cost=_late_cost(estimate),
        missed_costs=_missed_costs(estimate),
        plans=plans(estimate["audit"]["by_line"]),
        stages=tuple(_stages(estimate)),
        dates=tuple(_dates(estimate["schedule"])),
        assumptions=tuple(
            NumberedRow(number=one["number"], text=one["text"], holds=one["tolerance"])
            for one in estimate["assumptions"]
        ),
        promises=tuple(_promise(one) for one in estimate["quality"]["promises"]),
        reasons=tuple(
            Why(question=one.words, address=_why_address(revision, one.key))
            for one in questions(estimate)
        ),
        made_with=(
            f"Rate card {estimate['card']}, {count(estimate['draws'])} draws of seed "
            f"{estimate['seed']}, engine {estimate['engine']}."
        ),
    )


def _rate_moved(estimate: Mapping[str, Any], revision: Revision) -> Iterator[Message]:
    """Yield a warning where the rate left the buffer that the quote states."""
    sold, now = estimate["fx"].get("sold"), revision.rate_now
    if sold is None or sold["buffer"] is None or now is None:
        return
    pinned, buffer = Decimal(sold["rate"]), Decimal(sold["buffer"])
    if beyond_buffer(pinned, now, buffer=buffer):
        yield Message(
            kind="warn",
            strong=f"One {sold['base']} is {plain(now):,f} {sold['quote']} today.",
            text=(
                f"This quote stands at {plain(pinned):,f}, and holds within "
                f"{share_percent(buffer)}. Price it anew before it is accepted."
            ),
        )


def _margin(estimate: Mapping[str, Any]) -> MarginCard:
    margin, currency = estimate["margin"], estimate["currency"]
    found = margin.get("histogram") or {"edges": [], "shares": []}
    edges = [Decimal(edge) for edge in found["edges"]]
    shares = [Decimal(share) for share in found["shares"]]
    chances = number(Decimal(margin["loss_probability"]) * 100, 0)
    return MarginCard(
        drawing=margin_drawing(edges, shares, mean=Decimal(margin["p50"]))
        if edges
        else None,
        sentence=(
            f"{chances} chances in 100 of a loss. The margin is "
            f"{three(margin, ('p10', 'p50', 'p90'))} {currency}."
        ),
        facts=tuple(
            Fact(
                name=name,
                value=f"{whole_money(margin[key])} ± {whole_money(margin['se'][key])}",
            )
            for name, key in (
                ("low", "p10"),
                ("typical", "p50"),
                ("mean", "mean"),
                ("8 times in 10 below", "p80"),
                ("high", "p90"),
            )
        ),
    )


def _clause(clause: Mapping[str, Any]) -> ClauseRow:
    return ClauseRow(
        promise=clause["promise"],
        how_much=clause["how_much"],
        checked=clause["sample_text"],
        proves=clause["proves_text"],
        remedy=clause["remedy"],
    )


def _missed_costs(estimate: Mapping[str, Any]) -> str:
    """Return what redoing and credits are expected to cost; older plans do not say."""
    found = (
        ("redoing", estimate["quality"].get("relabelling")),
        ("credits", (estimate.get("credits") or {}).get("spread")),
    )
    said = [
        f"{name} {three(spread, ('p10', 'p50', 'p90'))}, on average "
        f"{whole_money(spread['mean'])}"
        for name, spread in found
        if spread is not None
    ]
    return f"{'; '.join(said)} {estimate['currency']}." if said else ""


def _late_cost(estimate: Mapping[str, Any]) -> str:
    """Return what late delivery is expected to give back, in a sentence or none."""
    late = (estimate.get("credits") or {}).get("late")
    if late is None:
        return ""
    spread, currency = late["spread"], estimate["currency"]
    return (
        f"Late in {share_percent(late['chance'], 1)} of the runs, which gives back "
        f"{whole_money(spread['mean'])} {currency} on average and at most "
        f"{money(Decimal(late['of']) * Decimal(late['most']), currency)} {currency}. "
        f"Target and floor bear it, and the margin is what is left."
    )


def _stages(estimate: Mapping[str, Any]) -> Iterator[StageMark]:
    """Yield the seven stages with what each takes, costs and when it is done."""
    done = {one["stage"]: one["day"] for one in estimate["schedule"]["milestones"]}
    last = estimate["stages"][-1]["number"]
    for stage in estimate["stages"]:
        notes = [
            f"{number(stage['hours'], 0)} h",
            money(stage["cost"], estimate["currency"]),
        ]
        if stage["number"] in done:
            notes.append(f"done {short_day(done[stage['number']])}")
        yield StageMark(
            number=stage["number"],
            name=stage["name"],
            gate=stage["gate"],
            used=stage["used"],
            has_gate=stage["used"] and stage["number"] != last,
            notes=tuple(notes) if stage["used"] else (),
        )


def _dates(schedule: Mapping[str, Any]) -> Iterator[Fact]:
    finish = schedule["finish"]
    yield Fact(name="Start", value=day(schedule["start"]))
    yield Fact(
        name="Finish, low – typical – high",
        value=" – ".join(day(finish[key]) for key in ("p10", "p50", "p90")),
    )
    yield Fact(name="Finish, 8 times in 10 by", value=day(finish["p80"]))
    yield Fact(name="Promised", value=week(schedule["promised"]))
    yield Fact(
        name="Team",
        value=f"{schedule['annotators']} annotators, {schedule['reviewers']} reviewers",
    )


def _promise(promise: Mapping[str, Any]) -> tuple[Badge, str]:
    badge = {
        True: Badge(words="holds", kind="good", icon="check"),
        False: Badge(words="does not hold", kind="bad", icon="cross"),
        None: Badge(words="not shown yet", kind="warn", icon="question"),
    }[promise["holds"]]
    return badge, promise["text"]


def _why_address(revision: Revision, key: str) -> str:
    address = reverse("quote_reasons", args=[revision.name, key])
    return (
        address if revision.letter == "A" else f"{address}?scenario={revision.letter}"
    )
