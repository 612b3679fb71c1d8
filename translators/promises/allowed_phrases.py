"""Phrases that name a thing a customer can buy, though a word in them could promise something.

Each is cut out before the rules look, so whatever stands around it is still linted: "Roadmap view"
passes, "Roadmap view next quarter" does not.
"""

_TOPIC = (
    r"(?:road ?maps?|slas?|service levels?|deadlines?|backlogs?|to[- ]?do|velocity|"
    r"fiscal (?:years?|quarters?)|(?:first|last) quarter|(?:year|month)[- ]end|warrant(?:y|ies)|"
    r"commitments?|quality assurance|(?:launch|release|delivery|due) dates?|work[- ]in[- ]progress|"
    r"fte|story points?|security incident|(?:easter|christmas)(?: opening)?|contractual)"
)
_OBJECT = (
    r"(?:views?|timers?|reports?|dashboards?|widgets?|exports?|templates?|charts?|boards?|calendars?|settings|"
    r"editors?|fields?|lists?|filters?|pickers?|trackers?|tracking|alerts?|reminders?|limits?|columns?|claims?|"
    r"registrations?|cards?|checklists?|agreements?|closing|pages?|planners?|hours|penalties|"
    r"comparisons?)"
)
_KINDS_OF_PLAN = (
    r"(?:subscription|price|pricing|maintenance|meal|floor|payment|seating|insurance|treatment)"
)

ALLOWED_PHRASES: tuple[str, ...] = (
    rf"\b{_TOPIC} {_OBJECT}\b",
    rf"\b{_KINDS_OF_PLAN} plans?(?:$|[.,;:)]| (?:and|or)\b)",
    r"\bguarantee cards?\b|\bplan comparisons?\b",
    r"\b(?:project|floor|meal) plan (?:editor|export|import|view|template)s?\b",
    r"\b(?:shift|capacity|route|resource) planning\b",
    r"\bplanned (?:maintenance|downtime|shifts?|and actual)\b",
    r"\bexpected (?:revenue|value|cash|delivery dates? for parcels)\b",
    r"\bremaining (?:leave|budget|stock|balance|credit|vacation)\b",
    r"\bupcoming (?:birthdays|events?|appointments|meetings|payments)\b",
    r"\bpending (?:approvals?|payments?|orders?|requests?|invoices?|invitations?|tasks?|changes?)\b",
    r"\b(?:unfinished drafts|incomplete forms)\b",
    r"\bwill and testament\b",
    r"\b(?:undo|restore|delete|recover|cancel|refund) within \d+ (?:days|hours)\b",
    r"\b(?:snooze|remind me|reminders?) (?:in|for) (?:\d+|an|one|two) (?:minutes|days?|hours?|weeks?)\b",
    r"\b(?:who|whom|what) (?:should|would|might)\b",
    r"\b24[/ ]7\b",
    r"\b(?:\d|two|three) of (?:\d|two|three|five) (?:approvers?|approvals?|keys|signatures|signers|sizes)\b",
    r"\b[1-9]/[1-9] majority\b",
    r"\b(?:discounts?|vat|tax(?:es)?|rate)(?: codes?)?(?: at| of)? \d+ ?%|\b\d+ ?% (?:discounts?|vat|tax)\b",
    r"\b(?:rest|soap|graphql)? ?apis? v(?:ersion )?\d+(?:\.\d+)*\b",
    r"\b(?:iso|iec|en|din)(?:[ /](?:iec|en))*[ -]?\d{3,5}(?:-\d+)?(?::(?:19|20)\d\d)?\b",
    r"\b(?:office|excel|word|windows server|sql server|exchange|sharepoint) (?:19|20)\d\d\b",
    r"\b[wth][- ]?\d (?:tax )?(?:forms?|returns?|headings?|lines|database)\b|\bforms? w-?\d\b",
    r"\bpdf[/ ]a[- ]\d\b",
    r"\ba-4 paper\b",
    r"\b(?:node|vue|next|react|angular|express|nuxt|three|d3|chart)\.js\b|\basp\.net\b",
    r"\b(?:salesforce|monday|booking|make|cal)\.com\b|\bdraw\.io\b|\bdiagrams\.net\b|\bamazon\.de\b|\bnotion\.so\b",
    r"\b(?:pain|camt)\.\d{3}\b",
)
