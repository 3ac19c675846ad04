"""The addresses of these pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from quotes.web import (
    batches,
    disputes,
    export,
    file_page,
    item_times,
    link,
    link_batches,
    link_disputes,
    link_report,
    month_packs,
    naming,
    other_costs,
    paid,
    plan,
    portfolio,
    project_files,
    project_rows,
    projects,
    recall,
    role_rates,
    sample_files,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("quotes.web.staff_urls")),
    path("q/<str:token>", link.landing, name="quote_link"),
    path("offer/", link.offer, name="offer"),
    path("offer.pdf", link.offer_pdf, name="offer_pdf"),
    path("offer.json", link.offer_json, name="offer_json"),
    path("offer/accept", link.accept, name="offer_accept"),
    path("offer/ask", link.ask, name="offer_ask"),
    path("offer/decline", link.decline, name="offer_decline"),
    path("offer/batches/", link_batches.shown, name="offer_batches"),
    path("offer/batches/accept", link_batches.accept, name="offer_batches_accept"),
    path(
        "offer/batches/<int:number>/reject",
        link_batches.reject,
        name="offer_batch_reject",
    ),
    path("offer/dispute", link_disputes.dispute, name="offer_dispute"),
    path("offer/report.csv", link_report.report_csv, name="offer_report_csv"),
    path("offer/report.pdf", link_report.report_pdf, name="offer_report_pdf"),
    path("role-rates/", role_rates.role_rates, name="role_rates"),
    path("other-costs/", other_costs.other_costs, name="other_costs"),
    path("month-packs/", month_packs.packs, name="month_packs"),
    path("month-packs/give-out", month_packs.issue, name="give_out_pack"),
    path("month-packs/<str:month>/", month_packs.one, name="month_pack"),
    path(
        "month-packs/<str:month>/pack.<str:kind>",
        month_packs.file,
        name="month_pack_file",
    ),
    path("portfolio/", portfolio.portfolio, name="portfolio"),
    path("projects/", projects.projects, name="projects"),
    path("projects/all/paid-time/", paid.paid_time, name="paid_time"),
    path("projects/<slug:slug>/", projects.project, name="project"),
    path("projects/<slug:slug>/rows/", project_rows.rows, name="project_rows"),
    path("projects/<slug:slug>/names/", naming.names, name="project_names"),
    path("projects/<slug:slug>/files/", project_files.files, name="project_files"),
    path("projects/<slug:slug>/files/<str:key>/", file_page.one, name="project_file"),
    path(
        "projects/<slug:slug>/export.<str:kind>", export.export, name="export_project"
    ),
    path("projects/<slug:slug>/plan/", plan.shown, name="project_plan"),
    path("projects/<slug:slug>/plan/change", plan.change, name="change_plan"),
    path("projects/<slug:slug>/plan/draw", plan.draw, name="draw_reserve"),
    path("projects/<slug:slug>/plan/delay", plan.delay, name="record_delay"),
    path(
        "projects/<slug:slug>/plan/delay/<int:number>/end", plan.end, name="end_delay"
    ),
    path("projects/<slug:slug>/disputes/", disputes.shown, name="project_disputes"),
    path("projects/<slug:slug>/disputes/new", disputes.dispute, name="raise_dispute"),
    path(
        "projects/<slug:slug>/disputes/<int:number>/verdict",
        disputes.decide,
        name="decide_dispute",
    ),
    path("projects/<slug:slug>/recall/", recall.recall, name="recall"),
    path("projects/<slug:slug>/times/", item_times.shown, name="item_times"),
    path("projects/<slug:slug>/deliveries/", recall.deliveries, name="deliveries"),
    path("projects/<slug:slug>/batches/", batches.shown, name="batches"),
    path("projects/<slug:slug>/batches/plan", batches.plan, name="plan_batches"),
    path("projects/<slug:slug>/batches/<int:number>/", batches.batch, name="batch"),
    path(
        "projects/<slug:slug>/batches/<int:number>/sample",
        batches.draw,
        name="draw_sample",
    ),
    path(
        "projects/<slug:slug>/batches/<int:number>/move",
        batches.move,
        name="move_batch",
    ),
    path(
        "projects/<slug:slug>/batches/<int:number>/count",
        sample_files.count_classes,
        name="count_classes",
    ),
    path(
        "projects/<slug:slug>/batches/<int:number>/report",
        sample_files.fill_in_report,
        name="fill_in_report",
    ),
    path(
        "projects/<slug:slug>/batches/<int:number>/sample/<str:seed>.txt",
        batches.reading_list,
        name="reading_list",
    ),
]
