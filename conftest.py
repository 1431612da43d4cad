"""What holds for every pytest run here: notebooks are compared number by number."""

pytest_plugins = ["comparison.plugin"]
