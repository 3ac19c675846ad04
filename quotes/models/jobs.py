"""Work that outlives a request, as rows: what is asked, how far it is, what came out.

A worker takes a job for a lease that each sign of progress renews. One that dies leaves
the job to whoever comes after the lease; what it saved stays, and is not saved twice.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from .quotes import Owned


class JobState(models.TextChoices):
    """How far a job is; the last three are its end."""

    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


ENDED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


class Job(Owned):
    """One piece of long work, asked for by a person and done by a worker.

    `asked` and `result` are plain data of its kind. `total` is null until it is known.
    `until` is how long the worker that has it may stay silent.
    """

    kind = models.CharField(max_length=30)
    name = models.CharField(max_length=200)
    asked = models.JSONField(default=dict)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(
        max_length=10, choices=JobState.choices, default=JobState.WAITING
    )
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True, blank=True)
    message = models.CharField(max_length=500, blank=True)
    result = models.JSONField(null=True, blank=True)
    stop_asked = models.BooleanField(default=False)
    attempts = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=JobState.values), name="job_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(total__isnull=True) | Q(done__lte=F("total")),
                name="job_is_not_more_than_done",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ENDED, ended_at__isnull=False)
                | (~Q(state__in=ENDED) & Q(ended_at__isnull=True)),
                name="job_has_an_end_when_it_ended",
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=Q(state__in=("waiting", "running")),
                name="job_is_open",
            )
        ]

    def __str__(self) -> str:
        """Name the job."""
        return f"{self.kind} {self.pk}"
