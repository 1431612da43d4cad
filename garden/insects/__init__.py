"""The ant and the bee, modeled in three dimensions."""
