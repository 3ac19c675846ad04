"""Others that work on the parts of a file beside whoever reads it, each on a processor.

They are forks of it: they know what it knew when it made them, and keep to its bounds.
A helper takes one part at a time, and ends with the pipe on which parts come, so that
none outlives the one that it helps, however that one dies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

Work = Callable[[Any], Any]
FORKED = get_context("fork")


@contextmanager
def helped(work: Work, *, helpers: int) -> Iterator[Work]:
    """Yield what makes of an iterable of parts what `work` makes of each, in order.

    Without helpers it is `map`. Parts and what is made of them go through pipes; an
    EOFError says that a helper died of one.
    """
    made = [_helper(work) for _ in range(helpers)]
    pipes = [pipe for pipe, _ in made]
    try:
        yield lambda parts: _in_turn(pipes, parts) if pipes else map(work, parts)
    finally:
        for pipe in pipes:
            pipe.close()
        for _, process in made:
            process.join()


def _helper(work: Work) -> tuple[Any, Any]:
    ours, theirs = FORKED.Pipe()
    process = FORKED.Process(target=_help, args=(work, theirs, ours), daemon=True)
    process.start()
    theirs.close()
    return ours, process


def _help(work: Work, pipe: Connection[Any, Any], other: Connection[Any, Any]) -> None:
    # Held open here, the other end would never be seen to close.
    other.close()
    while True:
        try:
            pipe.send(work(pipe.recv()))
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return  # nobody is there any more


def _in_turn(pipes: list[Connection[Any, Any]], parts: Iterable[Any]) -> Iterator[Any]:
    """Give each part to the next helper, which first hands back what it has.

    No helper is given a part while it may wait to be heard: both would wait for ever.
    """
    many = 0
    for many, part in enumerate(parts, start=1):
        pipe = pipes[many % len(pipes)]
        back = [pipe.recv()] if many > len(pipes) else []
        pipe.send(part)
        yield from back
    for number in range(max(0, many - len(pipes)) + 1, many + 1):
        yield pipes[number % len(pipes)].recv()
