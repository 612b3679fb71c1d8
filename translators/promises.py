"""The promise linter: finds what could be read as a promise, a date or an internal detail.

A last net, not a style guide: whatever it finds keeps a row from being published. Patterns are
RE2, so no text, however hostile, takes more than linear time.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

import re2
from msgspec import Struct


class Offence(Struct, frozen=True):
    """What is wrong in one text: the rule's code, plain words, and the words themselves."""

    rule: str
    what: str
    span: str
    column: str = ""


class Verdict(Struct, frozen=True):
    """The verdict on one row: it passes, or everything that is wrong with it."""

    offences: tuple[Offence, ...]

    @property
    def passes(self) -> bool:
        """Whether every text of the row may be published."""
        return not self.offences


_MONTH = (
    r"(?:jan(?:uary|uar|vier)?|feb(?:ruary|ruar)?|f[eé]vrier|mar(?:ch|s)|m[aä]rz|apr(?:il)?|avril|"
    r"may|mai|june?|juni|juin|july?|juli|juillet|aug(?:ust)?|ao[uû]t|sep(?:t|tember)?|septembre|"
    r"o[ck]t(?:ober)?|octobre|nov(?:ember|embre)?|de[cz](?:ember)?|d[eé]cembre|enero|febrero|"
    r"marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)"
)
_PERIOD = (
    r"(?:quarter|month|week|year|sprint|release|version|iteration|increment|half|days?|weeks|"
    r"months|quarters|years|sprints|releases)"
)
_SEASON = r"(?:spring|summer|autumn|fall|winter)"
_WORK_UNIT = (
    r"(?:story ?points?|points?|person[- ](?:days?|weeks?|months?)|man[- ]?(?:days?|hours?)|"
    r"fte|developers?|engineers|hours? of work|sprints)"
)
_WEAKNESS = (
    r"vulnerab\w*|exploit\w*|pen(?:etration)?[- ]?test\w*|xss|sql injection|zero[- ]day|"
    r"security (?:hole|flaw|bug|incident|breach)"
)

