"""Archives and files of labels, made by the tests."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Mapping


def a_zip(members: Mapping[str, str | bytes], *, packed: bool = True) -> bytes:
    """Return a zip of these members."""
    out = io.BytesIO()
    how = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return out.getvalue()


def a_png(width: int, height: int) -> bytes:
    """Return the first bytes of a PNG: what it says of its size."""
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height)


def a_jpeg(width: int, height: int) -> bytes:
    """Return the first bytes of a JPEG: a preview's segment, then its frame."""
    preview = b"\xff\xe0" + struct.pack(">H", 16) + b"\x00" * 14
    frame = b"\xff\xc0" + struct.pack(">HBHH", 17, 8, height, width)
    return b"\xff\xd8" + preview + frame + b"\x00" * 20


COCO = json.dumps(
    {
        "images": [{"id": 1}, {"id": 2}, {"id": 3}],
        "annotations": [
            {"image_id": 1, "category_id": 1, "bbox": [0, 0, 9, 9]},
            {"image_id": 1, "category_id": 2, "bbox": [0, 0, 9, 9]},
            {"image_id": 3, "category_id": 1, "bbox": [0, 0, 9, 9]},
        ],
        "categories": [
            {"id": 1, "name": "car"},
            {"id": 2, "name": "bus"},
            {"id": 3, "name": "tram"},
        ],
    }
)
VOC = """<?xml version="1.0"?><annotation><filename>{name}.jpg</filename><size>
<width>9</width></size>{objects}</annotation>"""
VOC_OBJECT = "<object><name>{kind}</name><bndbox><xmin>1</xmin></bndbox></object>"
VOC_OUTLINE = (
    "<object><name>bus</name><polygon><x1>1</x1><y1>1</y1><x2>2</x2><y2>1</y2>"
    "<x3>2</x3><y3>3</y3></polygon></object>"
)


def a_voc(name: str, *kinds: str) -> str:
    """Return the XML of one image with a box for each kind."""
    objects = "".join(
        VOC_OUTLINE if kind == "outline" else VOC_OBJECT.format(kind=kind)
        for kind in kinds
    )
    return VOC.format(name=name, objects=objects)


DATUMARO = json.dumps(
    {
        "info": {},
        "categories": {"label": {"labels": [{"name": "car"}, {"name": "bus"}]}},
        "items": [
            {
                "id": "a",
                "annotations": [
                    {"type": "bbox", "label_id": 0, "bbox": [0, 0, 1, 1]},
                    {"type": "polygon", "label_id": 9, "points": [0, 0, 1, 0, 1, 1]},
                    {"type": "label", "label_id": 1},
                ],
            },
            {"id": "b", "annotations": []},
        ],
    }
)


def a_labelme(image: str, *shapes: tuple[str, str]) -> str:
    """Return LabelMe's JSON of one image: (class, kind of shape)."""
    return json.dumps(
        {
            "version": "5.2",
            "imagePath": image,
            "shapes": [
                {"label": kind, "shape_type": shape, "points": [[0, 0], [1, 0], [1, 1]]}
                for kind, shape in shapes
            ],
        }
    )


VIA_IMAGES: dict[str, object] = {
    "a.jpg1": {
        "filename": "a.jpg",
        "regions": [
            {
                "shape_attributes": {"name": "rect", "x": 1},
                "region_attributes": {"type": "car"},
            },
            {
                "shape_attributes": {"name": "polygon", "all_points_x": [1, 2, 3]},
                "region_attributes": {},
            },
        ],
    },
    "b.jpg2": {"filename": "b.jpg", "regions": {}},
}
VIA_CSV = (
    "filename,file_size,file_attributes,region_count,region_id,"
    "region_shape_attributes,region_attributes\n"
    'a.jpg,1,"{}",2,0,"{""name"":""rect""}","{""type"":""car""}"\n'
    'a.jpg,1,"{}",2,1,"{""name"":""polygon"",""all_points_x"":[1,2,3]}","{}"\n'
    'b.jpg,1,"{}",0,0,"{}","{}"\n'
)
BOXES_CSV = "filename,class,xmin,ymin,xmax,ymax\na.jpg,car,1,2,3,4\na.jpg,,1,2,3,4\n"


def a_supervisely(*objects: tuple[str, str]) -> str:
    """Return Supervisely's JSON of one image: (class, geometry)."""
    return json.dumps(
        {
            "size": {"height": 9, "width": 9},
            "tags": [],
            "objects": [
                {
                    "classTitle": kind,
                    "geometryType": geometry,
                    "points": {"exterior": [[0, 0], [1, 0], [1, 1]], "interior": []},
                }
                for kind, geometry in objects
            ],
        }
    )


YOLO: dict[str, str | bytes] = {
    "data.yaml": "names: {0: car, 1: bus}\n",
    "labels/train/a.txt": "0 0.5 0.5 0.1 0.1\n1 0.5 0.5 0.1 0.1 0.93\n",
    "labels/train/b.txt": "1 0.1 0.1 0.2 0.1 0.2 0.2\n",
    "images/train/a.jpg": a_jpeg(100, 80),
    "images/train/c.png": a_png(100, 80),
    "__MACOSX/labels/._a.txt": b"\x00\x05",
    ".DS_Store": b"x",
}
