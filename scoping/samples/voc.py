"""Pascal VOC: an XML file for each image, an element for each object."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from .checked import class_name
from .tally import Tally
from .values import SampleError

FORMAT = "Pascal VOC"
FEWEST_CORNERS = 3


def count_file(path: Path, tally: Tally, *, image: str, where: str) -> None:
    """Count the objects of one file. Raises SampleError for what cannot be read."""
    tally.image(image)
    try:
        _count(path, tally, image=image, where=where)
    except ParseError as error:
        raise SampleError(
            f"{where} is no complete XML, line {error.position[0]}: it may be cut "
            f"short. Export it again."
        ) from error
    except DefusedXmlException as error:
        raise SampleError(
            f"{where} declares a document type or entities, which no tool writes into "
            f"labels and which can hide a bomb. It is not read."
        ) from error
    except (LookupError, UnicodeError) as error:
        raise SampleError(f"{where} is in an encoding that cannot be read.") from error


def _count(path: Path, tally: Tally, *, image: str, where: str) -> None:
    stack: list[str] = []
    elements = 0
    for event, element in iterparse(
        path,
        events=("start", "end"),
        forbid_dtd=True,
        forbid_entities=True,
        forbid_external=True,
    ):
        if event == "start":
            stack.append(element.tag)
            elements += 1
            limits = tally.limits
            limits.check(where, len(stack), of="elements inside each other", most=50)
            limits.check(where, elements, of="XML elements", most=30 * limits.labels)
            if len(stack) == 1 and element.tag != "annotation":
                raise SampleError(
                    f"{where} is XML, but not of Pascal VOC: it begins with "
                    f"“{element.tag:.40}”."
                )
            continue
        stack.pop()
        if stack == ["annotation"]:
            if element.tag == "object":
                _object(element, tally, image=image)
            element.clear()


def _object(element: Element, tally: Tally, *, image: str) -> None:
    corners = element.find("polygon")
    vertices = None if corners is None else len(corners) // 2
    outlined = vertices is not None and vertices >= FEWEST_CORNERS
    tally.object(
        image,
        of=class_name(element.findtext("name")),
        shape="polygon" if outlined else "box",
        vertices=vertices if outlined else None,
    )
