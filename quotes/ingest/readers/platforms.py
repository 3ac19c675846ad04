"""Labelbox, V7, Roboflow, Encord, Kili, Diffgram, SuperAnnotate.

Each states in `scope` what its seconds cover. Rows that a tool adds up itself are left
out beside the rows that they add up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from quotes.ingest.content import Content, Document, as_table, cell_text, records
from quotes.ingest.fields import CellError
from quotes.ingest.work import Found, LeftOut, Piece, Stated

from .base import Cells, Reader, attempt, each_row, known, plain, table_reader

SIXTY = Decimal(60)
REVIEWERS = ("review", "reviewer", "validation", "qa", "complete")
KINDS = {
    "imageboundingbox": "bounding_box",
    "imagepolygon": "polygon",
    "imagesegmentationmask": "instance_mask",
    "imagepoint": "keypoint",
    "imagepolyline": "polyline",
    "bbox": "bounding_box",
    "boundingbox": "bounding_box",
    "rotatedbox": "bounding_box",
    "polygon": "polygon",
    "polyline": "polyline",
    "point": "keypoint",
    "cuboid": "cuboid",
    "mask": "instance_mask",
    "tag": "image_tag",
}


def stage_of(word: str) -> str:
    """Return the stage of a tool's own word for it: review, else label."""
    words = plain(word)
    return "review" if any(one in words for one in REVIEWERS) else "label"


def _is_labelbox(content: Content) -> bool:
    rows = records(content)
    return bool(rows) and all(map(is_data_row, rows or []))


def is_data_row(said: object) -> bool:
    """Return whether an object is a data row of Labelbox with its projects."""
    return isinstance(said, Mapping) and "data_row" in said and "projects" in said


def _labelbox(content: Content, stated: Stated) -> Iterator[Found]:
    above = 0
    for row in records(content) or []:
        labels = [*labels_of(row, stated, above=above)]
        yield from (found for _, found in labels)
        above += len(labels)


def labels_of(
    row: Mapping[str, Any], stated: Stated, *, above: int
) -> Iterator[tuple[int, Found]]:
    """Yield the labels of one data row with their numbers, `above` labels before it."""
    number = above
    for project, found in (row["projects"] or {}).items():
        for label in found.get("labels") or []:
            number += 1
            yield (
                number,
                attempt(number, partial(_label, number, row, project, label, stated)),
            )


def _label(
    number: int,
    row: Mapping[str, Any],
    project: str,
    label: Mapping[str, Any],
    stated: Stated,
) -> Found:
    details = label.get("label_details") or {}
    timed = label.get("performance_details") or {}
    objects = (label.get("annotations") or {}).get("objects") or []
    kinds = {
        KINDS.get(plain(str(one.get("annotation_kind", ""))), "") for one in objects
    }
    cells = Cells(
        number,
        {
            "create": cell_text(timed.get("seconds_to_create")),
            "review": cell_text(timed.get("seconds_to_review")),
            "who": cell_text(details.get("created_by")),
            "at": cell_text(details.get("created_at")),
            "project": project,
        },
    )
    skipped = bool(timed.get("skipped"))
    values = known(
        batch=f"project {cells.text('project')}",
        stage="label",
        annotation_type=kinds.pop() if len(kinds) == 1 else "",
        actor=cells.text("who"),
        clock="label",
        tool="Labelbox",
        items=1,
        items_skipped=1 if skipped else None,
        units_produced=None if skipped else len(objects),
        active_seconds=cells.seconds("create"),
        review_seconds=cells.seconds("review"),
    )
    values["annotation_type"] = values.get("annotation_type") or stated.annotation_type
    return Piece(
        row=number,
        values=values,
        end=cells.moment("at", zone="UTC"),
        identity=str(label.get("id", "")),
        item=str((row["data_row"] or {}).get("id", "")),
    )


