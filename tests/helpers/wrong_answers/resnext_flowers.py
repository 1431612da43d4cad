"""Wrong answers to the exercises of the chapter ``resnext_flowers``."""

from notebook_exercises import WrongAnswers

WRONG: WrongAnswers = {
    "move to ResNeXt": {
        "only the name": {', "pretrained": None, "freeze": False, "out": name': ""},
        "into the old folder": {', "out": name': ""},
        "the old settings themselves": {
            "return settings | ": "settings |= ",
            '"out": name}': '"out": name}\n    return settings',
        },
    },
    "what does not fit": {
        "names alone": lambda network, file: sorted(network.keys() ^ file.keys()),
        "what is missing": lambda network, file: sorted(network.keys() - file.keys()),
        "shapes alone": {"network.keys() | file.keys()": "network.keys() & file.keys()"},
    },
    "names in order": {
        "as they stand": lambda mapping: list(mapping.values()),
        "in alphabetical order": lambda mapping: sorted(mapping.values()),
        "by the text of the index": lambda mapping: [mapping[key] for key in sorted(mapping)],
    },
    "surest mistakes": {
        "the least sure first": {"-sure[row]": "sure[row]"},
        "the surest of all": {"found != labels": "found == found"},
        "wrong ones among the surest": {
            "sorted(wrong, key=lambda row: -sure[row])[:count]": (
                "[row for row in sure.argsort(descending=True)[:count].tolist() if row in wrong]"
            )
        },
    },
    "interval of a difference": {
        "the other way round": {"second, first, equal": "first, second, equal"},
        "as if both scattered alike": {"equal_var=False": "equal_var=True"},
        "two standard errors": {"interval()": "interval(2 * stats.t.cdf(2, 1e9) - 1)"},
    },
}
