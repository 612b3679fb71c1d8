"""A run, stage by stage: pull, translate, publish; and what it keeps of itself."""
