"""A JSON file of a stranger as plain data, or a sentence that says what is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .values import SampleError


def json_of(path: Path, *, name: str) -> Any:
    """Return the JSON document in a file. Raises SampleError for what is none."""

    def not_finite(word: str) -> None:
        raise SampleError(f"{name} holds {word}, which is no number. Export it again.")

    try:
        return json.loads(path.read_text("utf-8-sig"), parse_constant=not_finite)
    except SampleError:
        raise
    except UnicodeDecodeError as error:
        raise SampleError(
            f"{name} is not UTF-8 text, and no XML. Export it again as COCO, CVAT XML "
            f"or Label Studio JSON."
        ) from error
    except json.JSONDecodeError as error:
        raise SampleError(
            f"{name} is no complete JSON, line {error.lineno}, column {error.colno}: "
            f"{error.msg}. It may be cut short; export it again."
        ) from error
    except RecursionError as error:
        raise SampleError(f"{name} is nested too deeply to hold labels.") from error
    except ValueError as error:
        raise SampleError(
            f"{name} holds a number that is too long to read. Export it again."
        ) from error
