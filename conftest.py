"""What holds for every run of the notebooks: how they are compared, and which solutions they try."""

pytest_plugins = ["comparison.plugin", "solutions_in_place"]
