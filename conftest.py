"""How notebooks are compared in every run, and which solutions are tried in them."""

pytest_plugins = ["comparison.plugin", "solutions_in_place"]
