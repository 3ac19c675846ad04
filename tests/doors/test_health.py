"""Health: is the process alive, can it serve; and what every answer says."""

from __future__ import annotations

from django.db import DatabaseError
from django.db.migrations.executor import MigrationExecutor


def test_a_process_is_alive_without_its_database(client):
    response = client.get("/livez")

    assert (response.status_code, response.content) == (200, b"alive\n")


def test_a_migrated_service_is_ready(client, db):
    response = client.get("/readyz")

    assert (response.status_code, response.content) == (200, b"ready\n")


def test_a_service_with_pending_migrations_is_not_ready(client, db, monkeypatch):
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: [1, 2])

    response = client.get("/readyz")

    assert response.status_code == 503
    assert "lacks 2 migrations" in response.text


def test_a_service_without_its_database_is_not_ready(client, db, monkeypatch):
    def fail(*_args: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(MigrationExecutor, "migration_plan", fail)

    assert client.get("/readyz").status_code == 503


def test_every_answer_carries_its_guards(client):
    headers = client.get("/livez").headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "camera=()" in headers["Permissions-Policy"]
