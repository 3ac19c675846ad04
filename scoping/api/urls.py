"""The addresses of these endpoints."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path
from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.views import SpectacularAPIView

from scoping.api.agreement import Agreements
from scoping.api.audit_head import AuditHead
from scoping.api.audit_plans import AuditPlans, AuditPlanSchema
from scoping.api.gold_sets import GoldSets
from scoping.api.records import (
    AuditEvents,
    Me,
    OneRateCard,
    OneScope,
    RateCards,
    Scopes,
)
from scoping.api.views import Estimates, Schedules, SpecSchema

OPEN_API = SpectacularAPIView.as_view(
    authentication_classes=[],
    permission_classes=[],
    renderer_classes=[OpenApiJsonRenderer],
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("openapi.json", OPEN_API, name="api_openapi"),
    path("me", Me.as_view(), name="api_me"),
    path("estimates", Estimates.as_view(), name="api_estimates"),
    path("schedules", Schedules.as_view(), name="api_schedules"),
    path("audit-plans", AuditPlans.as_view(), name="api_audit_plans"),
    path("schema/audit-plan", AuditPlanSchema.as_view(), name="api_audit_plan_schema"),
    path("agreements", Agreements.as_view(), name="api_agreements"),
    path("gold-sets", GoldSets.as_view(), name="api_gold_sets"),
    path("schema/spec", SpecSchema.as_view(), name="api_spec_schema"),
    path("scopes", Scopes.as_view(), name="api_scopes"),
    path("scopes/<int:number>", OneScope.as_view(), name="api_scope"),
    path("rate-cards", RateCards.as_view(), name="api_rate_cards"),
    path("rate-cards/<str:version>", OneRateCard.as_view(), name="api_rate_card"),
    path("audit-head", AuditHead.as_view(), name="api_audit_head"),
    path("audit-events", AuditEvents.as_view(), name="api_audit_events"),
]
