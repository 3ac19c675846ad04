"""The picture of a gap: its labels in the coins and the size of its currency."""

from __future__ import annotations

from quotes.web.waterfall import Waterfall, waterfall


def a_gap(times: int):
    return {
        "planned": str(1_000 * times),
        "actual": str(1_050 * times),
        "parts": [
            {"name": "rework", "amount": str(80 * times)},
            {"name": "speed", "amount": str(-30 * times)},
        ],
    }


def drawn(times: int, currency: str) -> Waterfall:
    found = waterfall(a_gap(times), currency=currency)
    assert found is not None
    return found


def test_the_bars_say_whole_amounts_and_the_sentence_has_all_digits():
    found = drawn(1, "USD")

    assert [bar.amount for bar in found.bars] == [
        "1,000",
        "+80",
        "\N{MINUS SIGN}30",
        "1,050",
    ]
    assert found.sentence == (
        "Planned 1,000.00 USD, Rework +80, Speed \N{MINUS SIGN}30, actual 1,050.00."
    )
    assert not found.in_millions


def test_many_dong_are_written_in_millions_above_the_bars():
    found = drawn(100_000, "VND")

    assert [bar.amount for bar in found.bars] == [
        "100.0",
        "+8.0",
        "\N{MINUS SIGN}3.0",
        "105.0",
    ]
    assert found.in_millions
    assert found.sentence.startswith("Planned 100,000,000 VND, Rework +8,000,000,")
    assert drawn(100_000, "USD").bars[0].amount == "100,000,000"


def test_nothing_planned_has_no_picture():
    assert waterfall(a_gap(0), currency="USD") is None
