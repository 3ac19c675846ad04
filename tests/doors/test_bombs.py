"""Twelve files made to do harm, thrown at a real web worker: refused, and it lives.

Each comes through the door that its kind comes through. Meanwhile somebody asks whether
the service is alive, many times a second: no file may make her wait.
"""

from __future__ import annotations

import http.client
import io
import os
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
import xlsxwriter
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from scoping.access import Role
from tests import scale
from tests.factories import a_membership, a_published_card, a_workspace
from tests.quotes.a_project import a_project
from tests.samples.archives import a_zip

ROOT = Path(__file__).parents[2]
MEGABYTE = 1_000_000
SECONDS = 2.0
SLOW = 4.0
"""Others may slow a child down: at full scale the machine is the test's own."""
LATE_MS = 500
GROWN_KB = 200_000
BAD = 400
TOKEN = "t" * 32


def a_workbook(write: Callable[[xlsxwriter.workbook.Worksheet], object]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["type", "volume"])
        sheet.write_row(1, 0, ["box", 10])
        write(sheet)
    return out.getvalue()


def with_part(body: bytes, name: str, text: bytes) -> bytes:
    """Return a workbook in which one part is another text."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(body)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for one in old.namelist():
            new.writestr(one, text if one == name else old.read(one))
    return out.getvalue()


def far() -> bytes:
    return a_workbook(lambda sheet: sheet.write("XFD1048576", 1))


def plain() -> bytes:
    return a_workbook(lambda _: None)


def strings_of_300_mb() -> bytes:
    body = a_workbook(lambda sheet: sheet.write(2, 0, "text"))
    text = b"<sst><si><t>" + b"x" * 300 * MEGABYTE + b"</t></si></sst>"
    return with_part(body, "xl/sharedStrings.xml", text)


def entities() -> bytes:
    names = "abcdefgh"
    inside = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise(names))
    return (
        f'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">{inside}]>'
        f"<annotation><object><name>&h;</name></object></annotation>"
    ).encode()


@dataclass(frozen=True)
class Bomb:
    """A file, its name, and the door at which it is tried."""

    door: str
    name: str
    make: Callable[[], bytes]


BOMBS = {
    "a cell at the far corner of a sheet": Bomb("grid", "a.xlsx", far),
    "the same among actuals": Bomb("files", "a.xlsx", far),
    "labels that unpack to 400 MB": Bomb(
        "sample", "a.zip", lambda: a_zip({"a.txt": b"0" * 400 * MEGABYTE})
    ),
    "strings that unpack to 300 MB": Bomb("grid", "b.xlsx", strings_of_300_mb),
    "strings of actuals that do": Bomb("files", "b.xlsx", strings_of_300_mb),
    "an external entity": Bomb(
        "grid",
        "c.xlsx",
        lambda: with_part(
            plain(),
            "xl/workbook.xml",
            b'<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/hostname">]><workbook>&x;'
            b"</workbook>",
        ),
    ),
    "very many parts": Bomb(
        "grid",
        "d.xlsx",
        lambda: a_zip({f"{one:x}": b"" for one in range(20_000)}, packed=False),
    ),
    "entities that multiply": Bomb("sample", "a.xml", entities),
    "elements inside each other": Bomb(
        "sample", "b.xml", lambda: b"<annotation>" + b"<a>" * 200_000
    ),
    "lists inside each other": Bomb("sample", "a.json", lambda: b"[" * 5_000_000),
    "objects inside each other, as actuals": Bomb(
        "files", "a.json", lambda: b'{"a":' * 2_000_000
    ),
    "25 MB on one line": Bomb(
        "grid", "a.csv", lambda: b"type,volume\n" + b"x," * 12 * MEGABYTE
    ),
}


@dataclass(frozen=True)
class Refused:
    """How a bomb was answered; `leaks`: with something of this machine in it."""

    status: int
    seconds: float
    leaks: bool


@dataclass
class Worker:
    """A web worker of its own, as it serves in production, and who is signed in."""

    port: int
    server: subprocess.Popen[bytes]
    cookies: str

    @property
    def pid(self) -> int:
        """Return the process that serves: the one child of the one that was started."""
        found = subprocess.check_output(
            ["ps", "-o", "pid=", "--ppid", str(self.server.pid)], text=True
        )
        return int(found.split()[0])

    @property
    def memory_kb(self) -> int:
        """Return the most memory that the process ever held."""
        text = Path(f"/proc/{self.pid}/status").read_text("ascii")
        return int(text.split("VmHWM:")[1].split()[0])

    def get(self, address: str) -> int:
        """Return the status of a page, asked on a connection of its own."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        line.request("GET", address)
        status = line.getresponse().status
        line.close()
        return status

    def post(self, bomb: Bomb, body: bytes) -> tuple[int, str]:
        """Return the status and the text of an answer to an upload."""
        address, key, said = DOORS[bomb.door]
        sent = io.BytesIO(body)
        sent.name = bomb.name
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        line.request(
            "POST",
            address,
            encode_multipart(
                BOUNDARY, said | {"csrfmiddlewaretoken": TOKEN, key: sent}
            ),
            {"Content-Type": MULTIPART_CONTENT, "Cookie": self.cookies},
        )
        answer = line.getresponse()
        text = answer.read().decode()
        line.close()
        return answer.status, text


