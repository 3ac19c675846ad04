"""The addresses of these endpoints."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from scoping.api.agreement import Agreements
from scoping.api.audit_plans import AuditPlans, AuditPlanSchema
from scoping.api.gold_sets import GoldSets
from scoping.api.views import Estimates, Schedules, SpecSchema

urlpatterns: list[URLPattern | URLResolver] = [
    path("estimates", Estimates.as_view(), name="api_estimates"),
    path("schedules", Schedules.as_view(), name="api_schedules"),
    path("audit-plans", AuditPlans.as_view(), name="api_audit_plans"),
    path("schema/audit-plan", AuditPlanSchema.as_view(), name="api_audit_plan_schema"),
    path("agreements", Agreements.as_view(), name="api_agreements"),
    path("gold-sets", GoldSets.as_view(), name="api_gold_sets"),
    path("schema/spec", SpecSchema.as_view(), name="api_spec_schema"),
]
