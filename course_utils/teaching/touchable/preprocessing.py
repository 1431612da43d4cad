"""Preprocessing to touch: what mistakes in it, and another size, do to the accuracy."""

from itertools import combinations, pairwise

from course_utils.teaching.touchable.curve import WIDTH, check_shares, meters, with_curve
from course_utils.teaching.touchable.digits import fixed
from course_utils.teaching.touchable.output import Data, Design
from course_utils.teaching.touchable.pictures import PICTURE
from course_utils.teaching.touchable.svg import picture, text

MISTAKES = {
    "bgr": "red and blue exchanged",
    "bytes": "not divided by 255",
    "plain": "not normalized",
}
KEYS = tuple(" ".join(some) for count in range(4) for some in combinations(MISTAKES, count))
"""All sets of mistakes, sorted."""

LARGEST, LONGEST = 256, 4200


def check(data: Data) -> None:
    """Say what is wrong with the data of a figure.

    Args:
        data: A square ``picture`` as an address, best of the size ``trained``; the ``sizes`` in
            pixels; for each set of mistakes (``KEYS``) the ``accuracy`` for each size; that by
            ``chance``, and the number of ``pictures``.

    Raises:
        ValueError: If something is missing, or does not fit together.
    """
    sizes = list(data["sizes"])
    steps = {b - a for a, b in pairwise(sizes)}
    if len(steps) != 1 or min(steps) <= 0 or sizes[-1] > LARGEST:
        raise ValueError(f"sizes ascend in equal steps, up to {LARGEST} pixels at most")
    if data["trained"] not in sizes:
        raise ValueError("one of the sizes is that of the training")
    if set(data["accuracy"]) != set(KEYS):
        raise ValueError(f"give accuracies for these sets of mistakes: {KEYS}")
    check_shares({f"accuracy[{key!r}]": data["accuracy"][key] for key in KEYS}, len(sizes))
    check_shares({"chance": [data["chance"]]}, 1)
    if not data["picture"].startswith(PICTURE):
        raise ValueError(f"the picture is an address that begins with {' or '.join(PICTURE)}")
    if len(data["picture"]) > LONGEST:
        raise ValueError(f"the picture takes more than {LONGEST} characters: store less of it")


def at_trained(data: Data, key: str) -> float:
    """Return the accuracy at the size of the training, with these mistakes."""
    return float(data["accuracy"][key][list(data["sizes"]).index(data["trained"])])


def words(data: Data) -> str:
    """Say the numbers."""
    check(data)
    pairs = zip(data["sizes"], data["accuracy"][""], strict=True)
    sizes = ", ".join(f"{size} pixels {fixed(share, 2)}" for size, share in pairs)
    mistakes = ", ".join(f"{name} {fixed(at_trained(data, k), 2)}" for k, name in MISTAKES.items())
    return (
        f"Accuracy as in training: {sizes}. With one mistake, at {data['trained']} pixels: "
        f"{mistakes}. By chance {fixed(data['chance'], 2)}."
    )


def still(data: Data) -> str:
    """Draw the start, each mistake alone, and the largest size."""
    check(data)
    head = text(18, 24, f"Accuracy on {data['pictures']} pictures", "b")
    titles = {"": f"as in training, {data['trained']} pixels a side", **MISTAKES}
    shares = {title: at_trained(data, key) for key, title in titles.items()}
    shares[f"{data['sizes'][-1]} pixels a side"] = data["accuracy"][""][-1]
    return picture(WIDTH, 282, head, meters(30, shares, data["chance"]))


def design() -> Design:
    """Say what the figure is made of."""
    return with_curve("preprocessing", still=still, words=words)
