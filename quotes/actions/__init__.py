"""Writes of quotes: one thing a person can do each, with its entry in the record."""

from __future__ import annotations

BAD_INPUT = frozenset(
    {
        "amount_wrong",
        "auditor_missing",
        "bad_word",
        "before_start",
        "client_word_missing",
        "class_twice",
        "class_without_name",
        "impossible_count",
        "month_missing",
        "name_missing",
        "email_not_an_address",
        "empty_file",
        "hash_mismatch",
        "holdback_why",
        "no_reason",
        "no_such_choice",
        "no_such_class",
        "no_such_line",
        "no_such_person",
        "name_is_ours",
        "name_kind",
        "name_twice",
        "no_such_meaning",
        "no_such_price",
        "no_such_project",
        "no_such_scenario",
        "no_such_template",
        "no_such_text",
        "no_such_week",
        "nothing_changed",
        "nothing_fixed",
        "number_missing",
        "order_missing",
        "order_not_readable",
        "order_too_large",
        "owner_missing",
        "po_number_missing",
        "po_number_too_long",
        "price_out_of_range",
        "promised_before",
        "question_missing",
        "question_too_long",
        "restated_why",
        "stated_twice",
        "text_too_long",
        "text_unprintable",
        "too_precise",
        "why_missing",
    }
)
"""Codes for what was typed; all others are about the state in which things are."""


OTHER = {
    "not_allowed": 403,
    "no_such_item": 404,
    "no_such_name": 404,
    "too_many_jobs": 429,
    "too_many_questions": 429,
    "upload_too_large": 413,
}
"""Codes with a status of their own."""


class RefusedError(ValueError):
    """Raised when something may not be done now; the text says why and what to do.

    `code` is stable; nothing was changed. `status` is what a door answers with: 403 for
    a role that may not, 404 for what is not there, 400 for what was typed, 429 for what
    comes too often, 409 for the state that things are in.
    """

    def __init__(self, code: str, message: str, *, field: str = "") -> None:
        """Keep the code beside the sentence, and which field it is about, if one."""
        self.code = code
        self.field = field
        super().__init__(message)

    @property
    def status(self) -> int:
        """Return the HTTP status of this refusal."""
        if self.code in OTHER:
            return OTHER[self.code]
        return 400 if self.code in BAD_INPUT else 409
