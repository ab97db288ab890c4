"""The command group, and how errors reach the user."""

from __future__ import annotations

import os
from typing import Any

import click

from landscape.errors import LandscapeError

from .animate import animate
from .basins import basins
from .curvature import curvature
from .demo import demo
from .explore import explore
from .interpolate import interpolate
from .listing import listing
from .plot import plot
from .project import project
from .race import race
from .runs import runs
from .show import show
from .slides import slides
from .terminal import spell_out
from .train import train


class OneLine(click.ClickException):
    """An error that is the user's to mend: one line on standard error, exit code 2."""

    exit_code = 2


class Verbs(click.Group):
    """Turns the library's errors into one line each, on any terminal."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        spell_out()
        # Figures become files; a window, which the user's own programs may want, is never opened here.
        os.environ["MPLBACKEND"] = "agg"
        return super().main(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            if isinstance(error, click.exceptions.NoArgsIsHelpError):
                raise
            # A word that is missing is best looked up; what is wrong is said.
            lacks = isinstance(error, click.MissingParameter) and error.ctx
            hint = f" See '{lacks.command_path} --help'." if lacks else ""
            raise OneLine(" ".join(error.format_message().split()) + hint) from error
        except (ValueError, LandscapeError) as error:
            raise OneLine(" ".join(str(error).split())) from error
        except BrokenPipeError:
            # Whoever read the output has seen enough; click ends quietly.
            raise
        except OSError as error:
            where = f" '{error.filename}'" if error.filename else ""
            raise OneLine(f"{error.strerror or error}{where}") from error
        except KeyboardInterrupt as stop:
            click.echo(f"Interrupted{f': {stop}' if str(stop) else '.'}", err=True)
            ctx.exit(130)


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="landscape-lab", prog_name="landscape")
def main() -> None:
    """See how neural networks learn: loss landscapes, optimizer trajectories, and MNIST in NumPy."""


_VERBS = (
    *(train, runs, show, project, interpolate, curvature),
    *(race, basins, plot, explore, slides, animate),
    *(listing, demo),
)
for verb in _VERBS:
    main.add_command(verb)


if __name__ == "__main__":
    main()
