"""Wrong answers to the exercises of the chapter ``inference``."""

from notebook_exercises import WrongAnswers

WRONG: WrongAnswers = {
    "batches": {
        "drop the last batch": {"len(paths)": "len(paths) - batch_size + 1"},
        "one batch of all": lambda paths, batch_size: [paths],
        "overlapping": {"range(0, len(paths), batch_size)": "range(len(paths))"},
    },
    "normalise": {
        "normalise the last axis": {"view(1, 3, 1, 1)": "view(1, 1, 1, 3)"},
        "multiply by std": {"/ std": "* std"},
        "divide before subtracting": {"(images - mean) / std": "images / std - mean"},
    },
    "swap red and blue": {
        "flip left and right": {"[:, :, ::-1]": "[:, ::-1]"},
        "rotate the channels": {"[:, :, ::-1]": "[:, :, [1, 2, 0]]"},
    },
    "careful prediction": {
        "predict in train mode": {"model.eval()": "pass"},
        "predict with gradients": {"torch.inference_mode()": "torch.enable_grad()"},
        "leave the network in eval mode": {"part.training = training": "pass"},
        "always return to train mode": {"part.training = training": "part.training = True"},
        "return to one mode for all parts": {"= training": "= modes[model]"},
        "probabilities instead of logits": {"model(images)": "model(images).softmax(dim=1)"},
    },
    "mean and median": {
        "count the warm up": {"seconds[1:]": "seconds"},
        "leave out the last": {"seconds[1:]": "seconds[:-1]"},
        "middle without sorting": {"statistics.median(counted)": "counted[len(counted) // 2]"},
        "upper of the two in the middle": {"statistics.median(": "statistics.median_high("},
    },
}
