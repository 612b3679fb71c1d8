"""What no key can tell alone: ids that others name, words that promise something."""
