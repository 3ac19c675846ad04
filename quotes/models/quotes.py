"""Quotes as rows: numbers, revisions, scenarios, decisions, frozen documents, answers.

A draft is edited; what was sent is final. The database refuses to change or delete what
carries a `frozen_at` (migration 0002); only the state of a revision moves on. Personal
data stand in rows of their own, and frozen rows hold salted digests of them.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now

from .lifecycle import OPEN_STATES, State


class Owned(models.Model):
    """A row that belongs to a workspace."""

    workspace = models.ForeignKey(
        "scoping.Workspace", on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        abstract = True


class NumberSeries(Owned):
    """The last number given out in a year; locked to give the next."""

    prefix = models.CharField(max_length=10)
    year = models.PositiveIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "prefix", "year"], name="number_series_is_unique"
            )
        ]

    def __str__(self) -> str:
        """Name the series."""
        return f"{self.prefix}-{self.year}"


class Quote(Owned):
    """One number under which revisions are sent; it is accepted at most once."""

    client = models.ForeignKey(
        "scoping.Client", on_delete=models.PROTECT, related_name="quotes"
    )
    number = models.CharField(max_length=30)
    form_token = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "number"],
                name="quote_number_is_unique_in_its_workspace",
            ),
            models.UniqueConstraint(
                fields=["workspace", "form_token"],
                condition=~Q(form_token=""),
                name="quote_form_is_sent_once",
            ),
        ]

    def __str__(self) -> str:
        """Name the quote."""
        return self.number


class QuoteRevision(Owned):
    """One state of an offer: a draft, or what was sent for good."""

    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="revisions")
    revision = models.PositiveIntegerField(default=1)
    source = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    name = models.CharField(max_length=200)
    card_version = models.CharField(max_length=40)
    time_zone = models.CharField(max_length=60, default="UTC")
    valid_until = models.DateField(null=True, blank=True)
    edition = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=now, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    client_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["quote", "revision"], name="revision_number_is_unique"
            ),
            models.UniqueConstraint(
                fields=["quote"],
                condition=Q(state=State.SENT),
                name="one_revision_of_a_quote_is_open",
            ),
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="revision_state_is_known"
            ),
            models.CheckConstraint(
                condition=(
                    Q(state__in=OPEN_STATES, frozen_at__isnull=True)
                    | Q(state=State.WITHDRAWN)
                    | (~Q(state__in=OPEN_STATES) & Q(frozen_at__isnull=False))
                ),
                name="revision_is_frozen_once_sent",
            ),
            models.CheckConstraint(
                condition=Q(frozen_at__isnull=True)
                | (Q(valid_until__isnull=False) & ~Q(client_digest="")),
                name="sent_revision_has_an_end_and_a_digest",
            ),
        ]

    def __str__(self) -> str:
        """Name the revision: PL-2026-0042-1."""
        return f"{self.quote.number}-{self.revision}"


class Scenario(Owned):
    """One way to do the work; scenarios of a revision are sent together."""

    LETTERS = ("A", "B", "C")

    revision = models.ForeignKey(
        QuoteRevision, on_delete=models.CASCADE, related_name="scenarios"
    )
    letter = models.CharField(max_length=1, default="A")
    spec = models.JSONField()
    promised_week = models.DateField(null=True, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["revision", "letter"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "letter"], name="scenario_letter_is_unique"
            ),
            models.CheckConstraint(
                condition=Q(letter__in=["A", "B", "C"]), name="scenario_is_a_b_or_c"
            ),
        ]

    def __str__(self) -> str:
        """Name the scenario."""
        return f"{self.revision} {self.letter}"


class LineChoice(Owned):
    """Whether an optional or alternative line of a scenario is taken."""

    scenario = models.ForeignKey(
        Scenario, on_delete=models.CASCADE, related_name="choices"
    )
    line = models.PositiveIntegerField()
    taken = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scenario", "line"], name="line_choice_is_one_per_line"
            )
        ]

    def __str__(self) -> str:
        """Say what was chosen."""
        return f"{self.scenario} line {self.line}: {self.taken}"


class PriceDecision(Owned):
    """The unit price of a line as somebody decided it, and why."""

    scenario = models.ForeignKey(
        Scenario, on_delete=models.CASCADE, related_name="decisions"
    )
    line = models.PositiveIntegerField()
    value = models.DecimalField(max_digits=18, decimal_places=6)
    binding = models.CharField(
        max_length=6,
        choices=[(word, word) for word in ("list", "target", "floor", "typed")],
    )
    why = models.CharField(max_length=300)
    who = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    frozen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["scenario", "line"]
        constraints = [
            models.UniqueConstraint(
                fields=["scenario", "line"], name="price_decision_is_one_per_line"
            ),
            models.CheckConstraint(
                condition=Q(value__gt=0), name="decided_price_is_above_nothing"
            ),
            models.CheckConstraint(
                condition=Q(binding__in=["list", "target", "floor", "typed"]),
                name="price_decision_follows_something",
            ),
            models.CheckConstraint(
                condition=~Q(why=""), name="price_decision_says_why"
            ),
        ]

    def __str__(self) -> str:
        """Say what was decided."""
        return f"{self.scenario} line {self.line} at {self.value}"


class FrozenDocument(Owned):
    """A document as it was sent: canonical text and its SHA-256."""

    CLIENT, INTERNAL = "client", "internal"

    revision = models.ForeignKey(
        QuoteRevision, on_delete=models.PROTECT, related_name="documents"
    )
    kind = models.CharField(
        max_length=8, choices=[(CLIENT, CLIENT), (INTERNAL, INTERNAL)]
    )
    body = models.TextField()
    digest = models.CharField(max_length=64)
    frozen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "kind"], name="frozen_document_is_one_of_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["client", "internal"]),
                name="frozen_document_is_of_a_kind",
            ),
        ]

    def __str__(self) -> str:
        """Name the document."""
        return f"{self.kind} document of {self.revision}"


class FrozenPdf(Owned):
    """The PDF of a client document in one paper size, made before it was sent."""

    revision = models.ForeignKey(
        QuoteRevision, on_delete=models.PROTECT, related_name="pdfs"
    )
    size = models.CharField(max_length=6, choices=[("a4", "A4"), ("letter", "Letter")])
    body = models.BinaryField()
    frozen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "size"], name="frozen_pdf_is_one_of_a_size"
            )
        ]

    def __str__(self) -> str:
        """Name the PDF."""
        return f"{self.size} PDF of {self.revision}"


class QuoteLink(Owned):
    """A private link to a sent revision; only the hash of its token is kept."""

    revision = models.ForeignKey(
        QuoteRevision, on_delete=models.PROTECT, related_name="links"
    )
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        """Name the link without giving it away."""
        return f"link to {self.revision}"


class QuoteEvent(Owned):
    """Something that happened to a revision and is no state: opened, reopened."""

    revision = models.ForeignKey(
        QuoteRevision, on_delete=models.PROTECT, related_name="events"
    )
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    actor = models.CharField(max_length=200)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["revision", "at", "pk"]

    def __str__(self) -> str:
        """Say what happened."""
        return f"{self.revision} {self.kind}"


class PersonalDetail(Owned):
    """Who somebody is, kept apart so that it can be erased; others hold its digest."""

    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    address = models.CharField(max_length=60, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    salt = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=now, editable=False)

    def __str__(self) -> str:
        """Name the row, not the person."""
        return f"personal detail {self.pk}"


class Acceptance(Owned):
    """The one acceptance of a quote: which revision, scenario and document."""

    quote = models.OneToOneField(
        Quote, on_delete=models.PROTECT, related_name="acceptance"
    )
    revision = models.OneToOneField(
        QuoteRevision, on_delete=models.PROTECT, related_name="acceptance"
    )
    scenario = models.ForeignKey(Scenario, on_delete=models.PROTECT, related_name="+")
    toggles = models.JSONField(default=dict)
    client_digest = models.CharField(max_length=64)
    consent = models.TextField()
    person_digest = models.CharField(max_length=64)
    person = models.ForeignKey(
        PersonalDetail, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField()
    frozen_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(client_digest=""), name="acceptance_names_its_document"
            ),
            models.CheckConstraint(
                condition=Q(at__lte=F("frozen_at")), name="acceptance_is_not_from_later"
            ),
        ]

    def __str__(self) -> str:
        """Name the acceptance."""
        return f"acceptance of {self.quote}"
