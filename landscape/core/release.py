"""The version of this project, "unknown" where it is not installed."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("landscape-lab")
except PackageNotFoundError:
    __version__ = "unknown"
