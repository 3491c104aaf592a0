"""One measured figure beside its rival or its limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`limner` beside `other`, in `unit`; smaller is better for both.

    `ratio` is limner / other: 1.0 is level, 0.2 five times better.
    """

    what: str
    limner: float
    other: float
    beside: str
    unit: str

    @property
    def ratio(self) -> float:
        """Limner's figure as a multiple of the other one."""
        return self.limner / self.other if self.other else float("inf")

    def row(self) -> str:
        """The figure as a row of a Markdown table."""
        return (
            f"| {self.what} | {self.limner:.2f} {self.unit} | {self.beside} | "
            f"{self.other:.2f} {self.unit} | {self.ratio:.2f}x |"
        )


HEADER = "| what | Limner | beside | figure | ratio |\n| --- | ---: | --- | ---: | ---: |"


def print_figures(title: str, figures: Sequence[Figure]) -> None:
    """The figures as a Markdown table."""
    print(f"\n### {title}\n\n{HEADER}")
    for figure in figures:
        print(figure.row())
