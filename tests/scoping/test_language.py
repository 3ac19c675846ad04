"""Language: sentences by their text, numbers and tags as they came, nothing run."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoping.language import language_of, page_in, sentence_in
from scoping.language.catalogue import PLACES, files_of, read
from tests.factories import ROOT

HEAD = 'msgid ""\nmsgstr "Language: vi"\n\n'
TAGS = re.compile(r"<[^>]*>")
COMMENTS = re.compile(r"^\s*//.*$", re.MULTILINE)
SCRIPTS_WORDS = re.compile(r"""["'`][A-Z“][a-z]+ ?[^"'`]*["'`]""")
"""Words for people in a script begin with a capital letter; names of events do not."""


def a_language(**sentences: str):
    """Return Vietnamese with the sentences of a test alone."""
    rows = [f'msgid "{one}"\nmsgstr "{said}"\n' for one, said in sentences.items()]
    return read("vi", HEAD + "\n".join(rows))


VI = a_language(
    **{
        "Count {1} images": "Đếm {1} ảnh",
        "{1} images in <1>{2}</1>": "Trong <1>{2}</1>: {1} ảnh",
        "Boxes": "Khung bao",
        "{lines} right": "{lines} đúng",
        "Quote from {name}": "Báo giá của {name}",
        "{subject}: {1} times in {2}": "{subject}: {1} trên {2} lần",
        "Yes.": "Vâng.",
        "No.": "Không.",
    }
)


@pytest.fixture(autouse=True)
def fresh():
    VI.missed.clear()


@pytest.mark.parametrize(
    ("english", "said"),
    [
        ("Count 1,234.50 images", "Đếm 1.234,50 ảnh"),
        ("  Count 60 images ", "  Đếm 60 ảnh "),
        ("Boxes right", "Khung bao đúng"),
        ("Quote from Boxes & Co", "Báo giá của Boxes & Co"),
        ("Boxes right: 2 times in 100", "Khung bao đúng: 2 trên 100 lần"),
        ("Yes. No.", "Vâng. Không."),
        ("5 January 2026", "05/01/2026"),
        ("11 May", "11/5"),
        ("+2,828.00", "+2.828,00"),
        ("PL-2026-0042-1", "PL-2026-0042-1"),
        ("26.1 %", "26,1\N{NO-BREAK SPACE}%"),
    ],
)
def test_a_sentence_is_found_by_its_text_and_its_numbers_come_along(english, said):
    assert sentence_in(VI, english) == said
    assert VI.missed == set()


def test_what_the_catalogue_lacks_stays_and_is_counted():
    assert sentence_in(VI, "Nobody said 5 of this") == "Nobody said 5 of this"
    assert sentence_in(VI, "Yes. Maybe.") == "Yes. Maybe."
    assert sentence_in(VI, "Circles right") == "Circles right"

    assert VI.missed == {"Nobody said {1} of this", "Maybe.", "Circles right"}


def test_two_sentences_are_not_one_made_of_their_halves():
    language = a_language(
        **{
            "{lines} right: {name} times in {1}.": "{lines} đúng: {name} trên {1} lần.",
            "Boxes": "Khung bao",
            "Tags": "Nhãn",
        }
    )

    said = sentence_in(language, "Boxes right: 2 times in 9. Tags right: 3 times in 8.")

    assert said == "Khung bao đúng: 2 trên 9 lần. Nhãn đúng: 3 trên 8 lần."


def test_english_needs_no_catalogue():
    assert language_of("en") is None
    assert language_of("xx") is None
    assert sentence_in(None, "Boxes") == "Boxes"
    assert page_in(None, "<p>Boxes</p>") == "<p>Boxes</p>"


@pytest.mark.parametrize(
    ("english", "said"),
    [
        ('<html lang="en"><p>Boxes</p>', '<html lang="vi"><p>Khung bao</p>'),
        (
            '<p>5 images in <b class="x">1,000</b></p>',
            '<p>Trong <b class="x">1.000</b>: 5 ảnh</p>',
        ),
        ("<a>Boxes</a> <a>Count 2 images</a>", "<a>Khung bao</a> <a>Đếm 2 ảnh</a>"),
        ('<i translate="no">Boxes</i>', '<i translate="no">Boxes</i>'),
        ('<div translate="no"><p>Boxes</p></div>',) * 2,
        ("<script>Boxes</script><style>Boxes</style>",) * 2,
        ("<textarea>Boxes</textarea>",) * 2,
        ('<input value="Boxes">',) * 2,
        ('<input aria-label="Boxes">', '<input aria-label="Khung bao">'),
        ("<li><svg><path/></svg>Boxes</li>", "<li><svg><path/></svg>Khung bao</li>"),
        ("<text>1,000</text>", "<text>1.000</text>"),
        ("<!-- Boxes -->",) * 2,
    ],
)
def test_a_page_keeps_its_tags(english, said):
    assert page_in(VI, english) == said


@pytest.mark.parametrize(
    "typed",
    [
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "Quote from &lt;script&gt;",
        "&lt;1&gt;",
        "Quote from &lt;1&gt;&lt;/1&gt;",
        "{1}",
        "Quote from {name} {7}",
        "Quote from {lines}",
        "Quote from &amp;lt;b&amp;gt;",
    ],
)
def test_what_somebody_typed_is_never_read_as_a_tag(typed):
    for page in (f"<p>{typed}</p>", f'<p title="{typed}"><b>Boxes</b> {typed}</p>'):
        found = page_in(VI, page)

        assert TAGS.sub("", found).count("<") == 0
        assert [tag.split(" ")[0] for tag in TAGS.findall(found)] == [
            tag.split(" ")[0] for tag in TAGS.findall(page)
        ]


@given(st.text(alphabet="<>/b1{}& ;Boxesright.,%0123", max_size=60))
def test_no_text_breaks_a_page(text):
    found = page_in(VI, f"<section><p>{text}</p></section>")

    assert found.startswith("<section>")
    assert len(VI.missed) <= 1_000


def test_every_answer_of_the_catalogue_has_the_places_of_its_question():
    language = language_of("vi")
    assert language is not None
    assert len(language.sentences) > 2_000

    wrong = [one for one in language.sentences.items() if _differ(*one)]

    assert wrong == []
    assert _differ("{1} of <1>{2}</1>", "{2} trên <1>{3}</1>")
    assert _differ("<1>a</1>", "a")


def test_a_sentence_stands_in_one_file_of_the_catalogue():
    files = [read("vi", one.read_bytes().decode("utf-8")) for one in files_of("vi")]
    assert len(files) > 10

    found = Counter(sentence for one in files for sentence in one.sentences)
    for sense in {of for one in files for of in one.senses}:
        found.update(
            f"{sense}: {one}" for file in files for one in file.senses.get(sense, ())
        )

    assert [sentence for sentence, times in found.items() if times > 1] == []


def test_what_stands_in_two_files_is_said_as_the_first_one_says_it():
    files = [f'{HEAD}msgid "Boxes"\nmsgstr "{said}"\n' for said in ("Khung bao", "Hộp")]

    assert sentence_in(read("vi", *files), "Boxes") == "Khung bao"


IN_TWO_SENSES = read(
    "vi",
    f'{HEAD}msgid "Accepted"\nmsgstr "Đã chấp nhận"\n\n'
    'msgctxt "units"\nmsgid "Accepted"\nmsgstr "Đã nghiệm thu"\n\n'
    'msgid "Sent"\nmsgstr "Đã gửi"\n',
)


@pytest.mark.parametrize(
    ("english", "said"),
    [
        ("<p>Accepted</p>", "<p>Đã chấp nhận</p>"),
        (
            '<tr data-sense="units"><th>Accepted</th><th>Sent</th></tr><p>Accepted</p>',
            (
                '<tr data-sense="units"><th>Đã nghiệm thu</th><th>Đã gửi</th></tr>'
                "<p>Đã chấp nhận</p>"
            ),
        ),
        (
            (
                '<div data-sense="units"><div>Sent</div><p>Accepted</p></div>'
                "<div>Accepted</div>"
            ),
            (
                '<div data-sense="units"><div>Đã gửi</div><p>Đã nghiệm thu</p></div>'
                "<div>Đã chấp nhận</div>"
            ),
        ),
        (
            '<td data-sense="units" data-name="Accepted">5</td>',
            '<td data-sense="units" data-name="Đã nghiệm thu">5</td>',
        ),
        (
            '<p data-sense="boats">Accepted</p>',
            '<p data-sense="boats">Đã chấp nhận</p>',
        ),
    ],
)
def test_a_word_of_two_senses_is_said_as_its_part_of_the_page_means_it(english, said):
    assert page_in(IN_TWO_SENSES, english) == said


def test_what_one_sense_lacks_is_counted_with_all_else():
    IN_TWO_SENSES.missed.clear()

    page_in(IN_TWO_SENSES, '<p data-sense="units">Nobody said this</p>')

    assert IN_TWO_SENSES.missed == {"Nobody said this"}


def test_what_a_script_will_say_stands_in_the_page_in_its_language():
    page = (
        '<p data-say-sent="Count 2 images" data-say-none="Boxes" data-job="Boxes"></p>'
    )

    assert page_in(VI, page) == (
        '<p data-say-sent="Đếm 2 ảnh" data-say-none="Khung bao" data-job="Boxes"></p>'
    )


def test_scripts_have_no_words_of_their_own():
    said = [
        f"{one.name}: {words}"
        for one in sorted((ROOT / "scoping" / "static").rglob("*.js"))
        for words in SCRIPTS_WORDS.findall(COMMENTS.sub("", one.read_text("utf-8")))
        if words not in ('"Escape"', '"AbortError"')
    ]

    assert said == []
    assert SCRIPTS_WORDS.findall('said.textContent = open ? "Fold all" : "";')


def test_a_block_of_spaces_and_signs_is_left_as_it_is():
    for html in ("<td>\xa0</td>", "<p>\n  </p>", "<td> – </td>", "<p></p>"):
        assert page_in(VI, html) == html


def _differ(question: str, answer: str) -> bool:
    """Return whether an answer lacks a tag, or has a place that the question lacks."""
    asked, said = ({one[0] for one in PLACES.finditer(x)} for x in (question, answer))
    tags = {one for one in asked if one.startswith("<")}
    return not (said <= asked and tags <= said)


@pytest.mark.parametrize(
    "typed",
    ["31 February 2026", "0 May 2026", "1 January 0000", "99 June 2026"],
)
def test_what_is_no_date_stays_as_it_was_typed(typed):
    assert sentence_in(VI, typed) == typed
    assert sentence_in(VI, f"Quote from {typed}") == f"Báo giá của {typed}"


@pytest.mark.parametrize("typed", ["Ward 1,234.50", "12 May 2026", "v2.5", "1.10"])
def test_numbers_in_what_somebody_typed_stay_as_they_were_typed(typed):
    language = a_language(
        **{
            "{lines} for {name} in {1} days": "{lines} cho {name} trong {1} ngày",
            "Note on {1}: {words}": "Ghi chú {1}: {words}",
            "Boxes": "Khung bao",
        }
    )
    sentence = f"Boxes for {typed} in 1,000.5 days"
    said = f"Khung bao cho {typed} trong 1.000,5 ngày"

    assert sentence_in(language, sentence) == said
    # Within another sentence as well, and from what is remembered of it.
    for day, written in (("3 May 2026", "03/05/2026"), ("4 May 2026", "04/05/2026")):
        within = sentence_in(language, f"Note on {day}: {sentence}")
        assert within == f"Ghi chú {written}: {said}"


@pytest.mark.parametrize(
    "typed", ["Boxes, Yes: No. ", "Boxes, ", "Boxes: ", "Boxes: Boxes batches pass "]
)
def test_ten_thousand_letters_of_commas_and_colons_are_left_as_they_are(typed):
    language = a_language(
        **{
            "Boxes": "Khung bao",
            "{a}, {b}": "{a}, {b}",
            "{field}: {problem}": "{field}: {problem}",
            "{subject}: {many} batches pass {how}; all": "{subject} {many} {how}",
            "Note: {name}": "Ghi chú: {name}",
        }
    )
    text = (typed * 2_500)[:9_998] + " x"

    assert sentence_in(language, text) == text
    # What is ours around it is known all the same, and so are lists of our own.
    assert sentence_in(language, f"Note: {text}") == f"Ghi chú: {text}"
    known = sentence_in(language, ", ".join(["Boxes"] * 20))
    assert known == ", ".join(["Khung bao"] * 20)


class Forgetful(dict):
    """A memory that another request empties whenever something is put into it."""

    def __setitem__(self, key, said):
        super().__setitem__(key, said)
        self.clear()


def test_a_sentence_is_said_though_another_request_forgets_all_at_that_moment():
    language = replace(VI, known=Forgetful())

    assert sentence_in(language, "Boxes right") == "Khung bao đúng"
