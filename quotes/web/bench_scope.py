"""The scope of a draft as a form on its workbench.

It is the scope form with all its fields, in a narrow column: the page of the scope
takes what it posts, and the preview answers while somebody types. A spec that the form
cannot say in full is shown as facts there, and changed as YAML on that page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quotes.web.promise_form import without_promises
from scoping.templatetags.plumbline import count
from scoping.web.desk import Desk
from scoping.web.scope_pages import LineBlock, ScopeFormPage
from scoping.web.scopes import draft_page


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchScope:
    """The form, with its lines beside the units that each comes to as it is saved."""

    form: ScopeFormPage
    lines: tuple[tuple[LineBlock, str], ...]

    @property
    def is_one_line(self) -> bool:
        """Return whether the only line may stand open."""
        return len(self.lines) == 1


def bench_scope(
    revision: Any, scenario: Any, *, estimate: Mapping[str, Any], desk: Desk
) -> BenchScope | None:
    """Return the form of a draft's scope; None where it has no field for all of it."""
    form = draft_page(
        without_promises(scenario.spec),
        desk,
        quote=str(revision),
        edition=revision.edition,
        scenario=scenario.letter,
    )
    if form.is_yaml:
        return None
    units = {row["index"]: count(row["units"]) for row in estimate["lines"]}
    return BenchScope(
        form=form,
        lines=tuple((block, units.get(block.index, "")) for block in form.lines),
    )