DOORS: dict[str, tuple[str, str, dict[str, str]]] = {
    "grid": ("/quotes/grid", "file", {}),
    "files": ("/projects/streets/files/", "file", {"act": "check"}),
    "sample": (
        "/scope/northline/",
        "sample",
        {"act": "upload", "need": "object_detection"},
    ),
}


@pytest.fixture
def worker(committed_db) -> Iterator[Worker]:
    if connection.vendor != "sqlite":
        pytest.skip("A worker is the same on both databases.")
    workspace = a_workspace(slug="northline", name="Northline")
    a_published_card(workspace=workspace)
    a_project(workspace, batches=1, laid_out=False)
    boss = a_membership(workspace=workspace, role=Role.ADMIN).user
    client = Client()
    client.force_login(boss)
    name = settings.SESSION_COOKIE_NAME
    cookies = (
        f"{name}={client.cookies[name].value}; {settings.CSRF_COOKIE_NAME}={TOKEN}"
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "config.wsgi", "--workers", "1"),
            *("--worker-class", "gthread", "--threads", "4", "--timeout", "30"),
            *("--bind", f"127.0.0.1:{port}", "--no-control-socket"),
        ],
        cwd=ROOT,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}",
            "PLUMBLINE_SECRET_KEY": settings.SECRET_KEY,
            "PLUMBLINE_PUBLIC_WORKSPACE": "northline",
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    made = Worker(port=port, server=server, cookies=cookies)
    try:
        _wait_for(made)
        yield made
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)


def _wait_for(worker: Worker) -> None:
    begun = time.monotonic()
    while time.monotonic() - begun < 60:
        try:
            if worker.get("/readyz") == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("The worker does not begin.")


def asking(worker: Worker, told: threading.Event, times: list[float]) -> None:
    """Ask whether the service lives, and note how many milliseconds it takes."""
    while not told.wait(0.02):
        begun = time.perf_counter()
        assert worker.get("/livez") == 200
        times.append((time.perf_counter() - begun) * 1e3)


def test_bombs_are_refused_soon_and_the_web_worker_lives(worker):
    many = scale.count(len(BOMBS))
    # A good grid first: whatever is loaded once is not the bomb's.
    good = Bomb("grid", "good.xlsx", plain)
    status, text = worker.post(good, good.make())
    assert (status, "1 of 1 rows answered" in text) == (200, True)
    before, held = worker.pid, worker.memory_kb
    times: list[float] = []
    told = threading.Event()
    thread = threading.Thread(target=asking, args=(worker, told, times))
    thread.start()

    found = {}
    for name, bomb in list(BOMBS.items())[:many]:
        body = bomb.make()
        begun = time.perf_counter()
        status, text = worker.post(bomb, body)
        found[name] = Refused(
            status=status,
            seconds=time.perf_counter() - begun,
            leaks=socket.gethostname() in text,
        )
    told.set()
    thread.join()

    slow = 1.0 if scale.SCALE >= 1 else SLOW
    late_ms = statistics.quantiles(times, n=100)[-1]
    assert [name for name, one in found.items() if one.status != BAD] == [], found
    assert [name for name, one in found.items() if one.leaks] == []
    assert max(one.seconds for one in found.values()) < SECONDS * slow, found
    assert worker.pid == before
    assert worker.memory_kb - held < GROWN_KB, f"{worker.memory_kb - held:,} kB"
    assert late_ms < LATE_MS * slow, f"{late_ms:.0f} ms of {len(times)}"

    # A bomb that went off would have been seen: another process serves then.
    os.kill(before, signal.SIGKILL)
    _wait_for(worker)
    assert worker.pid != before
