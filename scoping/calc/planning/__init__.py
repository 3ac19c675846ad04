"""A schedule day by day: people, batches, gates, the law, and what meets a deadline."""

from __future__ import annotations
