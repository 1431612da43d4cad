"""All that is fuzzed, by name: ``targets_TOPIC.py`` hold them."""

from target import Target
from targets_pictures import MASKS, PICTURES

TARGETS: dict[str, Target] = {
    "pictures": PICTURES,
    "masks": MASKS,
}
