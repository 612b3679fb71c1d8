"""What could be read as a date, a time to come, a promise or how much is left, class by class."""

PatternRules = tuple[tuple[str, str, tuple[str, ...]], ...]
"""Rules of one class: code, plain words, and the patterns that find it."""

MONTH = (
    r"(?:jan(?:uary|uar|vier)?|feb(?:ruary|ruar)?|f[eé]vrier|fevrier|mar(?:ch|s)|m[aä]rz|apr(?:il)?|"
    r"avril|may|mai|june?|juni|juin|july?|juli|juillet|aug(?:ust)?|ao[uû]t|sep(?:t|tember)?|"
    r"septembre|o[ck]t(?:ober)?|octobre|nov(?:ember|embre)?|de[cz](?:ember)?|d[eé]cembre|enero|"
    r"febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)"
)
PERIOD = (
    r"(?:quarters?|qtrs?|months?|weeks?|years?|yrs?|days?|hours?|sprints?|releases?|versions?|"
    r"iterations?|increments?|half|phase|step|term|update|edition|milestone)"
)
SPAN = r"(?:quarters?|months?|weeks?|wks?|years?|yrs?|days?|sprints?|releases?|iterations?)"
SEASON = r"(?:spring|summer|autumn|fall|winter)"
WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
FEAST = r"(?:holidays|christmas|xmas|thanksgiving|easter|new year'?s?|weihnachten|ostern|noel)"
ORDINAL = r"(?:first|second|third|fourth|last|1st|2nd|3rd|4th|[1-4]\.)"
DIGIT = r"(?:one|two|three|four|five|six|seven|eight|nine)"
TENS = r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
NUMBER = rf"(?:\d+(?:[.,]\d+)?|{TENS}(?:[- ]{DIGIT})?|{DIGIT}|ten|eleven|twelve|\w+teen|hundred)"
SOME = rf"(?:{NUMBER}|an?|a few|few|several|some|a couple(?: of)?|couple of|a handful of)"
NEARLY = r"(?:about|roughly|around|the|next|coming|some|just|only|another|less than|under|as little as|approximately)"
WHOLE = r"(?:business|financial|fiscal|calendar|big|major|minor|couple of|few|\d+)"
COME = r"(?:be|add|build|come|ship|land|launch|arrive|follow|release|support|get|have|go|deliver|happen|work|appear)"
ARRIVES = r"(?:ships|shipping|lands|landing|arrives|arriving|launch|launches|launching|releases|releasing|debuts)"
THING = (
    r"(?:it|we|they|this|that|which|there|product|feature|features|team|version|release|platform)"
)

DATES: PatternRules = (
    (
        "P1",
        "a date",
        (
            r"\b(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])(?:[-/.]\d{1,2})?\b",
            r"\b\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d\d)\b|\b\d\d-\d\d-\d\d\b",
            r"\b(?:0?[1-9]|1[0-2])[./-](?:19|20)\d\d\b|\b\d{1,2}/\d{1,2}\b",
            r"\b(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\b",
            rf"\b\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:of\s+|de\s+)?{MONTH}\b",
            rf"\b{MONTH}\.?\s+(?:\d{{1,2}}(?:st|nd|rd|th)?\b|(?:of\s+)?'?\d\d)",
            rf"\b(?:in|by|until|before|since|from|early|late|mid|end of|around|during|anfang|mitte|ende|im|bis|seit|ab|en|fin|debut|mi|para|finales de)[- ](?:the )?{MONTH}\b",
            r"\b(?:on|by|from|until|till|before|after|due|around|as of)(?: the)? (?:\d{1,2}(?:st|nd|rd|th)\b|\w+(?:th|first|second|third) of )|\b\d{1,2}(?:st|nd|rd|th) of (?:the |this |next )?month\b",
        ),
    ),
    (
        "P1",
        "a year",
        (
            r"\b(?:in|by|until|before|during|early|late|mid|end of|since)[- ]20\d\d\b",
            r"\b20[2-9]\ds?\b|\btwenty[- ](?:twenty|thirty)\b",
            r"(?:^|[^\pL\pN])'[2-4]\d\b|\b(?:by|until|before) (?:2[5-9]|3\d)(?:$|[.,;])",
        ),
    ),
    (
        "P1",
        "a quarter or half",
        (
            r"(?:^|[^\pL\pN])(?:[qt][ .]?[1-4]|[1-4] ?[qh]|[hs] ?[12])(?:$|[^\pL\pN])",
            r"\b[1-4] ?[qh] ?'?(?:20)?\d\d\b|\bq ?[1-4] ?'?(?:20)?\d\d\b",
            rf"\b{ORDINAL} (?:quarter|half|qtr|semester|trimester|term|quartal|halbjahr|trimestre)\b",
            r"\b(?:q|qtr|quarter|half|semester|trimester|trimestre|quartal|halbjahr)[ .]{0,2}(?:[1-4]|one|two|three|four)\b",
        ),
    ),
    ("P1", "a fiscal year", (r"\b(?:fy|cy|ye) ?'?\d\d(?:\d\d)?\b|\bfiscal (?:year|quarter)\b",)),
    (
        "P1",
        "a calendar week",
        (
            r"\b(?:cw|kw|wk|w|kalenderwoche) ?(?:[0-4]?\d|5[0-3])\b|\bweek (?:[0-4]?\d|5[0-3])\b|\bweek of \d",
        ),
    ),
    (
        "P1",
        "a weekday",
        (
            rf"\b(?:on|by|until|before|this|next|due|coming) {WEEKDAY}\b",
            rf"\b{WEEKDAY} next\b",
        ),
    ),
    (
        "P1",
        "a season",
        (
            rf"\b(?:by|in|this|next|until|before|early|late|mid) (?:the |next )?{SEASON}\b",
            rf"\b{SEASON} (?:20\d\d|'?\d\d|release|update|launch|of)\b",
            r"\b(?:im|bis|en|ab|a la|vor|kommenden?|au) (?:zum |l')?(?:herbst|sommer|winter|fruhling|frühling|fruhjahr|frühjahr|ete|été|hiver|automne|printemps|rentree|rentrée|verano|otoño|otono|primavera|invierno)\b",
        ),
    ),
    (
        "P1",
        "a feast",
        (rf"\b(?:before|after|around|by|until|till|over|at|bis|vor|nach) (?:the )?{FEAST}\b",),
    ),
    (
        "P1",
        "a deadline",
        (
            (
                r"\b(?:eoy|eom|eoq|eow|etas?|etd|e\.t\.a|e\.o\.y|y/e|christmas|easter|new year)\b|\b(?:end|turn|close) of (?:the |this |next |last )?(?:year|month|quarter|week|sprint)\b|\byear(?:'s)?[- ]end\b|"
                r"\b(?:anfang|mitte|ende) (?:des |der |dieses |nachsten |nächsten )?(?:jahres|monats|quartals|woche)\b|\bfin (?:de l'|d')?annee\b"
            ),
        ),
    ),
)