LABELBOX_SCOPE = "creating a label; whether reviewing is in it, Labelbox does not say"
LABELBOX = Reader(
    key="labelbox",
    name="Labelbox NDJSON",
    clock="label",
    scope=LABELBOX_SCOPE,
    recognises=_is_labelbox,
    read=_labelbox,
    each_is="item",
)


def _labelbox_v1(cells: Cells, stated: Stated) -> Found:
    skipped = cells.is_yes("skipped")
    values = known(
        batch=f"project {cells.text('projectname') or '1'}",
        stage="label",
        annotation_type=stated.annotation_type,
        actor=cells.text("createdby"),
        clock="label",
        tool="Labelbox",
        items=1,
        items_skipped=1 if skipped else None,
        active_seconds=cells.seconds("secondstocreate", "secondstolabel"),
        review_seconds=cells.seconds("secondstoreview"),
    )
    return Piece(
        row=cells.number,
        values=values,
        end=cells.moment("createdat", zone="UTC"),
        identity=cells.text("id"),
        item=cells.text("datarowid", "externalid"),
    )


LABELBOX_V1 = table_reader(
    key="labelbox_v1",
    name="Labelbox, first export format",
    clock="label",
    scope=LABELBOX_SCOPE,
    needs=("datarowid", "createdby", "secondstolabel", "projectname"),
    piece=_labelbox_v1,
    long=True,
)


def _v7(cells: Cells, stated: Stated) -> Found:
    items = cells.count("totalitemsannotated")
    values = known(
        batch=cells.text("datasetname", "datasetslug", "datasetid") or "dataset",
        stage=stage_of(cells.raw("currentstagename")),
        annotation_type=stated.annotation_type,
        actor=cells.text("actoremail", "actorfullname", "actorid"),
        clock="label",
        tool="V7",
        items=items,
        units_produced=cells.count("totalannotations"),
        active_seconds=cells.seconds("activetime"),
    )
    if cells.raw("actortype").casefold() in ("model", "auto", "agent", "bot"):
        return LeftOut(row=cells.number, reason="work of a model")
    return Piece(
        row=cells.number, values=values, end=cells.moment("timestamp", zone=stated.zone)
    )


V7 = table_reader(
    key="v7",
    name="V7 report",
    clock="label",
    scope="active in V7, by day, dataset, stage and actor",
    needs=("timestamp", "datasetname", "actoremail", "activetime", "totalannotations"),
    piece=_v7,
    each_is="day",
)


def _is_roboflow(content: Content) -> bool:
    rows = records(content)
    return bool(rows) and all(
        {"labelerId", "imagesLabeled", "boxesDrawn"} <= set(one) for one in rows or []
    )


def _roboflow(content: Content, stated: Stated) -> Iterator[Found]:
    data = content.data if isinstance(content, Document) else {}
    people = data.get("labelers") if isinstance(data, Mapping) else None
    mails = {
        str(one.get("id")): cell_text(one.get("email") or one.get("displayName"))
        for one in people or []
        if isinstance(one, Mapping)
    }
    table = as_table(content)
    if table is None:
        return

    def piece(cells: Cells) -> Found:
        who = cells.text("labelerid")
        values = known(
            batch=cells.text("projectname", "projectid") or "project",
            stage="label",
            annotation_type=stated.annotation_type or "bounding_box",
            actor=mails.get(who) or who,
            clock="label",
            tool="Roboflow",
            items=cells.count("imageslabeled"),
            units_produced=cells.count("boxesdrawn"),
        )
        return Piece(row=cells.number, values=values)

    yield from each_row(table, piece)


ROBOFLOW = Reader(
    key="roboflow",
    name="Roboflow statistics",
    clock="label",
    scope="nowhere: these statistics time nothing; an image counts once a day worked",
    recognises=_is_roboflow,
    read=_roboflow,
    each_is="person",
)


