"""The words the made-up company's tickets are written in, per component and per language."""

from random import Random

TOPICS: dict[str | None, tuple[str, ...]] = {
    "SSO": ("assertion mapping", "certificate rollover", "login redirect", "session length"),
    "Identity Provider": ("Fehlerseite", "Rücksprung", "Zeitabweichung", "Metadaten"),
    "Audit log": ("event names", "Splunk forwarder", "actor column", "weekly activity file"),
    "Roles": ("role editor", "inherited rights", "folder list", "guest badge"),
    "Retention": ("workspace policy", "deletion queue", "hold banner", "admin preview"),
    "Customer keys": ("key wizard", "rotation job", "vault adapter", "revocation page"),
    "Mobile app": ("sync queue", "conflict screen", "photo picker", "push message"),
    "Sandbox": ("sample records", "reset button", "banner colour"),
    "Bulk editing": ("selection bar", "undo list", "progress dialog"),
    "Search": ("result list", "synonyms", "saved filter", "empty state"),
    "Public API": ("paging", "error bodies", "webhook retry", "key scopes", "usage page"),
    "Invoicing": (
        "line items",
        "PDF layout",
        "number ranges",
        "credit note",
        "tax table",
        "totals",
    ),
    "Tax desk": ("VAT number form", "lookup service", "error text"),
    "Currencies": ("price list", "rounding", "exchange table"),
    "Reminders": ("letter text", "fee table", "pause switch"),
    "Payment methods": ("mandate form", "card form", "refund", "wallet button", "bank file"),
    "Dashboards": ("tile grid", "drag handle", "colour picker", "share dialog", "axis labels"),
    "Report mail": ("mail body", "recipient list", "attachment"),
    "Spreadsheet export": ("number format", "header row", "pivot sheet"),
    "Keyboard": ("focus ring", "arrow keys", "shortcut list"),
    "Languages": ("日付の書式", "検索画面", "écran d'accueil", "messages d'erreur"),
    "Zendesk": ("ticket mapping", "attachment copy", "dry run page"),
    "Chat": ("channel picker", "approve button", "thread replies"),
    "CRM connector": (
        "field mapping",
        "contact match",
        "deal stages",
        "rate limits",
        "owner match",
    ),
    "Security desk": ("scanner finding", "image rebuild", "key rotation"),
    "Regulatory desk": ("evidence folder", "supplier list", "sign-off form"),
    "Build farm": ("runner image", "cache key", "parallel stages"),
    None: ("settings page", "list view", "detail page", "import file", "mail text", "help link"),
}

PHRASES = {
    "en": (
        "{topic}: first version",
        "{topic}: empty and error states",
        "Show {topic} to admins",
        "{topic} for large accounts",
        "{topic}, wrong after saving twice",
        "As an admin I can change the {topic}",
        "Copy for {topic}",
        "{topic} in the sidebar",
    ),
    "de": (
        "{topic}: erste Fassung",
        "{topic} bei leerer Auswahl",
        "{topic} auf kleinen Bildschirmen",
        "{topic} falsch nach dem Speichern",
        "Als Leitung möchte ich {topic} ändern",
    ),
    "fr": (
        "{topic} : première version",
        "{topic} pour les grands comptes",
        "Erreur sur {topic} après enregistrement",
        "Afficher {topic} aux administrateurs",
    ),
}

CHORES = (
    "Refactor {topic} code",
    "Fix flaky {topic} test",
    "Remove dead code in {topic}",
    "Bump libraries used by {topic}",
)

PARTS = ("copy and icons", "server side", "screens", "review with design", "translation")

SPECIFICATION = (
    "h2. Why\nPeople asked for this in several workshops. The notes are in the team folder.",
    "h2. What\nThe page lists every entry with its owner. A click opens the details on the right.",
    "h2. Out of scope\nPrinting. Bulk actions are another epic.",
    "h2. Open points\n* Which columns are shown first?\n* Do we keep the order a person chose?",
    "h2. Screens\nSee the attached drawings. Colours follow the design kit.",
    "h2. Acceptance\n* Works with an empty account.\n* Works with ten thousand entries.",
)


def child_title(random: Random, component: str | None, language: str) -> str:
    """One line, as somebody in a hurry writes it."""
    topic = random.choice(TOPICS.get(component, TOPICS[None]))
    title = random.choice(PHRASES[language]).format(topic=topic)
    return title[0].upper() + title[1:]


def chore_title(random: Random, component: str | None) -> str:
    """Technical debt that hides below an epic customers would recognise."""
    topic = random.choice(TOPICS.get(component, TOPICS[None]))
    return random.choice(CHORES).format(topic=topic)


def specification(random: Random) -> str | None:
    """Nothing for most tickets, a line for some, a whole specification for a few."""
    kind = random.random()
    if kind < 0.55:
        return None
    if kind < 0.85:
        return "See the thread in chat."
    return "\n\n".join(SPECIFICATION * random.randint(1, 4))
