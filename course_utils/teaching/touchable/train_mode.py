"""Train mode to touch: the accuracy of a network left in it, by the size and kind of batch."""

from course_utils.teaching.touchable.curve import WIDTH, check_shares, meters, points, with_curve
from course_utils.teaching.touchable.digits import fixed
from course_utils.teaching.touchable.output import Data, Design
from course_utils.teaching.touchable.svg import picture, text

KINDS = ("mixed", "one_class")
LISTS = ("accuracy", "low", "high", "second")
LARGEST = 64


def check(data: Data) -> None:
    """Say what is wrong with the data of a figure.

    Args:
        data: ``sizes`` of a batch; for ``mixed`` and ``one_class`` batches the mean ``accuracy``
            over several shuffles for each size, the lowest (``low``) and the highest (``high``),
            and the share of answers that are the ``second`` of two ``classes``; the accuracy in
            ``eval`` mode; that of one class for all, ``chance``; how many ``pictures``. Where
            classes are not equally frequent: the true share of the second, ``second``.

    Raises:
        ValueError: If something is missing, or does not fit together.
    """
    sizes = list(data["sizes"])
    doubled = [2 * size for size in sizes[:-1]]
    if len(sizes) < 2 or sizes[0] != 1 or sizes[1:] != doubled or sizes[-1] > LARGEST:
        raise ValueError(f"sizes of a batch begin with 1 and double, up to {LARGEST} at most")
    if len(data["classes"]) != 2:
        raise ValueError("train mode to touch takes two classes")
    for kind in KINDS:
        given = {f"{kind}: {name}": data[kind][name] for name in LISTS}
        check_shares(given, len(sizes))
        low, mean, high = (data[kind][name] for name in ("low", "accuracy", "high"))
        if any(not a - 1e-6 <= b <= c + 1e-6 for a, b, c in zip(low, mean, high, strict=True)):
            raise ValueError(f"{kind}: the accuracy lies between the lowest and the highest")
    alone = {name: [data[name]] for name in ("eval", "chance", "second") if name in data}
    check_shares(alone, 1)


def words(data: Data) -> str:
    """Say the numbers."""
    check(data)
    said = []
    for kind in KINDS:
        pairs = zip(data["sizes"], data[kind]["accuracy"], strict=True)
        name = "Mixed batches" if kind == "mixed" else "Batches of one class"
        said.append(f"{name}: " + ", ".join(f"of {size} {fixed(a, 2)}" for size, a in pairs) + ".")
    first = fixed(data["mixed"]["second"][0], 2)
    alone = f"One at a time, the share of answers that are {data['classes'][1]}: {first}."
    return f"Accuracy in eval mode {fixed(data['eval'], 2)}. {' '.join(said)} {alone}"


def still(data: Data) -> str:
    """Draw the start: mixed batches."""
    check(data)
    shares, chance = data["mixed"]["accuracy"], data["chance"]
    head = text(18, 24, f"Accuracy on {data['pictures']} pictures", "b")
    both = {"eval mode": data["eval"], "train mode, one at a time": shares[0]}
    bars = meters(30, both, chance)
    curve = points(142, data["sizes"], shares, "pictures in a mixed batch", chance)
    return picture(WIDTH, 310, head, bars, curve)


def design() -> Design:
    """Say what the figure is made of."""
    return with_curve("train_mode", still=still, words=words)
