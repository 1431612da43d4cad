"""How far colors and pixels alone go: the accuracy of logistic regressions on a set."""

import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

MOST_STEPS = 100  # with 300 the same four figures come out, in twice the time
STRENGTHS = (1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0, 100.0)
Features = Callable[[Image.Image], np.ndarray]


def pixels(image: Image.Image) -> np.ndarray:
    """The whole picture as 32×32 RGB values from 0 to 1."""
    small = image.resize((32, 32), Image.Resampling.BOX)
    return np.asarray(small, np.float64).ravel() / 255


def histogram(image: Image.Image) -> np.ndarray:
    """The share of the pixels in each of 8×8×8 bins of RGB."""
    red, green, blue = np.moveaxis(np.asarray(image) // 32, -1, 0).astype(np.int64)
    return np.bincount((64 * red + 8 * green + blue).ravel(), minlength=512) / red.size


def best_accuracy(root: Path, features: Features) -> float:
    """The best accuracy on ``root/val`` of all regressions tried, which flatters them."""
    images, labels = _table(root / "train", features)
    others, truth = _table(root / "val", features)
    scaler = StandardScaler().fit(images)
    versions = [(images, others), (scaler.transform(images), scaler.transform(others))]
    with threadpool_limits(1):  # on matrices this small, threads mostly wait for each other
        return max(_best_strength(*version, labels, truth) for version in versions)


def _table(root: Path, features: Features) -> tuple[np.ndarray, np.ndarray]:
    rows, labels = [], []
    for index, folder in enumerate(sorted(root.iterdir())):
        for file in sorted(folder.iterdir()):
            with Image.open(file) as image:
                rows.append(features(image.convert("RGB")))
            labels.append(index)
    return np.array(rows), np.array(labels)


def _best_strength(
    images: np.ndarray, others: np.ndarray, labels: np.ndarray, truth: np.ndarray
) -> float:
    images, others = _turned(images, others)
    with warnings.catch_warnings():
        # The weakest penalties separate the training pictures and never settle. They are tried
        # all the same, so that nobody can say that the regression was held back.
        warnings.simplefilter("ignore", ConvergenceWarning)
        models = [
            LogisticRegression(C=c, max_iter=MOST_STEPS).fit(images, labels) for c in STRENGTHS
        ]
    return max(float(model.score(others, truth)) for model in models)


def _turned(images: np.ndarray, others: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same points along the axes in which the training pictures differ.

    The regression's penalty does not see how the axes are turned, and there are never more of
    these than pictures: the same answer, much sooner.
    """
    middle = images.mean(axis=0)
    axes, _ = np.linalg.qr((images - middle).T)  # (features, at most as many as pictures)
    return (images - middle) @ axes, (others - middle) @ axes
