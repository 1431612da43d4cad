"""Pictures composed from back to front, and the camera that takes them."""
