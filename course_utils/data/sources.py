"""Named data: the embedded garden and the real sets behind the same names, and where they lie."""

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from course_utils.errors import CourseError, DataError

PACKAGE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Archive:
    """A real set on the internet.

    Attributes:
        url: Of the archive (zip or tar).
        digest: ``algorithm:hexdigest`` of the archive.
        folder: What it unpacks to, where the set begins.
        terms: Its licence or terms of use.
        has_split: Whether it comes divided into training and validation.
    """

    url: str
    digest: str
    folder: str
    terms: str
    has_split: bool = True


@dataclass(frozen=True)
class DataSource:
    """One name for two sets of the same layout.

    Attributes:
        name: Also the folder of the embedded set.
        description: In a few words.
        real: The real set; ``None`` where the course has only its own.
    """

    name: str
    description: str
    real: Archive | None = None


HYMENOPTERA = Archive(
    url="https://download.pytorch.org/tutorial/hymenoptera_data.zip",
    digest="sha256:fbc41b31d544714d18dd1230b1e2b455e1557766e13e67f9f5a7a23af7c02209",
    folder="hymenoptera_data",
    terms="a subset of ImageNet, for research and teaching",
)
FLOWER_PHOTOS = Archive(
    url="http://download.tensorflow.org/example_images/flower_photos.tgz",
    digest="sha256:4c54ace7911aaffe13a365c34f650e71dd5bf1be0a58b464e5a7183e3e595d9c",
    folder="flower_photos",
    terms="CC BY 2.0, photographers in its LICENSE.txt",
    has_split=False,
)
VOC_2012 = Archive(
    url="http://host.robots.ox.ac.uk/pascal/VOC/voc2012/VOCtrainval_11-May-2012.tar",
    digest="md5:6cd6e144f989b92b3379bac3b3de84fd",
    folder="VOCdevkit/VOC2012",
    terms="Flickr's terms of use; see the VOC 2012 page",
)

SOURCES = {
    source.name: source
    for source in (
        DataSource("insects", "ants and bees, a folder for each class", HYMENOPTERA),
        DataSource("flowers", "five flowers, a folder for each class", FLOWER_PHOTOS),
        DataSource("scenes", "pictures with a mask for every pixel, VOC layout", VOC_2012),
        DataSource("panorama", "one wide picture with a bee"),
    )
}


def data_choice() -> str:
    """``"embedded"`` or ``"real"``: the environment variable ``COURSE_DATA``.

    Raises:
        CourseError: If it says something else.
    """
    choice = os.environ.get("COURSE_DATA") or "embedded"
    if choice not in ("embedded", "real"):
        raise CourseError(f"COURSE_DATA={choice}: set it to embedded or real")
    return choice


def find_source(name: str) -> DataSource:
    """The named source.

    Raises:
        DataError: If there is none of this name; the known ones are listed.
    """
    if name not in SOURCES:
        raise DataError(f"data set {name!r} is unknown: choose one of {', '.join(SOURCES)}")
    return SOURCES[name]


def embedded_folder() -> Path:
    """Where the course's own data lies: in the installed package, or at the repository's top.

    Raises:
        DataError: If it is in neither place.
    """
    for folder in (PACKAGE / "embedded", PACKAGE.parent / "data"):
        if (folder / "manifest.json").is_file():
            return folder
    raise DataError("the embedded data is missing: install course-utils again, or run `make data`")


def real_path(archive: Archive) -> Path | None:
    """Where a real set lies already, ``COURSE_DATA_DIR`` before the cache; None if nowhere."""
    for folder in _real_folders():
        if (folder / archive.folder).is_dir():
            return folder / archive.folder
    return None


def local_path(source: DataSource) -> Path | None:
    """Where the set in use lies: embedded, or the real one if it is here; None if it is not.

    Raises:
        DataError: If the embedded data is missing.
    """
    if data_choice() == "embedded" or source.real is None:
        return embedded_folder() / source.name
    return real_path(source.real)


def cache_folder() -> Path:
    """Where downloads are kept: the platform's cache folder of ``course-utils``."""
    return Path(platformdirs.user_cache_dir("course-utils", appauthor=False))


def _real_folders() -> list[Path]:
    named = os.environ.get("COURSE_DATA_DIR")
    return [Path(named).resolve(), cache_folder()] if named else [cache_folder()]


# Kernels change their working directory: a relative COURSE_DATA_DIR is made absolute at once.
if os.environ.get("COURSE_DATA_DIR"):
    os.environ["COURSE_DATA_DIR"] = str(Path(os.environ["COURSE_DATA_DIR"]).resolve())
