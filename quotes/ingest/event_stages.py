"""In which stage a job was at some moments, by what a log says of its changes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .fields import STAGES as STAGE_NAMES
from .moments import Whole, micros
from .readers.cvat import LABEL
from .readers.cvat_jobs import REWORK, STAGES, Job

STAGE_CODES: Mapping[str, int] = {name: code for code, name in enumerate(STAGE_NAMES)}


class Course:
    """The stages of a job, whose changes are in order of time."""

    def __init__(self, job: Job) -> None:
        """Take its changes, of which there may be as many as events."""
        words = [job.stages[0][2] if job.stages else ""]
        words += [word for _, word, _ in job.stages]
        self._changes = np.array([micros(when) for when, *_ in job.stages], np.int64)
        self._codes = np.array(
            [STAGE_CODES[STAGES.get(one, LABEL)] for one in words], np.int64
        )
        self._rejected = micros(min(job.rejected)) if job.rejected else None

    def at(self, moments: Whole) -> Whole:
        """Return its stage at each moment, by its code.

        Before the first change it is what that came from. Labelling after a rejection
        is rework.
        """
        places = np.searchsorted(self._changes, moments, "right")
        found: Whole = self._codes[places]
        if self._rejected is not None:
            again = (found == STAGE_CODES[LABEL]) & (moments >= self._rejected)
            found[again] = STAGE_CODES[REWORK]
        return found
