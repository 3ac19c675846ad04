"""A sample's summary: its own doubt, the dataset's doubt, and the spec made of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from scoping.calc.rates import Figure
from scoping.calc.spec import read_spec
from scoping.samples.summary import spec_of, summarise
from scoping.samples.values import Measured, SampleError


def a_sample(counts, **changes):
    said = {
        "format": "COCO",
        "counts": tuple(counts),
        "classes": {"car": sum(counts)} if sum(counts) else {},
        "shapes": {"box": sum(counts)} if sum(counts) else {},
    }
    return Measured(**(said | changes))


def between(value="0.08"):
    return Figure(
        key="price/sample_to_dataset",
        value=Decimal(value),
        unit="",
        source="a test",
        as_of="",
    )


def test_the_mean_and_spread_are_those_of_the_counts():
    found = summarise(a_sample([0, 2, 4, 10]), between=between())

    # Mean 4; variance 56/3 with n − 1.
    assert (found.mean, found.var_to_mean) == (Decimal("4.00"), Decimal("4.7"))
    assert (found.most, found.empty_images) == (10, 1)


def test_the_bootstrap_is_the_same_every_time():
    sample = a_sample([1, 2, 3, 4, 5] * 20)

    first = summarise(sample, between=between())

    assert first == summarise(sample, between=between())
    assert first.bootstrap[0] < first.mean < first.bootstrap[1]


def test_a_dataset_is_known_less_well_than_its_sample():
    found = summarise(a_sample([1, 2, 3, 4, 5] * 200), between=between())

    low, typical, high = found.dataset
    assert typical == 3
    assert low < found.bootstrap[0]
    assert high > found.bootstrap[1]


def test_images_all_alike_leave_the_doubt_between_sample_and_dataset():
    found = summarise(a_sample([5] * 100), between=between("0.1"))

    # e^(1.28155 × 0.1) = 1.13673
    assert found.bootstrap == (Decimal(5), Decimal(5))
    assert found.dataset == (Decimal("4.3986"), Decimal(5), Decimal("5.6836"))


def test_the_spread_of_one_image_is_not_known():
    assert summarise(a_sample([4]), between=between()).var_to_mean is None


def test_a_spec_of_a_sample_is_a_spec():
    sample = a_sample([1, 2, 3, 9] * 10, shapes={"polygon": 150}, vertices=(15,) * 150)

    document = spec_of(sample, summarise(sample, between=between()), items=20_000)

    spec = read_spec(document, door="staff", today=date(2026, 1, 5))
    assert spec.items == 20_000
    assert spec.lines[0].type == "polygon"
    assert spec.lines[0].vertices == 15


def test_another_type_may_be_asked_for():
    sample = a_sample([3], shapes={"polygon": 3}, vertices=(15, 15, 15))
    found = summarise(sample, between=between())

    document = spec_of(sample, found, annotation_type="bounding_box")

    line = read_spec(document, door="staff", today=date(2026, 1, 5)).lines[0]
    assert line.type == "bounding_box"
    assert line.vertices is None


def test_a_sample_without_classes_leaves_them_to_the_standard_value():
    sample = a_sample([3, 4], classes={"without a class": 7})

    document = spec_of(sample, summarise(sample, between=between()))

    assert "classes" not in str(document)


def test_nothing_can_be_quoted_from_a_sample_without_an_object():
    sample = a_sample([0, 0])
    found = summarise(sample, between=between())

    assert found.dataset == (Decimal(0),) * 3
    with pytest.raises(SampleError, match="holds no object"):
        spec_of(sample, found)
