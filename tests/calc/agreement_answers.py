"""How the product answers the published examples of agreement and gold sets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from scoping.calc import gold, ratings
from scoping.calc.labels.agreement import agreement
from scoping.calc.labels.overlap import box_overlap
from scoping.calc.labels.values import Box, Image, Label, Pair


def alpha(at: dict[str, Any]) -> float:
    table = ratings.tabled(list(zip(*at["coders"], strict=True)))
    return ratings.krippendorff_alpha(
        table.counts, level=at["level"], categories=table.categories
    )


def fleiss(at: dict[str, Any]) -> dict[str, float]:
    found = ratings.fleiss_kappa(np.array(at["counts"], float))
    return {"po": found.agreed, "pe": found.luck, "kappa": found.kappa}


def cohen(at: dict[str, Any]) -> dict[str, float]:
    found = ratings.cohen_kappa(np.array(at["table"], float))
    return {
        "kappa": found.kappa,
        "ase": found.error,
        "low": found.low,
        "high": found.high,
    }


def boxes(corners: list[list[float]]) -> Image:
    return Image(
        name="1.jpg",
        labels=tuple(
            Label(name="car", shape=Box(left=a, top=b, right=c, bottom=d))
            for a, b, c, d in corners
        ),
    )


def matched_boxes(at: dict[str, Any]) -> dict[str, Any]:
    (found,) = agreement(
        [Pair(first=boxes(at["a"]), second=boxes(at["b"]))],
        least=at["iou_threshold"],
        rng=np.random.default_rng(1),
    ).families
    return {
        "matches": found.named.matched,
        "f1": found.named.f1.value,
        "mean_iou_matched": found.named.overlap.value,
    }


AGREEMENT: dict[str, Callable[[dict[str, Any]], Any]] = {
    "krippendorff_alpha": alpha,
    "two_rater_table": lambda at: ratings.two_rater_coefficients(
        np.array(at["table"], float)
    ),
    "fleiss_kappa": fleiss,
    "cohen_kappa_se": cohen,
    "box_iou": lambda at: box_overlap(tuple(at["a"]), tuple(at["b"])),
    "matched_f1_agreement": matched_boxes,
    "gold_size_for_power": lambda at: [
        gold.gold_size_for_power(
            at["target"], truth=truth, power=at["power"], confidence=at["conf"]
        ).items
        for truth in at["true"]
    ],
    "gold_noise_ceiling": lambda at: gold.gold_noise_ceiling(
        at["true_accuracy"], gold_accuracy=at["gold_accuracy"]
    ),
}
