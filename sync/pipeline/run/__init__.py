"""A run of one list or one site, stage by stage: read, translate, publish."""
