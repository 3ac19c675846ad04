"""Run a command against a PostgreSQL of its own: `python -m tests.postgresql CMD`.

The cluster lives in a temporary folder, listens on a free port of the loopback and
is gone afterwards; a server already running on the machine is left alone.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

NO_WAITING = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


def main(command: list[str]) -> int:
    """Run the command; without PostgreSQL say so, and fail where all must be there."""
    folder = programs()
    if folder is None:
        sentence = "PostgreSQL is not installed (apt-get install postgresql)"
        if os.environ.get("CI") == "true":
            sys.stderr.write(f"FAILED: {sentence}.\n")
            return 1
        sys.stderr.write(f"SKIPPED: nothing was tested on PostgreSQL. {sentence}.\n")
        return 0
    with _cluster(folder) as url:
        environment = os.environ | {"DATABASE_URL": url}
        return subprocess.run(command, env=environment, check=False).returncode


def programs() -> Path | None:
    """Return the folder of initdb and its kin, the newest if there are several."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if on_path := shutil.which("initdb"):
        folders.append(Path(on_path).resolve().parent)
    return next((each for each in folders if (each / "initdb").exists()), None)


@contextlib.contextmanager
def _cluster(programs: Path) -> Iterator[str]:
    """Start a server, give its address, and stop it whatever happens."""
    # PostgreSQL refuses to run as root.
    unprivileged = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    place = Path(tempfile.mkdtemp(prefix="plumbline-pg-"))
    if unprivileged:
        shutil.chown(place, "postgres")
    data = place / "data"
    port = _free_port()

    def run(*command: str) -> None:
        subprocess.run(
            [*unprivileged, *command],
            check=True,
            cwd=place,
            stdout=subprocess.DEVNULL,
        )

    try:
        run(
            *(str(programs / "initdb"), "--pgdata", str(data), "--no-sync"),
            *("--username", "plumbline", "--auth", "trust"),
            *("--encoding", "UTF8", "--locale", "C.UTF-8"),
        )
        options = f"{NO_WAITING} -c listen_addresses=127.0.0.1 -p {port} -k {place}"
        pg_ctl = (str(programs / "pg_ctl"), "--pgdata", str(data), "--wait")
        run(*pg_ctl, "--log", str(place / "log"), "--options", options, "start")
        try:
            yield f"postgresql://plumbline@127.0.0.1:{port}/postgres"
        finally:
            run(*pg_ctl, "--mode", "immediate", "stop")  # by the pid it wrote itself
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _free_port() -> int:
    """Return a port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
