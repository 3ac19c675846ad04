"""Settings as the environment gives them, or a sentence that says what is wrong.

Every variable is read by exactly one of the functions of `Environment`, which keeps
the names: so a misspelt PLUMBLINE_ variable is noticed instead of ignored, and a
test can ask whether each is explained in docs/settings.md.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ

PREFIX = "PLUMBLINE_"
YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"0", "false", "no", "off"})
SHORTEST_SECRET = 32


class OddSettingError(Exception):
    """A variable is missing or makes no sense; the text says which and how."""

    def __init__(self, name: str, complaint: str) -> None:
        super().__init__(f"Plumbline cannot start: {name} {complaint}")


class Environment:
    """The variables of one process, each read once and by name."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self.names: list[str] = []

    def text(self, name: str, *, default: str) -> str:
        """Return a variable as it stands, without the blanks around it."""
        self.names.append(name)
        return self._variables.get(name, default).strip()

    def flag(self, name: str, *, default: str) -> bool:
        """Return whether something is on."""
        value = self.text(name, default=default).lower()
        if value not in YES | NO:
            raise OddSettingError(name, f"is “{value}”; write “true” or “false”.")
        return value in YES

    def whole(self, name: str, *, default: int, low: int, high: int) -> int:
        """Return a whole number inside its limits."""
        value = self.text(name, default=str(default))
        if not value.isdecimal() or not low <= int(value) <= high:
            raise OddSettingError(
                name, f"is “{value}”; write a whole number from {low} to {high}."
            )
        return int(value)

    def words(self, name: str, *, default: str) -> list[str]:
        """Return the parts of a list separated by commas; there is at least one."""
        parts = [part.strip() for part in self.text(name, default=default).split(",")]
        if not all(parts):
            raise OddSettingError(name, "has an empty part; separate names by commas.")
        return parts

    def one_of(self, name: str, *, default: str, choices: tuple[str, ...]) -> str:
        """Return one word of a closed list."""
        value = self.text(name, default=default)
        if value not in choices:
            known = ", ".join(choices)
            raise OddSettingError(name, f"is “{value}”; write one of: {known}.")
        return value

    def site_address(self, name: str, *, default: str) -> str:
        """Return the address that links in mails and documents begin with."""
        value = self.text(name, default=default).rstrip("/")
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path:
            raise OddSettingError(
                name,
                f"is “{value}”; write the scheme and host that people type, "
                "like “https://quotes.example.com”.",
            )
        return value

    def secret(self, name: str, *, file: Path) -> str:
        """Return the key that signs sessions and links, from here or from its file."""
        value = self.text(name, default="")
        if not value and file.is_file():
            value = file.read_text(encoding="utf-8").strip()
        if len(value) < SHORTEST_SECRET:
            state = "is too short" if value else "is missing"
            raise OddSettingError(
                name,
                f"{state}; set it to a random text of at least {SHORTEST_SECRET} "
                "characters, or run “make setup”, which writes one.",
            )
        return value

    def second_secret(self, name: str, *, instead: str) -> str:
        """Return a key of its own if one is set, else the one that stands in for it."""
        value = self.text(name, default="")
        if value and len(value) < SHORTEST_SECRET:
            raise OddSettingError(
                name,
                f"is too short; set it to a random text of at least {SHORTEST_SECRET} "
                "characters, or leave it out.",
            )
        return value or instead

    def database(self, name: str, *, file: Path) -> dict[str, Any]:
        """Return how to reach the database: the file beside us, or PostgreSQL."""
        value = self.text(name, default=f"sqlite:///{file}")
        scheme = value.partition(":")[0]
        if scheme == "sqlite":
            return _sqlite(value, name=name)
        if scheme in {"postgres", "postgresql"}:
            return _postgresql(value, name=name)
        raise OddSettingError(
            name,
            f"begins with “{scheme}”; write “sqlite:///file” or "
            "“postgresql://user:password@host:5432/name”.",
        )

    def refuse_unknown(self) -> None:
        """Stop at a variable that looks like ours and is not."""
        for name in self._variables:
            if name.startswith(PREFIX) and name not in self.names:
                near = difflib.get_close_matches(name, self.names, n=1, cutoff=0.85)
                hint = f"did you mean {near[0]}?" if near else "see docs/settings.md."
                raise OddSettingError(name, f"is not a setting; {hint}")


def _sqlite(url: str, *, name: str) -> dict[str, Any]:
    """Describe the embedded database: readers never wait, a commit is on the disk.

    IMMEDIATE takes the write lock when a transaction begins, so two writers queue
    instead of one of them failing in the middle of its work.
    """
    path = url.removeprefix("sqlite://").removeprefix("/")
    if not path:
        raise OddSettingError(name, "names no file; write “sqlite:///file”.")
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode = WAL;"
                "PRAGMA synchronous = FULL;"
                "PRAGMA foreign_keys = ON;"
            ),
        },
    }


def _postgresql(url: str, *, name: str) -> dict[str, Any]:
    """Describe a PostgreSQL database, with connections kept in a pool."""
    try:
        config: dict[str, Any] = dict(environ.Env.db_url_config(url))
    except ValueError as problem:
        raise OddSettingError(name, f"cannot be read: {problem}.") from problem
    if not config.get("NAME"):
        raise OddSettingError(
            name,
            "names no database; write “postgresql://user:password@host:5432/name”.",
        )
    options = config.get("OPTIONS", {})
    pool = {"min_size": 1, "max_size": 8, "timeout": 10}
    return config | {"CONN_MAX_AGE": 0, "OPTIONS": {**options, "pool": pool}}
