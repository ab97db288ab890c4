"""What is written where a terminal does not know all characters: formulas in letters that it has."""

from __future__ import annotations

import codecs
import sys
import unicodedata

import click

from landscape.core import foreign_text

_SPELLED = "spelled"
_GREEK = ("GREEK SMALL LETTER ", "GREEK CAPITAL LETTER ")
_MARKS = {"<super": "^", "<sub": "_"}
_SIGNS = dict(zip("−–·⊙×÷⁄≈∘⟨⟩‹›‘’“”′∂│━─•", "--**x//~o<><>''\"\"'d|--*", strict=True)) | {
    "—": "--",
    "±": "+-",
    "→": "->",
    "←": "<-",
    "≤": "<=",
    "≥": ">=",
    "‖": "||",
    "⟂": "_|_",
    "⌊": "floor(",
    "⌋": ")",
    "✓": "+",
    "✗": "x",
    **dict(zip("∇√∞°§\xa0", ("grad", "sqrt", "inf", " degrees", "section ", " "), strict=True)),
    "\N{COMBINING CIRCUMFLEX ACCENT}": "_hat",
}


def spell_out() -> None:
    """Let standard output and standard error spell what their encoding lacks: Δx = −lr · gₜ as Delta x = -lr * g_t.

    What has no spelling is shown as its number, \\u7ed3; bytes of file names that are no text are written as they are.
    """
    codecs.register_error(_SPELLED, _handle)
    codecs.register(_ascii)
    for stream in (sys.stdout, sys.stderr):
        # Whoever put something else in their place knows best what it can show.
        if reconfigure := getattr(stream, "reconfigure", None):
            # click takes ASCII for a mistake, and would write UTF-8.
            plain = codecs.lookup(stream.encoding).name == "ascii"
            reconfigure(encoding=f"{_SPELLED}_ascii" if plain else None, errors=_SPELLED)


def say(text: object, err: bool = False) -> None:
    """Print a line, which may hold names that others gave; on standard output, or on standard error."""
    click.echo(visible(str(text)), err=err)


def visible(text: str) -> str:
    r"""A text without what a terminal would do instead of showing it: commands, and changes of the writing direction.

    Names in files that others made may hold such. They are shown as their numbers, \x1b; lines and tabs stay, and so
    do bytes of file names that are no text.
    """
    return foreign_text.visible(text, whole=False)


def spelled(text: str, encoding: str) -> str:
    """A text as a stream of that encoding shows it, for what has to know how wide it is."""
    codecs.register_error(_SPELLED, _handle)
    return visible(text).encode(encoding, _SPELLED).decode(encoding, "surrogateescape")


def _ascii(name: str) -> codecs.CodecInfo | None:
    """ASCII under another name."""
    if name != f"{_SPELLED}_ascii":
        return None
    ascii_ = codecs.lookup("ascii")
    return codecs.CodecInfo(
        ascii_.encode,
        ascii_.decode,
        incrementalencoder=ascii_.incrementalencoder,
        incrementaldecoder=ascii_.incrementaldecoder,
        name=name,
    )


def _handle(error: UnicodeError) -> tuple[str | bytes, int]:
    """Put a spelling in the place of the first character that cannot be written."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text, k = error.object, error.start
    sign, after = text[k], k + 1
    if "\udc80" <= sign <= "\udcff":
        return bytes([ord(sign) - 0xDC00]), after
    kind = _kind(sign)
    # One mark for all of x⁻¹⁰.
    mark = _MARKS.get(kind, "") if not k or _kind(text[k - 1]) != kind else ""
    if unicodedata.combining(sign):
        letters = _SIGNS.get(sign, sign)
    else:
        parts = unicodedata.normalize("NFKD", sign)
        letters = "".join(map(_letters, (part for part in parts if not unicodedata.combining(part))))
    if not letters.isascii():
        return foreign_text.numbered(sign), after
    # A word stands apart from the next letter: Delta x.
    following = text[after : after + 1]
    apart = len(letters) > 1 and letters.isalpha() and following.isalpha() and not _kind(following)
    return mark + letters + " " * apart, after


def _kind(sign: str) -> str:
    """What a character is a form of another as: "<super", "<fraction" …"""
    return unicodedata.decomposition(sign).partition(">")[0]


def _letters(sign: str) -> str:
    """A character in ASCII, if it has a spelling there."""
    name = unicodedata.name(sign, "")
    if not name.startswith(_GREEK):
        return _SIGNS.get(sign, sign)
    word = name.split(" LETTER ")[1].replace("LAMDA", "LAMBDA").lower()
    return word.capitalize() if sign.isupper() else word
