"""The page that designs audits: how many to check, and what a pass proves.

It needs no scope and no rate card. The form is sent by GET, so that an audit is an
address.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from scoping.access import Act
from scoping.calc.plans.design import design
from scoping.calc.plans.question import QuestionError
from scoping.web.audit_plan_form import AuditPlanForm
from scoping.web.audit_plan_rows import AuditPlanPage, answer_of
from scoping.web.desk import Desk, at_desk


@require_safe
@at_desk(Act.EDIT_SCOPE)
def audit_plans(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the form and, where it asks a question, the audit that answers it."""
    form = AuditPlanForm(request.GET.dict())
    page = page_of(form)
    status = 200 if page.answer else 400
    return render(request, "scoping/audit_plan.html", {"page": page}, status=status)


def page_of(form: AuditPlanForm) -> AuditPlanPage:
    """Return the page of a form: with its answer, or with what is wrong."""
    if form.question is None:
        return AuditPlanPage(form=form)
    try:
        made = design(form.question)
    except QuestionError as error:
        form.complain(error.problems)
        return AuditPlanPage(form=form)
    return AuditPlanPage(form=form, answer=answer_of(made))
