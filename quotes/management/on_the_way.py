"""What happens to the demo's project on its way: a change, a delay, bills, disputes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from quotes.actions.changes import Agreed, order_change
from quotes.actions.delays import end_delay, record_delay
from quotes.actions.disputes import Decision, Reading, decide_dispute, raise_dispute
from quotes.actions.gate_evidence import CLIENT
from quotes.actions.other_costs import add_other_costs
from quotes.calc.change import Change
from quotes.calc.month_pack import month_before
from quotes.ingest.other_costs import Cost
from quotes.jobs.packs import give_out_pack, pack_of_month
from quotes.models import Project
from quotes.queries.gates import rows_of, work_day
from scoping.access import LINK_HOLDER, Role

READ_OTHERWISE = (
    (
        *("0012.jpg", "Two riders, a box each.", "labelling_error"),
        *("One box around both.", "Rule 7 asks for a box each."),
    ),
    (
        *("0340.jpg", "The trailer belongs to the truck.", "guideline_silent"),
        *("A vehicle of its own.", "No rule names trailers; rule 24 does from now on."),
    ),
    (
        *("0871.jpg", "This is a van.", "reference_wrong"),
        *("A truck.", "Two more of us read a truck: it has twin rear wheels."),
    ),
    ("0902.jpg", "A box is missing behind the tree.", "", "", ""),
)
"""Labels that the demo's client disputes: image, her reading, verdict, ours and why."""


def agreed_and_waited(project: Project, *, by: Any, at: datetime) -> None:
    """Agree a change on the price, and log a delay of the client that is over.

    Before any work is counted, so that nothing has to be added up twice.
    """
    start = project.start_on
    order_change(
        project,
        Change(
            effective=start + timedelta(days=7),
            cost=Decimal(180),
            price=Decimal(320),
        ),
        Agreed(
            why="Four rules for trailers were added to the guideline.",
            clause="Edge-case rules",
            client_word="Please add them, at the price you named.",
            client_name="Dana Reyes",
        ),
        by=by,
        role=Role.MANAGER,
        now=at,
    )
    delay = record_delay(
        project,
        owner="client",
        begun=start + timedelta(days=3),
        why="Questions about trailers were open.",
        clause="Answers in 2 business days",
        by=by,
        role=Role.MANAGER,
        now=at,
    )
    through = min(start + timedelta(days=4), work_day(project, at))
    end_delay(delay, through, by=by, role=Role.MANAGER, now=at)


BILLS = (
    ("project", "Tool licence", "140.00", "bill 2217"),
    ("project", "Storage", "38.50", "bill 904"),
    ("", "Meeting room", "60.00", "receipt"),
)


def closed_and_restated(project: Project, *, by: Any, at: datetime) -> None:
    """Give out the pack of the month before, then state a bill of it anew.

    The pack of this month then lists what was restated.
    """
    where, month = project.workspace, month_before(f"{at:%Y-%m}")
    add_other_costs(_bills(project, month), workspace=where, by=by, now=at)
    pack = pack_of_month(where, month, holdback_share=Decimal(0), now=at)
    give_out_pack(where, pack, by=by, role=Role.MANAGER, now=at)
    storage = [one for one in _bills(project, month) if one.what == "Storage"]
    add_other_costs(
        [replace(one, amount=Decimal("46.20")) for one in storage],
        workspace=where,
        by=by,
        now=at + timedelta(seconds=1),
        reason="The bill of the last three days came later.",
    )


def _bills(project: Project, month: str) -> list[Cost]:
    return [
        Cost(
            project=project.slug if of else "",
            month=month,
            what=what,
            amount=Decimal(amount),
            currency=project.currency,
            source=source,
        )
        for of, what, amount, source in BILLS
    ]


def disputed(project: Project, *, by: Any, at: datetime) -> None:
    """Dispute labels of a delivered batch, and decide most of them."""
    batch = rows_of(project).filter(moves__state="delivered").first()
    if batch is None:
        return
    for image, text, verdict, ours, why in READ_OTHERWISE:
        row = raise_dispute(
            batch,
            Reading(called_wrong_by="client", image=image, text=text, guideline="3"),
            by=CLIENT,
            role=LINK_HOLDER,
            now=at,
        )
        if verdict:
            decide_dispute(
                row,
                Decision(verdict=verdict, why=why, reading=ours),
                by=by,
                role=Role.MANAGER,
                now=at,
            )
