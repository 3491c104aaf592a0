"""`make bench`: every figure in one run, and docs/benchmarks.md written from it.

`--quick` leaves out the forty-fold data; `--print` leaves the page alone.
"""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from benchmarks import collect, decide, forty, incremental, loop, match, segment, stream, tags
from benchmarks.child import machine
from benchmarks.figure import HEADER, Figure

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
PREFACE = """# Benchmarks

Written by `make bench` on {day}: {cpu}, {cores} cores, {memory_gib} GiB of memory, Python {python}.
Every figure stands beside its rival or its limit, measured in the same run; smaller is better, and
the ratio is Limner's figure divided by the other. The data is the retail year of the demo
(1,469,307 lines of 2,469 households); "forty years" repeats its households forty times
(58,772,280 lines of 98,760 households).
"""


def main() -> None:
    """Measure, print, and write the page."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument(
        "--quick",
        action="store_true",
        help="without the forty-fold data and five million customers",
    )
    arguments.add_argument("--print", action="store_true", help="do not write the page")
    chosen = arguments.parse_args()
    chapters: list[tuple[str, str, list[Figure]]] = [
        ("The loop", "`limner demo --once`, from an empty directory.", loop.run()),
        ("The tag build", "All tags of the catalogue for every customer.", tags.run()),
        (
            "Live tags and segments",
            "Every tag of the catalogue and thirty segments after each event, on one core (processor time).",
            incremental.run(),
        ),
        ("The decision", "A list under a budget beside the bound no list can pass.", decide.run()),
        (
            "Accepting events",
            "A collector on an empty home, its clients on the same two cores.",
            collect.run(),
        ),
        (
            "From the click to profile and lake",
            "`limner serve` with deduplication, tracking plan and identity on, and its client, on the same two cores.",
            stream.run(),
        ),
    ]
    chapters.append(
        (
            "Matching",
            "Rows of one person found without labels: pairs wrong or missed, of a thousand (1 - F1).",
            match.run(),
        )
    )
    if not chosen.quick:
        chapters.append(
            ("A segment counted", "Five conditions, fifty sets of thresholds.", segment.run())
        )
        chapters.append(("Forty years", "Import and tag build of 58.8 million lines.", forty.run()))
    page = PREFACE.format(day=date.today().isoformat(), **machine())  # noqa: DTZ011 - the page's own date
    for title, what, figures in chapters:
        rows = "\n".join(figure.row() for figure in figures)
        page += f"\n## {title}\n\n{what}\n\n{HEADER}\n{rows}\n"
    print(page)
    if not chosen.print:
        PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
