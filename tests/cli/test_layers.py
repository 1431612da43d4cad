"""``course-utils layers``: torchsummary's table line by line, and refusals in a sentence."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch

from commands import run_command
from course_utils.models.registry import build_classifier

PUBLISHED_ROWS = """\
            Conv2d-1         [-1, 64, 194, 512]           9,408
       BatchNorm2d-2         [-1, 64, 194, 512]             128
              ReLU-3         [-1, 64, 194, 512]               0
         MaxPool2d-4          [-1, 64, 97, 256]               0
            Conv2d-5          [-1, 64, 97, 256]          36,864
       BatchNorm2d-6          [-1, 64, 97, 256]             128
              ReLU-7          [-1, 64, 97, 256]               0
            Conv2d-8          [-1, 64, 97, 256]          36,864
       BatchNorm2d-9          [-1, 64, 97, 256]             128
             ReLU-10          [-1, 64, 97, 256]               0
       BasicBlock-11          [-1, 64, 97, 256]               0
           Conv2d-12          [-1, 64, 97, 256]          36,864
      BatchNorm2d-13          [-1, 64, 97, 256]             128
             ReLU-14          [-1, 64, 97, 256]               0
           Conv2d-15          [-1, 64, 97, 256]          36,864
      BatchNorm2d-16          [-1, 64, 97, 256]             128
             ReLU-17          [-1, 64, 97, 256]               0
       BasicBlock-18          [-1, 64, 97, 256]               0
           Conv2d-19         [-1, 128, 49, 128]          73,728
      BatchNorm2d-20         [-1, 128, 49, 128]             256
             ReLU-21         [-1, 128, 49, 128]               0
           Conv2d-22         [-1, 128, 49, 128]         147,456
      BatchNorm2d-23         [-1, 128, 49, 128]             256
           Conv2d-24         [-1, 128, 49, 128]           8,192
      BatchNorm2d-25         [-1, 128, 49, 128]             256
             ReLU-26         [-1, 128, 49, 128]               0
       BasicBlock-27         [-1, 128, 49, 128]               0
           Conv2d-28         [-1, 128, 49, 128]         147,456
      BatchNorm2d-29         [-1, 128, 49, 128]             256
             ReLU-30         [-1, 128, 49, 128]               0
           Conv2d-31         [-1, 128, 49, 128]         147,456
      BatchNorm2d-32         [-1, 128, 49, 128]             256
             ReLU-33         [-1, 128, 49, 128]               0
       BasicBlock-34         [-1, 128, 49, 128]               0
           Conv2d-35          [-1, 256, 25, 64]         294,912
      BatchNorm2d-36          [-1, 256, 25, 64]             512
             ReLU-37          [-1, 256, 25, 64]               0
           Conv2d-38          [-1, 256, 25, 64]         589,824
      BatchNorm2d-39          [-1, 256, 25, 64]             512
           Conv2d-40          [-1, 256, 25, 64]          32,768
      BatchNorm2d-41          [-1, 256, 25, 64]             512
             ReLU-42          [-1, 256, 25, 64]               0
       BasicBlock-43          [-1, 256, 25, 64]               0
           Conv2d-44          [-1, 256, 25, 64]         589,824
      BatchNorm2d-45          [-1, 256, 25, 64]             512
             ReLU-46          [-1, 256, 25, 64]               0
           Conv2d-47          [-1, 256, 25, 64]         589,824
      BatchNorm2d-48          [-1, 256, 25, 64]             512
             ReLU-49          [-1, 256, 25, 64]               0
       BasicBlock-50          [-1, 256, 25, 64]               0
           Conv2d-51          [-1, 512, 13, 32]       1,179,648
      BatchNorm2d-52          [-1, 512, 13, 32]           1,024
             ReLU-53          [-1, 512, 13, 32]               0
           Conv2d-54          [-1, 512, 13, 32]       2,359,296
      BatchNorm2d-55          [-1, 512, 13, 32]           1,024
           Conv2d-56          [-1, 512, 13, 32]         131,072
      BatchNorm2d-57          [-1, 512, 13, 32]           1,024
             ReLU-58          [-1, 512, 13, 32]               0
       BasicBlock-59          [-1, 512, 13, 32]               0
           Conv2d-60          [-1, 512, 13, 32]       2,359,296
      BatchNorm2d-61          [-1, 512, 13, 32]           1,024
             ReLU-62          [-1, 512, 13, 32]               0
           Conv2d-63          [-1, 512, 13, 32]       2,359,296
      BatchNorm2d-64          [-1, 512, 13, 32]           1,024
             ReLU-65          [-1, 512, 13, 32]               0
       BasicBlock-66          [-1, 512, 13, 32]               0
