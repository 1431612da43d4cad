"""All embedded sets of pictures by their names, which are also those of their folders."""

from collections.abc import Callable, Iterator
from functools import partial

from garden.sets import labeled, segmented, wide
from garden.sets.job import Job

SETS: dict[str, Callable[[], Iterator[Job]]] = {
    "insects": partial(labeled.jobs, "insects"),
    "flowers": partial(labeled.jobs, "flowers"),
    "scenes": segmented.jobs,
    "panorama": wide.panorama_jobs,
    "panoramas": wide.panoramas_jobs,
}
