"""What the learning rate does: the loop of the chapter, as it stands there, at several rates."""

import torch
from torch.nn import functional as F
from torch.utils.data import DataLoader

from course_utils.data.datasets import dataset_path
from course_utils.data.folders import ImageFolder
from course_utils.data.transforms import evaluation_transform, training_transform
from course_utils.models.resnet import resnet18
from course_utils.teaching.measurements import Row
from garden.experiments.insect_tensors import SMALL

RATES = (1e-5, 1e-4, 5e-4, 2e-3, 5e-3, 2e-2, 1.0)
EPOCHS = 8


def try_rate(rate: float, seed: int) -> Row:
    """Train from scratch at a rate that stays as it is."""
    root = dataset_path("insects")
    training_set = ImageFolder(root / "train", training_transform(SMALL, vertical_flip=True))
    validation_set = ImageFolder(root / "val", evaluation_transform(SMALL))
    training = DataLoader(training_set, batch_size=16, shuffle=True)
    validation = DataLoader(validation_set, batch_size=50)
    torch.manual_seed(seed)
    model = resnet18(2, stem_width=16)
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate)
    losses, accuracies = [], []
    for _ in range(EPOCHS):
        model.train()
        total = 0.0
        for images, labels in training:
            loss = F.cross_entropy(model(images), labels)
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
            total += loss.item() * len(labels)
        losses.append(float(f"{total / len(training_set):.4g}"))
        model.eval()
        with torch.inference_mode():
            right = sum(
                int((model(images).argmax(dim=1) == labels).sum()) for images, labels in validation
            )
        accuracies.append(round(right / len(validation_set), 4))
    return {"rate": rate, "seed": seed, "loss": losses, "accuracy": accuracies}
