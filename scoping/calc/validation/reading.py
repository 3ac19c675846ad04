"""Files of evidence and of published projects into values; what is odd is an error."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from .values import ClassPair, Evidence, Prior, Project, Timed

NEEDED = ("row_id", "dataset", "task")
HOURS = ("hours_used", "reported_total_hours", "derived_total_hours")
NUMBERS = ("n_images", "n_objects", "avg_vertices", *HOURS)
PLAIN = re.compile(r"\d+(\.\d+)?")
NUMBER = re.compile(r"\d[\d,]*(\.\d+)?")
ONE_CLASS = re.compile(r"class[- ]agnostic|single class|one class", re.IGNORECASE)


class ValidationFileError(ValueError):
    """Raised for a file that holds no published projects; says what is wrong."""


def read_evidence(
    document: Mapping[str, Any], rows: Iterable[Mapping[str, str]]
) -> Evidence:
    """Return what priors rest on, from their document and the rows that were timed.

    Raises ValidationFileError where a prior names a row that does not stand.
    """
    timed = {
        row["id"]: Timed(
            id=row["id"],
            source=row["source"],
            rests_on=row["rests_on"],
            task=row["task"],
            seconds=float(row["seconds"]),
            timed=row["timed"],
            url=row["url"],
        )
        for row in rows
    }
    priors = {
        key: Prior(
            id=key,
            type=said["type"],
            rows=tuple(said["rows"]),
            units=float(said.get("units", 1)),
            sigma=float(said["sigma"]),
        )
        for key, said in document["priors"].items()
    }
    for prior in priors.values():
        for row in prior.rows:
            if row not in timed:
                raise ValidationFileError(
                    f"Prior {prior.id} rests on row {row}, and there is no such row."
                )
    return Evidence(
        timed=timed,
        priors=priors,
        classes=tuple(
            ClassPair(
                source=said["source"],
                fewer=float(said["from"]),
                more=float(said["to"]),
                ratio=float(said["ratio"]),
            )
            for said in document["classes"]
        ),
        names={key: tuple(said["names"]) for key, said in document["sources"].items()},
    )


def read_projects(rows: Iterable[Mapping[str, str | None]]) -> tuple[Project, ...]:
    """Return the projects of a file, one a row.

    Hours are `hours_used`, else what was reported, else what was derived. A row with a
    number that cannot be read keeps its trouble. Raises ValidationFileError for a file
    without rows or without the columns that every row needs.
    """
    found = list(rows)
    if not found:
        raise ValidationFileError("The file holds no rows. Write one for each project.")
    missing = [key for key in NEEDED if key not in found[0]]
    if missing:
        raise ValidationFileError(
            f"The file has no column {', '.join(missing)}. The columns are those of "
            f"docs/validation.md."
        )
    return tuple(_project(row) for row in found)


def _project(row: Mapping[str, str | None]) -> Project:
    trouble: list[str] = []
    numbers = {key: _number(row, key, trouble) for key in NUMBERS}
    hours = (numbers[key] for key in HOURS)
    images, objects = (
        None if numbers[key] is None else int(numbers[key] or 0)
        for key in ("n_images", "n_objects")
    )
    return Project(
        id=_text(row, "row_id"),
        dataset=_text(row, "dataset"),
        task=_text(row, "task"),
        split=_text(row, "split"),
        includes=_text(row, "includes"),
        review_scheme=_text(row, "review_scheme"),
        object_unit=_text(row, "object_unit"),
        source_url=_text(row, "source_url"),
        images=images,
        objects=objects,
        classes=_first(ONE_CLASS.sub("1", _text(row, "n_classes"))),
        vertices=numbers["avg_vertices"],
        crew=_first(_text(row, "crew_size")),
        hours=next((one for one in hours if one is not None), None),
        trouble=" ".join(trouble),
    )


def _text(row: Mapping[str, str | None], key: str) -> str:
    return (row.get(key) or "").strip()


def _number(
    row: Mapping[str, str | None], key: str, trouble: list[str]
) -> float | None:
    said = _text(row, key)
    if not said:
        return None
    whole = key.startswith("n_")
    if PLAIN.fullmatch(said) and float(said) > 0 and not (whole and "." in said):
        return float(said)
    kind = "whole number" if whole else "number"
    trouble.append(f"{key} is “{said[:40]}”, and no {kind} above 0.")
    return None


def _first(said: str) -> int | None:
    """Return the first number of a text such as “about 20 used”; None without one."""
    found = NUMBER.search(said)
    if found is None:
        return None
    return max(1, int(float(found.group().replace(",", ""))))
