"""The same images in two files, whatever each tool puts before their names."""

from __future__ import annotations

import pytest

from scoping.calc.labels.values import Image
from scoping.samples.same_images import path_of, same_images


def found(first, second):
    same = same_images(
        [Image(name=name) for name in first], [Image(name=name) for name in second]
    )
    return (
        [(pair.first.name, pair.second.name) for pair in same.pairs],
        list(same.only_first),
        list(same.only_second),
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("a.jpg", "a.jpg"),
        ("A.JPG", "a.jpg"),
        ("batch\\a.jpg", "batch/a.jpg"),
        ("batch/a.jpg", "/sets/x/batch/a.jpg"),
        ("a.jpg", "s3://bucket/deep/a.jpg"),
        ("a b.jpg", "https://x.example/a%20b.jpg?sign=1"),
        ("a.jpg", "/data/local-files/?d=sets/a.jpg"),
        ("pexels-1.jpg", "/data/upload/1/48c220e9-pexels-1.jpg"),
        ("a.png", "a.jpg"),
        ("caf\u00e9.jpg", "cafe\u0301.jpg"),
        ("a.jpg", "http://[bad/a.jpg"),
    ],
)
def test_one_image_under_two_names(first, second):
    assert found([first], [second]) == ([(first, second)], [], [])


def test_two_images_of_one_bare_name_never_become_one():
    pairs, first, second = found(
        ["one/1.jpg", "two/1.jpg", "3.jpg"], ["x/y/1.jpg", "3.jpg", "4.jpg"]
    )

    assert pairs == [("3.jpg", "3.jpg")]
    assert first == ["one/1.jpg", "two/1.jpg"]
    assert second == ["x/y/1.jpg", "4.jpg"]


def test_a_strict_reading_comes_before_a_loose_one():
    pairs, *_ = found(["a/1.jpg", "b/1.jpg"], ["b/1.jpg", "a/1.jpg"])

    assert pairs == [("a/1.jpg", "a/1.jpg"), ("b/1.jpg", "b/1.jpg")]


def test_images_without_a_name_are_not_paired():
    assert found([" "], ["/"]) == ([], [" "], ["/"])
    assert path_of(" ") == ""
