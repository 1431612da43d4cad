"""Wrong answers to the exercises of the chapter ``fcn_skips``."""

from notebook_exercises import WrongAnswers

WRONG: WrongAnswers = {
    "cells of a map": {
        "round down": lambda height, width, stride: (height // stride, width // stride),
        "width first": {"-(-height // stride), -(-width": "-(-width // stride), -(-height"},
    },
    "add a skip": {
        "stretch to the size": {"scale_factor=2": "size=fine.shape[-2:]"},
        "cut at the left": {":height, :width]": "-height:, -width:]"},
        "do not cut": {"[..., :height, :width]": ""},
        "repeat the cells": {"bilinear": "nearest"},
        "leave the coarse scores out": lambda coarse, fine: fine,
    },
    "weights of the head": {
        "forget the bias": {"(count + 1)": "count"},
        "dense enlarging": {"classes * 4": "classes**2 * 4", "classes * (2": "classes**2 * (2"},
        "always enlarge 32 times": {" // 2**skips": ""},
    },
    "right near a border": {
        "void is wrong": {"band & (truth != 255)": "band"},
        "whole picture": {"band & (truth != 255)": "truth != 255"},
        "only void is nan": {"not counted.any()": "False"},
    },
    "better with every seed": {
        "compare the means": lambda before, after: sum(after) > sum(before),
        "allow a tie": {"b > a": "b >= a"},
        "worst against best": lambda before, after: min(after) > max(before),
    },
}
