"""Fields are written by templates of ours, for speed, as Django's own write them."""

from __future__ import annotations

import re

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, get_default_renderer

ODD = '<b>"1,000" & more\'s'
BREAK = re.compile(r"\s*\n\s*")
GROUPS = (("", "none"), ("Boxes <b>", ((1, ODD), ("two", "Two"))), (3, "three"))


def tight(html: str) -> str:
    """Return a field without the breaks between its tags."""
    return BREAK.sub("", html)


@pytest.mark.parametrize("attrs", [{}, {"id": ODD, "required": True, "hidden": False}])
@pytest.mark.parametrize("value", [None, "", ODD, "two", 3, 0])
@pytest.mark.parametrize(
    "widget",
    [
        forms.TextInput(attrs={"autocomplete": "off", "inputmode": "decimal"}),
        forms.TextInput(attrs={"type": "date"}),
        forms.Select(choices=GROUPS),
        forms.Select(choices=()),
    ],
)
def test_a_field_is_what_django_would_write(widget, value, attrs):
    ours = widget.render("a field", value, attrs, renderer=get_default_renderer())
    own = widget.render("a field", value, attrs, renderer=DjangoTemplates())

    assert tight(ours) == tight(own)
    assert ODD not in ours
