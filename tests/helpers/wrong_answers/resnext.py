"""Wrong answers to the exercises of the chapter ``resnext``."""

from notebook_exercises import WrongAnswers, solution

width_for = solution("width at constant cost")

WRONG: WrongAnswers = {
    "weights of a bottleneck": {
        "dense in the middle": {"9 * inner * width": "9 * inner**2"},
        "one path only": {"groups * width": "width"},
        "one by one in the middle": {"9 * inner": "inner"},
    },
    "width at constant cost": {
        "the largest that fits": {"abs(": "float('inf') if weights > budget else abs("},
        "divide the width": lambda channels, groups, budget: max(
            1, width_for(channels, 1, budget) // groups
        ),
        "as if it were dense": {"9 * groups * width**2": "9 * (groups * width) ** 2"},
    },
    "read the name of a ResNeXt": {
        "the same in every stage": {"2**stage": "1"},
        "more groups instead of wider ones": {"[(width, int(": "[(widths[0], int("},
        "groups and width exchanged": {"[(width, int(": "[(int(groups) * width // widths[0], int("},
    },
    "paths into groups": {
        "sum the last weights": {"torch.cat(third, dim=1)": "torch.stack(third).sum(dim=0)"},
        "repeat the first path": {"*paths": "*[paths[0]] * len(paths)"},
        "last weights in reverse": {"torch.cat(third, dim=1)": "torch.cat(third, dim=1).flip(1)"},
    },
    "groups from weights": {
        "rows and columns exchanged": {"outputs // width, width": "width, outputs // width"},
        "channels as groups": {"outputs // width, width": "outputs, width"},
        "from the last stage": {"layer1": "layer4"},
    },
}
