"""Files to checked rows; pandas lives here and nowhere else."""

from __future__ import annotations
