"""What names mean in a long file: read so by the child, known so by the ledger.

The rules are those of `meant`. Parts of one batch under several names are not added up
here: they are rows of one key, of which the later are refused.
"""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Case, Count, Q, Sum, Value, When

from quotes import models
from quotes.calc.names import Written, same
from quotes.ingest.long_tables import Meanings
from quotes.ingest.readers.cvat import UNALLOCATED
from quotes.ingest.tables import TableError
from quotes.queries.names import BATCH, LINE, names_of, remembered

from .meant import KINDS, Meant, OpenName, moved_from, open_names

MOST_NAMES = 500
"""Names that a child is told; more do not go into its command."""
AT_ONCE = 500


def meanings(project: models.Project) -> Meanings:
    """Return by column what names mean that are not ours; none where none does.

    Raises TableError for more names than a child can be told.
    """
    found: dict[str, dict[str, str]] = {}
    for kind in KINDS:
        names = names_of(project, kind)
        for name, row in remembered(project, kind).items():
            means = None if names is None else names.meaning(row.written)
            if means is not None and same(means) != name:
                found.setdefault(kind, {})[name] = means
    if sum(len(one) for one in found.values()) > MOST_NAMES:
        raise TableError(
            f"More than {MOST_NAMES} names are remembered for this project, and a file "
            f"this long is read with {MOST_NAMES} at most. Give it in parts of less "
            f"than 8 MB, or forget names that no tool writes any more.",
            code="too_many_names",
        )
    return found


def known_keys(staging: models.Staging) -> tuple[str, ...]:
    """Give staged rows the keys under which their work was counted as written.

    Returns in sentences which names were replaced.
    """
    project = staging.project
    told = meanings(project)
    if not models.RememberedName.objects.filter(project=project).exists():
        return ()
    known = Meant.of(project).keys(_counted(project, told))
    _rekey(staging, {key: counted for (key, *_), counted in known.items()})
    said = [
        f"{kind.capitalize()} “{remembered(project, kind)[name].written}” of a file is "
        f"{kind} “{means}” here."
        for kind, names in told.items()
        for name, means in sorted(names.items())
    ]
    return tuple(said[:AT_ONCE])


def _rekey(staging: models.Staging, known: dict[str, str]) -> None:
    """Give staged rows of these keys the others, however many rows there are."""
    rows = models.StagedRow.objects.filter(staging=staging)
    digest = models.StagedRow._meta.get_field("key")  # noqa: SLF001 - Django's own
    keys = sorted(known)
    for place in range(0, len(keys), AT_ONCE):
        some = keys[place : place + AT_ONCE]
        counted = (
            When(key=key, then=Value(known[key], output_field=digest)) for key in some
        )
        rows.filter(key__in=some).update(key=Case(*counted, output_field=digest))


def _counted(project: models.Project, told: Meanings) -> dict[str, models.WorkRecord]:
    """Return the entries that were counted under names as written, by key."""
    wanted = Q(key__in=[*moved_from(project)])
    for kind, names in told.items():
        spelled = project.records.order_by().values_list(kind, flat=True).distinct()
        wanted |= Q(**{f"{kind}__in": [one for one in spelled if same(one) in names]})
    rows = project.records.filter(wanted).exclude(kind="reversal")
    found = {row.key: row for row in rows.order_by("edition", "pk")}
    later = project.records.filter(edition__gt=1, kind="replacement")
    for key, edition in later.order_by().values_list("key", "edition"):
        if key in found and found[key].edition < edition:
            del found[key]
    return found


def open_in(staging: models.Staging) -> tuple[OpenName, ...]:
    """Return the names in staged rows that nobody has said the meaning of."""
    found = {}
    for kind in KINDS:
        names = names_of(staging.project, kind)
        if names is None:
            continue
        rows = models.StagedRow.objects.filter(staging=staging).exclude(**{kind: ""})
        if kind == BATCH:
            rows = rows.exclude(batch=UNALLOCATED)
        by_name = rows.order_by().values_list(
            *((kind, "annotation_type") if kind == LINE else (kind,))
        )
        found[kind] = names.matched(
            Written(
                name=name,
                rows=many,
                seconds=None if seconds is None else Decimal(seconds),
                types=frozenset(types),
            )
            for name, *types, many, seconds in by_name.annotate(
                many=Count("number"), seconds=Sum("active_seconds")
            )
        )
    return open_names(found)