TIMES: PatternRules = (
    (
        "P2",
        "a time to come",
        (
            rf"\b(?:next|coming|upcoming) (?:\w+ ){{0,2}}{PERIOD}\b",
            rf"\b(?:this|following|current|a future|a later|future|later) (?:{WHOLE} )?{PERIOD}\b|\bthis quarter",
            rf"\b(?:in|within) (?:{NEARLY} )*{SOME} ?(?:(?:to|or|and|bis|-) )?(?:{NUMBER} )?(?:working |business )?{PERIOD}\b",
            rf"\b(?:in|within) (?:the )?(?:next|coming) {SPAN}\b",
            rf"\b{SPAN} (?:from now|away|out from)\b|\b(?:the )?{PERIOD} after (?:next|that|this|the next)\b|\b(?:after the (?:next )?release|the release after)\b",
            rf"\b(?:second|third|next|later|final) phase\b|\b(?:phase|milestone) {NUMBER}\b",
            (
                r"\b(?:tomorrow|tonight|shortly|soon\w*|imminent\w*|eventually|before long|any (?:day|time|moment|minute)(?: now)?\b|not yet|yet to|in (?:the (?:near )?|near )?future|later (?:this|on|in the)|"
                r"next up|up next|what's next|next on|(?:just |right )?around the corner|momentarily|presently|in no time|asap|as (?:soon|early) as possible|at the earliest|no later than|by then|before you know it|in due course|not long now|some ?day|sooner or later|down the (?:line|road)|stay tuned|watch this space)\b|\byet$|^(?:next|later)$|\b(?:nxt|next) (?:yr|qtr)\b"
            ),
            r"\bon (?:the horizon|the way|its way|the cards|our list|our agenda)\b|\bin the (?:works|making)\b",
            (
                r"(?:^|[^\pL])(?:dem[nä]+chst|demnachst|bald|in k[uü]rze|n[aä]chste[nrsm]? (?:woche|monat|quartal|jahr|release|version)|kommende[nrsm]?|k[uü]nftig|bis ende|geplant|voraussichtlich|"
                r"bient[oô]t|prochaine?(?:ment)?s?|d'ici|[aà] venir|pr[eé]vue?s?|pronto|pr[oó]xim[oa]s?|previst[oa]s?|(?:a|para) finales de|em breve|binnenkort|snart|wkr[oó]tce|brzy|yakinda|yakında)(?:$|[^\pL])"
            ),
            r"近日|まもなく|来月|来年|来週|予定|即将|下个月|明年|다음 (?:달|주|분기)|곧 |скоро|следующ|к концу|قريبا",
        ),
    ),
)

