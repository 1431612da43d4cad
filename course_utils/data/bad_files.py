"""Files of a set that cannot be used are found when they are read, and left out if they are few."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from threading import Lock
from typing import Any

from torch.utils.data import Dataset

from course_utils.data.folders import ImageFolder
from course_utils.data.kept import Kept
from course_utils.data.readers import read_ahead
from course_utils.data.voc import VOCSegmentation
from course_utils.errors import DataError, ImageError

MOST_BAD = 0.1
"""A set with a larger share of bad files is refused: something is wrong with it as a whole."""

Bad = Mapping[int, ImageError]
"""What is wrong with the files at some positions of a set."""


class GoodPictures(Dataset[Any]):
    """A set in which bad files are found on the way, when their turn comes.

    Args:
        pictures: The set; its reading stands apart from what is random (see ``Readable``).
        require_few: Called with the set and its bad files whenever one more is found; it raises
            a DataError if these are too many, such as ``require_few_files``.
        stand_in: Whether the next good file of the set takes the place of a bad one, so that
            batches stay as large as they were planned. Otherwise it is left out.

    Attributes:
        bad: What is wrong, by the position of the file.
    """

    def __init__(
        self, pictures: Any, require_few: Callable[[Any, Bad], None], *, stand_in: bool = False
    ) -> None:
        self.pictures, self.stand_in = pictures, stand_in
        self.bad: dict[int, ImageError] = {}
        self._require_few, self._lock = require_few, Lock()

    def __len__(self) -> int:
        """Number of pictures, the bad ones with them."""
        return len(self.pictures)

    def read_at(self, position: int) -> tuple[int, Any] | None:
        """What was read there, or of the file that stands in, and its position; ``None`` of none.

        Raises:
            DataError: If too many files are bad.
        """
        count = len(self) if self.stand_in else 1
        for one in (after % len(self) for after in range(position, position + count)):
            if one in self.bad:
                continue
            try:
                return one, self.pictures.read_at(one)
            except ImageError as error:
                self._note(one, error)
        return None

    def item_of(self, _: int, read: tuple[int, Any]) -> Any:
        """The picture and its label, made of what was read."""
        return self.pictures.item_of(*read)

    def __getitem__(self, position: int) -> Any:
        """The picture and its label, or those of the next good one; ``None`` of a bad file."""
        if position >= len(self):
            raise IndexError(position)
        read = self.read_at(position)
        return None if read is None else self.item_of(position, read)

    def _note(self, position: int, error: ImageError) -> None:
        with self._lock:
            self.bad[position] = error
            self._require_few(self.pictures, self.bad)

    def read_early(self, positions: Iterable[int], readers: int) -> None:
        """Read what stays in memory: a set that is refused is refused before it is needed.

        Args:
            positions: Of the pictures; after the first that finds no room no more are read.
            readers: Threads that read.

        Raises:
            DataError: If too many files are bad.
        """
        stream = read_ahead(positions, self.read_at, _refuse, 2 * readers, readers)
        for seen, _ in enumerate(stream, start=1):
            if len(self.kept) + len(self.bad) < seen:
                return

    def learn_of(self, bad_elsewhere: Iterable[Bad]) -> None:
        """Take over what other processes found, so that all of them judge the whole set alike.

        Raises:
            DataError: If too many files are bad.
        """
        with self._lock:
            for bad in bad_elsewhere:
                self.bad.update(bad)
            if self.bad:
                self._require_few(self.pictures, self.bad)

    @property
    def left_out(self) -> list[ImageError]:
        """What was found so far, in the order of the set, after what it never had."""
        others = getattr(self.pictures, "left_out", [])
        return [*others, *(error for _, error in sorted(self.bad.items()))]

    @property
    def ahead(self) -> int | None:
        """As ``PicturesOfSet`` asks for it."""
        return getattr(self.pictures, "ahead", None)

    @property
    def kept(self) -> Kept[Any]:
        """What stayed in memory."""
        kept: Kept[Any] = self.pictures.kept
        return kept

    @property
    def names(self) -> list[str]:
        """Of the pictures, for errors."""
        return list(self.pictures.names)


def require_few_files(pictures: ImageFolder, bad: Bad) -> None:
    """Refuse a folder in which more than a tenth of the files are bad, or all of a class.

    Raises:
        DataError: It names the first one, or the class.
    """
    if len(bad) > MOST_BAD * len(pictures):
        raise DataError(
            f"{pictures.root}: at least {len(bad)} of {len(pictures)} files are no pictures; the "
            f"first is {bad[min(bad)]}. Look at the folder before you use it"
        )
    of_classes = Counter(pictures.samples[position][1] for position in bad)
    for index, count in of_classes.items():
        if count == pictures.class_totals[index]:
            folder = pictures.root / pictures.class_names[index]
            raise DataError(f"{folder}: none of its files is a picture")


def require_few_pairs(pictures: VOCSegmentation, bad: Bad) -> None:
    """Refuse a split of which more than a tenth of the pictures or masks are bad.

    Raises:
        DataError: It names the first one.
    """
    if len(bad) > MOST_BAD * len(pictures):
        raise DataError(
            f"{pictures.root}: at least {len(bad)} of {len(pictures)} pictures of {pictures.split} "
            f"or their masks cannot be used; the first is {bad[min(bad)]}. Look at the set first"
        )


def drop_bad_pairs(pictures: VOCSegmentation) -> list[ImageError]:
    """Read every picture and its mask once, and take out what cannot be used.

    What the masks hold must be known before a training: whether they label anything, and with
    which classes. What fits into the memory of the set is not read again.

    Args:
        pictures: Changed in place.

    Returns:
        An error for each pair that was taken out.

    Raises:
        DataError: If more than a tenth of the pairs are bad, or the others label nothing.
    """
    good = GoodPictures(pictures, lambda *_: None)
    ahead = 8  # pairs, which may be large
    for _ in read_ahead(range(len(pictures)), good.read_at, _refuse, ahead):
        pass
    if good.bad:
        require_few_pairs(pictures, good.bad)
    return without_bad_pairs(pictures, good)


def without_bad_pairs(pictures: VOCSegmentation, read: GoodPictures) -> list[ImageError]:
    """Take the bad pairs out of a set that was read, and look at what the other masks label.

    Raises:
        DataError: If they label nothing, or contradict each other.
    """
    pictures.names = [
        name for position, name in enumerate(pictures.names) if position not in read.bad
    ]
    pictures.require_labels()
    return read.left_out


def _refuse(error: ImageError) -> None:
    raise error
