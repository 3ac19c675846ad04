"""A demo to look around in: two companies, their quotes, a project half delivered.

What is there already is kept: a second run only says what exists. Days are relative to
the day of the first run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.timezone import now

from quotes.actions.actuals import ingest_file
from quotes.actions.answers import (
    accept_quote,
    ask_question,
    decline_quote,
    note_opened,
)
from quotes.actions.approvals import answer_request, request_approval
from quotes.actions.drafts import decide_price, draft_quote
from quotes.actions.duplicating import duplicate_scenario
from quotes.actions.gates import plan_batches
from quotes.actions.manifests import load_manifest
from quotes.actions.sending import SentQuote, send_quote
from quotes.generator.events import generate
from quotes.generator.examples import street_scenes
from quotes.generator.items import item_log
from quotes.generator.rollup import Export, as_csv, work_records
from quotes.management.at_gates import lead_through_gates
from quotes.management.on_the_way import (
    agreed_and_waited,
    closed_and_restated,
    disputed,
)
from quotes.models import GateMove, Project, QuoteRevision
from quotes.queries.policy import out_of_policy
from scoping.access import Role
from scoping.actions import (
    client_named,
    create_workspace,
    make_member,
    publish_rate_card,
    save_scope,
)
from scoping.actions.public import Asker, ask_for_quote, keep_scope
from scoping.calc.self_scope.answers import SelfScope, spec_of
from scoping.calc.spec import read_text
from scoping.calc.spec.patch import Patch, replacing
from scoping.queries import price_side_on, unknowns, workspace_or_none

PASSWORD = "plumb line demo"
DEMO = Path(settings.ROOT) / "fixtures" / "demo"
CARD = Path(settings.ROOT) / "fixtures" / "rate_cards" / "2026-01.yaml"
RUNNING_ITEMS = 24_000
RUNNING_SINCE = timedelta(days=60)
PREPARATION = timedelta(days=17)
"""What rules and pilot take before the first batch is labelled."""
SEED = 42
HELD_BACK = Decimal("0.05")
"""What the client of the running project keeps of each invoice."""
ROLES = (Role.SALES, Role.MANAGER, Role.ADMIN, Role.CLIENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A demo company: how it signs its quotes, and whose people work there."""

    name: str
    slug: str
    legal_name: str
    address: str
    tax_id: str
    mail: str
    client: str
    people: Mapping[Role, str]


NORTHLINE = Company(
    name="Northline Labels",
    slug="northline",
    legal_name="Northline Labels Co., Ltd.",
    address="14 Example Street\nHanoi, Vietnam",
    tax_id="0100 000 000",
    mail="northline.example",
    client="Acme Vision",
    people=dict(
        zip(ROLES, ("Linh Tran", "Minh Pham", "Ha Nguyen", "Dana Reyes"), strict=True)
    ),
)
DELTA = Company(
    name="Delta Annotation",
    slug="delta",
    legal_name="Delta Annotation Joint Stock Company",
    address="8 Sample Road\nCan Tho, Vietnam",
    tax_id="1800 000 000",
    mail="delta.example",
    client="Agrarian Data",
    people=dict(
        zip(ROLES, ("Mai Le", "Quang Vo", "Thu Dang", "Jonas Weber"), strict=True)
    ),
)
COMPANIES = (NORTHLINE, DELTA)


LINKS = ("A sent quote", "A project under way")
"""What the private links lead to that the command prints."""


class Command(BaseCommand):
    help = "Load two demo companies with cards, scopes, quotes and a project."

    def handle(self, *args: Any, **options: Any) -> None:
        sent: tuple[SentQuote, ...] = ()
        if workspace_or_none(NORTHLINE.slug) is None:
            with transaction.atomic():
                sent = _northline(now())
        if workspace_or_none(DELTA.slug) is None:
            with transaction.atomic():
                _delta(now())
        for company in COMPANIES:
            self.stdout.write(_inventory(company))
        self.stdout.write(f"Everybody's password: {PASSWORD}")
        for role in ROLES:
            mails = "".join(f"{role}@{one.mail}".ljust(28) for one in COMPANIES)
            self.stdout.write(f"  {role:<9}{mails.rstrip()}")
        base = settings.BASE_URL.rstrip("/")
        if settings.PUBLIC_WORKSPACE:
            self.stdout.write("The form for clients, open to all:")
            self.stdout.write(f"  {base}/scope/{settings.PUBLIC_WORKSPACE}/")
        for words, one in zip(LINKS, sent, strict=False):
            self.stdout.write(f"{words}, as its client sees it (shown this once):")
            self.stdout.write(f"  {base}/q/{one.token}")


def _inventory(company: Company) -> str:
    """Return what a company has, in one line."""
    workspace = workspace_or_none(company.slug)
    states = Counter(
        QuoteRevision.objects.filter(workspace=workspace).values_list(
            "state", flat=True
        )
    )
    quotes = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    projects = Project.objects.filter(workspace=workspace).count()
    return f"{company.name}: quotes {quotes}; projects {projects}."


