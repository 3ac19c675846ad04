"""The addresses of the staff pages of quotes."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from quotes.web import staff

urlpatterns: list[URLPattern | URLResolver] = [
    path("", staff.home, name="home"),
    path("quotes/", staff.quotes, name="quotes"),
    path("quotes/new", staff.draft, name="draft_quote"),
    path("quotes/<str:name>/", staff.workbench, name="workbench"),
    path("quotes/<str:name>/scope", staff.change_scope, name="change_scope"),
    path("quotes/<str:name>/lines/<int:line>", staff.decide, name="decide_price"),
    path("quotes/<str:name>/send", staff.send, name="send_quote"),
    path("quotes/<str:name>/withdraw", staff.withdraw, name="withdraw_quote"),
    path("quotes/<str:name>/preview", staff.preview, name="preview_quote"),
    path("quotes/<str:name>.pdf", staff.pdf, name="quote_pdf"),
]
