"""For each exercise answers that readers give and that are wrong, each named by its mistake."""

import statistics
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F

Answer = Callable[..., Any]


def number_anew(mapping: dict[str, int]) -> dict[int, str]:
    return dict(enumerate(mapping))


def leave_the_mapping(mapping: dict[str, int]) -> dict[str, int]:
    return mapping


def pixels(image: Image.Image) -> Tensor:
    return torch.from_numpy(np.array(image))


def keep_channels_last(image: Image.Image) -> Tensor:
    return pixels(image).unsqueeze(0) / 255


def keep_bytes(image: Image.Image) -> Tensor:
    return pixels(image).permute(2, 0, 1).unsqueeze(0).float()


def forget_the_batch(image: Image.Image) -> Tensor:
    return pixels(image).permute(2, 0, 1) / 255


def reshape_instead_of_permute(image: Image.Image) -> Tensor:
    return pixels(image).reshape(1, 3, image.height, image.width) / 255


def use_double_precision(image: Image.Image) -> Tensor:
    return pixels(image).permute(2, 0, 1).unsqueeze(0).double() / 255


def softmax_that_overflows(logits: Tensor) -> Tensor:
    return logits.exp() / logits.exp().sum(dim=1, keepdim=True)


def softmax_over_the_pictures(logits: Tensor) -> Tensor:
    return logits.softmax(dim=0)


def divide_by_the_sum(logits: Tensor) -> Tensor:
    return logits / logits.sum(dim=1, keepdim=True)


def worst_first(values: list[float], names: list[str], k: int) -> list[str]:
    return [name for _, name in sorted(zip(values, names, strict=True))][:k]


def in_the_order_of_the_names(values: list[float], names: list[str], k: int) -> list[str]:
    best = set(sorted(values)[-k:])
    return [name for value, name in zip(values, names, strict=True) if value in best]


def indices_instead_of_names(values: list[float], names: list[str], k: int) -> list[int]:
    return torch.tensor(values).topk(k).indices.tolist()


def count_instead_of_share(logits: Tensor, labels: Tensor) -> float:
    return (logits.argmax(dim=1) == labels).sum().item()


def best_picture_of_each_class(logits: Tensor, labels: Tensor) -> float:
    return (logits.argmax(dim=0) == labels[:3]).float().mean().item()


def share_of_wrong_ones(logits: Tensor, labels: Tensor) -> float:
    return (logits.argmax(dim=1) != labels).float().mean().item()


def drop_the_last_batch(paths: list[str], size: int) -> Iterator[list[str]]:
    return (paths[i : i + size] for i in range(0, len(paths) - size + 1, size))


def one_batch_of_all(paths: list[str], size: int) -> list[list[str]]:
    return [paths]


def overlapping(paths: list[str], size: int) -> list[list[str]]:
    return [paths[i : i + size] for i in range(len(paths))]


def normalise_the_last_axis(images: Tensor, mean: list[float], std: list[float]) -> Tensor:
    return (images - torch.tensor(mean)) / torch.tensor(std)


def multiply_by_std(images: Tensor, mean: list[float], std: list[float]) -> Tensor:
    return (images - torch.tensor(mean)[:, None, None]) * torch.tensor(std)[:, None, None]


def divide_before_subtracting(images: Tensor, mean: list[float], std: list[float]) -> Tensor:
    return images / torch.tensor(std)[:, None, None] - torch.tensor(mean)[:, None, None]


def flip_left_and_right(picture: np.ndarray) -> np.ndarray:
    return picture[:, ::-1]


def rotate_the_channels(picture: np.ndarray) -> np.ndarray:
    return picture[..., [1, 2, 0]]


def predict_in_train_mode(model: nn.Module, images: Tensor) -> Tensor:
    with torch.inference_mode():
        return model(images)


def predict_with_gradients(model: nn.Module, images: Tensor) -> Tensor:
    mode = model.training
    result = model.eval()(images)
    model.train(mode)
    return result


def leave_the_network_in_eval_mode(model: nn.Module, images: Tensor) -> Tensor:
    with torch.no_grad():
        return model.eval()(images)


def always_return_to_train_mode(model: nn.Module, images: Tensor) -> Tensor:
    with torch.no_grad():
        result = model.eval()(images)
    model.train()
    return result


def probabilities_instead_of_logits(model: nn.Module, images: Tensor) -> Tensor:
    mode = model.training
    with torch.no_grad():
        result = F.softmax(model.eval()(images), dim=1)
    model.train(mode)
    return result


def return_to_one_mode_for_all_parts(model: nn.Module, images: Tensor) -> Tensor:
    mode = model.training
    with torch.inference_mode():
        result = model.eval()(images)
    model.train(mode)
    return result


def softmax_less_the_mean(logits: Tensor) -> Tensor:
    powers = (logits - logits.mean(dim=1, keepdim=True)).exp()
    return powers / powers.sum(dim=1, keepdim=True)


def softmax_less_the_maximum_of_the_batch(logits: Tensor) -> Tensor:
    powers = (logits - logits.max()).exp()
    return powers / powers.sum(dim=1, keepdim=True)


def count_the_warm_up(seconds: list[float]) -> tuple[float, float]:
    return statistics.mean(seconds), statistics.median(seconds)


def leave_out_the_last(seconds: list[float]) -> tuple[float, float]:
    return statistics.mean(seconds[:-1]), statistics.median(seconds[:-1])


def middle_without_sorting(seconds: list[float]) -> tuple[float, float]:
    counted = seconds[1:]
    return statistics.mean(counted), counted[len(counted) // 2]


def upper_of_the_two_in_the_middle(seconds: list[float]) -> tuple[float, float]:
    counted = sorted(seconds[1:])
    return statistics.mean(counted), counted[len(counted) // 2]


def named(*answers: Answer) -> dict[str, Answer]:
    """Answers by the names of their functions, which say what is wrong."""
    return {answer.__name__.replace("_", " "): answer for answer in answers}


WRONG_ANSWERS: dict[str, dict[str, Answer]] = {
    "invert a mapping": named(number_anew, leave_the_mapping),
    "picture to batch": named(
        keep_channels_last,
        keep_bytes,
        forget_the_batch,
        reshape_instead_of_permute,
        use_double_precision,
    ),
    "softmax": named(
        softmax_that_overflows,
        softmax_over_the_pictures,
        softmax_less_the_mean,
        softmax_less_the_maximum_of_the_batch,
        divide_by_the_sum,
    ),
    "top k": named(worst_first, in_the_order_of_the_names, indices_instead_of_names),
    "accuracy": named(count_instead_of_share, best_picture_of_each_class, share_of_wrong_ones),
    "batches": named(drop_the_last_batch, one_batch_of_all, overlapping),
    "normalise": named(normalise_the_last_axis, multiply_by_std, divide_before_subtracting),
    "swap red and blue": named(flip_left_and_right, rotate_the_channels),
    "careful prediction": named(
        predict_in_train_mode,
        predict_with_gradients,
        leave_the_network_in_eval_mode,
        always_return_to_train_mode,
        return_to_one_mode_for_all_parts,
        probabilities_instead_of_logits,
    ),
    "mean and median": named(
        count_the_warm_up,
        leave_out_the_last,
        middle_without_sorting,
        upper_of_the_two_in_the_middle,
    ),
}