def _northline(at: datetime) -> tuple[SentQuote, SentQuote]:
    """Make the first company; return its quote that waits for an answer."""
    workspace, people = _company(NORTHLINE, at=at)
    sales, manager = people[Role.SALES], people[Role.MANAGER]
    drafts = {
        name: _scoped(name, workspace=workspace, by=sales, at=at)
        for name in ("street_scenes", "retail_shelves", "wound_outlines")
    }
    decide_price(
        drafts["street_scenes"],
        line=2,
        value=Decimal("0.3450"),
        binding="typed",
        why="renewal of last year's outlines",
        by=sales,
        role=Role.SALES,
        now=at,
    )
    _beside(
        drafts["street_scenes"],
        "Street scenes, reviewed twice",
        patch=(replacing("/quality/reviews", value=2),),
        at=at,
    )
    _beside(
        drafts["retail_shelves"],
        "Retail shelves, stricter",
        patch=(
            replacing("/quality/accuracy", value="0.99"),
            replacing("/items", value=15_000),
        ),
        at=at,
    )
    _declined(workspace, people, at=at - timedelta(days=20))
    running = _half_delivered(workspace, people, at=at)
    open_one = _send(
        drafts["retail_shelves"],
        manager,
        at=at,
        to=("Ines Moreau", "ines@brightcart.example"),
    )
    note_opened(open_one.revision, now=at)
    ask_question(
        open_one.revision,
        text="Are shelf labels that are half hidden counted as well?",
        now=at,
    )
    _asked_for(workspace, at=at)
    return open_one, running


def _beside(draft: QuoteRevision, name: str, *, patch: Patch, at: datetime) -> None:
    """Put a second scenario beside a draft's first, in which something differs."""
    duplicate_scenario(
        draft,
        like="A",
        name=name,
        patch=patch,
        priced_anew=True,
        edition=QuoteRevision.objects.get(pk=draft.pk).edition,
        by=draft.created_by,
        role=Role.SALES,
        now=at,
    )
    draft.refresh_from_db()


def _asked_for(workspace: Any, *, at: datetime) -> None:
    """Let a client scope a project on the public form and ask for a quote."""
    said = SelfScope(
        need="object_detection", images=40_000, kinds=8, name="Warehouse pallets"
    )
    today = at.date()
    price = price_side_on(today, workspace=workspace)
    kept, _ = keep_scope(
        spec_of(said, unknowns(), price=price, today=today),
        answers={
            "need": said.need,
            "images": "40,000",
            "objects_unknown": "yes",
            "kinds": "8",
            "name": said.name,
        },
        sample=None,
        workspace=workspace,
        now=at,
    )
    asker = Asker(
        email="tomas@granary.example",
        company="Granary Foods",
        person="Tomas Beck",
        message="Four halls, fixed cameras. We never counted pallets in an image.",
    )
    ask_for_quote(kept, asker=asker, now=at)


def _delta(at: datetime) -> None:
    workspace, people = _company(DELTA, at=at)
    _scoped("drone_fields", workspace=workspace, by=people[Role.SALES], at=at)


def _company(company: Company, *, at: datetime) -> tuple[Any, dict[Role, Any]]:
    """Make a company with its card and a person of each role."""
    workspace = create_workspace(
        name=company.name,
        slug=company.slug,
        legal_name=company.legal_name,
        legal_address=company.address,
        tax_id=company.tax_id,
        site="vn",
        timezone="Asia/Ho_Chi_Minh",
        logo=(DEMO / f"{company.slug}.svg").read_bytes(),
        logo_type="image/svg+xml",
    )
    publish_rate_card(CARD.read_text("utf-8"), workspace=workspace, by=None, now=at)
    client = client_named(company.client, workspace=workspace)
    people = {
        role: make_member(
            workspace=workspace,
            email=f"{role}@{company.mail}",
            full_name=name,
            password=PASSWORD,
            role=role,
            client=client if role == Role.CLIENT else None,
        )
        for role, name in company.people.items()
    }
    return workspace, people


def _scoped(name: str, *, workspace: Any, by: Any, at: datetime) -> QuoteRevision:
    """Save a scope of the demo, and draft a quote from it."""
    document = _spec(name, at)
    client = client_named(document["client"], workspace=workspace)
    save_scope(document, workspace=workspace, client=client, by=by, now=at)
    return draft_quote(document, workspace=workspace, client=client, by=by, now=at)


def _send(
    revision: QuoteRevision, manager: Any, *, at: datetime, to: tuple[str, str]
) -> SentQuote:
    name, email = to
    if out_of_policy(revision, today=at.date()):
        request = request_approval(
            revision,
            edition=revision.edition,
            by=revision.created_by,
            role=Role.SALES,
            now=at,
            note="A first order that opens the account.",
        )
        answer_request(
            revision,
            approved=True,
            edition=request.edition,
            by=manager,
            role=Role.MANAGER,
            now=at,
            note="Agreed, this once.",
        )
        revision.refresh_from_db()
    return send_quote(
        revision,
        by=manager,
        role=Role.MANAGER,
        now=at,
        recipient_name=name,
        recipient_email=email,
    )