"""
"""The published table up to the pooling; torchsummary 1.5.1 prints the same for torchvision's."""


def row(name: str, shape: str, parameters: str) -> str:
    return f"{name:>20}  {shape:>25} {parameters:>15}"


def test_the_published_table_line_by_line() -> None:
    outcome = run_command("layers", "resnet18", "--input", "3x387x1024")
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.lines[3:69] == PUBLISHED_ROWS.splitlines()
    assert outcome.lines[:3] == [
        "-" * 64,
        row("Layer (type)", "Output Shape", "Param #"),
        "=" * 64,
    ]
    assert outcome.lines[69:] == [
        row("AdaptiveAvgPool2d-67", "[-1, 512, 1, 1]", "0"),
        row("Linear-68", "[-1, 1000]", "513,000"),
        "=" * 64,
        "Total params: 11,689,512",
        "Trainable params: 11,689,512",
        "Non-trainable params: 0",
        "-" * 64,
        "Input size (MB): 4.54",
        "Forward/backward pass size (MB): 501.39",
        "Params size (MB): 44.59",
        "Estimated Total Size (MB): 550.51",
        "-" * 64,
    ]


def test_the_published_table_of_the_converted_network() -> None:
    options = ("--input", "3x387x1024", "--fully-convolutional", "--pool-stride", "7")
    outcome = run_command("layers", "resnet18", *options)
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.lines[3:69] == PUBLISHED_ROWS.splitlines()
    assert outcome.lines[69:] == [
        row("AvgPool2d-67", "[-1, 512, 1, 4]", "0"),
        row("Conv2d-68", "[-1, 1000, 1, 4]", "513,000"),
        "=" * 64,
        "Total params: 11,689,512",
        "Trainable params: 11,689,512",
        "Non-trainable params: 0",
        "-" * 64,
        "Input size (MB): 4.54",
        "Forward/backward pass size (MB): 501.42",
        "Params size (MB): 44.59",
        "Estimated Total Size (MB): 550.55",
        "-" * 64,
    ]


@pytest.mark.parametrize(
    ("model", "picture", "answer"),
    [
        ("resnet18", "3x387x1024", "[-1, 1000, 7, 26]"),
        ("squeezenet1_1", "3x387x1024", "[-1, 1000, 12, 51]"),
        ("regnet_y_400mf", "3x256x256", "[-1, 1000, 2, 2]"),
        ("insects-resnet18", "3x64x96", "[-1, 2, 2, 3]"),  # its weights say: pictures of 32×32
    ],
)
def test_a_converted_network_answers_with_a_map(
    model: str, picture: str, answer: str, embedded: Path
) -> None:
    outcome = run_command("layers", model, "--input", picture, "--fully-convolutional")
    assert (outcome.status, outcome.err) == (0, "")
    rows = outcome.lines[3 : outcome.lines.index("=" * 64, 3)]
    assert any(answer in line for line in rows[-2:])
    assert not any("Linear" in line for line in rows)


@pytest.mark.parametrize(
    ("model", "first", "last"),
    [
        ("resnet18", "[-1, 64, 112, 112]", "[-1, 1000]"),
        ("inception_v3", "[-1, 32, 149, 149]", "[-1, 1000]"),  # made for 299×299
        ("regnet_y_400mf", "[-1, 32, 112, 112]", "[-1, 1000]"),
    ],
)
def test_without_an_input_the_networks_own_size_is_taken(model: str, first: str, last: str) -> None:
    outcome = run_command("layers", model)
    assert outcome.status == 0
    rows = outcome.lines[3 : outcome.lines.index("=" * 64, 3)]
    assert first in rows[0]
    assert last in rows[-1]


