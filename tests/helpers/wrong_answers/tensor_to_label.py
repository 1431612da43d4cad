"""Wrong answers to the exercises of the chapter ``tensor_to_label``."""

from notebook_exercises import WrongAnswers

WRONG: WrongAnswers = {
    "invert a mapping": {
        "number anew": lambda mapping: dict(enumerate(mapping)),
        "leave the mapping": lambda mapping: mapping,
    },
    "picture to batch": {
        "keep channels last": {"pixels.permute(2, 0, 1)": "pixels"},
        "keep bytes": {" / 255": ".float()"},
        "forget the batch": {".unsqueeze(0)": ""},
        "reshape instead of permute": {"permute(2, 0, 1)": "reshape(3, image.height, image.width)"},
        "use double precision": {" / 255": ".double() / 255"},
    },
    "softmax": {
        "softmax that overflows": {"(logits - logits.max(dim=1, keepdim=True).values)": "logits"},
        "softmax over the pictures": lambda logits: logits.softmax(dim=0),
        "softmax less the mean": {"max(dim=1, keepdim=True).values": "mean(dim=1, keepdim=True)"},
        "softmax less the maximum of the batch": {"max(dim=1, keepdim=True).values": "max()"},
        "divide by the sum": lambda logits: logits / logits.sum(dim=1, keepdim=True),
    },
    "top k": {
        "worst first": {"reverse=True": "reverse=False"},
        "in the order of the names": {"order[:k]": "sorted(order[:k])"},
        "indices instead of names": {"names[i] for": "i for"},
    },
    "accuracy": {
        "count instead of share": {".float().mean()": ".sum()"},
        "best picture of each class": {"argmax(dim=1) == labels": "argmax(dim=0) == labels[:3]"},
        "share of wrong ones": {"==": "!="},
    },
}
