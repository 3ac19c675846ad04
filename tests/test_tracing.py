from __future__ import annotations

import ast

from tests.tracing import spared, untraced


def test_a_dear_test_goes_uncounted_only_where_others_count_the_same():
    price, cost = ("scoping/calc/price.py", 1, 2), ("scoping/calc/cost.py", 1, 2)
    page, form = ("quotes/web/page.py", 1, 2), ("quotes/web/form.py", 1, 2)
    branches = {
        "cheap": {page},
        "dear and alone in a page": {page, form},
        "dear and alone in calc": {cost},
        "dear, one of three": {price},
        "dearer, two of three": {price},
        "dearest, three of three": {price},
    }
    seconds = {
        "cheap": 0.1,
        "dear and alone in a page": 2.0,
        "dear and alone in calc": 9.0,
        "dear, one of three": 1.0,
        "dearer, two of three": 2.0,
        "dearest, three of three": 3.0,
    }

    assert spared(branches, seconds) == [
        "dear and alone in a page",
        "dearer, two of three",
        "dearest, three of three",
    ]


def test_whatever_goes_uncounted_is_a_test_of_today(root):
    functions = {
        path: {
            node.name
            for node in ast.walk(ast.parse((root / path).read_text("utf-8")))
            if isinstance(node, ast.FunctionDef)
        }
        for path in {each.split("::")[0] for each in untraced()}
    }

    assert [
        each
        for each in sorted(untraced())
        if "::" in each and each.split("::")[1] not in functions[each.split("::")[0]]
    ] == []
