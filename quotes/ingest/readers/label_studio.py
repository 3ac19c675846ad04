"""Label Studio: the JSON and CSV exports, and the Members dashboard of Enterprise.

The lead time of an annotation runs from opening the task to sending it in, whatever
happens in between, over all its edits. An annotation without objects is real work;
ground truths are none; a skipped task takes time and gives nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from quotes.ingest.content import Content, Document, as_table, cell_text
from quotes.ingest.fields import CellError, text
from quotes.ingest.times import clock_seconds
from quotes.ingest.work import Found, LeftOut, Piece, Stated

from .base import (
    MISSHAPEN,
    Cells,
    Reader,
    each_row,
    known,
    plain,
    refusal,
    table_reader,
)

SHAPE = "The annotation has not the shape that Label Studio writes."
SCOPE = "from opening a task to sending it in; an idle open tab is in it"
TYPES = {
    "rectangle": "bounding_box",
    "polygon": "polygon",
    "brush": "instance_mask",
    "keypoint": "keypoint",
    "ellipse": "polygon",
    "choices": "image_tag",
    "taxonomy": "image_tag",
    "rating": "image_tag",
}
PREDICTED = ("prediction", "prediction-changed")


def _is_export(content: Content) -> bool:
    if not isinstance(content, Document):
        return False
    tasks = content.data if isinstance(content.data, list) else [content.data]
    return bool(tasks) and all(
        isinstance(one, Mapping)
        and {"annotations", "data"} <= set(one)
        and isinstance(_done(one), list)
        and all(
            isinstance(done, Mapping) and "lead_time" in done for done in _done(one)
        )
        for one in tasks
    )


def _export(content: Content, stated: Stated) -> Iterator[Found]:
    data = content.data if isinstance(content, Document) else []
    tasks = data if isinstance(data, list) else [data]
    kinds = Counter(
        kind
        for task in tasks
        for done in _done(task)
        for kind in regions(done).elements()
    )
    usual = max(sorted(kinds), key=lambda kind: kinds[kind], default="")
    number = 0
    for task in tasks:
        for done in _done(task):
            number += 1
            try:
                found = list(
                    _annotation(number, task, done, stated.annotation_type or usual)
                )
            except CellError as error:
                yield refusal(number, error)
            except MISSHAPEN:
                yield refusal(number, CellError("misshapen", SHAPE))
            else:
                yield from found


def _done(task: Mapping[str, Any]) -> Any:
    """Return the annotations of a task; null stands where a list of none is meant."""
    return [] if task["annotations"] is None else task["annotations"]


def regions(done: Mapping[str, Any]) -> Counter[str]:
    """Return how many regions of each type an annotation has; a region counts once."""
    seen: dict[str, str] = {}
    results = done.get("result")
    for place, one in enumerate(results if isinstance(results, list) else []):
        if not isinstance(one, Mapping):
            continue
        kind = TYPES.get(str(one.get("type", "")).removesuffix("labels"))
        if kind is not None:
            seen.setdefault(str(one.get("id", f"number {place}")), kind)
    return Counter(seen.values())


def _annotation(
    number: int, task: Mapping[str, Any], done: Mapping[str, Any], usual: str
) -> Iterator[Found]:
    cells = Cells(
        number,
        {
            name: cell_text(value)
            for name, value in {
                "leadtime": done.get("lead_time"),
                "createdat": done.get("created_at"),
                "actor": _who(done.get("completed_by")),
                "project": task.get("project", done.get("project")),
            }.items()
        },
    )
    if done.get("ground_truth"):
        yield LeftOut(
            row=number,
            reason="a ground truth, which is no production",
            code="ground_truth",
            seconds=cells.seconds("leadtime"),
        )
        return
    skipped = bool(done.get("was_cancelled"))
    made = regions(done)
    unknown = bool(done.get("result")) and not made
    if not made or skipped:
        made = Counter({usual: 0})
    main = max(sorted(made), key=lambda kind: made[kind])
    about = known(
        batch=f"project {cells.text('project') or '1'}",
        stage="label",
        actor=cells.text("actor"),
        clock="label",
        tool="Label Studio",
    )
    for kind, units in sorted(made.items(), key=lambda pair: pair[0] != main):
        values = about | known(annotation_type=kind)
        if skipped:
            values |= {"items_skipped": 1, "skip_reason": "skipped by the annotator"}
        elif not unknown:
            values["units_produced"] = units
        if kind == main:
            values |= known(items=1, active_seconds=cells.seconds("leadtime"))
            if not skipped:
                values |= _further(task, done, units)
        yield Piece(
            row=number,
            values=values,
            end=cells.moment("createdat", zone="UTC"),
            identity=f"{done.get('id')} {kind}",
            item=f"{task.get('id')}" if kind == main else "",
        )


def _further(
    task: Mapping[str, Any], done: Mapping[str, Any], units: int
) -> dict[str, Any]:
    """Return what is known beyond the work: pre-labels used, and the last review."""
    found: dict[str, Any] = {}
    results = [one for one in done.get("result") or [] if isinstance(one, Mapping)]
    if done.get("parent_prediction") is not None:
        origins = {str(one.get("id")): one.get("origin") for one in results}
        from_model = [one for one in origins.values() if one in PREDICTED]
        if from_model:
            found["prelabel_units"] = len(from_model)
            found["prelabel_accepted"] = from_model.count(PREDICTED[0])
        model = _model(task, done["parent_prediction"])
        if model:
            began = len(from_model) if any(origins.values()) else units
            found["prelabel_models"] = [[model, began]]
    reviews = [one for one in done.get("reviews") or [] if isinstance(one, Mapping)]
    if reviews:
        passed = bool(reviews[-1].get("accepted"))
        found["units_passed" if passed else "units_rejected"] = units
    return found


def _model(task: Mapping[str, Any], prediction: Any) -> str:
    """Return the version of the model that made a prediction, "" if it is not said."""
    for one in task.get("predictions") or ():
        if isinstance(one, Mapping) and one.get("id") == prediction:
            return text(cell_text(one.get("model_version")))
    return ""


def _who(value: Any) -> Any:
    if isinstance(value, Mapping):
        return value.get("email") or value.get("id")
    return f"user {value}" if isinstance(value, int) else value


JSON_EXPORT = Reader(
    key="label_studio_json",
    name="Label Studio JSON",
    clock="label",
    scope=SCOPE,
    recognises=_is_export,
    read=_export,
    each_is="item",
)


def _csv_row(cells: Cells, stated: Stated) -> Found:
    made: Counter[str] = Counter()
    for cell in cells.by_name.values():
        made.update(_marks(cell))
    main = max(sorted(made), key=lambda kind: made[kind], default="")
    values = known(
        batch=f"project {cells.text('project') or '1'}",
        stage="label",
        annotation_type=main or stated.annotation_type,
        actor=_csv_who(cells),
        clock="label",
        tool="Label Studio",
        items=1,
        units_produced=made[main] if main else None,
        active_seconds=cells.seconds("leadtime"),
    )
    return Piece(
        row=cells.number,
        values=values,
        end=cells.moment("createdat", zone="UTC"),
        identity=cells.text("annotationid"),
        item=cells.text("id"),
    )


def _csv_who(cells: Cells) -> str:
    who = cells.text("annotator")
    return f"user {who}" if who.isdigit() else who


def _marks(cell: str) -> Iterator[str]:
    """Yield the type of each region in a cell that holds a list of them."""
    if not cell.startswith("[{"):
        return
    try:
        found = json.loads(cell)
    except ValueError:
        return
    for one in found:
        for key, names in one.items():
            kind = TYPES.get(str(key).removesuffix("labels"))
            if kind and str(key).endswith("labels") and names:
                yield kind
                break


CSV_EXPORT = table_reader(
    key="label_studio_csv",
    name="Label Studio CSV",
    clock="label",
    scope=SCOPE,
    needs=("annotator", "annotationid", "createdat", "updatedat", "leadtime"),
    piece=_csv_row,
)


def _lead(cells: Cells, *names: str) -> Any:
    cell = cells.raw(*names)
    return clock_seconds(cell, minutes=False) if ":" in cell else cells.seconds(*names)


def _is_members(content: Content) -> bool:
    table = as_table(content)
    names = {plain(name) for name in table.names} if table else set()
    return names >= {"annotator", "submitted", "totalleadtime"} or names >= {
        "reviewer",
        "reviewed",
        "totaltime",
    }


def _members(content: Content, stated: Stated) -> Iterator[Found]:
    table = as_table(content)
    if table is None or not table.lines:
        return
    names = [plain(name) for name in table.names]
    total = _totals_line(names, table.lines)

    def piece(cells: Cells) -> Found:
        if cells.number == total:
            return LeftOut(
                row=cells.number,
                reason="the totals row at the bottom",
                code="totals_row",
                seconds=_lead(cells, "totalleadtime", "totaltime"),
            )
        return _member(cells, stated)

    yield from each_row(table, piece)


def _totals_line(names: list[str], lines: Any) -> int | None:
    """Return the number of the last row where it is the sum of the others."""
    last = Cells(lines[-1].number, dict(zip(names, lines[-1].cells, strict=True)))
    who = last.raw("annotator", "reviewer")
    return last.number if plain(who) in ("", "total", "totals", "all") else None


def _member(cells: Cells, stated: Stated) -> Found:
    review = cells.has("reviewer")
    done = cells.count("reviewed") if review else cells.count("submitted")
    skipped = cells.count("skipped")
    values = known(
        batch="members",
        stage="review" if review else "label",
        annotation_type=stated.annotation_type,
        actor=cells.text("annotator", "reviewer"),
        clock="label",
        tool="Label Studio",
        items=None if done is None else done + (skipped or 0),
        items_skipped=skipped,
        active_seconds=_lead(cells, "totalleadtime", "totaltime"),
    )
    return Piece(row=cells.number, values=values)


MEMBERS = Reader(
    key="label_studio_members",
    name="Label Studio Enterprise, members",
    clock="label",
    scope=SCOPE,
    recognises=_is_members,
    read=_members,
    each_is="member",
)
READERS = (JSON_EXPORT, CSV_EXPORT, MEMBERS)
