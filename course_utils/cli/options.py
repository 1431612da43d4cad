"""Options that several commands share, and what they stand for."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from course_utils.cli.numbers import Whole
from course_utils.errors import CourseError, DataError
from course_utils.ranges import BATCHES

if TYPE_CHECKING:
    from torch import device as Device
    from torch import nn

    from course_utils.inference import Classifier, Localizer
    from course_utils.models.weights import WeightsInfo

Command = Callable[..., Any]

FILE_NAME = click.Path(readable=False, path_type=str)
"""Looked at by who reads or writes the file: one that may not be read does not end a batch."""


class WeightsOption(click.Option):
    """The option ``--weights``; its help names the embedded weights that the command can use.

    Args:
        pixels: Whether they are to label pixels; ``None`` where the command takes both kinds.
    """

    def __init__(self, *args: object, pixels: bool | None = False, **settings: object) -> None:
        super().__init__(*args, **settings)  # type: ignore[arg-type]
        self.pixels = pixels

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Look the names up when the help is shown, and not before."""
        record = super().get_help_record(ctx)
        names = embedded_names(pixels=self.pixels)
        if record is None or not names:
            return record
        return record[0], f"{record[1]}  [embedded: {', '.join(names)}]"


def embedded_names(*, pixels: bool | None) -> list[str]:
    """The embedded weights that the manifest lists: for pictures, for pixels, or both (``None``).

    A package whose data is missing or damaged has none: its help can be read all the same.
    """
    from safetensors import SafetensorError

    from course_utils.data.locations import embedded_folder
    from course_utils.data.manifest import listed_files

    try:
        folder = embedded_folder()
        files = [folder / name for name in listed_files(folder, "weights")]
        return [path.stem for path in files if pixels in (None, _labels_pixels(path))]
    except (DataError, SafetensorError, OSError, ValueError, KeyError, TypeError):
        return []


def _labels_pixels(path: Path) -> bool:
    """Read the description in a weights file, and none of its numbers."""
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as file:
        description = json.loads(file.metadata()["course_utils"])
    return description.get("pixels") is not None


def _device(_: click.Context, option: click.Parameter, name: str) -> str:
    """Refuse the name of what is no device; the sentence says which there are."""
    if name not in ("auto", "cpu", "cuda"):
        from course_utils.runtime import choose_device

        try:
            choose_device(name)
        except CourseError as error:
            raise click.BadParameter(str(error), param=option) from None
    return name


device_option = click.option(
    "--device",
    default="auto",
    show_default=True,
    metavar="[auto|cpu|cuda|cuda:N|mps]",
    callback=_device,
    help="Where to compute; auto takes the GPU where there is one, cuda:1 the second of several, "
    "and mps Apple's.",
)
precision_option = click.option(
    "--precision",
    default="fp32",
    show_default=True,
    type=click.Choice(["auto", "fp32", "bf16"]),
    help="Numbers to compute with; auto takes bf16 where the device has instructions for it.",
)
engine_option = click.option(
    "--engine",
    default="torch",
    show_default=True,
    type=click.Choice(["torch", "onnxruntime"]),
    help="What computes; onnxruntime is faster on many CPUs (pip install onnx onnxruntime).",
)
batch_size_option = click.option(
    "--batch-size",
    default=8,
    show_default=True,
    type=Whole(*BATCHES),
    help="Pictures that go through the network together.",
)
model_option = click.option(
    "--model", metavar="NAME", help="Network, if the weights do not name it."
)


def weights_option_for(
    default: str, *, pixels: bool | None = False
) -> Callable[[Command], Command]:
    """The option ``--weights`` of a command whose default weights are these.

    Args:
        default: Name of embedded weights.
        pixels: Whether the command labels pixels; ``None`` if it takes both kinds of weights.
    """
    return click.option(
        "--weights",
        cls=WeightsOption,
        pixels=pixels,
        default=default,
        show_default=True,
        metavar="NAME|FILE",
        help="Embedded or torchvision's weights by name, a training's folder, or a file.",
    )


