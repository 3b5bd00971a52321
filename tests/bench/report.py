"""The outcome of a run: a table, a file, the difference to an earlier file."""

from __future__ import annotations

import itertools
import json
import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.measure import Sample, Series, Walk, middle

_HEAD = "".join(
    (
        f"{'case':<38}{'req/s':>9}{'p50 ms':>9}{'p99 ms':>9}",
        f"{'CPU us':>9}{'KB':>8}{'MiB':>7}{'ratio':>8}{'own':>7}{'least':>7}",
    )
)
# Ratios of two runs on one machine differ by less than this.
_NOISE = 0.15


@dataclass(slots=True)
class Run:
    """All that was measured over one database of one size.

    ``views`` are of the empty view under gunicorn's own worker, ``own_views`` under that of the
    service; ``view_factors`` tell how many times as many requests the latter answers.
    """

    database: str
    customers: int
    views: list[Sample] = field(default_factory=list)
    own_views: list[Sample] = field(default_factory=list)
    view_factors: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    series: list[Series] = field(default_factory=list)
    walk: Walk | None = None
    late_page: float = 0.0
    start_seconds: float = 0.0
    memory_mib: float = 0.0

    @property
    def name(self) -> str:
        """What tells this run from another one of the same command."""
        return f"{self.database}/{self.customers}"

    def shares(self) -> dict[str, float]:
        """The requests of each case to those of the empty view around it, whatever floor the
        case has."""
        found = {item.case.name: item for item in self.series if item.samples and not item.failure}
        return {name: item.median("share") for name, item in found.items()}

    def ratios(self) -> dict[str, float]:
        """What may be compared with another run."""
        found = {item.case.name: item.median("ratio") for item in self.series if item.samples}
        return {name: round(ratio, 3) for name, ratio in found.items()}


def lines(run: Run) -> Iterator[str]:
    """The table of one run."""
    yield f"{run.database}, {run.customers:,} customers, one worker, 8 connections"
    yield _HEAD
    yield _line("empty Flask view (the floor)", middle(run.views))
    yield _line("the same, worker of the service", middle(run.own_views))
    yield f"{'raw fetch + encode of 1,000 (floor)':<38}{max(run.pages):>9.0f}"
    factor = statistics.median(run.view_factors)
    for item in run.series:
        yield _case_line(item, factor)
    yield f"a repeated query of 37 times the length costs {_length_ratio(run):.2f} times the CPU"
    if run.walk is not None:
        yield (
            f"full sync by next links: {run.walk.rows_per_second:,.0f} rows/s, "
            f"memory grows by {run.walk.growth_mib:.1f} MiB"
        )
    if run.late_page:
        yield f"last page of 1,000 against the first one: {run.late_page:.2f}"
    yield f"first answer after {run.start_seconds:.2f} s, {run.memory_mib:.0f} MiB at the end"


def _case_line(item: Series, factor: float) -> str:
    """A case with its ratio to its floor, and to the empty view under the worker of the service."""
    title = f"{item.case.name:<4}{item.case.title}"
    if item.failure:
        return f"{title:<38} not measured: {item.failure}"
    found = middle(item.samples)
    least = f"{item.case.share:>7.2f}" if item.case.share else ""
    return f"{_line(title, found)}{found.ratio:>8.2f}{found.share / factor:>7.2f}{least}"


def _line(title: str, sample: Sample) -> str:
    return (
        f"{title:<38}{sample.per_second:>9.0f}{sample.p50:>9.2f}{sample.p99:>9.2f}"
        f"{sample.cpu:>9.0f}{sample.octets / 1000:>8.1f}{sample.memory:>7.0f}"
    )


def _length_ratio(run: Run) -> float:
    cpu = {item.case.name: item.median("cpu") for item in run.series if item.samples}
    return cpu["Q2"] / cpu["Q1"] if {"Q1", "Q2"} <= cpu.keys() else 0.0


def pairs(runs: list[Run]) -> Iterator[tuple[Run, Run]]:
    """Each run with those that differ from it in the database alone or in the size alone."""
    for first, second in itertools.combinations(runs, 2):
        if (first.database == second.database) != (first.customers == second.customers):
            yield first, second


def factors(first: Run, second: Run) -> Iterator[str]:
    """How many times longer each case takes in the second run, measured by the empty view."""
    yield f"{second.name} takes, of the time of {first.name}:"
    before = first.shares()
    for name, share in second.shares().items():
        if name in before:
            yield f"  {name:<4}{before[name] / share:6.2f}"


def save(runs: list[Run], path: Path) -> None:
    """Keep the ratios for comparisons, beside those of other databases and sizes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    content |= {run.name: run.ratios() for run in runs}
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def compare(runs: list[Run], path: Path) -> Iterator[str]:
    """Which cases are slower or faster than in the file, beyond the noise."""
    stored: dict[str, dict[str, float]] = json.loads(path.read_text(encoding="utf-8"))
    for run in runs:
        before = stored.get(run.name, {})
        if not before:
            yield f"{run.name} has no stored ratios: --save keeps them"
        for name, ratio in run.ratios().items():
            if not before.get(name):
                continue
            change = ratio / before[name] - 1
            verdict = "same" if abs(change) < _NOISE else ("faster" if change > 0 else "SLOWER")
            yield f"{run.name} {name:<4}{before[name]:.2f} -> {ratio:.2f} {change:+.0%} {verdict}"
