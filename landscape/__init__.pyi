from . import (
    activations,
    curvature,
    datasets,
    explore,
    figures,
    initialisers,
    losses,
    optimizers,
    planes,
    schedules,
    slides,
    statistics,
    terrains,
    weights,
)
from .basins import Basins, basins
from .descent import descend
from .errors import DataError, LandscapeError, RenderError, RunError
from .network import MLP, Trace
from .nudges import Nudged, nudged
from .planes import Plane
from .projection import project
from .run import Run
from .session import Status
from .surfaces import Line, PlaneTerrain, Surface, line, surface, surface_of
from .sweeps import Sweep, sweep, sweep_training
from .training import train
from .trajectory import Trajectory

__all__ = [
    "MLP",
    "Basins",
    "DataError",
    "LandscapeError",
    "Line",
    "Nudged",
    "Plane",
    "PlaneTerrain",
    "RenderError",
    "Run",
    "RunError",
    "Status",
    "Surface",
    "Sweep",
    "Trace",
    "Trajectory",
    "activations",
    "basins",
    "curvature",
    "datasets",
    "descend",
    "explore",
    "figures",
    "initialisers",
    "line",
    "losses",
    "nudged",
    "optimizers",
    "planes",
    "project",
    "schedules",
    "slides",
    "statistics",
    "surface",
    "surface_of",
    "sweep",
    "sweep_training",
    "terrains",
    "train",
    "weights",
]
