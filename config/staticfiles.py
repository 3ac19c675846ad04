"""Static files under names that change with their content, so they cache for ever."""

from __future__ import annotations

from typing import Any

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed and gzipped; Brotli would add twenty seconds to a first start."""

    def create_compressor(self, **kwargs: Any) -> Compressor:
        """Return a compressor that uses gzip alone."""
        return Compressor(use_brotli=False, **kwargs)