def _roboflow_old(cells: Cells, stated: Stated) -> Found:
    values = known(
        batch=cells.text("projectname", "project") or "project",
        stage="label",
        annotation_type=stated.annotation_type or "bounding_box",
        actor=cells.text("email", "labeler", "user", "displayname"),
        clock="label",
        tool="Roboflow",
        items=cells.count("totalimageslabeled"),
        units_produced=cells.count("totalboxescreated"),
        active_seconds=cells.seconds("totaltimespentannotatingminutes", each=SIXTY),
    )
    return Piece(row=cells.number, values=values)


ROBOFLOW_OLD = table_reader(
    key="roboflow_minutes",
    name="Roboflow statistics with minutes",
    clock="label",
    scope="annotating in Roboflow, in whole minutes and fractions as it gives them",
    needs=("totaltimespentannotatingminutes", "totalimageslabeled"),
    piece=_roboflow_old,
    each_is="person",
)


def _encord(cells: Cells, stated: Stated) -> Found:
    start = cells.moment("periodstarttime", zone="UTC")
    values = known(
        batch=cells.text("datasettitle", "datasetuuid") or "dataset",
        stage=stage_of(
            cells.raw("projectuserrole", "userrole") or cells.raw("workflowstage")
        ),
        annotation_type=stated.annotation_type,
        actor=cells.text("useremail"),
        clock="session",
        tool="Encord",
        active_seconds=cells.seconds("timespentseconds", "timeseconds"),
    )
    return Piece(row=cells.number, values=values, start=start)


ENCORD_SCOPE = "in the editor of Encord with an item open"
ENCORD = table_reader(
    key="encord_time",
    name="Encord time spent",
    clock="session",
    scope=ENCORD_SCOPE,
    needs=("periodstarttime", "timespentseconds", "useremail"),
    piece=_encord,
    each_is="period",
)
ENCORD_TIMERS = table_reader(
    key="encord_timers",
    name="Encord collaborator timers",
    clock="session",
    scope=ENCORD_SCOPE,
    needs=("useremail", "datatitle", "timeseconds"),
    piece=_encord,
    each_is="item",
)


def _encord_action(cells: Cells, stated: Stated) -> Found:
    action = cells.raw("actiontype").casefold()
    about = known(
        batch=f"project {cells.text('projectuuid') or '1'}",
        annotation_type=stated.annotation_type,
        actor=cells.text("actoremail"),
        clock="session",
        tool="Encord",
    )
    counted = {
        "submit": {"stage": "label", "items": 1},
        "skip": {"stage": "label", "items": 1, "items_skipped": 1},
        "approve": {"stage": "review", "items": 1},
        "reject": {"stage": "review", "items": 1},
    }
    if action not in counted:
        return LeftOut(row=cells.number, reason="an action that moves no work")
    return Piece(
        row=cells.number,
        values=about | counted[action],
        end=cells.moment("timestamp", zone="UTC"),
    )


ENCORD_ACTIONS = table_reader(
    key="encord_actions",
    name="Encord task actions",
    clock="session",
    scope="nowhere: the log of actions times nothing",
    needs=("timestamp", "actiontype", "taskuuid", "actoremail"),
    piece=_encord_action,
    each_is="action",
)


def _kili(cells: Cells, stated: Stated) -> Found:
    kind = cells.raw("labeltype").upper()
    if kind in ("PREDICTION", "INFERENCE", "AUTOSAVE"):
        return LeftOut(row=cells.number, reason=f"a label of type {kind.casefold()}")
    latest = not cells.has("islatestlabelforuser") or cells.is_yes(
        "islatestlabelforuser"
    )
    skipped = cells.is_yes("skipped")
    review = kind == "REVIEW"
    values = known(
        batch=f"project {cells.text('projectid', 'project') or '1'}",
        stage="review" if review else "label",
        annotation_type=stated.annotation_type,
        actor=cells.text("authoremail", "authorid"),
        clock="label",
        tool="Kili",
        items=1 if latest else None,
        items_skipped=1 if latest and skipped else None,
        units_produced=cells.count("numberofannotations")
        if latest and not skipped and not review
        else None,
        active_seconds=cells.seconds("secondstolabel"),
    )
    if not cells.has("secondstolabel") and latest:
        values |= known(active_seconds=cells.seconds("totalsecondstolabel"))
    return Piece(
        row=cells.number,
        values=values,
        end=cells.moment("createdat", zone="UTC"),
        identity=cells.text("id"),
    )


