"""A digest as the databases keep it best: what is compared a million times is short.

In Python it is 64 digits of hexadecimal on both. PostgreSQL keeps its 32 bytes, which
it compares as bytes whatever the language of the database; SQLite keeps the digits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    # It takes parameters for the type checker alone.
    TextField = models.CharField[str, str]
else:
    TextField = models.CharField


class DigestField(TextField):
    """A SHA-256 in 64 hexadecimal digits."""

    def db_type(self, connection: Any) -> str | None:
        """Return the type of the column."""
        return "bytea" if _in_bytes(connection) else super().db_type(connection)

    def get_db_prep_value(
        self,
        value: Any,
        connection: Any,
        prepared: bool = False,  # noqa: FBT001, FBT002 - Django's own
    ) -> Any:
        """Return what the database is given for a digest."""
        found = super().get_db_prep_value(value, connection, prepared)
        if isinstance(found, str) and _in_bytes(connection):
            return bytes.fromhex(found)
        return found

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> Any:
        """Return the digits of what the database keeps."""
        return value if value is None or isinstance(value, str) else bytes(value).hex()


def _in_bytes(connection: Any) -> bool:
    return bool(connection.vendor == "postgresql")
