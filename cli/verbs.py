"""Verbs: what all commands have in common, and how errors reach the user."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

import click
from click.core import ParameterSource

from landscape.core import bounds, own, settings
from landscape.core.errors import InputError, LandscapeError, one_line, unknown

from . import places
from .terminal import say, spell_out, visible

# Bytes of addresses, as ulimit -v counts them. With less than the least the libraries of some verbs cannot be loaded,
# which ends in a crash of theirs; verbs that read MNIST and draw fail below the other, as was measured.
_LITTLE, _LEAST, FOR_IMAGES = 10**9, 5 * 10**8, 95 * 10**7


class Verb(click.Command):
    """A command whose options are given once, but for those that may be repeated; it begins where so many bytes of
    addresses are left.

    listed : a heading, and what gives the names with a line each that the help has under it.
    """

    def __init__(
        self,
        *args: Any,
        least: int = _LEAST,
        listed: tuple[str, Callable[[], Mapping[str, str]]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.least, self._listed = least, listed

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self._listed is not None:
            heading, names = self._listed
            with formatter.section(heading):
                formatter.write_dl(list(names().items()))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        _, _, given = self.make_parser(ctx).parse_args(args=list(args))
        for one in dict.fromkeys(given):
            repeated = isinstance(one, click.Option) and not (one.multiple or one.is_flag) and given.count(one) > 1
            if repeated:
                times = {2: "twice"}.get(given.count(one), f"{given.count(one)} times")
                raise click.UsageError(f"{one.opts[-1]} is given {times}: give it once", ctx)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        _check_room(self.least)
        places.keep(ctx)
        return super().invoke(ctx)


verb = partial(click.command, cls=Verb)


def goes_with(uses: Mapping[str, tuple[bool, str]]) -> None:
    """ValueError for an option that was given where it would do nothing.

    uses : by the name of a parameter, whether it does something, and what for.
    """
    context = click.get_current_context()
    for one in context.command.get_params(context):
        used, what = uses.get(one.name or "", (True, ""))
        if not used and context.get_parameter_source(one.name or "") is ParameterSource.COMMANDLINE:
            raise ValueError(f"{one.opts[-1]} is for {what}, and would do nothing here: leave it out")


class OneLine(click.ClickException):
    """An error that is the user's to mend: one line on standard error, exit code 2."""

    exit_code = 2


def _check_room(least: int) -> None:
    if (left := bounds.own()) < least:
        told = f"{bounds.size(max(0, left))} are left by ulimit -v, and {bounds.size(least)} are needed"
        raise OneLine(f"there is not enough memory: {told}")


_ours: set[str] = set()
_own: dict[str, click.Command] = {}  # verbs that plug-ins registered, or files that are known


def register(command: click.Command) -> click.Command:
    """Make a command of the user's own a verb; for use as a decorator over `@verb`, it returns the command.

    ValueError, in one line, for the name of another verb.
    """
    name = command.name or ""
    there = _own.get(name)
    if name in _ours or (there and not own.same(there.callback, command.callback)):
        whose = own.origin(there.callback) if there else "landscape"
        raise InputError(f"the name '{name}' is that of a verb of {whose}: give yours another")
    _own[name] = command
    return command


def _meet(there: dict[str, Any]) -> None:
    """Register the commands that are defined in a file."""
    for one in there.values():
        if isinstance(one, click.Command) and getattr(one.callback, "__module__", "") == there["__name__"]:
            register(one)


own.meets(_meet)


class Verbs(click.Group):
    """Turns the library's errors into one line each, on any terminal.

    A verb of the user's own is one that a plug-in registers, or stands in a file: `landscape mine.py:verb`.
    """

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        super().add_command(cmd, name)
        _ours.add(name or cmd.name or "")

    def list_commands(self, ctx: click.Context) -> list[str]:
        own.load_plug_ins()
        return [*super().list_commands(ctx), *sorted(_own)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if own.is_file(cmd_name):
            name, there = own.members(cmd_name, "verb")
            verbs = {key: one for key, one in there.items() if isinstance(one, click.Command)}
            if name not in verbs:
                raise unknown(f"verb of {own.path_of(cmd_name)}", name, verbs)
            return verbs[name]
        if (ours := super().get_command(ctx, cmd_name)) is not None:
            return ours
        own.load_plug_ins()
        return _own.get(cmd_name)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        # What begins with a - is an option that there is not.
        if not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            raise unknown("verb", args[0], self.list_commands(ctx))
        return super().resolve_command(ctx, args)

    def main(self, *args: Any, **kwargs: Any) -> Any:
        spell_out()
        # Figures become files; a window, which the user's own programs may want, is never opened here.
        os.environ["MPLBACKEND"] = "agg"
        settings.only_ours()
        # Manim would have all that any library logs come to the terminal, unless something is there for that already:
        # this is what Python does by itself.
        logging.getLogger().addHandler(logging.lastResort or logging.NullHandler())
        # OpenBLAS takes room for each of its threads; where there is none it ends the process, or waits for ever.
        if bounds.own() < _LITTLE + 10**8 * (os.cpu_count() or 1):
            os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        return super().main(*args, **kwargs)

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        with _in_one_line():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        _check_room(_LEAST)
        with _in_one_line():
            return super().invoke(ctx)


@contextmanager
def _in_one_line() -> Iterator[None]:
    """Tell in one line what is the user's to mend: what was given, or code of their own."""
    try:
        yield
    except click.UsageError as error:
        raise _told(error) from error
    except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
        # Whoever read the output of a broken pipe has seen enough; click ends quietly.
        raise
    except (InputError, LandscapeError) as error:
        raise OneLine(visible(one_line(str(error)))) from error
    except ValueError as error:
        raise OneLine(visible(one_line(own.told(error, through=False) or str(error)))) from error
    except Exception as error:
        if bounds.ran_out(error):
            said = one_line(str(error))
            raise OneLine(f"there is not enough memory for this{f': {said}' if said else ''}") from error
        if isinstance(error, OSError):
            where = f" '{error.filename}'" if error.filename else ""
            raise OneLine(visible(one_line(f"{error.strerror or error}{where}"))) from error
        if not (said := own.told(error)):
            raise
        raise OneLine(visible(one_line(said))) from error
    except KeyboardInterrupt as stop:
        say(f"Interrupted{f': {stop}' if str(stop) else '.'}", err=True)
        raise click.exceptions.Exit(130) from None


def _told(error: click.UsageError) -> click.ClickException:
    """What is wrong with the words, in one line; the help where there are none."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error
    # A word that is missing is best looked up; what is wrong is said.
    lacks = isinstance(error, click.MissingParameter) and error.ctx
    hint = f" See '{lacks.command_path} --help'." if lacks else ""
    return OneLine(visible(one_line(error.format_message()) + hint))
