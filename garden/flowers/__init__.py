"""The five flowers: petals as surfaces in space, turned and lit."""