weights_option = weights_option_for("insects-resnet18")
classes_option = click.option(
    "--classes",
    metavar="NAME|FILE",
    help="Class names: imagenet, or a file: JSON, a table, a name a line, ImageNet's lists.",
)


class RenamedOption(click.Option):
    """An option that is also understood by its former names, which nothing shows.

    Args:
        former: Such as ``("--out",)``.
    """

    def __init__(self, *args: object, former: tuple[str, ...] = (), **settings: object) -> None:
        super().__init__(*args, **settings)  # type: ignore[arg-type]
        self.former = former

    def add_to_parser(self, parser: Any, ctx: click.Context) -> None:
        """Let the parser know all names; the help and the messages know one."""
        shown, self.opts = self.opts, [*self.opts, *self.former]
        super().add_to_parser(parser, ctx)
        self.opts = shown


class OnceFlagOption(click.Option):
    """An option with a value that is also understood as a former flag, which nothing shows.

    Args:
        former: Such as ``"--mixed-precision"``.
        stands_for: The value that the flag stands for.
    """

    def __init__(
        self, *args: object, former: str = "", stands_for: str = "", **settings: object
    ) -> None:
        super().__init__(*args, **settings)  # type: ignore[arg-type]
        self.former, self.stands_for = former, stands_for

    def add_to_parser(self, parser: Any, ctx: click.Context) -> None:
        """Let the parser know both; the help and the messages know one."""
        super().add_to_parser(parser, ctx)
        parser.add_option(
            self, [self.former], self.name, action="store_const", const=self.stands_for
        )


def output_option(
    metavar: str, what: str, *, required: bool = False, former: tuple[str, ...] = ()
) -> Callable[[Command], Command]:
    """The option ``--output`` of a command that writes.

    Args:
        metavar: ``"FILE"`` or ``"DIR"``.
        what: Help: what is written there.
        required: Whether the command cannot do without it.
        former: Names that the option once had, and which still work.
    """
    return click.option(
        "--output",
        cls=RenamedOption,
        former=former,
        required=required,
        type=click.Path(readable=False, path_type=Path),
        metavar=metavar,
        help=what,
    )


def load_classifier_from(
    model: str | None,
    weights: str,
    classes: str | None,
    device: str,
    precision: str,
    engine: str = "torch",
) -> "Classifier":
    """The classifier that these options name, on its device."""
    from course_utils.inference import Classifier

    chosen = chosen_device(device, engine, precision)
    network, info = load_network(model, weights, classes)
    return Classifier(network, info.class_names, info.preprocessing, chosen, precision, engine)


def load_localizer_from(
    model: str | None,
    weights: str,
    classes: str | None,
    device: str,
    precision: str,
    engine: str = "torch",
) -> "Localizer":
    """The classifier that these options name, made fully convolutional, on its device."""
    from course_utils.inference import Localizer

    chosen = chosen_device(device, engine, precision)
    network, info = load_network(model, weights, classes)
    return Localizer(network, info.class_names, info.preprocessing, chosen, precision, engine)


def chosen_device(device: str, engine: str, precision: str) -> "Device":
    """Where to compute; what cannot be had is refused before weights are fetched."""
    from course_utils.runtime import choose_device, choose_engine, full_precision

    auto = "cpu" if engine == "onnxruntime" else "auto"
    chosen = choose_device(auto if device == "auto" else device)
    choose_engine(engine, chosen, precision)
    full_precision()
    return chosen


def load_network(
    model: str | None, weights: str, classes: str | None
) -> tuple["nn.Module", "WeightsInfo"]:
    """The classifier that these options name, on the CPU, and its description."""
    from course_utils.data.class_names import class_names_from
    from course_utils.models.pretrained import load_classifier

    names = None if classes is None else class_names_from(classes)
    return load_classifier(weights, model, names)
