"""Measure a sample annotation file: units per image, classes, shapes, vertices."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from scoping.calc.rates import CardError, Figure, read_price_side
from scoping.samples.apart import BusyError
from scoping.samples.limits import COMMAND_LINE
from scoping.samples.measuring import COMMAND_LINE as BOUNDS
from scoping.samples.measuring import measure_apart
from scoping.samples.members import is_archive
from scoping.samples.pictures import Pictures
from scoping.samples.reading import KNOWN, read_sample
from scoping.samples.summary import RESAMPLES, SEED, Summary, spec_of, summarise
from scoping.samples.values import Measured, SampleError

LARGE = 20_000_000
"""Bytes from which on a file is read by a process of its own."""
LAUNCH = Path("fixtures/rate_cards/2026-01.yaml")
TYPES = ("bounding_box", "polygon", "instance_mask", "polyline", "cuboid")
"""The annotation types whose unit is an object, which is what is counted."""


class Command(BaseCommand):
    help = f"Measure a sample ({KNOWN}). Needs no database. --spec writes a spec."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--items", type=int, help="how many items the project has")
        parser.add_argument("--spec", type=Path, metavar="OUT.yaml")
        parser.add_argument(
            "--type", choices=TYPES, help="what to label; by default, as the sample"
        )
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["items"] is not None and options["items"] < 1:
            raise CommandError("--items: a project has one item at least.")
        try:
            sample = _labelled(_read(options["file"]))
            found = summarise(sample, between=_between())
            if options["format"] == "json":
                self.stdout.write(json.dumps(_data(sample, found), indent=2))
            else:
                self.stdout.write("\n".join(_text(sample, found)))
            self._spec(sample, found, options)
        except (SampleError, BusyError) as error:
            raise CommandError(str(error), returncode=2) from error
        except OSError as error:
            raise CommandError(
                f"{error.filename or options['file']} cannot be used: "
                f"{error.strerror}.",
                returncode=2,
            ) from error

    def _spec(self, sample: Measured, found: Summary, options: dict[str, Any]) -> None:
        if options["spec"] is None:
            return
        document = spec_of(
            sample, found, items=options["items"], annotation_type=options["type"]
        )
        options["spec"].write_text(_yaml(document), "utf-8")
        # Beside JSON on standard output, a sentence would be no JSON.
        self.stderr.write(f"Wrote {options['spec']}.")


def _read(path: Path) -> Measured | Pictures:
    """Return what a file, a zip or a folder holds.

    What may be large in memory is read by a process of its own, with 1 GB of it.
    """
    if not path.is_dir() and (path.stat().st_size > LARGE or is_archive(path)):
        return measure_apart(path, name=path.name, limits=COMMAND_LINE, bounds=BOUNDS)
    return read_sample(path, limits=COMMAND_LINE)


def _labelled(sample: Measured | Pictures) -> Measured:
    if isinstance(sample, Pictures):
        size = sample.megapixels
        raise SampleError(
            f"{sample.images:,} images"
            + (f", {size:.1f} megapixels in the median" if size else "")
            + ", and no labels: nothing says how many objects they hold. Count some of "
            "them, or give a sample that was labelled."
        )
    return sample


def _between() -> Figure:
    path = Path(settings.ROOT) / LAUNCH
    try:
        card = yaml.safe_load(path.read_text("utf-8"))
        return read_price_side(card).sample_to_dataset
    except CardError as error:
        raise CommandError(f"{LAUNCH}: {error}", returncode=2) from error


def _text(sample: Measured, found: Summary) -> Iterator[str]:
    low, high = found.bootstrap
    unused = len(sample.unused_classes)
    yield (
        f"{sample.images:,} images, {sample.objects:,} objects, "
        f"{sample.class_count:,} classes ({sample.format})"
        + (f"; {unused:,} of the classes without an object" if unused else "")
    )
    yield (
        f"Objects an image: mean {found.mean}, {low} to {high} in eight of ten "
        f"resamples (seed {SEED}, {RESAMPLES:,} resamples)"
    )
    spread = found.var_to_mean
    yield (
        f"Between images: variance/mean "
        f"{'not known' if spread is None else spread}, most {found.most:,}, "
        f"{found.empty_images:,} images without an object"
    )
    yield (
        f"For the whole dataset: {' – '.join(map(str, found.dataset))} an image (low – "
        f"typical – high)"
    )
    yield (
        f"  A sample is never the dataset: widened by {found.widened_by.value} "
        f"({found.widened_by.source})."
    )
    shapes = ", ".join(f"{name} {count:,}" for name, count in sample.shapes.items())
    yield f"Shapes: {shapes or 'none'}; as a scope: {sample.annotation_type}"
    if sample.median_vertices is not None:
        yield f"Vertices of a polygon: median {sample.median_vertices:g}"
    for remark in sample.remarks:
        yield f"! {remark}"


def _data(sample: Measured, found: Summary) -> dict[str, object]:
    low, typical, high = (str(value) for value in found.dataset)
    return {
        "measure": 1,
        "format": sample.format,
        "images": sample.images,
        "objects": sample.objects,
        "classes": sample.class_count,
        "objects_by_class": dict(sample.classes),
        "unused_classes": list(sample.unused_classes),
        "mean": str(found.mean),
        "bootstrap": {
            "p10": str(found.bootstrap[0]),
            "p90": str(found.bootstrap[1]),
            "seed": SEED,
            "resamples": RESAMPLES,
        },
        "var_to_mean": None if found.var_to_mean is None else str(found.var_to_mean),
        "max": found.most,
        "empty_images": found.empty_images,
        "dataset": {"p10": low, "p50": typical, "p90": high},
        "shapes": dict(sample.shapes),
        "median_vertices": (
            None if sample.median_vertices is None else f"{sample.median_vertices:g}"
        ),
        "type": sample.annotation_type,
        "remarks": list(sample.remarks),
    }


class _Dumper(yaml.SafeDumper):
    """Writes decimals as plain YAML numbers, digit for digit."""


def _decimal(dumper: yaml.SafeDumper, value: Decimal) -> yaml.Node:
    kind = "float" if "." in f"{value:f}" else "int"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{kind}", f"{value:f}")


_Dumper.add_representer(Decimal, _decimal)


def _yaml(document: dict[str, object]) -> str:
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True)
