"""Pages in one file that needs no network: HTML, small pictures in it, and plots as SVG."""
