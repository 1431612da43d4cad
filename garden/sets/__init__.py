"""The embedded sets: which pictures there are, and the files of each, byte for byte."""
