"""What a run writes down of itself: its stages as they pass, and its one ending."""