_PATTERNS: tuple[tuple[str, str, str], ...] = (
    # What time it could be taken for.
    ("P1", "a date", r"\b(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])(?:[-/.]\d{1,2})?\b"),
    ("P1", "a date", r"\b\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d\d)\b"),
    ("P1", "a date", rf"\b\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:of\s+|de\s+)?{_MONTH}\b"),
    ("P1", "a date", rf"\b{_MONTH}\.?\s+(?:\d{{1,2}}(?:st|nd|rd|th)?\b|(?:of\s+)?'?\d\d)"),
    ("P1", "a date", rf"\b(?:in|by|until|before|since|from|early|late|mid|end of)[- ]{_MONTH}\b"),
    ("P1", "a year", r"\b(?:in|by|until|before|during|early|late|mid|end of|since)[- ]20\d\d\b"),
    ("P1", "a year", r"\b20[2-9]\d\b"),
    (
        "P1",
        "a quarter or half",
        r"(?:^|[^\pL\pN])(?:[qt] ?[1-4]|[1-4] ?q|[hs] ?[12])(?:$|[^\pL\pN])",
    ),
    (
        "P1",
        "a quarter or half",
        r"\b(?:first|second|third|fourth|last|1st|2nd|3rd|4th) (?:quarter|half)\b",
    ),
    ("P1", "a fiscal year", r"\bfy ?'?\d\d(?:\d\d)?\b|\bfiscal (?:year|quarter)\b"),
    (
        "P1",
        "a calendar week",
        r"\b(?:cw|kw|wk|w) ?(?:[0-4]?\d|5[0-3])\b|\bweek (?:[0-4]?\d|5[0-3])\b",
    ),
    ("P1", "a season", rf"\b(?:by|in|this|next|until|before|early|late|mid) (?:the )?{_SEASON}\b"),
    ("P1", "a season", rf"\b{_SEASON} (?:20\d\d|'?\d\d|release|update|launch)\b"),
    (
        "P1",
        "a deadline",
        r"\b(?:eoy|eom|eoq|eow|etas?|end of (?:the )?(?:year|month|quarter|week)|year[- ]end|"
        r"christmas|easter)\b",
    ),
    ("P2", "a time to come", rf"\b(?:next|this|coming|following|upcoming|current) {_PERIOD}\b"),
    (
        "P2",
        "a time to come",
        rf"\b(?:in|within) (?:an?|the next|the coming|a few|a couple of|one|two|three|four|"
        rf"five|six|ten|twelve|\d+) ?{_PERIOD}\b",
    ),
    (
        "P2",
        "a time to come",
        r"\b(?:tomorrow|tonight|shortly|soon\w*|imminent\w*|eventually|before long|any (?:day|"
        r"time|moment) now|not yet|in the (?:near )?future|later this|next up|"
        r"right around the corner)\b",
    ),
    (
        "P2",
        "a time to come",
        r"\b(?:demn[aä]chst|bald|in k[uü]rze|n[aä]chste[nrsm]? (?:woche|monat|quartal|jahr|"
        r"release|version)|kommende[nrsm]?|k[uü]nftig|bis ende|geplant|voraussichtlich|"
        r"bient[oô]t|prochaine?(?:ment)?s?|d'ici|[aà] venir|pr[eé]vue?s?|pronto|"
        r"pr[oó]xim[oa]s?|previst[oa]s?|a finales de)\b",
    ),
    ("P2", "a time to come", r"(?:近日|まもなく|来月|来年|来週|予定|即将|下个月|明年)"),
    # What could be taken for a promise.
    (
        "P3",
        "a promise",
        r"\b(?:guarantee\w*|commit(?:s|ted|ting|ment|ments)?|promis(?:e|es|ed|ing)|pledge\w*|"
        r"assur(?:e|es|ed|ance)|ensur(?:e|es|ed|ing) delivery|warrant(?:y|ies|ed)|"
        r"contractual\w*|legally binding|deadlines?|on track|on schedule|scheduled (?:for|to)|"
        r"slas?|service level)\b",
    ),
    ("P3", "a promise", r"\b(?:will|shall|won't|\w+'ll|gonna)\b"),
    (
        "P3",
        "a promise",
        r"\b(?:garanti\w*|verspr[eoi]ch\w*|zugesagt|zusage\w*|werden wir|"
        r"wird (?:es )?\w+ geben|nous allons|promet\w*|garantiz\w*)\b",
    ),
    (
        "P4",
        "an intention",
        r"\b(?:plan(?:s|ned|ning)?(?: to| for| on)|planned|we plan|is planned|(?:are|is|am|be|"
        r"was|were) going to|going to (?:be|add|build|ship|support|launch|release)|intend\w*|"
        r"aim(?:s|ed|ing)? (?:to|for|at)|expect(?:s|ed|ing)?(?: to| by| in| for)|expected|"
        r"target(?:s|ed|ing)? (?:to|for|date|release)|upcoming|forthcoming|coming|road ?maps?|"
        r"in the pipeline|under development|in development|in progress|work in progress|wip|"
        r"underway|to be (?:released|delivered|shipped|announced|added|built|launched)|tb[ad]|"
        r"ga date|beta date|launch date|release date|delivery date|due date is|backlog|to-?do|"
        r"hope(?:s|fully)? to|hopefully|would be|plans|plan)\b",
    ),
    (
        "P5",
        "a measure of completion",
        r"\d+(?:[.,]\d+)? ?(?:%|percent|per cent|prozent|pour cent|por ciento)|%",
    ),
    (
        "P5",
        "a measure of completion",
        r"\b\d+ (?:of|out of|/) \d+\b|\b\d+ ?/ ?\d+ (?:done|complete\w*|finished|stories|"
        r"issues|epics)\b",
    ),
    (
        "P5",
        "a measure of completion",
        r"\b(?:remaining|left to do|almost (?:done|there|finished|ready|complete)|"
        r"nearly (?:done|there|finished|ready|complete)|half[- ]?(?:way )?done|halfway|"
        r"final stretch|to go\b|still missing|close to (?:done|ready|completion|finished)|"
        r"incomplete|unfinished)\b",
    ),
    ("P6", "a version", r"\b(?:v|version|release) ?\d+(?:\.\d+)*\b"),
    # What is nobody's business outside.
    ("L1", "an address", r"\S*://\S*|\bwww\.\S+"),
    (
        "L1",
        "an address",
        r"\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|net|org|io|dev|local|internal|corp|atlassian|"
        r"example|invalid)\b",
    ),
    ("L1", "an internal number", r"\b(?:pr|mr|issue|ticket|bug) ?#?\d+\b|(?:^|\s)#\d+\b"),
    ("L1", "a commit", r"\b[0-9a-f]{12,40}\b"),
    ("L2", "a person", r"[\pL\pN._%+-]+@[\pL\pN.-]+\.\pL{2,}|(?:^|[\s(])@[\pL\pN_.-]+|\[~"),
    ("L4", "a weakness", rf"\b(?:cve-\d|cwe-\d|ghsa-|{_WEAKNESS})"),
    (
        "L4",
        "a secret",
        r"\bakia[0-9a-z]{12,}|-----begin|\b(?:password|passwd|api[_-]?key|secret) ?[:=]",
    ),
    (
        "L5",
        "code",
        r"\b[a-z]+_[a-z0-9_]+\b|\b\w+::\w+|\b\w+\(\)|(?:^|\s)/\w+/\w+|"
        r"\b\d{1,3}(?:\.\d{1,3}){3}\b|\b[\w-]+\.(?:py|java|js|ts|sql|yaml|yml|json|xml|sh|exe|"
        r"dll)\b",
    ),
    (
        "L7",
        "an amount of work",
        rf"\b\d+(?:[.,]\d+)? ?(?:{_WORK_UNIT})\b|\b(?:story points?|person[- ](?:days?|weeks?|"
        rf"months?)|man[- ]days?|velocity|fte)\b",
    ),
    ("L7", "an amount of money", r"[$€£¥] ?\d|\b\d+ ?(?:usd|eur|gbp|chf|euros?|dollars?)\b"),
    (
        "L8",
        "markup",
        r"<[a-z/!][^>]*>|\{(?:code|color|noformat|panel|quote)[^}]*\}|\]\(|&[a-z]+;|\*\*|```|"
        r"h[1-6]\. ",
    ),
    ("L9", "the start of a formula", r"^\s*[=+@\t\r-]"),
)
"""Rule, words for people, pattern over folded text. Classes follow the taxonomy of P and L rules."""

