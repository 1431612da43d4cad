"""Lines of Python that keep a part of a weights file, for errors to propose."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from torch import Tensor

from course_utils.errors import WeightsError
from course_utils.models.file_kinds import kind_of
from course_utils.models.state_dicts import BETWEEN, key_of, plain_names


def loading(source: Path | str, *, weights_only: bool = True) -> str:
    """The call that reads a file, whatever it is called and wherever it was written."""
    path, text = Path(source), quoted(str(source))
    named_so = path.suffix.lower() == ".safetensors"
    if _is_safetensors(path) if path.is_file() else named_so:
        return f"safetensors.torch.load_file({text})"
    opened = f'open({text}, "rb")' if named_so else text  # torch.load goes by the name
    return f'torch.load({opened}, map_location="cpu", weights_only={weights_only})'


def _is_safetensors(path: Path) -> bool:
    try:
        return kind_of(path) == "safetensors"
    except WeightsError:
        return False


def quoted(text: str) -> str:
    """A text as Python reads it, in double quotation marks."""
    return json.dumps(text, ensure_ascii=False)


def item(key: object) -> str:
    """What takes the value of a key out of a dict, or that of a position out of a list."""
    return f"[{quoted(key) if isinstance(key, str) else key}]"


def saving(tensors: str) -> str:
    """The call that writes them."""
    return f'torch.save({tensors}, "weights.pth")'


def keeping_behind(
    found: Mapping[str, Tensor], prefix: str, names: Iterable[str], source: Path | str
) -> str:
    """The call that writes the tensors behind a prefix as a file of their own.

    Args:
        found: As ``read_weights`` returns it.
        prefix: What stands before them, as in ``plain_names``.
        names: The names behind it.
        source: The file.
    """
    before = _as_written(found, prefix, names)
    *keys, start = f"{key_of(found)}{before}".split(BETWEEN)
    positions = [int(key) if key.isdecimal() else key for key in keys]  # as those of a list
    tensors = loading(source) + "".join(map(item, positions))
    if start:
        taken = f"k.removeprefix({quoted(start)}): v for k, v in {tensors}.items()"
        return saving(f"{{{taken} if k.startswith({quoted(start)})}}")
    if any(name.startswith(before) and BETWEEN in name[len(before) :] for name in found):
        tensors = f"{{k: v for k, v in {tensors}.items() if torch.is_tensor(v)}}"
    return saving(tensors)


def _as_written(found: Mapping[str, Tensor], prefix: str, names: Iterable[str]) -> str:
    """The prefix as it is in the file, with ``module.`` and its like."""
    wanted = {f"{prefix}{name}": name for name in names}
    pairs = zip(found, plain_names(found), strict=True)
    before = Counter(
        written[: -len(wanted[plain])]
        for written, plain in pairs
        if plain in wanted and written.endswith(wanted[plain])
    )
    return before.most_common(1)[0][0] if before else prefix


def place(prefix: str) -> str:
    """What a prefix is called in a sentence."""
    return prefix.rstrip("./").replace(BETWEEN, ".") or "its top level"


def first_of(names: Sequence[str]) -> str:
    """The first name, and how many there are besides."""
    return names[0].replace(BETWEEN, ".") + (
        f" (and {len(names) - 1} more)" if len(names) > 1 else ""
    )
