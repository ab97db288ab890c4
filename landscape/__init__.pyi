from . import curvature, datasets, evidence, explore, figures, models, optimizers, planes, slides, sweeps, terrains
from .core import checks, statistics
from .core.errors import DataError, LandscapeError, RenderError, RunError
from .core.release import __version__
from .networks import activations, initialisers, losses, weights
from .networks.mlp import MLP
from .networks.passes import Trace
from .optimizers import schedules
from .planes import Plane
from .surfaces import Line, PlaneTerrain, Surface, line, surface, surface_of
from .surfaces.diagnosis import Diagnosis, diagnose
from .surfaces.projecting import projected
from .surfaces.projection import project
from .sweeps.bands import Sweep, sweep, sweep_training
from .training import callbacks
from .training.loop import train
from .training.recorder import Recorder
from .training.recording import record
from .training.run import Run
from .training.session import Status
from .walks.attraction import Basins, basins
from .walks.descent import descend
from .walks.nudges import Nudged, nudged
from .walks.trajectory import Projected, Trajectory

__all__ = [
    "MLP",
    "Basins",
    "DataError",
    "Diagnosis",
    "LandscapeError",
    "Line",
    "Nudged",
    "Plane",
    "PlaneTerrain",
    "Projected",
    "Recorder",
    "RenderError",
    "Run",
    "RunError",
    "Status",
    "Surface",
    "Sweep",
    "Trace",
    "Trajectory",
    "__version__",
    "activations",
    "basins",
    "callbacks",
    "checks",
    "curvature",
    "datasets",
    "descend",
    "diagnose",
    "evidence",
    "explore",
    "figures",
    "initialisers",
    "line",
    "losses",
    "models",
    "nudged",
    "optimizers",
    "planes",
    "project",
    "projected",
    "record",
    "schedules",
    "slides",
    "statistics",
    "surface",
    "surface_of",
    "sweep",
    "sweep_training",
    "sweeps",
    "terrains",
    "train",
    "weights",
]
