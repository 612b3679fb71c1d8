"""Has every issue say the key that its project has now."""

from collections.abc import Mapping

from sqlalchemy import Connection, select, update

from models.tables import state


def rename_projects(connection: Connection, site: str, keys: Mapping[int, str]) -> None:
    """Write the keys of these projects, by id, into all their issues: no walk shows some any more.

    What is cached of a translation has the old keys: it must not be kept.
    """
    c = state.issue.c
    query = select(c.project_id, c.project).where(c.site == site).distinct()
    for row in connection.execute(query).all():
        key = keys.get(row.project_id, row.project)
        if key != row.project:
            of_project = (c.project_id == row.project_id, c.project == row.project)
            connection.execute(
                update(state.issue).where(c.site == site, *of_project).values(project=key)
            )
