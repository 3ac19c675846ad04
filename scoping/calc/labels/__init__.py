"""What two people drew on the same images: whose label is whose, how alike."""

from __future__ import annotations
