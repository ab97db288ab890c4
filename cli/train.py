"""`landscape train`: MNIST, or data of the user's own, in NumPy."""

from __future__ import annotations

from pathlib import Path

import click

from . import options


@click.command(short_help="Train a network and keep the run.")
@options.optimizer(default=["adam"])
@click.option(
    "--layers", default="784,128,10", show_default=True, help="Units a layer, from the pixels to the classes."
)
@click.option("--activation", default="relu", show_default=True, help="Of the hidden layers.")
@click.option("--init", default="he", show_default=True, help="Initial weights.")
@click.option("--epochs", default=1, show_default=True, help="Passes over the training images.")
@click.option("--batch-size", default=32, show_default=True, help="Images a step.")
@click.option("--seed", default=0, show_default=True, help="Of the initial weights and the order of the images.")
@click.option("--data", default="mnist", show_default=True, help="mnist, or an .npz file in the Keras layout.")
@click.option("--snapshots", default=200, show_default=True, help="How often the weights are recorded.")
@click.option("--overwrite", is_flag=True, help="Replace run folders that exist already.")
@options.out("runs", "Folder for the run folders, one an optimizer.")
def train(
    optimizers: tuple[str, ...],
    layers: str,
    activation: str,
    init: str,
    epochs: int,
    batch_size: int,
    seed: int,
    data: str,
    snapshots: int,
    overwrite: bool,
    out: Path,
) -> None:
    """Train a network and keep the run: its weights along the way, losses and accuracies.

    Example: landscape train -o sgd:lr=0.1 -o adam --epochs 5
    """
    import landscape as ls

    from . import screen

    chosen = [ls.optimizers.parse(text) for text in optimizers]
    folders = [out / options.folder_name(ls.optimizers.text(one, defaults=False)) for one in chosen]
    for folder in folders:
        if (folder / "run.json").exists() and not overwrite:
            raise ValueError(f"run folder '{folder}' exists already: give another --out, or --overwrite")
    network = ls.MLP(options.numbers(layers, "--layers", int), activation, init, seed=seed)
    images = ls.datasets.load(data)

    rows = []
    with screen.bars() as progress:
        for optimizer, folder in zip(chosen, folders, strict=True):
            task = progress.add_task(optimizer.name, total=None, note="")

            def show(step: int, total: int, loss: float, task: object = task) -> None:
                progress.update(task, completed=step, total=total, note=f"loss {loss:.3f}")  # type: ignore[arg-type]

            run = ls.train(network, images, optimizer, epochs, batch_size, seed, snapshots, folder, progress=show)
            result = "diverged" if run.diverged else f"{100 * run.test_accuracy:.2f} %"
            rows.append([ls.optimizers.text(optimizer, defaults=False), result, f"{run.seconds:.1f} s"])
    screen.table(f"{network.params.size:,} parameters, {epochs} epochs", ["optimizer", "test accuracy", "time"], rows)
    options.report(folders)
