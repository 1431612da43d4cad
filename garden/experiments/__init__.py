"""Experiments on pictures that are rendered while they run; the chapters quote their records."""
