"""Where a record ends, signed: kept elsewhere, it shows what the chain alone cannot.

Whoever owns the database can cut a record short together with its head, or write all of
it anew from some entry on; both leave a chain that fits. A head that was signed earlier
and is kept where that person cannot reach it does not fit then. It is signed by
Ed25519: an auditor needs the public key alone.

With its trail (the hash of every entry) a head names the first entry that differs;
without, it names the entries between which it lies.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from django.conf import settings

from scoping import audit, models

KIND = "head of the record"


class HeadError(ValueError):
    """Raised for a head that cannot be read or was not signed by the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedHead:
    """Where a workspace's record ended at a moment, and the signature of that.

    `trail` are the hashes of all entries up to there, or nothing. Keys and signature
    are hexadecimal.
    """

    workspace: str
    seq: int
    hash: str
    at: str
    public_key: str
    trail: tuple[str, ...] = ()
    signature: str = ""

    def to_line(self) -> str:
        """Return it as a line of JSON, with what it is."""
        return json.dumps({"plumbline": KIND, **asdict(self)}, ensure_ascii=False)

    def signed_bytes(self) -> bytes:
        """Return what the signature is of: everything but itself."""
        said = {**asdict(self), "plumbline": KIND, "trail": list(self.trail)}
        del said["signature"]
        return json.dumps(
            said, sort_keys=True, ensure_ascii=False, separators=(",", ":")
        ).encode()


def sign_head(
    workspace: models.Workspace, *, at: datetime, with_trail: bool
) -> SignedHead:
    """Return the signed head of a workspace's record as it stands.

    Raises HeadError for a record that does not fit: it is not vouched for.
    """
    fault = audit.first_fault(workspace)
    if fault is not None:
        raise HeadError(f"{workspace.name}: {fault} Nothing was signed.")
    hashes = tuple(entry.hash for entry in audit.entries_of(workspace))
    key = _private_key()
    head = SignedHead(
        workspace=workspace.slug,
        seq=len(hashes),
        hash=hashes[-1] if hashes else "",
        at=at.astimezone(UTC).isoformat(timespec="seconds"),
        public_key=key.public_key().public_bytes_raw().hex(),
        trail=hashes if with_trail else (),
    )
    return SignedHead(
        **{**asdict(head), "signature": key.sign(head.signed_bytes()).hex()}
    )


def read_heads(text: str, *, public_key: str = "") -> list[SignedHead]:
    """Return the heads of an export, each proven by its signature.

    `public_key` is whose signature is believed, this service's own if none is named.
    Raises HeadError for a line that is no head, was changed, or is another's.
    """
    trusted = public_key.strip().lower() or own_public_key()
    lines = [line for line in text.splitlines() if line.strip()]
    return [
        _proven(line, number, trusted=trusted)
        for number, line in enumerate(lines, start=1)
    ]


def own_public_key() -> str:
    """Return the key by which this service's signatures are checked, hexadecimal."""
    return _private_key().public_key().public_bytes_raw().hex()


def fault_against(
    workspace: models.Workspace, heads: Iterable[SignedHead]
) -> audit.Fault | None:
    """Return the first entry that is not what it was when a head was signed.

    The chain itself is checked as well, so that the earlier of both is named.
    """
    hashes = [entry.hash for entry in audit.entries_of(workspace)]
    own = [head for head in heads if head.workspace == workspace.slug]
    kept = max((one.seq for one in own if _agrees(one, hashes)), default=0)
    found = [audit.first_fault(workspace)]
    found += [_fault(one, hashes, kept=kept) for one in own]
    return min(
        (one for one in found if one is not None), key=lambda one: one.seq, default=None
    )


def _private_key() -> Ed25519PrivateKey:
    """Return the key of this service, which follows from its setting."""
    seed = hashlib.sha256(b"plumbline " + KIND.encode() + settings.AUDIT_KEY.encode())
    return Ed25519PrivateKey.from_private_bytes(seed.digest())


def _proven(line: str, number: int, *, trusted: str) -> SignedHead:
    try:
        said: dict[str, Any] = json.loads(line)
        if said.pop("plumbline") != KIND:
            raise ValueError  # noqa: TRY301 - one sentence for all that is no head
        head = SignedHead(**{**said, "trail": tuple(said["trail"])})
        signature = bytes.fromhex(head.signature)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise HeadError(f"Line {number} is no {KIND}.") from error
    if head.public_key != trusted:
        raise HeadError(
            f"Line {number} was signed by the key {head.public_key}, not by {trusted}. "
            f"Name the key that you trust with --public-key."
        )
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(trusted))
        key.verify(signature, head.signed_bytes())
    except (InvalidSignature, ValueError) as error:
        raise HeadError(
            f"Line {number} was changed after it was signed; the signature does not "
            f"fit."
        ) from error
    return head


def _agrees(head: SignedHead, hashes: Sequence[str]) -> bool:
    """Return whether a record still holds the entry that a head names."""
    if head.seq == 0:
        return True
    return head.seq <= len(hashes) and hashes[head.seq - 1] == head.hash


def _fault(head: SignedHead, hashes: Sequence[str], *, kept: int) -> audit.Fault | None:
    for number, (was, now) in enumerate(zip(head.trail, hashes, strict=False), start=1):
        if was != now:
            return audit.Fault(
                seq=number, why=f"it is not the one that was signed on {head.at}."
            )
    if head.seq > len(hashes):
        return audit.Fault(
            seq=len(hashes) + 1,
            why=f"it is missing; on {head.at} the record held {head.seq} entries.",
        )
    if _agrees(head, hashes):
        return None
    return audit.Fault(
        seq=kept + 1,
        why=(
            f"of the entries {kept + 1} to {head.seq} some were written anew since "
            f"{head.at}. A head with its trail names the first."
        ),
    )
