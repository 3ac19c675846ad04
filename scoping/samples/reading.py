"""A sample of any format that is known here: told by what is in it, then counted.

One file, an archive or a folder. Members of an archive are never unpacked to their own
names: one after the other lies in one temporary file, up to a limit that is counted
while it is inflated, whatever the archive says of itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import ijson

from . import json_tools, passes, tables, voc
from .coco_stream import holds_list, measure_stream
from .json_file import json_of
from .label_studio import is_export
from .limits import COMMAND_LINE, Limits
from .members import Members, is_archive, members_of
from .pictures import Pictures, is_picture, pictures_of, pixels_of
from .tally import Tally
from .values import Measured, SampleError
from .yolo import FORMAT as YOLO
from .yolo import NOT_LABELS, count_lines, read_yaml

KNOWN = (
    "COCO, YOLO (zip), Pascal VOC, CVAT XML, Datumaro, LabelMe, Label Studio, VIA, "
    "Supervisely, or a zip of images"
)
SNIFFED = 4096
ROOT = re.compile(rb"<\s*([A-Za-z_][\w.-]*)")
META = "meta.json"
LABELS = (".json", ".xml", ".csv")
MOST_NAMES = 5_000_000
"""Bytes of a list of classes, or of one image's lines."""


class UnknownFormatError(SampleError):
    """Raised for a file that is of no format that is read here."""


def read_sample(
    path: Path, *, name: str = "", limits: Limits = COMMAND_LINE
) -> Measured | Pictures:
    """Return what a sample holds: counts an image, or images alone.

    Raises SampleError for what cannot be read, OSError for what cannot be opened.
    """
    called = name or path.name
    if path.is_dir() or is_archive(path):
        with members_of(path, name=called, limits=limits) as members:
            return _many(members, limits=limits)
    size = path.stat().st_size
    if size > limits.bytes:
        raise SampleError(
            f"{called} has {size / 1e6:,.0f} MB; at most {limits.bytes / 1e6:,.0f} MB "
            f"are read here. Take a part of it: fewer images, with all their labels."
        )
    tally = Tally(called, limits)
    format_, found = _one(path, tally, name=called)
    measured = found or tally.measured(format_)
    if not measured.counts:
        raise SampleError(f"{called} holds no image, so nothing can be counted.")
    return replace(measured, path=path)


def _one(path: Path, tally: Tally, *, name: str) -> tuple[str, Measured | None]:
    """Count a file into the tally, or return what its own reader makes of it."""
    with path.open("rb") as file:
        head = file.read(SNIFFED)
    text = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if text.startswith(b"<"):
        if _root(text) == b"annotation":
            voc.count_file(path, tally, image=name, where=name)
            return voc.FORMAT, None
        return "CVAT", _passed(path, tally, name=name)
    if text[:1] in (b"{", b"["):
        return _json(path, tally, name=name)
    if tables.is_table(text.decode("utf-8", "replace")):
        return tables.count_file(path, tally, where=name), None
    raise UnknownFormatError(_stranger(name, head))


def _stranger(name: str, head: bytes) -> str:
    """Say of a file that cannot be counted what it is, and what to give instead."""
    known = f"Known are {KNOWN}."
    if not head.strip():
        return f"{name} is empty. Export the labels again. {known}"
    if is_picture(name):
        return (
            f"{name} is an image, and holds no labels. Put a few hundred images into a "
            f"zip and give that, or a file of labels. {known}"
        )
    if name.lower().endswith(".csv"):
        return (
            f"{name} does not begin with a header that is known here. Its first line "
            f"has to name the columns, such as filename,xmin,ymin,xmax,ymax,class. "
            f"{known}"
        )
    return f"{name} is of no format that is read here. {known}"


def _root(text: bytes) -> bytes:
    """Return the name of the first element, behind declarations and comments."""
    plain = re.sub(rb"<[?!][^>]*>", b"", text)
    found = ROOT.search(plain)
    return found.group(1) if found else b""


def _passed(path: Path, tally: Tally, *, name: str) -> Measured:
    return passes.measured_of(passes.read_pass(path, name=name, limits=tally.limits))


def _json(path: Path, tally: Tally, *, name: str) -> tuple[str, Measured | None]:
    if _is_coco(path):
        return "COCO", measure_stream(path, name=name, limits=tally.limits)
    document = json_of(path, name=name)
    format_ = json_tools.format_of(document)
    if format_ and isinstance(document, Mapping):
        json_tools.count_document(document, tally, format_=format_, where=name)
        return format_, None
    if isinstance(document, Mapping) and "images" in document:
        return "COCO", measure_stream(path, name=name, limits=tally.limits)
    if is_export(document):
        return "Label Studio", _passed(path, tally, name=name)
    raise UnknownFormatError(
        f"{name} is JSON, but of no format that is read here. Known are {KNOWN}."
    )


