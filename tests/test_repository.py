"""The repository itself: what must hold of its files."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = Path(sys.executable).parent
APPS = ("config", "quotes", "scoping")
CALCULATION = sorted(
    path
    for app in ("scoping", "quotes")
    for path in (ROOT / app / "calc").rglob("*.py")
    if path.name != "__init__.py"
)
TOP_LEVEL = set(APPS) | {
    *("templates", "fixtures", "tests", "docs", "benchmarks", "requirements"),
    *("manage.py", "pyproject.toml", "package.json", "package-lock.json", "Makefile"),
    *("README.md", "CHANGELOG.md", "LICENSE", "SECURITY.md"),
}


def tracked_files() -> list[Path]:
    """Return what git keeps, or would keep with the next commit."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = (ROOT / name for name in listing.stdout.split("\0") if name)
    return [path for path in paths if path.is_file()]


def test_the_calculation_runs_without_django():
    modules = ["scoping.calc", "quotes.calc"] + [
        ".".join(path.relative_to(ROOT).with_suffix("").parts) for path in CALCULATION
    ]
    code = f"import sys, {', '.join(modules)}; print('django' in sys.modules)"

    output = subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True)

    assert output == "False\n"


def test_no_file_names_a_package_host_or_a_path_of_one_machine():
    # Written in two pieces, or this file would be found.
    pieces = [
        ("files.python", "hosted"),
        ("pypi.", "org"),
        ("registry.npm", "js"),
        ("registry.yarn", "pkg"),
        ("/opt/", "wheels"),
        ("/wor", "k/"),
        ("/ro", "ot/"),
        ("/ho", "me/"),
    ]
    forbidden = re.compile("|".join(re.escape(a + b) for a, b in pieces))

    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in tracked_files()
        if (match := forbidden.search(path.read_text("utf-8", errors="ignore")))
    ]

    assert found == []


def test_locks_hold_hashes_and_no_addresses():
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text()
        assert "--hash=sha256:" in text
        assert "://" not in text
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()


def test_locks_that_share_an_environment_agree():
    pinned = re.compile(r"^([\w.-]+)\S*==(\S+)", re.MULTILINE)
    dev, bench = (
        set(pinned.findall((ROOT / "requirements" / lock).read_text()))
        for lock in ("dev.txt", "bench.txt")
    )
    shared = {name for name, _ in dev} & {name for name, _ in bench}

    assert {"numpy", "scipy", "pyyaml"} <= shared
    assert {pin for pin in bench if pin[0] in shared} <= dev


def test_every_requirement_is_pinned_and_says_what_it_is_for():
    for listing in (ROOT / "requirements").glob("*.in"):
        lines = listing.read_text().splitlines()
        for line, before in zip(lines, ["", *lines], strict=False):
            if line and not line.startswith(("#", "-r", "-c")):
                assert "==" in line, line
                name = line.partition("==")[0]
                assert "# " in line or before.startswith((name, "#")), line


def test_every_setting_is_documented():
    page = (ROOT / "docs" / "settings.md").read_text()

    assert [
        name for name in settings.SETTING_NAMES if f"| `{name}` |" not in page
    ] == []


def test_no_setting_is_documented_that_is_not_there():
    page = (ROOT / "docs" / "settings.md").read_text()

    documented = re.findall(r"^\| `([A-Z_]+)`", page, flags=re.MULTILINE)

    assert sorted(documented) == sorted(settings.SETTING_NAMES)


def test_the_top_level_is_a_closed_list():
    top = {path.relative_to(ROOT).parts[0] for path in tracked_files()}

    assert {name for name in top if not name.startswith(".")} <= TOP_LEVEL


def test_decision_records_are_numbered_without_gaps():
    records = sorted((ROOT / "docs" / "decisions").glob("*.md"))

    for number, record in enumerate(records, start=1):
        text = record.read_text()
        assert record.name.startswith(f"{number:04}-")
        assert text.startswith(f"# {number:04} ")
        assert "\nStatus: " in text
        assert len(text.split()) <= 300, record.name


