"""Measurements that a chapter quotes and that take longer than a page should."""
