"""`landscape curvature`: the Hessian of a trained network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from landscape.core.numerals import number

from . import options, places
from .data import Images, images_of
from .verbs import FOR_IMAGES, verb


@verb(least=FOR_IMAGES, short_help="Measure the curvature of runs: eigenvalues, spectrum, sharpness.")
@options.runs
@images_of(2_000)
@options.option("--top", default=5, help="How many of the largest eigenvalues.")
@options.option("--probes", default=4, help="Random vectors for the spectrum; 0 for none.")
@options.option("--steps", default=80, help="Of the Lanczos method, from each of them.")
@options.option("--along", default=12, help="Snapshots at which the sharpness is measured; 0 for none.")
@options.drawn
@places.folder("out/curvature", "Folder of the figures and of curvature.json.")
def curvature(
    runs: tuple[Path, ...],
    images: Images,
    top: int,
    probes: int,
    steps: int,
    along: int,
    looks: options.Looks,
    out: Path,
) -> None:
    """Measure the Hessian of the loss at the end of each of RUNS, and its largest eigenvalue along the way.

    Eigenvalues stand beside their residuals |Hv − λv| / λ, which say how far they can be trusted.

    Example: landscape curvature runs/sgd-lr0.1 --data train:2000
    """
    import matplotlib.pyplot as plt

    import landscape as ls
    from landscape.core.checks import at_least
    from landscape.figures.eigenvalues import eigenvalues
    from landscape.figures.names import run_names
    from landscape.files import writing

    from . import screen

    for option, count in (("--probes", probes), ("--along", along)):
        at_least(option, count, 0)
    loaded = [ls.Run.load(path) for path in runs]
    names = options.distinct(runs)
    targets = [out / (f"spectrum-{name}" if len(runs) > 1 else "spectrum") for name in names]
    places.named(*targets)
    places.hold(out)
    results: list[dict[str, Any]] = []
    rows, curves, files = [], [], []
    samples = images.of_each(loaded)
    common = len({caption for _, _, caption in samples}) == 1
    with screen.surface_progress() as watch:
        named = zip(runs, names, targets, run_names(loaded), loaded, samples, strict=True)
        for path, name, target, told, run, (x, y, caption) in named:
            with options.said_of(k="--top"):
                values, _, residuals = ls.curvature.top(run.network, run.params, x, y, top)
            result = {
                "run": str(path),
                "data": str(caption),
                "eigenvalues": values.tolist(),
                "residuals": residuals.tolist(),
            }
            own = "" if common else f" over {caption}"
            for k, (value, residual) in enumerate(zip(values, residuals, strict=True)):
                label = f"{path} ({told}){own}" if k == 0 else ""
                rows.append([label, f"{k + 1}", number(value, 5), number(residual / abs(value), 2) if value else "–"])
            if probes:
                grid, density = ls.curvature.density(
                    run.network, run.params, x, y, probes, steps, progress=watch(f"spectrum of {name}")
                )
                result |= {"grid": grid.tolist(), "density": density.tolist()}
                with looks.style():
                    figure = plt.figure()
                    eigenvalues(run, grid, density, values, figure.subplots())
                    files += looks.save(figure, target)
            if along:
                show = watch(f"sharpness of {name}")
                curves.append(ls.curvature.along(run, x, y, count=along, data=caption, progress=show))
                result |= {
                    "sharpness_step": curves[-1].steps.tolist(),
                    "sharpness": curves[-1].eigenvalues[:, 0].tolist(),
                }
            results.append(result)
            # After each run, as another may be stopped.
            with writing.room(out / "curvature.json"):
                writing.write_json(out / "curvature.json", {"runs": results})
    if curves:
        with looks.style():
            figure = plt.figure()
            ls.figures.sharpness(curves, figure.subplots(), run_names(loaded))
            files += looks.save(figure, out / "sharpness")
    title = f"Hessian of the loss over {caption}" if common else "Hessian of the loss"
    screen.table(title, ["run", "", "eigenvalue", "residual ÷ eigenvalue"], rows)
    options.report([*files, out / "curvature.json"])
