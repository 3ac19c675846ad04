"""A record that was tampered with: found, whatever was done, and the first bad named.

Every tampering is done past all triggers, to a record whose head was signed before.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from random import Random  # an attacker has no seed of ours

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from scoping.audit import entry_hash, first_broken, record
from scoping.audit.heads import (
    HeadError,
    SignedHead,
    fault_against,
    own_public_key,
    read_heads,
    sign_head,
)
from scoping.models import AuditEntry, AuditHead, Workspace
from tests.factories import NOON, a_workspace
from tests.scale import count
from tests.scoping.sql import drop_trigger, run_sql

ENTRIES = 9
TEXTS = ("actor", "action", "subject", "before_digest", "after_digest")
TRIGGERS = {
    "scoping_auditentry": (
        "audit_entry_is_final_update",
        "audit_entry_is_final_delete",
    ),
    "scoping_audithead": ("audit_head_moves_on_update",),
}
ON_SQLITE = {
    "scoping_auditentry": ("audit_entry_is_kept_insert", "audit_entry_is_kept_update"),
}


def a_record(name: str = "Northline", *, entries: int = ENTRIES) -> Workspace:
    workspace = a_workspace(name=name)
    for index in range(entries):
        record(
            workspace=workspace,
            actor=f"Person {index % 3}",
            action="try",
            subject=f"thing {index}",
            after={"n": index},
            at=NOON,
        )
    return workspace


@pytest.fixture
def signed(db) -> SignedHead:
    workspace = a_record()
    for triggers in (TRIGGERS, ON_SQLITE if connection.vendor == "sqlite" else {}):
        for table, names in triggers.items():
            for name in names:
                drop_trigger(name, table=table)
    return sign_head(workspace, at=NOON, with_trail=True)


@dataclass
class Harm:
    """What an attacker did, the first entry that is bad, what the chain alone shows."""

    first_bad: int
    alone: bool = True


def rows() -> list[AuditEntry]:
    return list(AuditEntry.objects.order_by("seq"))


def head_to(entry: AuditEntry | None) -> None:
    AuditHead.objects.update(
        seq=0 if entry is None else entry.seq, hash="" if entry is None else entry.hash
    )


def chained_anew(changed: list[AuditEntry], *, since: int) -> None:
    """Write all entries from one on with hashes that fit, and the head after them."""
    for before, entry in zip([None, *changed], changed, strict=False):
        if entry.seq >= since:
            entry.previous_hash = before.hash if before else ""
            entry.hash = entry_hash(entry)
            AuditEntry.objects.filter(pk=entry.pk).update(
                **{
                    name: getattr(entry, name)
                    for name in (*TEXTS, "previous_hash", "hash")
                }
            )
    head_to(changed[-1])


def edit(rng: Random) -> Harm:
    entry = rng.choice(rows())
    field = rng.choice([*TEXTS, "at", "previous_hash", "hash"])
    value = NOON.replace(minute=1) if field == "at" else rng.randbytes(32).hex()
    AuditEntry.objects.filter(pk=entry.pk).update(**{field: value})
    return Harm(entry.seq)


def delete(rng: Random) -> Harm:
    entry = rng.choice(rows())
    AuditEntry.objects.filter(pk=entry.pk).delete()
    return Harm(entry.seq)


def insert(rng: Random) -> Harm:
    """Slip an entry in that fits the one before it; what came after it moves on."""
    place = rng.randrange(1, ENTRIES + 1)
    for entry in reversed(rows()[place - 1 :]):
        AuditEntry.objects.filter(pk=entry.pk).update(seq=entry.seq + 1)
    before = AuditEntry.objects.filter(seq=place - 1).first()
    forged = AuditEntry(
        workspace=Workspace.objects.get(),
        seq=place,
        at=NOON,
        actor="Eve",
        action="approve_quote",
        subject="quote PL-2026-0001-1",
        previous_hash=before.hash if before else "",
    )
    forged.hash = entry_hash(forged)
    forged.save()
    return Harm(place)


def reorder(rng: Random) -> Harm:
    first, second = sorted(rng.sample(rows(), 2), key=lambda one: one.seq)
    spare = ENTRIES + 9
    for pk, seq in (
        (first.pk, spare),
        (second.pk, first.seq),
        (first.pk, second.seq),
    ):
        AuditEntry.objects.filter(pk=pk).update(seq=seq)
    return Harm(first.seq)


def truncate(rng: Random) -> Harm:
    """Cut the end off, together with what the head says: the chain fits again."""
    keep = rng.randrange(ENTRIES)
    AuditEntry.objects.filter(seq__gt=keep).delete()
    head_to(AuditEntry.objects.filter(seq=keep).first())
    return Harm(keep + 1, alone=False)


def rewrite(rng: Random) -> Harm:
    """Change an entry and write all that follows anew, so that the chain fits again."""
    changed = rows()
    entry = rng.choice(changed)
    entry.actor = "Eve"
    chained_anew(changed, since=entry.seq)
    return Harm(entry.seq, alone=False)


WAYS: tuple[Callable[[Random], Harm], ...] = (
    edit,
    delete,
    insert,
    reorder,
    truncate,
    rewrite,
)


def test_random_tamperings_are_all_found_and_the_first_bad_entry_named(signed):
    workspace = Workspace.objects.get()
    assert fault_against(workspace, [signed]) is None

    for number in range(count(1000)):
        rng = Random(number)
        with transaction.atomic():
            way = WAYS[number % len(WAYS)]
            harm = way(rng)
            found = fault_against(workspace, [signed])
            alone = first_broken(workspace)
            transaction.set_rollback(True)

        assert found is not None, (way.__name__, number)
        assert found.seq == harm.first_bad, (way.__name__, number, str(found))
        assert (alone is not None) == harm.alone, (way.__name__, number)

    assert fault_against(workspace, [signed]) is None


def test_what_came_after_a_head_was_signed_is_no_fault(signed):
    workspace = Workspace.objects.get()
    record(workspace=workspace, actor="Ann", action="try", subject="more", at=NOON)

    assert fault_against(workspace, [signed]) is None


def test_without_a_trail_the_entries_between_two_heads_are_named(signed):
    workspace = Workspace.objects.get()
    short = read_heads(sign_head(workspace, at=NOON, with_trail=False).to_line())
    record(workspace=workspace, actor="Ann", action="try", subject="more", at=NOON)
    later = sign_head(workspace, at=NOON, with_trail=False)
    changed = rows()
    changed[-1].actor = "Eve"
    chained_anew(changed, since=ENTRIES + 1)

    found = fault_against(workspace, [*short, later])

    assert found is not None
    assert found.seq == ENTRIES + 1
    assert f"entries {ENTRIES + 1} to {ENTRIES + 1} some were written anew" in found.why


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"seq": 3}, "was changed after it was signed"),
        ({"hash": "0" * 64}, "was changed after it was signed"),
        ({"trail": []}, "was changed after it was signed"),
        ({"signature": "zz"}, "is no head"),
        ({"signature": "00"}, "was changed after it was signed"),
        ({"public_key": "00" * 32}, "was signed by the key 0000"),
        ({"plumbline": "receipt"}, "is no head"),
    ],
)
def test_a_head_that_was_changed_is_refused(signed, change, sentence):
    line = json.dumps(json.loads(signed.to_line()) | change)

    with pytest.raises(HeadError, match=f"^Line 2 {sentence}"):
        read_heads(f"{signed.to_line()}\n\n{line}\n")


def test_a_head_is_checked_by_the_public_key_alone(signed, settings):
    key = own_public_key()
    settings.AUDIT_KEY = "another key, as after a change of the setting"

    with pytest.raises(HeadError, match="Name the key that you trust"):
        read_heads(signed.to_line())
    (found,) = read_heads(signed.to_line(), public_key=key.upper())

    assert asdict(found) == asdict(signed)


def test_a_broken_record_is_not_signed(signed):
    edit(Random(1))

    with pytest.raises(CommandError, match="Nothing was signed"):
        call_command("export_audit")


def test_the_commands_notice_a_record_cut_short_with_its_head(signed, tmp_path, capsys):
    call_command("export_audit", "--workspace", Workspace.objects.get().slug)
    kept = tmp_path / "heads.jsonl"
    kept.write_text(capsys.readouterr().out)
    call_command("verify_audit", "--against", str(kept))
    assert "Northline: the record is whole." in capsys.readouterr().out

    AuditEntry.objects.filter(seq__gt=5).delete()
    head_to(AuditEntry.objects.get(seq=5))

    call_command("verify_audit")  # the chain alone cannot show it
    with pytest.raises(
        CommandError, match=r"Northline: entry 6 .* on 2026.* held 9 entries"
    ):
        call_command("verify_audit", "--against", str(kept))


def test_a_workspace_that_is_gone_is_noticed(signed, tmp_path):
    gone = tmp_path / "heads.jsonl"
    gone.write_text(signed.to_line())
    Workspace.objects.update(slug="renamed")

    with pytest.raises(CommandError, match="the whole record is missing"):
        call_command("verify_audit", "--against", str(gone))


@pytest.mark.parametrize("text", [None, "\udcff", "nonsense"])
def test_a_file_that_holds_no_heads_is_said(db, tmp_path, text):
    name = tmp_path / "heads.jsonl"
    if text is not None:
        name.write_bytes(text.encode("utf-8", "surrogateescape"))

    with pytest.raises(CommandError, match=r"heads\.jsonl"):
        call_command("verify_audit", "--against", str(name))


def test_an_unknown_workspace_is_said(db):
    with pytest.raises(CommandError, match="There is no workspace nowhere"):
        call_command("export_audit", "--workspace", "nowhere")


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["scoping_auditentry", "scoping_audithead"])
def test_the_database_empties_no_record(table):
    a_record(entries=2)
    before = list(AuditEntry.objects.values_list()), list(AuditHead.objects.values())
    # SQLite has no TRUNCATE; a DELETE without a condition is its quick way to empty.
    word = "DELETE FROM"
    if connection.vendor == "postgresql":
        run_sql("SET CONSTRAINTS ALL IMMEDIATE")  # or it would wait for those first
        word = "TRUNCATE"

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        run_sql(f"{word} {table}")

    after = list(AuditEntry.objects.values_list()), list(AuditHead.objects.values())
    assert after == before
