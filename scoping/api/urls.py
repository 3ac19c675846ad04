"""The addresses of these endpoints."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from scoping.api.views import Estimates, SpecSchema

urlpatterns: list[URLPattern | URLResolver] = [
    path("estimates", Estimates.as_view(), name="api_estimates"),
    path("schema/spec", SpecSchema.as_view(), name="api_spec_schema"),
]