def _declined(workspace: Any, people: Mapping[Role, Any], *, at: datetime) -> None:
    document = _spec("wound_outlines", at)
    draft = draft_quote(
        document | {"name": "Wound outlines, second clinic"},
        workspace=workspace,
        client=client_named(document["client"], workspace=workspace),
        by=people[Role.SALES],
        now=at,
    )
    to = ("Priya Nair", "priya@meridian.example")
    sent = _send(draft, people[Role.MANAGER], at=at, to=to)
    decline_quote(
        sent.revision,
        reason="We label in house this year.",
        now=at + timedelta(days=3),
    )


def _half_delivered(
    workspace: Any, people: Mapping[Role, Any], *, at: datetime
) -> SentQuote:
    """Make an accepted quote whose work is under way, and count its tool's exports."""
    early = at - RUNNING_SINCE
    document = _spec("street_scenes", early)
    document |= {
        "name": "Street scenes, first delivery",
        "items": RUNNING_ITEMS,
        "lines": document["lines"][:3],
        "team": {"annotators": 5, "hours_per_day": Decimal("7.5")},
        "commercial": {**document.get("commercial", {}), "holdback": HELD_BACK},
    }
    draft = draft_quote(
        document,
        workspace=workspace,
        client=client_named(document["client"], workspace=workspace),
        by=people[Role.SALES],
        now=early,
    )
    to = ("Dana Reyes", "dana@acme.example")
    sent = _send(draft, people[Role.MANAGER], at=early, to=to)
    acceptance = accept_quote(
        sent.revision,
        typed_name="Dana Reyes",
        client_digest=sent.revision.client_digest,
        address="127.0.0.1",
        user_agent="demo",
        now=early + timedelta(days=1),
    )
    project = Project.objects.get(acceptance=acceptance)
    begun = date.fromisoformat(document["start_on"]) + PREPARATION
    _count_exports(project, begun=begun, by=people[Role.MANAGER], at=at)
    return sent


def _count_exports(project: Project, *, begun: date, by: Any, at: datetime) -> None:
    rng = np.random.Generator(np.random.PCG64DXSM(SEED))
    agreed_and_waited(project, by=by, at=at)
    plan_batches(project, by=by, role=Role.MANAGER, now=at - RUNNING_SINCE)
    last_night = datetime.combine(at.astimezone(UTC).date(), time.min, UTC)
    for line in street_scenes(begun, items=RUNNING_ITEMS):
        export = Export(
            annotation_type=line.annotation_type,
            line=line.name,
            as_of=last_night,
            tool="demo tool",
            models=MODELS[line.annotation_type],
        )
        events = generate(line.truth, rng=rng)
        until = f"{line.name}, until {last_night:%Y-%m-%d}.csv"
        exports = {until: as_csv(work_records(events, export=export))}
        if line.annotation_type == BOXES:
            # First, while there is nothing else to add up.
            log = item_log(events, export=export, batch=0)
            exports = {f"{line.name}, batch 1 by image.csv": log} | exports
        for name, text in exports.items():
            ingest_file(project, text.encode(), name=name, mapping=None, by=by, now=at)
        lead_through_gates(project, line.name, events, by=by, until=last_night)
    _hand_over(project, by=by, at=at)
    disputed(project, by=by, at=at)
    closed_and_restated(project, by=by, at=at)


BOXES = "bounding_box"
MODELS = {
    BOXES: ("detector 2.1", "detector 2.2"),
    "image_tag": ("tagger 1.0",),
    "polygon": ("outliner 0.8", "outliner 0.9"),
}
"""Whose machine labels the demo's work began from, by annotation type, in turn."""
HANDED_OVER = 3
"""Batches whose manifest the demo keeps: a thousand images each are enough to see."""


def _hand_over(project: Project, *, by: Any, at: datetime) -> None:
    """Keep the manifest of what was delivered: a recall then names the images."""
    handed = GateMove.objects.filter(batch__project=project, state="delivered")
    lines = ["image,batch,version,sha256,prelabel_model"]
    batches = sorted(set(handed.values_list("batch__key", "batch__items")))
    for key, items in batches[:HANDED_OVER]:
        for number in range(1, items + 1):
            name = f"streets/{key.replace(' ', '-')}/{number:05d}.jpg"
            lines.append(
                f"{name},{key},1,{sha256(name.encode()).hexdigest()},{MODELS[BOXES][0]}"
            )
    load_manifest(project, "\n".join(lines).encode(), by=by, now=at)


def _spec(name: str, at: datetime) -> dict[str, Any]:
    """Return a spec of the demo that starts on a Monday, two weeks ahead or more."""
    document = read_text((DEMO / f"{name}.yaml").read_text("utf-8"))
    if not isinstance(document, dict):
        raise TypeError(f"{name}.yaml is no spec.")
    day = at.date() + timedelta(days=14)
    monday = day + timedelta(days=-day.weekday() % 7)
    return {**document, "start_on": monday.isoformat()}
