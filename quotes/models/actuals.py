"""What happened, as rows: projects, their baselines, files, and the ledger of work.

The ledger is append-only: a correction is a reversal and a replacement, so that any
report can be had again as it was known on a day. The database refuses to change or
delete an entry (migration 0002). What is missing is null, never 0.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from .digests import DigestField
from .quotes import Acceptance, Owned


class Project(Owned):
    """Work that is under way, from an accepted quote or imported without one."""

    client = models.ForeignKey(
        "scoping.Client",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="projects",
    )
    acceptance = models.OneToOneField(
        Acceptance, on_delete=models.PROTECT, null=True, related_name="project"
    )
    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=200)
    currency = models.CharField(max_length=3)
    site = models.CharField(max_length=60)
    time_zone = models.CharField(max_length=60)
    start_on = models.DateField()
    paid_clock = models.CharField(max_length=20, default="label")
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "slug"],
                name="project_slug_is_unique_in_its_workspace",
            ),
            models.CheckConstraint(
                condition=Q(paid_clock__in=["gesture", "label", "session", "paid"]),
                name="project_names_a_paid_clock",
            ),
        ]

    def __str__(self) -> str:
        """Name the project."""
        return self.name


class Baseline(Owned):
    """The plan that a project is held against: its estimate at the start, for good."""

    project = models.OneToOneField(
        Project, on_delete=models.PROTECT, related_name="baseline"
    )
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    frozen_at = models.DateTimeField()

    def __str__(self) -> str:
        """Name the baseline."""
        return f"baseline of {self.project}"


class SourceFile(Owned):
    """A file that was dropped: its bytes' hash, its verdict, who dropped it.

    `content_digest` is that of its rows in any order: by it a file says that another
    one holds the same. That they count once rests on their keys.
    """

    HELD, PUBLISHED, REPEATED = "held", "published", "repeated"
    STATES = (HELD, PUBLISHED, REPEATED)

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content_digest = models.CharField(max_length=64)
    mapping = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=9, choices=[(word, word) for word in STATES])
    rows_read = models.PositiveIntegerField()
    rows_published = models.PositiveIntegerField()
    rows_refused = models.PositiveIntegerField()
    rows_repeated = models.PositiveIntegerField()
    rows_left_out = models.PositiveIntegerField(default=0)
    rows_blank = models.PositiveIntegerField(default=0)
    findings = models.JSONField(default=list)
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "sha256"],
                condition=Q(state="published"),
                name="source_file_is_published_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["held", "published", "repeated"]),
                name="source_file_state_is_known",
            ),
        ]

    def __str__(self) -> str:
        """Name the file."""
        return self.name


class RefusedRow(Owned):
    """A row that was not counted, and why."""

    file = models.ForeignKey(
        SourceFile, on_delete=models.CASCADE, related_name="refused"
    )
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=80, blank=True)
    code = models.CharField(max_length=40)
    message = models.CharField(max_length=500)

    class Meta:
        ordering = ["file", "row"]

    def __str__(self) -> str:
        """Say what was wrong."""
        return f"row {self.row}: {self.message}"


class WorkRecord(Owned):
    """One entry of the ledger: work of one actor on one batch, stage and period.

    `kind` is entry, reversal or replacement; a reversal carries the figures that it
    takes back. `key` is the digest of the natural key, in which a missing part equals a
    missing part on both databases. That the file is of the project and both of the
    workspace is asked once of a statement, not of each row (migration 0024).
    """

    KINDS = ("entry", "reversal", "replacement")

    workspace = models.ForeignKey(
        "scoping.Workspace",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="records", db_index=False
    )
    file = models.ForeignKey(
        SourceFile, on_delete=models.PROTECT, related_name="records", db_index=False
    )
    kind = models.CharField(max_length=11, choices=[(word, word) for word in KINDS])
    key = DigestField(max_length=64)
    edition = models.PositiveIntegerField(default=1)
    line = models.CharField(max_length=60, blank=True)
    batch = models.CharField(max_length=120)
    delivery_version = models.PositiveIntegerField(null=True)
    stage = models.CharField(max_length=20)
    annotation_type = models.CharField(max_length=20)
    period_start = models.DateTimeField(null=True)
    period_end = models.DateTimeField(null=True)
    site = models.CharField(max_length=60, blank=True)
    pod = models.CharField(max_length=80, blank=True)
    actor = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=40, blank=True)
    tool = models.CharField(max_length=60, blank=True)
    guideline_version = models.CharField(max_length=40, blank=True)
    items = models.PositiveIntegerField(null=True)
    items_skipped = models.PositiveIntegerField(null=True)
    skip_reason = models.CharField(max_length=200, blank=True)
    units_produced = models.PositiveIntegerField(null=True)
    units_passed = models.PositiveIntegerField(null=True)
    units_accepted = models.PositiveIntegerField(null=True)
    units_rejected = models.PositiveIntegerField(null=True)
    reject_cause = models.CharField(max_length=200, blank=True)
    units_reworked = models.PositiveIntegerField(null=True)
    active_seconds = models.DecimalField(max_digits=14, decimal_places=3, null=True)
    clock = models.CharField(max_length=20)
    review_seconds = models.DecimalField(max_digits=14, decimal_places=3, null=True)
    audit_n = models.PositiveIntegerField(null=True)
    audit_defects = models.PositiveIntegerField(null=True)
    audit_missed = models.PositiveIntegerField(null=True)
    audit_extra = models.PositiveIntegerField(null=True)
    audit_classes = models.JSONField(null=True)
    critical_defects = models.PositiveIntegerField(null=True)
    minor_defects = models.PositiveIntegerField(null=True)
    gold_n = models.PositiveIntegerField(null=True)
    gold_correct = models.PositiveIntegerField(null=True)
    prelabel_units = models.PositiveIntegerField(null=True)
    prelabel_accepted = models.PositiveIntegerField(null=True)
    prelabel_models = models.JSONField(null=True)
    source_ref = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["project", "pk"]
        indexes = [
            # Nearly empty: what was never restated has no later edition.
            models.Index(
                fields=["project", "key"],
                condition=Q(edition__gt=1),
                name="work_record_later_editions",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "key", "edition", "kind"],
                name="work_record_is_one_per_key_and_edition",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["entry", "reversal", "replacement"]),
                name="work_record_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(active_seconds__isnull=True) | Q(active_seconds__gte=0),
                name="work_record_seconds_are_not_negative",
            ),
            models.CheckConstraint(
                condition=~Q(clock="") & ~Q(batch="") & ~Q(stage=""),
                name="work_record_names_batch_stage_and_clock",
            ),
            models.CheckConstraint(
                condition=Q(kind="entry") | ~Q(reason=""),
                name="restated_work_says_why",
            ),
        ]

    def __str__(self) -> str:
        """Name the entry."""
        return f"{self.batch} {self.stage} of {self.project}"


class RoleRate(Owned):
    """What a paid hour of a role really cost at a site, from a day on, and who says it.

    Append-only: of two for the same role and day the later recorded one holds, so that
    a report can be had again as it was known. An empty `pod` is every team;
    `exchange` is units of `currency` for one of the projects', null where they are one.
    """

    site = models.CharField(max_length=60)
    pod = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=40)
    valid_from = models.DateField()
    hour_cost = models.DecimalField(max_digits=18, decimal_places=6)
    currency = models.CharField(max_length=3)
    exchange = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    source = models.CharField(max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["site", "role", "pod", "valid_from", "recorded_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(hour_cost__gt=0), name="role_rate_costs_something"
            ),
            models.CheckConstraint(
                condition=Q(exchange__isnull=True) | Q(exchange__gt=0),
                name="role_rate_exchange_is_above_nothing",
            ),
            models.CheckConstraint(
                condition=~Q(site="") & ~Q(role="") & ~Q(source="") & ~Q(currency=""),
                name="role_rate_names_site_role_currency_and_source",
            ),
        ]

    def __str__(self) -> str:
        """Name the role and the day."""
        return f"{self.role} at {self.site} from {self.valid_from}"
