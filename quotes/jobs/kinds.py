"""Every kind of long work, and what whoever asks for it must be allowed to do."""

from __future__ import annotations

from collections.abc import Mapping

from quotes.jobs import documents, files, grids, pack_jobs, sendings
from quotes.jobs.queue import Kind, Through
from scoping.access import Act

KINDS: Mapping[str, Kind] = {
    **grids.KINDS,
    **files.KINDS,
    **documents.KINDS,
    **sendings.KINDS,
    **pack_jobs.KINDS,
}
ACTS: Mapping[str, Act] = {
    **grids.ACTS,
    **files.ACTS,
    **documents.ACTS,
    **sendings.ACTS,
    **pack_jobs.ACTS,
}
THROUGH: Mapping[str, Through] = {
    **files.THROUGH,
    **sendings.THROUGH,
    **pack_jobs.THROUGH,
}
