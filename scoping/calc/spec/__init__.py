"""The dataset spec: values, reading with all problems at once, schema, normal form."""

from __future__ import annotations

from .doors import Door
from .normal import line_document, seed_of, to_document
from .problems import Problem, SpecError
from .reading import read_spec
from .schema import json_schema
from .text import read_json, read_text
from .values import UNIT_OF, Spec

__all__ = [
    "UNIT_OF",
    "Door",
    "Problem",
    "Spec",
    "SpecError",
    "json_schema",
    "line_document",
    "read_json",
    "read_spec",
    "read_text",
    "seed_of",
    "to_document",
]
