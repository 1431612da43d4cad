"""The look of all figures: colors that color-blind readers can tell apart, strokes, defaults."""

import matplotlib as mpl
from cycler import cycler

PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
"""Colors that color-blind readers can tell apart (Okabe and Ito, 2008)."""


RIGHT, WRONG, NEUTRAL = PALETTE[0], PALETTE[1], "#767676"
"""Blue for what is right or stressed, orange for what is wrong, gray for the rest."""


def use_course_style() -> None:
    """Set matplotlib's defaults to the look of the book."""
    mpl.rcParams.update(
        {
            "axes.prop_cycle": cycler(color=PALETTE),
            "axes.spines.right": False,
            "axes.spines.top": False,
            "axes.titlesize": 10.5,
            "axes.labelsize": 10.5,
            "legend.fontsize": 10,
            "xtick.labelsize": 10,
            "ytick.labelsize": 10,
            "figure.constrained_layout.use": True,
            "figure.dpi": 110,
            "font.size": 10.5,
            "figure.figsize": (5.2, 3.2),
            "savefig.facecolor": "white",
        }
    )


STYLES = ("-", "--", "-.", ":")
"""Strokes of the lines of a chart, so that they differ without colors, too."""
