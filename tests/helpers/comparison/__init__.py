"""Stored outputs against new ones: words as they are, numbers as numbers, figures as pictures.

A pytest plugin (``plugin``, which the repository's ``conftest.py`` names) puts it in the place of
nbval's own comparison. What a cell may ask for stands in its metadata (``rules``).
"""
