"""How many examples Hypothesis tries: few in `make test`, the same each time; many in test-all."""

from hypothesis import HealthCheck, settings

QUICK, LONG = "quick", "long"


def register_profiles() -> None:
    """Know both by name, and take the quick one until another is asked for."""
    settings.register_profile(QUICK, max_examples=8, deadline=None, derandomize=True)
    settings.register_profile(LONG, max_examples=1000, deadline=None)
    settings.load_profile(QUICK)


def is_long() -> bool:
    """Whether this is `make test-all`, which has the time for more of everything."""
    return settings.get_current_profile_name() == LONG


def examples(quick: int, long: int) -> settings:
    """Other numbers of examples than usual, for a test whose examples are dear."""
    return settings(
        max_examples=long if is_long() else quick,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
