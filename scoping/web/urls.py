"""The addresses of scopes, rate cards and components."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from scoping.web import (
    agreement,
    api_keys,
    api_reference,
    audit_plan,
    calculators,
    gold_set,
    language,
    rate_card,
    rate_cards,
    schedules,
    scopes,
)
from scoping.web.public import keeping
from scoping.web.public import views as public

urlpatterns: list[URLPattern | URLResolver] = [
    path("scopes/", scopes.scopes, name="scopes"),
    path("scopes/new", scopes.new_scope, name="new_scope"),
    path("scopes/<int:number>/", scopes.scope, name="scope"),
    path("language", language.choose, name="choose_language"),
    path("scope/", public.start, name="public_start"),
    path("scope/<slug:slug>/", public.form, name="public_scope"),
    path("scope/kept/<str:token>/", keeping.kept, name="kept_scope"),
    path("scope/kept/<str:token>/ask", keeping.ask, name="ask_for_quote"),
    path("rate-cards/", rate_cards.rate_cards, name="rate_cards"),
    path("rate-cards/<str:version>/", rate_card.rate_card, name="rate_card"),
    path("audit-plans/", audit_plan.audit_plans, name="audit_plans"),
    path("schedule/", schedules.schedule, name="schedule"),
    path("calculators/", calculators.calculators, name="calculators"),
    path("agreement/", agreement.agreement, name="agreement"),
    path("gold-sets/", gold_set.gold_set, name="gold_sets"),
    path("api-keys/", api_keys.api_keys, name="api_keys"),
    path("api-keys/reference/", api_reference.api_reference, name="api_reference"),
    path("api-keys/new", api_keys.new_api_key, name="new_api_key"),
    path("api-keys/<int:number>/revoke", api_keys.revoke, name="revoke_api_key"),
]
