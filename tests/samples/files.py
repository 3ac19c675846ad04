"""Small annotation files of each tool, made as the tool writes them."""

from __future__ import annotations

import json


def coco(annotations, *, images=None, categories=None):
    """Return a COCO document as text."""
    return json.dumps(
        {
            "images": images
            or [{"id": 1, "file_name": "a.jpg", "width": 100, "height": 50}],
            "annotations": [
                {"image_id": 1, "category_id": 1, **one} for one in annotations
            ],
            "categories": categories or [{"id": 1, "name": "car"}],
        }
    )


def cvat(body, *, meta=""):
    """Return a CVAT document as text; `body`: its images and tracks."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<annotations><version>1.1</version>'
        f"<meta>{meta}</meta>{body}</annotations>"
    )


def cvat_image(shapes, *, name="a.jpg"):
    """Return an image element of 100 × 50 pixels."""
    return f'<image id="0" name="{name}" width="100" height="50">{shapes}</image>'


def a_task(*results, number=1, image="/data/upload/1/0a1b2c3d-a.jpg", **more):
    """Return a task of Label Studio with one annotation."""
    return {
        "id": number,
        "data": {"image": image},
        "annotations": [
            {"id": number, "was_cancelled": False, "result": list(results), **more}
        ],
    }


def a_region(kind, value, *, label="car", **more):
    """Return a result on an image of 100 × 50 pixels."""
    names = {} if label is None else {f"{kind}labels": [label]}
    return {
        "id": more.pop("id", f"{kind}{value}"),
        "type": f"{kind}labels",
        "original_width": 100,
        "original_height": 50,
        "value": {**value, **names},
        **more,
    }
