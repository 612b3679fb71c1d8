"""The address of the jobs database, which clock and workers share."""

from sqlalchemy.engine import URL

from models.errors import Problem, SettingsError
from sync.store.db.addresses import parse_url

SETTING = "HEADWAY_WORKERS_URL"


def parse_workers_url(text: str, setting: str = SETTING) -> URL:
    """The address of a PostgreSQL database; SettingsError for any other, which it never repeats."""
    url = parse_url(text, setting)
    if url.get_backend_name() != "postgresql":
        what = "must be a PostgreSQL database: a file cannot hand jobs to several machines"
        remedy = "Write it like postgresql://user@host/jobs; the lists may stay where they are."
        raise SettingsError(Problem(setting, what, remedy))
    return url
