"""Wrong answers to the exercises of the chapter ``scale_out``."""

from notebook_exercises import WrongAnswers

FIRST, LAST = "len(batch) * rank // size", "len(batch) * (rank + 1) // size"

WRONG: WrongAnswers = {
    "own part of a batch": {
        "leave out the rest": {
            FIRST: "len(batch) // size * rank",
            LAST: "len(batch) // size * (rank + 1)",
        },
        "give the rest to the last": {
            FIRST: "len(batch) // size * rank",
            LAST: "len(batch) if rank == size - 1 else len(batch) // size * (rank + 1)",
        },
        "deal out in turn": lambda batch, rank, size: batch[rank::size],
        "round up": {
            FIRST: "-(-len(batch) // size) * rank",
            LAST: "-(-len(batch) // size) * (rank + 1)",
        },
        "everything to everyone": lambda batch, rank, size: batch,
    },
    "gradient of unequal parts": {
        "plain mean": {"count / total": "1 / len(counts)"},
        "sum of all": {"count / total": "1"},
        "weight without dividing": {"count / total": "count"},
        "divide by the processes": {"count / total": "count / len(counts)"},
    },
    "accuracy over processes": {
        "mean of the accuracies": lambda reports: (
            sum(right / max(measured, 1) for right, measured in reports) / len(reports)
        ),
        "that of the first": lambda reports: reports[0][0] / reports[0][1],
        "as if all had the first ones count": {
            "right / measured": "right / (reports[0][1] * len(reports))"
        },
    },
    "rate with warm-up": {
        "start from nothing": {"base + share * (k - 1)": "share * k"},
        "never stop rising": {"min(step / warmup, 1)": "step / warmup"},
        "jump": {"min(step / warmup, 1)": "(step >= warmup)"},
        "forget the base": {"(k - 1)": "k"},
    },
    "bytes of a ring": {
        "go round once": {"2 * (size - 1)": "(size - 1)"},
        "whole gradients": {" / size": ""},
        "numbers instead of bytes": {"4 * parameters": "parameters"},
    },
}
