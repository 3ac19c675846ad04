"""Rows of this app in Django's own admin, for whoever operates an installation.

People at a site are a fact that is put right here, on record. What was sent, answered
and decided is looked at and never written: the pages and the API do that by actions,
and the database refuses everybody else.
"""

from __future__ import annotations

from typing import Any

import yaml
from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import now

from quotes.actions import RefusedError
from quotes.actions.sections import publish
from quotes.actions.texts import publish_terms
from quotes.calc.texts import KINDS, Library, Section, Template, TextError
from quotes.models import (
    Approval,
    Lost,
    PublishedSection,
    PublishedTemplate,
    PublishedTerms,
    QuoteRevision,
    SiteCapacity,
)
from scoping.admin import ReadOnly, Recorded


@admin.register(SiteCapacity)
class SiteCapacityAdmin(Recorded):
    """How many annotators a site has from a day on."""

    list_display = ["site", "since", "annotators", "workspace", "by"]
    list_filter = ["workspace", "site"]


@admin.register(QuoteRevision)
class QuoteRevisionAdmin(ReadOnly):
    """Revisions of quotes, with their states."""

    list_display = ["__str__", "workspace", "name", "state", "sent_at", "valid_until"]
    list_filter = ["workspace", "state"]


@admin.register(Approval)
class ApprovalAdmin(ReadOnly):
    """Requests for approval and their answers."""

    list_display = ["revision", "requested_by", "verdict", "decided_by", "decided_at"]
    list_filter = ["workspace", "verdict"]


@admin.register(Lost)
class LostAdmin(ReadOnly):
    """Lost quotes: why, to whom, at which unit price."""

    list_display = ["revision", "reason", "competitor", "unit_price", "at"]


class PublishedForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new version; what its action refuses is said above the fields.

    The action runs while the form is checked, so that its refusal is a complaint like
    any other; what it published is what is saved.
    """

    by: Any = None
    published: Any = None

    def _post_clean(self) -> None:
        """Publish what was found in order, or complain in the words of the refusal."""
        super()._post_clean()  # type: ignore[misc]  # Django's own
        if self.errors:
            return
        try:
            self.published = self.publish(self.cleaned_data)
        except (RefusedError, TextError) as error:
            self.add_error(None, str(error))

    def publish(self, said: dict[str, Any]) -> Any:
        """Publish, and return the row."""
        raise NotImplementedError


class SectionForm(PublishedForm):
    """A text in a new version."""

    class Meta:
        model = PublishedSection
        fields = ["workspace", "key", "version", "heading", "text"]

    def publish(self, said: dict[str, Any]) -> Any:
        """Publish the text."""
        one = Section(
            key=said["key"],
            version=said["version"],
            heading=said["heading"],
            text=said["text"],
        )
        publish(
            Library(sections={one.key: one}),
            workspace=said["workspace"],
            by=self.by,
            now=now(),
        )
        return PublishedSection.objects.get(
            workspace=said["workspace"], key=one.key, version=one.version
        )


class TemplateForm(PublishedForm):
    """A template in a new version: its sections in their order, one a line."""

    kinds = forms.MultipleChoiceField(choices=list(KINDS.items()), required=False)
    sections = forms.CharField(widget=forms.Textarea, help_text="one a line, in order")

    class Meta:
        model = PublishedTemplate
        fields = ["workspace", "key", "version", "name", "kinds", "sections"]

    def publish(self, said: dict[str, Any]) -> Any:
        """Publish the template."""
        one = Template(
            key=said["key"],
            version=said["version"],
            name=said["name"],
            kinds=tuple(said["kinds"]),
            sections=tuple(said["sections"].split()),
        )
        publish(
            Library(templates={one.key: one}),
            workspace=said["workspace"],
            by=self.by,
            now=now(),
        )
        return PublishedTemplate.objects.get(
            workspace=said["workspace"], key=one.key, version=one.version
        )


class TermsForm(PublishedForm):
    """Terms in a new version: clauses as YAML, each a heading and a text."""

    clauses = forms.CharField(
        widget=forms.Textarea,
        help_text="YAML: - heading: …, then text: … below it; in Vietnamese under vi:",
    )

    class Meta:
        model = PublishedTerms
        fields = ["workspace", "version", "clauses"]

    def publish(self, said: dict[str, Any]) -> Any:
        """Publish the terms."""
        try:
            clauses = yaml.safe_load(said["clauses"])
        except yaml.YAMLError as error:
            raise RefusedError("terms_unreadable", f"No YAML: {error}") from error
        text = yaml.safe_dump(
            {"version": said["version"], "clauses": clauses}, allow_unicode=True
        )
        return publish_terms(text, workspace=said["workspace"], by=self.by, now=now())


class Published(ReadOnly):
    """What is final once it is published; changed, it is published as a new version."""

    search_fields = ["version"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Allow it to whoever Django's own table of permissions does."""
        return admin.ModelAdmin.has_add_permission(self, request)

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Give the form whoever publishes."""
        made = super().get_form(request, *args, **kwargs)
        return type(made.__name__, (made,), {"by": request.user})

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Fill a new version with what the one before says."""
        found: dict[str, Any] = dict(super().get_changeform_initial_data(request))
        like = request.GET.get("like", "")
        row = (
            self.model._default_manager.filter(pk=like).first()  # noqa: SLF001 - Django's own
            if like.isascii() and like.isdecimal()
            else None
        )
        if row is not None:
            found |= self.words_of(row)
        return found

    def words_of(self, row: Any) -> dict[str, Any]:
        """Return what a version says, as the form takes it."""
        return {name: getattr(row, name) for name in self.form.base_fields}

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: Any
    ) -> None:
        """Stand for the row that the action published while the form was checked."""
        obj.pk = form.published.pk
        obj._state.adding = False  # noqa: SLF001 - Django's own

    @admin.display(description="")
    def new_version(self, row: Any) -> str:
        """Lead to the form of a new version, filled with this one."""
        opts = self.opts
        address = reverse(f"admin:{opts.app_label}_{opts.model_name}_add")
        return format_html('<a href="{}?like={}">New version</a>', address, row.pk)


@admin.register(PublishedSection)
class PublishedSectionAdmin(Published):
    """Texts of quotes, each version as it was published."""

    form = SectionForm
    list_display = [
        "key",
        "version",
        "heading",
        "workspace",
        "published_at",
        "new_version",
    ]
    list_filter = ["workspace", "key"]


@admin.register(PublishedTemplate)
class PublishedTemplateAdmin(Published):
    """Templates of quotes, each version as it was published."""

    form = TemplateForm
    list_display = [
        "key",
        "version",
        "name",
        "workspace",
        "published_at",
        "new_version",
    ]
    list_filter = ["workspace", "key"]

    def words_of(self, row: Any) -> dict[str, Any]:
        """Return a version with its sections one a line."""
        return {**super().words_of(row), "sections": "\n".join(row.sections)}


@admin.register(PublishedTerms)
class PublishedTermsAdmin(Published):
    """Terms, each version as it was published."""

    form = TermsForm
    list_display = ["version", "workspace", "published_at", "new_version"]

    def words_of(self, row: Any) -> dict[str, Any]:
        """Return a version with its clauses as YAML."""
        said = yaml.safe_dump(row.clauses, allow_unicode=True, sort_keys=False)
        return {**super().words_of(row), "clauses": said}
