"""Measure: ``python -m tests.bench [--database sqlite,postgresql] [--customers 1000,100000]``."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.bench.cases import ALIKE, cases
from tests.bench.data import filled
from tests.bench.floor import RawPages
from tests.bench.measure import Bench, Series, late_page, walk
from tests.bench.report import Run, compare, factors, lines, pairs, save
from tests.bench.servers import running

BASELINE = Path("tests/bench/baseline.json")
_SERVICE = "app.factory:create_app()"
_EMPTY = "tests.bench.empty:application"
_SYNC_PAGE = 20_000
_PAGE = 1000
_LATE_PAGE_ROUNDS = 45


def main() -> None:
    """Run what the options ask for and print the tables."""
    options = _options()
    # Whoever ends the run ends its servers too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    runs = []
    for database in options.database:
        for customers in options.customers:
            run = _run(options, database, customers)
            runs.append(run)
            _print(*lines(run), "")
    for first, second in pairs(runs):
        _print(*factors(first, second), "")
    if options.save:
        save(runs, options.baseline)
    if options.compare:
        _print(*compare(runs, options.baseline))


def _run(options: argparse.Namespace, database: str, customers: int) -> Run:
    run = Run(database, customers)
    wanted = [item for item in cases(customers) if item.name in options.cases or not options.cases]
    run.series = [Series(item) for item in wanted]
    with _bench(options, run) as bench:
        for _ in range(options.rounds):
            views, pages = bench.round(run.series)
            run.views.extend(views)
            run.pages.append(pages)
            own, factor = bench.compare_views()
            run.own_views.append(own)
            run.view_factors.append(factor)
        if not options.cases:
            run.walk = walk(bench.service, _SYNC_PAGE)
            links = walk(bench.service, _PAGE, ALIKE).links
            if len(links) > 2:
                run.late_page = late_page(bench.service, links, _PAGE, _LATE_PAGE_ROUNDS)
        run.memory_mib = bench.service.memory_mib()
    return run


@contextmanager
def _bench(options: argparse.Namespace, run: Run) -> Iterator[Bench]:
    with ExitStack() as stack:
        found = stack.enter_context(filled(run.database, run.customers))
        settings = {"DATABASE_URL": found.url, "THREADS": str(options.threads)}
        service = stack.enter_context(running(_SERVICE, settings, "/health/live", found.process))
        empty = stack.enter_context(running(_EMPTY, settings, "/", is_plain=True))
        own = stack.enter_context(running(_EMPTY, settings, "/"))
        raw = RawPages(found.url, _PAGE)
        stack.callback(raw.close)
        run.start_seconds = service.seconds_to_first_answer
        yield Bench(service, empty, own, raw, options.seconds)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--database", type=_databases, default=["sqlite"])
    parser.add_argument("--customers", type=_numbers, default=[1000, 100_000])
    parser.add_argument("--cases", type=lambda text: text.split(","), default=[])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each case in each round")
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--baseline", type=Path, default=BASELINE)
    parser.add_argument("--save", action="store_true", help="store the ratios as the baseline")
    parser.add_argument("--compare", action="store_true", help="with the stored baseline")
    return parser.parse_args()


def _databases(text: str) -> list[str]:
    names = text.split(",")
    if not {*names} <= {"sqlite", "postgresql"}:
        raise argparse.ArgumentTypeError("sqlite, postgresql or both with a comma between them")
    return names


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


def _print(*texts: str) -> None:
    for text in texts:
        sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
