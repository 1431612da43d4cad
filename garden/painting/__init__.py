"""What every picture is painted with: color, noise, shapes, strokes, light and blur."""
