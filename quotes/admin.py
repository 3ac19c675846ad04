"""Rows of this app in Django's own admin, for whoever operates an installation.

People at a site are a fact that is put right here, on record. What was sent, answered
and decided is looked at and never written: the pages and the API do that by actions,
and the database refuses everybody else.
"""

from __future__ import annotations

from django.contrib import admin

from quotes.models import Approval, Lost, QuoteRevision, SiteCapacity
from scoping.admin import ReadOnly, Recorded


@admin.register(SiteCapacity)
class SiteCapacityAdmin(Recorded):
    """How many annotators a site has from a day on."""

    list_display = ["site", "since", "annotators", "workspace", "by"]
    list_filter = ["workspace", "site"]


@admin.register(QuoteRevision)
class QuoteRevisionAdmin(ReadOnly):
    """Revisions of quotes, with their states."""

    list_display = ["__str__", "workspace", "name", "state", "sent_at", "valid_until"]
    list_filter = ["workspace", "state"]


@admin.register(Approval)
class ApprovalAdmin(ReadOnly):
    """Requests for approval and their answers."""

    list_display = ["revision", "requested_by", "verdict", "decided_by", "decided_at"]
    list_filter = ["workspace", "verdict"]


@admin.register(Lost)
class LostAdmin(ReadOnly):
    """Lost quotes: why, to whom, at which unit price."""

    list_display = ["revision", "reason", "competitor", "unit_price", "at"]
