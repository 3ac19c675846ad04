"""The addresses of the staff pages of quotes."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from quotes.web import (
    advice,
    client_home,
    compare,
    deal_sheet,
    documents,
    finding,
    inbox,
    jobs,
    moves,
    preview,
    promises,
    quote_export,
    reasons,
    rfq,
    schedule,
    scope_edit,
    staff,
    texts,
    trial,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", staff.home, name="home"),
    path("find/", finding.find, name="find"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/mails/", inbox.mails, name="inbox_mails"),
    path("inbox/mails/<int:pk>/again", inbox.retry, name="retry_mail"),
    path("inbox/<int:pk>/owner", inbox.assign, name="inbox_assign"),
    path("inbox/<int:pk>/done", inbox.finish, name="inbox_finish"),
    path("your-quotes/<str:name>.pdf", client_home.client_pdf, name="client_pdf"),
    path("quotes/", staff.quotes, name="quotes"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/<int:key>/", jobs.job, name="job"),
    path("jobs/<int:key>/cancel", jobs.cancel, name="cancel_job"),
    path("jobs/<int:key>/verdict", jobs.verdict, name="job_verdict"),
    path("jobs/<int:key>/file", documents.job_file, name="job_file"),
    path("jobs/<int:key>/sent", moves.sent_by_job, name="job_sent"),
    path("quotes/grid", rfq.rfq, name="rfq"),
    path("quotes/new", staff.draft, name="draft_quote"),
    path("quotes/preview", preview.preview, name="preview_scope"),
    path("quotes/<str:name>/", staff.workbench, name="workbench"),
    path("quotes/<str:name>/scope", scope_edit.change_scope, name="change_scope"),
    path("quotes/<str:name>/promises", promises.promises, name="quote_promises"),
    path("quotes/<str:name>/texts", texts.texts, name="quote_texts"),
    path("quotes/<str:name>/schedule", schedule.shown, name="quote_schedule"),
    path("quotes/<str:name>/schedule/week", schedule.decide, name="decide_week"),
    path("quotes/<str:name>/reasons/<slug:key>", reasons.reasons, name="quote_reasons"),
    path("quotes/<str:name>/lines/<int:line>", moves.decide, name="decide_price"),
    path("quotes/<str:name>/lines/<int:line>/try", trial.attempt, name="try_price"),
    path("quotes/<str:name>/advice", advice.follow, name="follow_advice"),
    path("quotes/<str:name>/send", moves.send, name="send_quote"),
    path("quotes/<str:name>/link", moves.new_link, name="renew_link"),
    path("quotes/<str:name>/link/close", moves.close, name="close_links"),
    path("quotes/<str:name>/withdraw", moves.withdraw, name="withdraw_quote"),
    path("quotes/<str:name>/approval", moves.ask_approval, name="ask_approval"),
    path(
        "quotes/<str:name>/approval/answer",
        moves.answer_approval,
        name="answer_approval",
    ),
    path("quotes/<str:name>/scenarios", moves.add, name="add_scenario"),
    path("quotes/<str:name>/compare", compare.compared, name="compare_scenarios"),
    path(
        "quotes/<str:name>/scenarios/like", compare.duplicate, name="duplicate_scenario"
    ),
    path("quotes/<str:name>/scenarios/remove", moves.remove, name="remove_scenario"),
    path("quotes/<str:name>/revise", moves.revise, name="revise_quote"),
    path("quotes/<str:name>/order", moves.order, name="record_order"),
    path("quotes/<str:name>/order/file", moves.order_file, name="order_file"),
    path("quotes/<str:name>/lost", moves.lose, name="mark_lost"),
    path("quotes/<str:name>/preview", staff.preview, name="preview_quote"),
    path("quotes/<str:name>/deal-sheet", deal_sheet.shown, name="deal_sheet"),
    path("quotes/<str:name>.pdf", staff.pdf, name="quote_pdf"),
    path(
        "quotes/<str:name>/export.<str:kind>", quote_export.export, name="export_quote"
    ),
]