def _is_coco(path: Path) -> bool:
    """Return whether a document begins as COCO; read as far as its first own list."""
    try:
        with path.open("rb") as file:
            events = ijson.parse(file, use_float=True)
            for prefix, event, _ in events:
                if event == "start_array" and prefix == "images":
                    return True
                if event == "start_array" and prefix == "annotations":
                    return holds_list(path, "images")
                if prefix == "" and event == "start_array":
                    return False
                if event in ("start_array", "start_map") and prefix in (
                    *("items", "shapes", "objects", "_via_img_metadata"),
                ):
                    return False
    except (ijson.JSONError, ValueError, OverflowError):
        return False
    return False


def _many(members: Members, *, limits: Limits) -> Measured | Pictures:
    """Count all members of an archive or a folder, of one format together."""
    tally = Tally(members.name, limits)
    labels = [one for one in members.names if one.lower().endswith(LABELS)]
    texts = [
        one
        for one in members.names
        if one.lower().endswith(".txt") and _base(one).lower() not in NOT_LABELS
    ]
    pictures = [one for one in members.names if is_picture(one)]
    if labels:
        found = _files(members, labels, tally)
        if found is not None:
            return found
    if texts:
        return _yolo(members, texts, pictures, tally)
    if pictures:
        pixels = []
        for one in pictures:
            with members.opened(one) as file:
                size = pixels_of(file)
            pixels += [] if size is None else [size]
        return pictures_of(pixels, images=len(pictures))
    if not members.names:
        raise SampleError(
            f"{members.name} is empty: it holds no file. Zip the labels again."
        )
    raise SampleError(
        f"{members.name} holds neither labels nor images that are read here. Known are "
        f"{KNOWN}."
    )


def _files(members: Members, labels: list[str], tally: Tally) -> Measured | None:
    """Count JSON, XML and CSV members; None where they hold no labels at all."""
    formats: dict[str, str] = {}
    strangers: list[str] = []
    for one in labels:
        try:
            format_ = _member(members, one, tally)
        except UnknownFormatError:
            strangers.append(one)
            continue
        if format_:
            formats.setdefault(format_, one)
    if len(formats) > 1:
        (first, one), (second, other), *_ = formats.items()
        raise SampleError(
            f"{members.name} holds labels of two formats: {one} is {first}, {other} is "
            f"{second}. Give one of them, so that nothing counts twice."
        )
    if not formats:
        return None
    if strangers:
        tally.remarks.append(
            f"{len(strangers):,} files hold no labels that are known here "
            f"({', '.join(strangers[:3])}). They are left out."
        )
    return tally.measured(next(iter(formats)))


def _member(members: Members, name: str, tally: Tally) -> str:
    """Count one member; return its format, "" for one that only lists classes."""
    with members.unpacked(name) as path:
        if _base(name) == META:
            listed = json_tools.classes_of_meta(json_of(path, name=name))
            tally.listed |= dict.fromkeys(listed)
            return ""
        format_, found = _one(path, tally, name=name)
    if found is not None:
        tally.add(found, where=name)
    return format_


def _yolo(
    members: Members, texts: list[str], pictures: list[str], tally: Tally
) -> Measured:
    names: dict[int, str] = {}
    poses = False
    for one in members.names:
        base = _base(one).lower()
        if base.endswith((".yaml", ".yml")):
            said, is_pose = read_yaml(members.text(one, most=MOST_NAMES), name=one)
            names, poses = {**names, **said}, poses or is_pose
        elif base in ("obj.names", "classes.txt"):
            lines = members.text(one, most=MOST_NAMES).splitlines()
            names = {**names, **dict(enumerate(line.strip() for line in lines if line))}
    tally.listed |= dict.fromkeys(names.values())
    for one in pictures:
        tally.image(_stem(one))
    for one in texts:
        count_lines(
            members.text(one, most=MOST_NAMES),
            tally,
            image=_stem(one),
            where=f"{members.name}, {one}",
            names=names,
            poses=poses,
        )
    return tally.measured(YOLO)


def _base(name: str) -> str:
    return name.rsplit("/", 1)[-1]


def _stem(name: str) -> str:
    """Return what an image and its labels share: the path after images/ or labels/."""
    plain = re.sub(r"(^|/)(images|labels)/", r"\1", name)
    return plain.rsplit(".", 1)[0]
