"""Where things live: grounds, meadows, and what lies or grows there."""
