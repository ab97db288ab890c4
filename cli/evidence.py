"""`landscape evidence`: the story's claims, measured."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options, places
from .verbs import FOR_IMAGES, goes_with, verb

if TYPE_CHECKING:
    from landscape.evidence import Finding
    from landscape.evidence.claim import Scale


def _claims() -> dict[str, str]:
    """What each claim says."""
    from landscape.evidence import names
    from landscape.evidence.claim_words import of_claim

    return {name: of_claim(name)("claim") for name in names()}


@verb(
    least=FOR_IMAGES,
    short_help="Measure the story's claims, each with a verdict.",
    listed=("Claims", _claims),
)
@click.argument("claims", nargs=-1, metavar="[CLAIM]…")
@click.option("--quick", "scale", flag_value="quick", default="quick", help="Few seeds: minutes.  [default]")
@click.option("--full", "scale", flag_value="full", help="All seeds and settings: half an hour or so.")
@options.option("--theme", type=options.OneOf(["light", "dark"]), default="light", help="Ground of page and figures.")
@options.lang
@options.option("--resume", is_flag=True, help="Keep what --out has of this scale; measure what is missing.")
@options.option(
    "--check",
    is_flag=False,
    flag_value="",
    metavar="[FILE]",
    help="Say what moved against findings in FILE, or those that come with landscape; exit code 1 if anything did.",
)
@places.folder("out/report", "Folder of report.html, report.md, findings.json and figures.")
def evidence(
    claims: tuple[str, ...], scale: Scale, theme: str, lang: str, resume: bool, check: str | None, out: Path
) -> None:
    """Measure the story's claims and write a report: each claim with its experiment, picture, numbers and verdict.

    CLAIM is one of those below; all if none is given.

    \b
    Examples: landscape evidence --quick
              landscape evidence ravine cliff --lang zh --out report
              landscape evidence --full --check
    """
    from landscape.core.checks import one_of
    from landscape.evidence import experiments, kept_findings, report

    from . import screen

    goes_with({})
    for name in claims:
        one_of("claim", name, experiments.known())
    chosen = [name for name in experiments.names() if not claims or name in claims]
    file = out / kept_findings.FILE
    kept = kept_findings.read(file) if resume and file.exists() else {}
    found: dict[str, Finding] = {name: one for name, one in kept.items() if one.scale == scale and name in chosen}
    before = None if check is None else kept_findings.read(Path(check)) if check else kept_findings.stored()
    for name in chosen:
        if before is not None and name in before and (then := before[name].scale) != scale:
            raise ValueError(f"{name} was measured at scale {then}: give --{then} to compare")
    places.hold(out)
    missing = [name for name in chosen if name not in found]
    cost = sum(experiments.known()[name].cost[scale] for name in missing)
    screen.console.print(
        f"Claims to measure: {len(missing)}, at scale {scale}, about {cost / 60:.1f} minutes on 2 cores", soft_wrap=True
    )

    def keep(finding: Finding) -> None:
        # After each one, as the next may be stopped.
        found[finding.claim] = finding
        kept_findings.write(file, found.values())

    with screen.surface_progress() as watch:
        experiments.run_all(missing, keep, watch, scale, place=out, resume=resume)
    found = {name: found[name] for name in chosen}
    files = report.write(found, out, lang, theme)
    rows = [[name, one.number, one.verdict, ", ".join(one.disagreeing)] for name, one in found.items()]
    screen.table("Verdicts", ["claim", "no.", "verdict", "not as expected"], rows)
    options.report(files)
    if before is not None:
        _compare(before, found)


def _compare(before: Mapping[str, Finding], after: dict[str, Finding]) -> None:
    """Say what moved; exit code 1 if anything did."""
    from landscape.evidence.kept_findings import moved

    from . import screen

    changed = False
    for name, one in after.items():
        if name not in before:
            screen.console.print(f"{name}: new", soft_wrap=True)
        for key in moved(before[name], one) if name in before else ():
            changed = True
            screen.console.print(f"{name}: {_told(key, before[name])} → {_told(key, one)}", soft_wrap=True)
    if changed:
        raise SystemExit(1)
    screen.console.print("Nothing moved.")


def _told(key: str, finding: Finding) -> str:
    """A verdict, a statement or a number that moved."""
    if key == "verdict":
        return finding.verdict
    if key in finding.values:
        return f"{key} {finding.values[key]:spread}"
    return f"{key}: {finding.statements.get(key, 'not stated')}"