_ALLOWED_KEYS = frozenset(
    (
        "utf iso iec tls ssl sha aes rsa covid http md rfc en din base "
        "cp x mp e ipv wcag oauth saml ps c2pa w3c eidas eu b"
    ).split()
)
_KEY = re.compile(r"(?<![^\W_])([a-z][a-z0-9_]{0,14})-(\d+)")
_COMPILED = tuple((rule, what, re2.compile(pattern)) for rule, what, pattern in _PATTERNS)

_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
_PLAIN_HYPHENS = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d", "-"))
_PLAIN_QUOTES = str.maketrans({"\u2019": "'", "\u02bc": "'"})


@lru_cache(maxsize=8192)
def lint(text: str) -> tuple[Offence, ...]:
    """Everything in a text that must not be published, in the order of the rules.

    Remembered by text: most rows read as they did in the run before.
    """
    offences = []
    if hidden := [char for char in text if unicodedata.category(char) in _HIDDEN]:
        offences.append(Offence("L8", "a hidden character", f"U+{ord(hidden[0]):04X}"))
    plain = "".join(char for char in text if unicodedata.category(char) not in _HIDDEN)
    plain = unicodedata.normalize("NFKC", plain).translate(_PLAIN_HYPHENS).translate(_PLAIN_QUOTES)
    folded = plain.casefold()
    offences += [Offence("L1", "an issue key", span) for span in _keys(folded)]
    for rule, what, pattern in _COMPILED:
        found = pattern.search(folded)
        if found:
            offences.append(Offence(rule, what, found.group().strip()))
    return tuple(offences)


def judge(texts: Mapping[str, str | None]) -> Verdict:
    """The verdict on one row, column by column; a missing text offends nobody."""
    return Verdict(
        tuple(
            Offence(found.rule, found.what, found.span, column)
            for column, text in texts.items()
            if text
            for found in lint(text)
        )
    )


def _keys(folded: str) -> list[str]:
    """What looks like an issue key; names of standards such as iso-27001 are not."""
    found = []
    for match in _KEY.finditer(folded):
        prefix, number = match.group(1), match.group(2)
        if prefix not in _ALLOWED_KEYS:
            found.append(f"{prefix}-{number}".upper())
    return found
