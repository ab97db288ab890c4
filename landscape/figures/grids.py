"""What figures of a sweep's table share: which rows they draw, and what settings are called."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

from matplotlib import rcParams
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from .. import terrains
from ..core.checks import Text
from ..core.errors import InputError, shortened
from ..core.numerals import number
from ..core.wording import term
from ..networks import activations, initialisers
from ..optimizers import Missing, Optimizer, schedules
from ..sweeps.groups import Group
from ..sweeps.table import GROUP, Table
from ..terrains.custom import DOMAIN
from .names import sweep_names, title_of
from .styles import is_wide
from .words import batch_name, data_name, listed, literal, part_name, say

Where = Annotated[Text, "Rows of a table alone: depth=3/activation=relu."]
_BESIDE = 4  # panels that stand side by side in a wide figure


def chosen_rows(table: Table, where: str) -> Table:
    """The rows of a table in which columns have the values that a text says: "depth=3/activation=relu"."""
    if not isinstance(table, Table):
        raise TypeError(f"the table of a sweep is needed, not {type(table).__name__}")
    wanted: dict[str, str] = {}
    for part in filter(None, where.split("/")):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals:
            why = "expected column=value, with / between several"
            raise InputError(f"where = '{shortened(where)}' is not allowed: {why}")
        wanted[name] = value
    found = table.select(**wanted)
    if not len(found):
        raise InputError("the table has no rows that could be drawn")
    return found


def varied(table: Table, *but: str) -> list[str]:
    """The settings, `but` these, of which a table has several values; initialisers only where they do not go with the
    activations."""
    counts = {name: len(table.groups(name)) for name in GROUP if name not in ("optimizer", *but)}
    names = [name for name, count in counts.items() if count > 1]
    if "init" in names and len(table.groups("activation", "init")) == len(table.groups("activation")):
        names.remove("init")
    return names


def panels_of(groups: Sequence[Group], names: Sequence[str], most: int) -> dict[tuple[Any, ...], list[Group]]:
    """Groups by the settings of these names, a panel each; ValueError for more of them than a figure has room for."""
    found: dict[tuple[Any, ...], list[Group]] = {}
    for group in groups:
        found.setdefault(tuple(group.settings[name] for name in names), []).append(group)
    if len(found) > most:
        first = next(iter(found))
        example = f"{names[-1]}={first[-1]}"
        raise InputError(f"{len(found)} panels are not allowed, at most {most}: choose rows, as by where={example}")
    return found


def arranged(keys: Collection[tuple[Any, ...]], figure: Figure) -> tuple[int, int, list[tuple[int, int]]]:
    """Rows and columns of panels with these settings, and the place (row, column) of each: those that differ in their
    last setting alone in one row, or in one column where that uses the figure better."""
    count, most = len(keys), _BESIDE if is_wide(figure) else 2
    inner = len({key[-1:] for key in keys})
    outer = count // inner
    if outer * inner == count and outer > 1 and min(inner, outer) <= most:
        across = inner if outer > most or (inner <= most and (inner >= outer) == is_wide(figure)) else outer
        if across == inner:
            return outer, inner, [divmod(k, inner) for k in range(count)]
        return inner, outer, [(k % inner, k // inner) for k in range(count)]
    rows = -(-count // most)
    columns = -(-count // rows)
    return rows, columns, [divmod(k, columns) for k in range(count)]


def told(name: str, value: Any) -> str:
    """A setting, as panels and lines name it: relu, He, depth 3, batch 32."""
    if name == "activation":
        return literal(part_name(activations.registry.brief(value)))
    if name == "init":
        text = part_name(initialisers.registry.brief(value))
        return literal(text[:1].upper() + text[1:])
    if name == "schedule":
        return literal(part_name(schedules.registry.brief(value)))
    if name == "depth":
        return say("no hidden layer") if value == 0 else say("depth {count}", count=value)
    if name == "width":
        return say("width {count}", count=f"{value:,}")
    return batch_name(value)


def panel_name(names: Sequence[str], values: Sequence[Any]) -> str:
    """What all of a panel have in common that others have not."""
    return listed([told(name, value) for name, value in zip(names, values, strict=True)])


def optimizer_names(groups: Mapping[str, Group]) -> list[str]:
    """What the optimizers of these groups, by their notations, are called."""
    return [literal(name) for name in sweep_names([replace(one.sweep, settings={}) for one in groups.values()])]


def about(table: Table, *but: str) -> str:
    """What was swept: data, images and epochs, or the terrain; and the settings, `but` these, that are one for all."""
    settings = table.settings
    if settings.get("terrain"):
        return _terrain(str(settings["terrain"]), settings["start"])
    parts = [data_name(str(settings["data"])), say("{count} images", count=f"{settings['images']:,}")]
    epochs = settings["epochs"]
    parts.append(say("1 epoch") if epochs == 1 else say("{count:,} epochs", count=epochs))
    one = [name for name in ("activation", "init", "depth", "width") if name not in but]
    parts += [told(name, value) for name in one for (value,) in [_only(table, name)] if value is not None]
    return literal(listed(parts))


def _terrain(notation: str, start: Any) -> str:
    """A terrain's title; of one that is in a file, which is not run here, its notation."""
    try:
        return title_of(terrains.stored(notation, DOMAIN, start))
    except ValueError:
        return literal(notation)


def _only(table: Table, name: str) -> tuple[Any]:
    """The one value that all rows have; None where they have several."""
    values = list(table.groups(name))
    return (values[0][0],) if len(values) == 1 else (None,)


def points(setting: Literal["axes.labelsize", "axes.titlesize", "xtick.labelsize"]) -> float:
    """The size of type that a setting of matplotlib's says, which may be a word."""
    return float(FontProperties(size=rcParams[setting]).get_size_in_points())


def goal(table: Table) -> str:
    """The loss that counts as having trained."""
    return f"{term('loss')}\N{NO-BREAK SPACE}≤\N{NO-BREAK SPACE}{number(float(table.settings['target']), 3)}"


def quantity(table: Table) -> str:
    """What is drawn of a sweep: accuracies, and of walks steps."""
    return term("steps to the target") if table.settings.get("terrain") else say("test accuracy, %")


def walkers(groups: Mapping[str, Group]) -> list[Optimizer | Missing]:
    """The optimizers of groups."""
    return [group.sweep.optimizer for group in groups.values()]
