"""Writes the list as a plan would make it beside the real one, for who wants to look at it."""

from models.plan import Plan
from sync.pipeline.context import Context


def publish_planned_list(context: Context, plan: Plan, where: str) -> str:
    raise NotImplementedError
