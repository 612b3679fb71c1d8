"""What the operator sets: read from the environment, checked, never printed."""