KILI = table_reader(
    key="kili",
    name="Kili labels",
    clock="label",
    scope="labelling in Kili, over all versions of a label",
    needs=("id", "labeltype", "secondstolabel", "createdat", "numberofannotations"),
    piece=_kili,
)
AGGREGATE = "the tool's own sum of the rows by status"


def _is_diffgram(content: Content) -> bool:
    table = as_table(content)
    names = {plain(name) for name in table.names} if table else set()
    return names >= {"taskid", "status", "timespent", "jobid", "parentfileid"}


def _diffgram(content: Content, stated: Stated) -> Iterator[Found]:
    table = as_table(content)
    if table is None:
        return
    names = [plain(name) for name in table.names]
    rows = [dict(zip(names, line.cells, strict=True)) for line in table.lines]
    by_status = {
        (one["taskid"], one.get("userid", ""))
        for one in rows
        if one["status"].strip().casefold() not in ("", "null", "none")
    }

    def piece(cells: Cells) -> Found:
        status = cells.raw("status").casefold()
        summed = status in ("", "null", "none")
        key = (cells.by_name["taskid"], cells.by_name.get("userid", ""))
        if summed and key in by_status:
            return LeftOut(
                row=cells.number,
                reason=AGGREGATE,
                code="aggregate_rows",
                seconds=cells.seconds("timespent"),
            )
        values = known(
            batch=f"job {cells.text('jobid') or '1'}",
            stage=stage_of(status),
            annotation_type=stated.annotation_type,
            actor=f"user {cells.text('userid', 'memberid')}",
            clock="label",
            tool="Diffgram",
            active_seconds=cells.seconds("timespent"),
        )
        return Piece(
            row=cells.number,
            values=values,
            end=cells.moment("timeupdated", "timecreated", zone="UTC"),
            identity=cells.text("id"),
        )

    yield from each_row(table, piece)


DIFFGRAM = Reader(
    key="diffgram",
    name="Diffgram task times",
    clock="label",
    scope="with a task open in Diffgram, by its status",
    recognises=_is_diffgram,
    read=_diffgram,
    each_is="status",
)


def _superannotate(cells: Cells, stated: Stated) -> Found:
    by_model = plain(cells.raw("creationtype")) in ("prediction", "preannotation")
    kind = KINDS.get(plain(cells.raw("type")), "") or stated.annotation_type
    if cells.raw("type").casefold() in ("comment", "tag") and kind != "image_tag":
        return LeftOut(row=cells.number, reason="a comment")
    values = known(
        batch=cells.text("foldername") or "folder",
        stage="label",
        annotation_type=kind,
        actor=cells.text("creatoremail", "itemannotator"),
        clock="label",
        tool="SuperAnnotate",
        items=1,
        units_produced=1,
        prelabel_units=1 if by_model else None,
    )
    if not cells.has("creatoremail", "itemannotator") and not by_model:
        raise CellError("required", "is empty.", column="creatoremail")
    return Piece(
        row=cells.number,
        values=values,
        end=cells.moment("createdat", zone="UTC"),
        identity=f"{cells.text('itemname')} {cells.text('instanceid')}",
        item=cells.text("itemname"),
    )


SUPERANNOTATE = table_reader(
    key="superannotate",
    name="SuperAnnotate instances",
    clock="label",
    scope="nowhere: this export times nothing",
    needs=("itemname", "instanceid", "classname", "creationtype", "createdat"),
    piece=_superannotate,
    each_is="object",
)
READERS = (
    *(LABELBOX, LABELBOX_V1, V7, ROBOFLOW, ROBOFLOW_OLD, ENCORD, ENCORD_TIMERS),
    *(ENCORD_ACTIONS, KILI, DIFFGRAM, SUPERANNOTATE),
)
