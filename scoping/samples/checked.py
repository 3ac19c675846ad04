"""Numbers and names out of strangers' files, or a sentence that says what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any

import numpy as np

from scoping.calc.labels.values import Box, Floats, Label, Outline, Shape

from .limits import Limits
from .values import NO_CLASS, SampleError

FARTHEST = 1e7
"""Pixels from the corner beyond which a coordinate is a mistake, whatever the image."""
LONGEST_NAME = 200
LONG = 13
"""Digits of a number that counts nothing in a file."""
FEWEST_CORNERS = 3


def number(value: object, where: str, what: str) -> float:
    """Return a finite number that can be a coordinate, in pixels."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise SampleError(f"{where}: {what} is no number.")
    try:
        found = float(value)
    except (ValueError, OverflowError) as error:
        raise SampleError(f"{where}: {what} is no number: “{value!s:.40}”.") from error
    if not isfinite(found) or abs(found) > FARTHEST:
        raise SampleError(
            f"{where}: {what} is {found:g}, which lies outside of any image."
        )
    return found


def whole(value: object, where: str, what: str, *, most: int) -> int:
    """Return a whole number from 0 up to the most that there can be."""
    if isinstance(value, str) and value.strip().isascii():
        digits = value.strip()
        value = int(digits) if digits.isdigit() and len(digits) < LONG else value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise SampleError(
            f"{where}: {what} is no whole number from 0 to {most:,}: “{value!s:.40}”."
        )
    return value


def size(value: object) -> int | None:
    """Return a width or height if it is one; files often leave it out, or say 0."""
    if isinstance(value, str) and value.strip().isdecimal():
        value = int(value) if len(value) < LONG else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 0 < value <= FARTHEST else None


def class_name(value: object) -> str:
    """Return the name of a class, bounded; NO_CLASS where there is none."""
    text = " ".join(str(value).split())[:LONGEST_NAME] if value is not None else ""
    return text or NO_CLASS


def box(corners: Sequence[object], where: str) -> Box:
    """Return the box between two corners: x, y, x, y, in whatever order."""
    x0, y0, x1, y1 = (number(value, where, "a corner of the box") for value in corners)
    return Box(left=min(x0, x1), top=min(y0, y1), right=max(x0, x1), bottom=max(y0, y1))


def ring(points: Floats, where: str, *, limits: Limits) -> Floats:
    """Return a ring of three corners at least and not too many."""
    if len(points) < FEWEST_CORNERS:
        raise SampleError(
            f"{where}: an outline has {len(points)} corners; it needs three at least."
        )
    limits.check(
        where, len(points), of="corners in one outline", most=limits.corners_per_label
    )
    return points


def turned(corners: Floats, *, degrees: float, about: tuple[float, float]) -> Floats:
    """Return points turned clockwise on the screen, where y grows downwards."""
    angle = np.deg2rad(degrees)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    found: Floats = (corners - np.array(about)) @ turn + np.array(about)
    return found


def ellipse(
    centre: tuple[float, float], radii: tuple[float, float], *, degrees: float
) -> Outline:
    """Return an ellipse as an outline of 180 corners, 0.02 % smaller than it is."""
    angles = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    points = np.column_stack(
        [
            centre[0] + radii[0] * np.cos(angles),
            centre[1] + radii[1] * np.sin(angles),
        ]
    )
    return Outline((turned(points, degrees=degrees, about=centre),))


def labelled(name: object, shape: Shape) -> Label:
    """Return a label under a checked name."""
    return Label(name=class_name(name), shape=shape)


def known_keys(document: Any, *keys: str) -> bool:
    """Return whether something is an object that has these keys."""
    return isinstance(document, dict) and all(key in document for key in keys)
