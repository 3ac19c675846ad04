"""The addresses of these endpoints."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from quotes.api import (
    batches,
    closing,
    disputes,
    drafting,
    files,
    inbox,
    item_times,
    names,
    projects,
    reads,
    recall,
    texts,
    uploads,
)

QUOTE = "quotes/<str:name>"
SCENARIO = f"{QUOTE}/scenarios/<str:letter>"
BATCHES = "projects/<slug:slug>/batches"

urlpatterns: list[URLPattern | URLResolver] = [
    path("quotes", reads.Quotes.as_view(), name="api_quotes"),
    path(QUOTE, reads.OneQuote.as_view(), name="api_quote"),
    path(f"{QUOTE}/estimate", reads.QuoteEstimate.as_view(), name="api_quote_estimate"),
    path(
        f"{QUOTE}/client-document",
        reads.ClientDocument.as_view(),
        name="api_client_document",
    ),
    path(f"{QUOTE}/choice", reads.ChosenOffer.as_view(), name="api_choice"),
    path(f"{QUOTE}/pdf", reads.QuotePdf.as_view(), name="api_quote_pdf"),
    path(f"{QUOTE}/events", reads.QuoteEvents.as_view(), name="api_quote_events"),
    path(f"{QUOTE}/approvals", reads.Approvals.as_view(), name="api_approvals"),
    path(f"{QUOTE}/scenarios", drafting.Scenarios.as_view(), name="api_scenarios"),
    path(SCENARIO, drafting.OneScenario.as_view(), name="api_scenario"),
    path(f"{SCENARIO}/spec", drafting.SpecOfScenario.as_view(), name="api_spec"),
    path(f"{SCENARIO}/promises", texts.Promises.as_view(), name="api_promises"),
    path(f"{QUOTE}/texts", texts.Texts.as_view(), name="api_texts"),
    path(f"{QUOTE}/texts/<str:section>", texts.OneText.as_view(), name="api_text"),
    path(f"{QUOTE}/template", texts.TemplateOfQuote.as_view(), name="api_template"),
    path("inbox", inbox.Inbox.as_view(), name="api_inbox"),
    path(
        "inbox/<int:number>/owner", inbox.OwnerOfItem.as_view(), name="api_inbox_owner"
    ),
    path("inbox/<int:number>/done", inbox.StateOfItem.as_view(), name="api_inbox_done"),
    path(f"{SCENARIO}/week", drafting.WeekOfScenario.as_view(), name="api_week"),
    path(
        f"{SCENARIO}/lines/<int:line>/price",
        drafting.PriceOfLine.as_view(),
        name="api_price",
    ),
    path(
        f"{QUOTE}/approvals/request",
        drafting.ApprovalRequest.as_view(),
        name="api_approval_request",
    ),
    path(
        f"{QUOTE}/approvals/answer",
        drafting.ApprovalAnswer.as_view(),
        name="api_approval_answer",
    ),
    path(f"{QUOTE}/send", closing.Sending.as_view(), name="api_send"),
    path(f"{QUOTE}/link", closing.NewLink.as_view(), name="api_link"),
    path(f"{QUOTE}/link/close", closing.ClosedLinks.as_view(), name="api_close_links"),
    path(f"{QUOTE}/withdraw", closing.Withdrawal.as_view(), name="api_withdraw"),
    path(f"{QUOTE}/revise", closing.Revising.as_view(), name="api_revise"),
    path(f"{QUOTE}/loss", closing.Loss.as_view(), name="api_loss"),
    path(f"{QUOTE}/order", closing.SignedOrders.as_view(), name="api_order"),
    path(f"{QUOTE}/order/file", closing.OrderFile.as_view(), name="api_order_file"),
    path("projects", projects.Projects.as_view(), name="api_projects"),
    path("projects/<slug:slug>", projects.OneProject.as_view(), name="api_project"),
    path(
        "projects/<slug:slug>/reconciliation",
        projects.Reconciliation.as_view(),
        name="api_reconciliation",
    ),
    path(BATCHES, batches.Batches.as_view(), name="api_batches"),
    path(f"{BATCHES}/<int:number>", batches.OneBatch.as_view(), name="api_batch"),
    path(
        f"{BATCHES}/<int:number>/samples",
        batches.Samples.as_view(),
        name="api_batch_samples",
    ),
    path(
        f"{BATCHES}/<int:number>/moves",
        batches.Moves.as_view(),
        name="api_batch_moves",
    ),
    path("projects/<slug:slug>/recall", recall.Recall.as_view(), name="api_recall"),
    path(
        "projects/<slug:slug>/item-times",
        item_times.ItemTimes.as_view(),
        name="api_item_times",
    ),
    path(
        "projects/<slug:slug>/recall/items",
        recall.RecalledItems.as_view(),
        name="api_recall_items",
    ),
    path(
        "projects/<slug:slug>/manifests",
        recall.Manifests.as_view(),
        name="api_manifests",
    ),
    path(
        "projects/<slug:slug>/uploads/<str:sha256>",
        uploads.Upload.as_view(),
        name="api_upload",
    ),
    path(
        "projects/<slug:slug>/disputes",
        disputes.Disputes.as_view(),
        name="api_disputes",
    ),
    path(
        "projects/<slug:slug>/disputes/<int:number>/verdict",
        disputes.Verdicts.as_view(),
        name="api_verdict",
    ),
    path("projects/<slug:slug>/names", names.Names.as_view(), name="api_names"),
    path("projects/<slug:slug>/files", files.Files.as_view(), name="api_files"),
    path(
        "projects/<slug:slug>/files/<str:sha256>",
        files.OneFile.as_view(),
        name="api_file",
    ),
]
