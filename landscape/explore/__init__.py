"""The playground: terrains and the paths of optimizers on them as a page to be played with, or as a widget."""

from .address import walks_of
from .network_content import IMAGES
from .notebooks import widget
from .pages import THEMES, page

__all__ = ["IMAGES", "THEMES", "page", "walks_of", "widget"]
