"""The mirror: issues as they were read last, written and read in many ways."""