PROMISES: PatternRules = (
    (
        "P3",
        "a promise",
        (
            (
                r"\b(?:guarant[ea]e?\w*|commit(?:s|ted|ting|ment|ments)?|promis(?:e|es|ed|ing)|pledge\w*|assur(?:e|es|ed|ance)|ensur(?:e|es|ed|ing) delivery|warrant(?:y|ies|ed)|contractual\w*|"
                r"(?:legally )?binding(?:ly)?|deadlines?|on track|on schedule|scheduled (?:for|to)|slas?|service level|we swear|(?:our|my) word|count on (?:it|us|that)|definitely|obligation)\b"
            ),
            r"\b(?:will|shall|won't|\w+'ll|gonna|wi11)\b",
            rf"\b(?:certain|bound|sure|set|about|due|ready|yet|still|soon) to {COME}\b|\b(?:might|would|should|could|may|must|ought to) {COME}\b",
            rf"\b{THING} (?:might|should|would|could|may|must|ought)\b|\b(?:might|should|would|ought to)\b",
            rf"\b(?:is|are|'s|'re|and) {ARRIVES}\b|\b{ARRIVES} (?:in|on|by|soon|next|this|before|after|later|now|at|from|within|early|late|around|with the)\b|^{ARRIVES}$|\bto (?:arrive|launch|ship)$|\b(?:about|sure) to$",
            r"\b(?:roll(?:s|ing)? out|rollout|go(?:es|ing)? live|general(?:ly)? availab\w+|early access)\b|\bto (?:follow|come)$|\b(?:is|are|still|yet|more) to (?:follow|come)\b",
            r"\b(?:in|into|enters|private|public|open|closed) (?:beta|alpha|preview|pilot|testing|preparation|flight)\b|\b(?:beta|alpha|preview|pilot) (?:in|by|from|until|starts|available)\b|^(?:beta|alpha|ga)$",
            r"\b(?:garanti\w*|verspr[eoi]ch\w*|zugesagt|zusage\w*|werden wir|wird (?:es )?\w+ geben|nous allons|promet(?:[^\Wh]\w*)?|garantiz\w*)\b",
        ),
    ),
    (
        "P4",
        "an intention",
        (
            (
                r"\b(?:plan(?:s|ned|ning)?(?: to| for| on)|planned|planed|(?:are|is|am|be|was|were) going to|going to (?:be|add|build|ship|support|launch|release)|intend\w*|intentions?|aim(?:s|ed|ing)? (?:to|for|at)|"
                r"expect(?:s|ed|ing|ations?)?|anticipat\w*|fores(?:ee|een|ees)|projected (?:for|to|by|in|release)|target(?:s|ed|ing)? (?:to|for|date|release)|slated|slotted|earmarked|pencill?ed in|tentative\w*|"
                r"estimated (?:arrival|date|release|delivery|for|by|to|in)|upcoming|forthcoming|coming|roa?d ?maps?|in the pipeline|under ?(?:development|construction|consideration|way)|in development|in progress|wip|"
                r"to be (?:released|delivered|shipped|announced|added|built|launched|done|confirmed)|tb[adc]|(?:ga|beta|launch|release|delivery) date|due (?:date is|out|in|on|by|for|next|soon)|is due|backlog|to ?-?do|"
                r"hope(?:s|fully)? to|hopefully|plans|plan|pending|awaited|considering|projected|priority one|(?:team|company) wants to|we (?:want|wish|would like|aspire|hope)|we'd|proposed?)\b"
            ),
            r"\b(?:being|are|'re|'s|currently|is) (?:now |currently )?(?:being )?(?:built|developed|building|developing|adding|working on|worked on)\b|\bwork (?:is ongoing|continues|goes on)\b|\bour (?:goal|aim|ambition|vision|intent|objective|target|strategy)\b|\b(?:top|our|next) priority\b",
        ),
    ),
)

COUNTS: PatternRules = (
    (
        "P5",
        "a measure of completion",
        (
            rf"\b{NUMBER} ?-?(?:percent|per ?-?cent|pct|prozent|pour cent|por ciento)|%",
            rf"\b{NUMBER} (?:out )?of (?:the |all )?{NUMBER}\b|\b\d+ / \d+\b|\b\d+ ?/ ?\d+ (?:done|complete\w*|finished|stories|issues|epics)\b",
            rf"\b{NUMBER} (?:fifths|thirds|quarters|tenths|eighths)\b|\b\d+(?:[.,]\d+)? (?:done|complete)\b",
            rf"\b{NUMBER} (?:\w+ )?(?:epics|stories|story|(?:tickets|issues|tasks) (?:done|closed|finished|resolved|open|left))\b",
            (
                r"\b(?:remaining|left to do|(?:almost|nearly|mostly|largely|virtually|practically|half|partly|about) -?(?:way )?(?:done|there|finished|ready|complete|built)|halfway|half-?done|final stretch|to go\b|still missing|"
                r"close to (?:done|ready|completion|finished)|incomplete|unfinished|(?:final|finishing) touches|as good as done|most of it)\b"
            ),
        ),
    ),
    (
        "P6",
        "a version",
        (
            r"\b(?:v|version|release|rel)[ .]{0,2}(?:\d+(?:\.\d+)*|one|two|three|four|five)\b|\bin \d+\.\d+\b",
        ),
    ),
)
