"""The process that stays: its clock, its signals and its log."""