def test_embedded_weights_and_their_file(embedded: Path) -> None:
    """The small network: 4 channels after the stem, pictures of 32×32, two classes."""
    file = embedded / "weights" / "insects-resnet18.safetensors"
    named, given = (run_command("layers", model) for model in ("insects-resnet18", file))
    assert named == given
    assert named.status == 0
    assert "Linear-68                    [-1, 2]" in named.out


def test_a_picture_too_large_for_any_memory_costs_nothing() -> None:
    outcome = run_command("layers", "resnet18", "--input", "3x100000x100000")
    assert outcome.status == 0
    assert row("Conv2d-1", "[-1, 64, 50000, 50000]", "9,408") in outcome.lines


@pytest.mark.parametrize(
    ("arguments", "status", "reason"),
    [
        (("resnt18",), 1, "network 'resnt18' is unknown: did you mean resnet18"),
        (("resnet18", "--input", "387x1024"), 2, "'387x1024' is not of the form 3xHxW, such as"),
        (("resnet18", "--input", "3x387x-1"), 2, "'3x387x-1' is not of the form 3xHxW"),
        (("resnet18", "--input", "3x٣٢x32"), 2, "is not of the form 3xHxW"),
        (("resnet18", "--input", ""), 2, "--input is empty; is a variable"),
        (("resnet18", "--input", "4x64x64"), 2, "has 4 channels: a network takes 3"),
        (("resnet18", "--input", "3x0x64"), 2, "height and width are from 1 to 1000000 pixels"),
        (("alexnet", "--input", "3x32x32"), 1, "alexnet cannot take a picture of 3x32x32"),
        (("vit_b_16", "--input", "3x32x32"), 1, "Expected 224 but got 32"),
        (("vgg11", "--input", "3x15x15"), 1, "it is made for 3x224x224"),
        (("resnet18", "--pool-stride", "7"), 2, "--pool-stride needs --fully-convolutional"),
        (
            ("resnet18", "--fully-convolutional", "--pool-stride", "0"),
            2,
            "'0': give a whole number from 1",
        ),
        (("vit_b_16", "--fully-convolutional"), 1, "its last layer, heads, is not called fc"),
        (("swin_t", "--fully-convolutional"), 1, "its last layer, head, is not called fc"),
        (
            ("resnet18", "--input", "3x100x1024", "--fully-convolutional"),
            1,
            "100 pixels high and 1024 wide, and this network needs 224 each way",
        ),
        ((), 2, "Missing argument 'MODEL'"),
    ],
)
def test_bad_input_is_explained(arguments: tuple[str, ...], status: int, reason: str) -> None:
    outcome = run_command("layers", *arguments)
    assert (outcome.status, outcome.out) == (status, "")
    assert reason in outcome.err
    assert "Traceback" not in outcome.err


def test_a_folder_without_weights_is_explained(tmp_path: Path) -> None:
    outcome = run_command("layers", tmp_path)
    assert (outcome.status, outcome.out) == (1, "")
    assert f"{tmp_path}: holds no weights.safetensors" in outcome.err


def test_a_network_of_torchvisions_alone() -> None:
    outcome = run_command("layers", "squeezenet1_1", "--input", "3x64x64")
    with torch.device("meta"):
        parameters = sum(p.numel() for p in build_classifier("squeezenet1_1").parameters())
    assert f"Total params: {parameters:,}" in outcome.lines


@pytest.mark.parametrize("command", ["layers", "compare"])
def test_a_wrong_argument_is_answered_before_pytorch_loads(command: str) -> None:
    code = (
        "import sys\n"
        "from course_utils.cli import cli\n"
        f"assert cli.commands[{command!r}].get_short_help_str()\n"
        "assert not {'torch', 'torchvision', 'numpy'} & set(sys.modules)\n"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("place", ["layer_tables._shape", "layer_tables._empty_picture"])
def test_a_bug_of_ours_is_seen_as_one(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def bug(*_: object) -> None:
        raise KeyError("bug of ours")

    monkeypatch.setattr(f"course_utils.analysis.{place}", bug)
    with pytest.raises(KeyError):
        run_command("layers", "resnet18")
