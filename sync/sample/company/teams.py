"""The made-up company's teams: how many they are, how they estimate, what they call things."""

from dataclasses import dataclass

from sync.sample.company.issues import IssueType, Person, Project, Status

KINDS = ("Epic", "Story", "Task", "Bug", "Spike", "Sub-task")
INITIATIVE = "Initiative"
"""A kind above epics, which no project has of itself: see `Company.add_initiatives`."""

ENGLISH_TYPES = KINDS
GERMAN_TYPES = ("Epic", "Story", "Aufgabe", "Bug", "Spike", "Unteraufgabe")
FRENCH_TYPES = ("Épopée", "Récit", "Tâche", "Bug", "Spike", "Sous-tâche")

# (to do, in progress, done, cancelled)
ENGLISH_STATUSES = ("To Do", "In Progress", "Done", "Rejected")
GERMAN_STATUSES = ("Zu erledigen", "In Arbeit", "Fertig", "Rejected")
FRENCH_STATUSES = ("À faire", "En cours", "Terminé", "Rejected")
CATEGORIES = ("new", "indeterminate", "done", "done")


@dataclass(frozen=True, slots=True)
class Team:
    """One team with the project it works in.

    `scale` are the sizes it gives (none: it never estimates), `pace` the items it finishes in a
    fortnight, `first_window` the fortnight of the history in which it began. A team with
    `releases` marks its work as done on those days only: (fortnight, working days of it).
    """

    key: str
    name: str
    project_id: int
    people: tuple[str, ...]
    pace: int
    scale: tuple[float, ...] = ()
    points_field: str = "points"
    team_managed: bool = False
    types: tuple[str, ...] = ENGLISH_TYPES
    statuses: tuple[str, ...] = ENGLISH_STATUSES
    first_window: int = 0
    releases: tuple[tuple[int, tuple[int, ...]], ...] = ()
    language: str = "en"


TEAMS = (
    Team(
        key="ID",
        name="Identity",
        project_id=10100,
        pace=7,
        scale=(1, 3, 5, 8),
        people=(
            "Amara Oyelaran",
            "Bjarne Thorvald",
            "Chiyo Nakagawa",
            "Dervla Quigley",
            "Emeka Nwachukwu",
            "Fenna Hoekstra",
        ),
    ),
    Team(
        key="PAY",
        name="Payments and billing",
        project_id=10101,
        pace=9,
        scale=(20, 40, 100),
        people=(
            "Gaspard Lemoine",
            "Hedvig Sandström",
            "Ilse Vandermeer",
            "Jorunn Haugland",
            "Kofi Asantewaa",
            "Lubomir Hrdlicka",
            "Mirela Dragomir",
            "Niamh Gallagher",
            "Oswin Fairbairn",
        ),
    ),
    Team(
        key="RPT",
        name="Berichte und Auswertungen",
        project_id=10102,
        pace=6,
        scale=(0.5, 1, 2),
        points_field="estimate",
        team_managed=True,
        types=GERMAN_TYPES,
        statuses=GERMAN_STATUSES,
        language="de",
        people=(
            "Pelle Lindqvist",
            "Roswitha Kellermann",
            "Sanna Virtanen",
            "Thilo Brückner",
            "Ulrike Ziegenbein",
        ),
    ),
    Team(
        key="CORE",
        name="Core product",
        project_id=10103,
        pace=9,
        people=(
            "Vasiliki Dimou",
            "Wojciech Zawadzki",
            "Xiomara Beltrán",
            "Yevhen Kovalchuk",
            "Zephyrine Aubert",
            "Anneliese Grubhofer",
            "Bohdan Melnyk",
            "Cosima Ferrante",
        ),
    ),
    Team(
        key="INT",
        name="Integrations",
        project_id=10104,
        pace=4,
        scale=(1, 2, 3, 5, 8, 13),
        points_field="estimate",
        team_managed=True,
        releases=(
            (5, (2, 3, 4, 7)),
            (11, (1, 2, 3, 4)),
            (18, (7, 8, 9, 10)),
            (24, (1, 2, 3, 4)),
            (31, (1, 2, 7, 8)),
            (37, (2, 3, 4, 7)),
        ),
        people=(
            "Dagny Isaksen",
            "Eskil Rønning",
            "Fatoumata Keïta",
            "Giedrius Petrauskas",
            "Henrike Osterkamp",
            "Ignacio Echeverría",
            "Jadwiga Sobczak",
        ),
    ),
    Team(
        key="EIN",
        name="Facturation électronique",
        project_id=10105,
        pace=3,
        team_managed=True,
        types=FRENCH_TYPES,
        statuses=FRENCH_STATUSES,
        first_window=33,
        language="fr",
        people=("Klervi Le Goff", "Léopold Vasseur", "Maëlle Kerbrat"),
    ),
)


def _build_types(team: Team) -> tuple[IssueType, ...]:
    base = team.project_id * 10 if team.team_managed else 10000
    return tuple(
        IssueType(base + place, name, kind)
        for place, (name, kind) in enumerate(zip(team.types, KINDS, strict=True))
    )


def _build_statuses(team: Team) -> tuple[Status, ...]:
    base = team.project_id * 10 if team.team_managed else 10
    return tuple(
        Status(base + place, name, category)
        for place, (name, category) in enumerate(zip(team.statuses, CATEGORIES, strict=True))
    )


def project_of(team: Team) -> Project:
    """The Jira project the team works in."""
    return Project(
        id=team.project_id,
        key=team.key,
        name=team.name,
        team_managed=team.team_managed,
        types=_build_types(team),
        statuses=_build_statuses(team),
    )


def people_of(team: Team) -> tuple[Person, ...]:
    """The team's accounts. As on a real site, not everybody shows an e-mail address."""
    return tuple(
        Person(
            account_id=f"712020:{team.project_id:05d}-{place:02d}",
            name=f"{team.key.lower()}{place}",
            display_name=name,
            email=f"{team.key.lower()}{place}@sample.invalid" if place % 3 else None,
        )
        for place, name in enumerate(team.people)
    )
