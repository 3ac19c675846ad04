"""The addresses of these pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from quotes.web import link, project_files, projects

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("quotes.web.staff_urls")),
    path("q/<str:token>", link.landing, name="quote_link"),
    path("offer/", link.offer, name="offer"),
    path("offer.pdf", link.offer_pdf, name="offer_pdf"),
    path("offer.json", link.offer_json, name="offer_json"),
    path("offer/accept", link.accept, name="offer_accept"),
    path("offer/ask", link.ask, name="offer_ask"),
    path("offer/decline", link.decline, name="offer_decline"),
    path("projects/", projects.projects, name="projects"),
    path("projects/<slug:slug>/", projects.project, name="project"),
    path("projects/<slug:slug>/files/", project_files.files, name="project_files"),
]
