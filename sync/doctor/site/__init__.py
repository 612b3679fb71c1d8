"""Looks at a site: what answers, and its projects, types and fields."""
