"""How one epic of the made-up company is described, before it is grown into issues."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class EpicPlan:
    """An epic and the work below it.

    `done` children are finished evenly over `span`, the first and last fortnight of the company's
    history in which somebody worked on it; `open` and `cancelled` ones come on top. A `childless`
    epic is an item itself: finished in its last fortnight if `done` is 1, untouched if it is 0.
    """

    key: str
    title: str
    component: str | None = None
    done: int = 0
    span: tuple[int, int] = (0, 37)
    open: int = 0
    cancelled: int = 0
    labels: tuple[str, ...] = ()
    work_category: str | None = None
    security_level: str | None = None
    points: float | None = None
    childless: bool = False
    description: str | None = None

    @property
    def project(self) -> str:
        """The key of the project it lives in."""
        return self.key.partition("-")[0]
