"""Wrong answers to the exercises of the chapter ``fine_tuning``."""

from torch.nn import functional as F

from notebook_exercises import WrongAnswers

WRONG: WrongAnswers = {
    "cross-entropy": {
        "sum over the pictures": {".mean()": ".sum()"},
        "powers that overflow": {"logsumexp(dim=1)": "exp().sum(dim=1).log()"},
        "logarithm of zero": {
            "(logits.logsumexp(dim=1) - logits[rows, labels])": (
                "-logits.softmax(dim=1)[rows, labels].log()"
            )
        },
        "softmax twice": lambda logits, labels: F.cross_entropy(logits.softmax(1), labels).item(),
    },
    "training step": {
        "without zero grad": {"optimizer.zero_grad()": "pass"},
        "zero grad before the step": {
            "optimizer.zero_grad()": "pass",
            "optimizer.step()": "optimizer.zero_grad(); optimizer.step()",
        },
        "the loss after the step": {"return loss": "return F.cross_entropy(model(images), labels)"},
    },
    "freeze": {
        "without eval for the norms": {"model.eval()": "model.train()"},
        "forget the statistics": {
            "model.eval()": "model.train()\n    model.norm.track_running_stats = False"
        },
        "all of it": {"model.fc.requires_grad_(True)": "pass", "model.fc.train()": "pass"},
    },
    "confusion matrix": {
        "transposed": {"counts[row][column]": "counts[column][row]"},
        "one row many times": {" for _ in range(num_classes)]": "] * num_classes"},
        "the right ones only": {"+= 1": "+= row == column"},
    },
    "majority class": {
        "chosen on the validation labels": {
            "Counter(training_labels)": "Counter(validation_labels)"
        },
        "measured on the training labels": {
            "return ": "validation_labels = training_labels\n    return "
        },
    },
}
