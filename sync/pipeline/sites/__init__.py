"""The sites that feed a list: which were read to the end, and how each fares."""
