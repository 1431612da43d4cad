"""The renderer that made the embedded pictures: insects, flowers and the places they live in."""
