"""The named sets: what each is, and the real one behind the same name."""

from dataclasses import dataclass
from pathlib import Path

from course_utils.errors import DataError


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
        from_above: Whether its things are seen from above, so that none is upside down.
    """

    name: str
    description: str
    real: Archive | None = None
    from_above: bool = False


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
        DataSource(
            "insects", "ants and bees, a folder for each class", HYMENOPTERA, from_above=True
        ),
        DataSource(
            "flowers", "five flowers, a folder for each class", FLOWER_PHOTOS, from_above=True
        ),
        DataSource("scenes", "pictures with a mask for every pixel, VOC layout", VOC_2012),
        DataSource("panorama", "one wide picture with a bee"),
        DataSource("panoramas", "more wide pictures, some with a box for each thing"),
    )
}


def find_source(name: str) -> DataSource:
    """The named source.

    Raises:
        DataError: If there is none of this name; the known ones are listed.
    """
    if name not in SOURCES:
        raise DataError(f"data set {name!r} is unknown: choose one of {', '.join(SOURCES)}")
    return SOURCES[name]


def is_from_above(data: str) -> bool:
    """Whether this is the name of a set whose things are seen from above; folders are not."""
    return data in SOURCES and SOURCES[data].from_above


def name_of_set(data: str) -> str:
    """The set's own name, or that of its folder."""
    return data if data in SOURCES else Path(data).name
