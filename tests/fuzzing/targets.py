"""All that is fuzzed, by name: ``targets_TOPIC.py`` hold them."""

from target import Target
from targets_pictures import MASKS, PICTURES
from targets_texts import ANSWERS, ARCHIVES, ARGUMENTS, CLASSES, RECORDS, SPLITS
from targets_weights import CHECKPOINTS, WEIGHTS

TARGETS: dict[str, Target] = {
    "pictures": PICTURES,
    "masks": MASKS,
    "classes": CLASSES,
    "splits": SPLITS,
    "records": RECORDS,
    "archives": ARCHIVES,
    "answers": ANSWERS,
    "arguments": ARGUMENTS,
    "weights": WEIGHTS,
    "checkpoints": CHECKPOINTS,
}