@pytest.mark.parametrize("path", CALCULATION, ids=lambda path: path.stem)
def test_every_module_of_the_calculation_has_a_heading_in_the_model(path):
    page = (ROOT / "docs" / "model.md").read_text()
    headings = re.findall(r"^#+ .*", page, flags=re.MULTILINE)
    module = "/".join(path.relative_to(ROOT).parts)
    package = "/".join(path.parent.relative_to(ROOT).parts)

    assert any(f"`{name}`" in line for line in headings for name in (module, package))


def test_every_static_file_a_page_names_is_there():
    named = {
        match
        for path in (ROOT / "templates").rglob("*.html")
        for match in re.findall(r"{% static ['\"]([^'\"]+)['\"]", path.read_text())
    }

    assert [name for name in sorted(named) if finders.find(name) is None] == []


# --- a planted fault of each kind is found ------------------------------------------


@pytest.fixture(scope="module")
def copied(tmp_path_factory) -> Path:
    """Copy the three packages and the rules, for a test to do harm to."""
    folder: Path = tmp_path_factory.mktemp("copy")
    for app in APPS:
        shutil.copytree(
            ROOT / app, folder / app, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def _run(program: str, *arguments: str, folder: Path) -> subprocess.CompletedProcess:
    return subprocess.run(
        [PROGRAMS / program, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("scoping/calc/planted.py", "import django", "Calculation is pure"),
        ("quotes/calc/planted.py", "import random", "Calculation is pure"),
        ("quotes/utils.py", "", "Each app is layered"),
        ("quotes/models/planted.py", "import quotes.actions", "Each app is layered"),
        ("scoping/api/planted.py", "import scoping.web", "Each app is layered"),
        ("scoping/planted.py", "import quotes.calc", "Promises know about prices"),
        ("quotes/web/planted.py", "import scoping.models", "Only scoping touches"),
        ("config/planted.py", "import quotes.models", "Only quotes touches"),
        ("quotes/web/planted.py", "import pandas", "Tables come in through ingest"),
        ("quotes/web/planted.py", "import weasyprint", "PDFs are made in one place"),
        ("quotes/generator/planted.py", "import scoping.calc", "The generator knows"),
        ("scoping/calc/planted_a.py", "from . import planted_b", "No cycles inside"),
    ],
)
def test_a_planted_import_is_reported_by_its_contract(copied, module, line, contract):
    planted = copied / module
    planted.write_text(f"{line}\n")
    partner = copied / "scoping/calc/planted_b.py"
    partner.write_text("from . import planted_a\n" if "planted_a" in module else "")

    try:
        result = _run("lint-imports", "--no-logo", "--no-cache", folder=copied)
    finally:
        planted.unlink()
        partner.unlink()

    broken = re.findall(r"^(.*) BROKEN$", result.stdout, flags=re.MULTILINE)
    assert result.returncode == 1
    assert any(name.startswith(contract) for name in broken), result.stdout


def test_a_planted_type_is_reported(tmp_path):
    planted = tmp_path / "planted.py"
    planted.write_text("def planted(x):\n    return x\n")
    rules = str(ROOT / "pyproject.toml")

    result = subprocess.run(
        [PROGRAMS / "mypy", "--config-file", rules, "--cache-dir", tmp_path, planted],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 1
    assert "[no-untyped-def]" in result.stdout


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("from datetime import date\n\nprint(date.today())", "DTZ011"),
        ("import numpy as np\n\nnp.random.seed(1)", "NPY002"),
        ("import random", "TID251"),
        ("x = 1 ; y = 2", "E702"),
    ],
)
def test_a_planted_line_is_reported(copied, line, rule):
    planted = copied / "scoping" / "calc" / "planted_line.py"
    planted.write_text(f"{line}\n")

    try:
        result = _run(
            "ruff",
            "check",
            "--no-cache",
            "--output-format=concise",
            str(planted),
            folder=copied,
        )
    finally:
        planted.unlink()

    assert result.returncode == 1
    assert f" {rule} " in result.stdout
