"""The tiny markup of texts: what it reads, and what it refuses in a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotes.calc.markup import MOST_TEXT, PLACEHOLDERS, MarkupError, fill, read_blocks
from quotes.calc.texts import (
    BINDING,
    KINDS,
    Library,
    Section,
    Template,
    TextError,
    kind_of,
    printed_texts,
    read_texts,
)

VALUES = {name: f"<{name}>" for name in PLACEHOLDERS}


def said(text, **values):
    """Return a text as it is printed, in the plainest form: HTML without escapes."""
    tags = {"strong": "b", "emphasis": "i"}
    found = []
    for block in fill(read_blocks(text), VALUES | values):
        lines = [
            "".join(
                f"<{tags[run['style']]}>{run['text']}</{tags[run['style']]}>"
                if run["style"]
                else run["text"]
                for run in line
            )
            for line in block["lines"]
        ]
        found.append(
            "\n".join(f"* {line}" for line in lines)
            if block["kind"] == "list"
            else lines[0]
        )
    return "\n\n".join(found)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("One\nline.\n\nTwo.", "One line.\n\nTwo."),
        ("Head:\n- one\n- two\n  goes on", "Head:\n\n* one\n* two goes on"),
        ("* star\n- dash\r\n- more", "* star\n* dash\n* more"),
        ("**Bold** and *thin*.", "<b>Bold</b> and <i>thin</i>."),
        (r"2 \* 3 \{x\} \\ 1", r"2 * 3 {x} \ 1"),
        ("To **{client}**.", "To <b><client></b>."),
        ("<script>alert(1)</script> & more", "<script>alert(1)</script> & more"),
        ("2 % of 3_000, a|b, ~c~ `d`", "2 % of 3_000, a|b, ~c~ `d`"),
    ],
)
def test_what_a_text_prints(text, printed):
    assert said(text) == printed


def test_what_is_filled_in_is_never_markup():
    assert said("{client}", client="**x** {vendor}\n- y") == "**x** {vendor}\n- y"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (" \n ", "empty"),
        ("x" * (MOST_TEXT + 1), "longer than 6,000"),
        ("a\x07b", "control"),
        ("a\u202eb", "direction"),
        ("# Heading", "field of its own"),
        ("see [here](http://x)", "Links"),
        ("```\ncode", "code"),
        ("{{ settings.SECRET_KEY }}", "no template language"),
        ("{% debug %}", "no template language"),
        ("{wage}", r"Nothing fills \{wage\}; there are \{client\}"),
        ("{client.__class__}", "A brace stands alone near"),
        ("{0}", "A brace stands alone"),
        ("a } b", "A brace stands alone"),
        ("{client", "A brace stands alone"),
        ("**bold", "does not end"),
        ("*a **b** c*", "Bold inside of italics"),
    ],
)
def test_what_is_refused_says_why(text, sentence):
    with pytest.raises(MarkupError, match=sentence):
        read_blocks(text)


@given(st.text(st.characters(exclude_characters="{"), max_size=300))
def test_every_text_is_printed_or_refused_and_loses_no_word(text):
    try:
        found = fill(read_blocks(text), VALUES)
    except MarkupError:
        return
    runs = "".join(
        run["text"] for block in found for line in block["lines"] for run in line
    )
    kept = [mark for mark in text if mark.isalnum()]
    assert [mark for mark in runs if mark.isalnum()] == kept


def a_section(**changes):
    return Section(
        **({"key": "x", "version": "1", "heading": "H", "text": "T"} | changes)
    )


def a_template(**changes):
    standing = {
        "key": "t",
        "version": "1",
        "name": "T",
        "kinds": ("audit",),
        "sections": ("x", *BINDING),
    }
    return Template(**(standing | changes))


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: a_section(key="X y"), "needs a key"),
        (lambda: a_section(key="costs"), "name of a part"),
        (lambda: a_section(heading=" "), "heading is empty"),
        (lambda: a_section(heading="a\nb"), "control"),
        (lambda: a_section(text="{x}"), "Nothing fills"),
        (lambda: a_template(key="T"), "needs a key"),
        (lambda: a_template(kinds=("other",)), "the kinds are labelling"),
        (lambda: a_template(sections=("x", "x", *BINDING)), "prints x twice"),
        (
            lambda: a_template(sections=tuple(f"x{n}" for n in range(41))),
            "more than 40",
        ),
        (lambda: a_template(sections=("x",)), "leaves out costs"),
        (lambda: a_template(name=""), "name is empty"),
        (
            lambda: Library(templates={"t": a_template()}).check(),
            "no such text or part",
        ),
        (lambda: read_texts([]), "a version, sections and templates"),
        (lambda: read_texts({"version": 1, "sections": {}}), "version is a text in"),
        (lambda: read_texts({"version": "a"}), "no text and no template"),
        (
            lambda: read_texts({"version": "a", "sections": []}),
            "The sections are named rows",
        ),
        (
            lambda: read_texts({"version": "a", "sections": {"x": {"text": "y"}}}),
            "“x” has heading, text",
        ),
        (
            lambda: read_texts(
                {
                    "version": "1",
                    "templates": {"t": {"name": "T", "for": "audit", "sections": []}},
                }
            ),
            "for is a list of words",
        ),
    ],
)
def test_what_is_no_text_or_template_is_refused(make, sentence):
    with pytest.raises(TextError, match=sentence):
        make()


@pytest.mark.parametrize(
    ("works", "basis", "pilot", "kind"),
    [
        (["audit"], "unit", True, "audit"),
        (["audit", "label"], "unit", True, "pilot"),
        (["correct"], "unit", True, "correction"),
        (["label"], "hour", False, "team"),
        (["label"], "pod_month", True, "team"),
        (["label", "correct"], "fixed", False, "labelling"),
    ],
)
def test_the_kind_of_a_quote(works, basis, pilot, kind):
    spec = {
        "lines": [{"work": work} for work in works],
        "commercial": {"basis": basis, "pilot": pilot},
    }

    assert kind_of(spec) == kind
    assert kind in KINDS


def test_a_template_is_found_by_kind_and_prints_in_its_order():
    first, second = a_template(), a_template(key="u", kinds=("team",))
    library = Library(
        sections={"x": a_section(text="For {client}")},
        templates={"t": first, "u": second},
    )
    library.check()

    printed = printed_texts(second, library.sections, values={"en": VALUES})

    assert library.template_for("team") is second
    assert library.template_for("pilot") is first
    assert printed["order"] == ["x", *BINDING]
    assert [one["section"] for one in printed["sections"]] == ["x"]
    assert printed["template"] == {"key": "u", "version": "1", "name": "T"}
