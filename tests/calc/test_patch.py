"""Patches of a spec: what they change, what they leave, what they refuse."""

from __future__ import annotations

import copy
import json

import pytest

from scoping.calc.spec import to_document
from scoping.calc.spec.patch import PatchError, apply_patch, patched, replacing
from tests.calc.an_estimate import a_line, a_spec, random_spec
from tests.scale import count


def plainly(document, patch):
    """Apply a patch the slow way: copy all, walk down, put the value there."""
    found = copy.deepcopy(document)
    for one in patch:
        *way, last = one["path"].strip("/").split("/")
        at = found
        for key in way:
            at = at[int(key)] if isinstance(at, list) else at[key]
        at[int(last) if isinstance(at, list) else last] = one["value"]
    return found


def test_a_value_is_replaced_wherever_it_stands():
    document = {"items": 5, "lines": [{"type": "polygon"}, {"type": "cuboid"}]}
    patch = (
        replacing("/items", value=7),
        replacing("/lines/1/type", value="bounding_box"),
        replacing("/lines/0", value={"type": "image_tag"}),
    )

    found = apply_patch(document, patch)

    assert found == plainly(document, patch)
    assert found == {
        "items": 7,
        "lines": [{"type": "image_tag"}, {"type": "bounding_box"}],
    }
    assert document["items"] == 5


def test_slashes_and_tildes_of_a_key_are_escaped():
    assert apply_patch({"a/b~c": 1}, [replacing("/a~1b~0c", value=2)]) == {"a/b~c": 2}


@pytest.mark.parametrize(
    ("one", "words"),
    [
        ({"op": "remove", "path": "/items"}, "no operation remove"),
        (replacing("/nothing", value=1), "A spec has no /nothing"),
        (replacing("/lines/7/type", value="cuboid"), "A spec has no /lines/7/type"),
        (replacing("/lines/-/type", value="cuboid"), "A spec has no /lines/-"),
        (replacing("/items/more", value=1), "A spec has no /items/more"),
        (replacing("items", value=1), "is no path of a spec"),
    ],
)
def test_what_cannot_be_replaced_is_said(one, words):
    with pytest.raises(PatchError, match=words):
        apply_patch(to_document(a_spec()), [one])


def test_a_patched_spec_keeps_its_seed_and_start():
    found = patched(a_spec(a_line()), [replacing("/items", value=3)])

    assert (found.items, found.seed, found.start_on) == (3, 271, a_spec().start_on)


@pytest.mark.parametrize("number", range(count(200)))
def test_a_patch_that_replaces_all_of_a_spec_gives_the_other_spec(number):
    one, other = to_document(random_spec(number)), to_document(random_spec(number + 1))
    patch = [replacing(f"/{key}", value=value) for key, value in other.items()]

    found = apply_patch(one, patch)

    assert json.dumps(found, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert apply_patch(found, patch) == found
