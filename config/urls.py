"""Every address of the service."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from config.health import livez, readyz

urlpatterns = [
    path("livez", livez, name="livez"),
    path("readyz", readyz, name="readyz"),
    path("", include("scoping.web.urls")),
    path("", include("quotes.web.urls")),
    path("api/v1/", include("scoping.api.urls")),
    path("api/v1/", include("quotes.api.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.permission_denied"
handler404 = "config.errors.page_not_found"
handler500 = "config.errors.server_error"
