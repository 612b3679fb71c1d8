"""What is nobody's business outside: keys, addresses, people, weaknesses, code, cost and markup."""

from translators.promises.promise_patterns import NUMBER, PatternRules

_ENDINGS = (
    r"(?:com|net|org|io|dev|local|internal|corp|atlassian|example|invalid|de|ch|fr|nl|uk|eu|ai|app|"
    r"cloud|tech|lan|intranet|info|biz|software|ly|co)"
)
_WORK_UNIT = (
    r"(?:(?:story |feature )?points?|sp|pts?|pointer|(?:person|man)[- ]?(?:days?|weeks?|months?|years?|hours?)|"
    r"p[dw]|ftes?|devs?|developers?|engineers?|(?:hours?|hrs|days|weeks|months|years) of (?:work|effort|development)|"
    r"hrs|sprints?|commits|person team)"
)
_MONEY = r"(?:usd|eur|gbp|chf|sek|nok|dkk|jpy|inr|euros?|dollars?|francs?|bucks|kr|mio)"
_WEAKNESS = (
    r"vulnerab\w*|exploit\w*|pen(?:etration)?[- ]?test\w*|xss|csrf|rce\b|remote code|sql injection|"
    r"zero[- ]day|0[- ]day|privilege escalation|backdoor|data breach|hacked|unpatched|"
    r"security (?:hole|flaw|bug|incident|breach)"
)

LEAKS: PatternRules = (
    (
        "L1",
        "an address",
        (
            r"\S*://\S*|\bwww\.\S+|\b(?:https?|ftp|mailto|file):/?\S|\blocalhost\b|\\\\\w|\b[a-z]:\\",
            rf"\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.{_ENDINGS}(?:$|[^\pL\pN])|\bdot (?:com|net|org|de|io)\b",
        ),
    ),
    (
        "L1",
        "an internal number",
        (r"\b(?:pr|mr|issue|ticket|bug|epic|story|jira)(?: number)? ?#?\d+\b|(?:^|[\s(])#\d+\b",),
    ),
    ("L1", "a commit", (r"\b[0-9a-f]{12,40}\b",)),
    (
        "L2",
        "a person",
        (
            r"[\pL\pN._%+-]+@[\pL\pN.-]+\.\pL{2,}|(?:^|[\s(])@ ?[\pL\pN_.-]+|\[~|\S ?[\[(]at[\])] ?\S",
        ),
    ),
    ("L4", "a weakness", (rf"\b(?:cve[- ]\d|cwe[- ]\d|ghsa-|{_WEAKNESS})",)),
    (
        "L4",
        "a secret",
        (
            r"\bakia[0-9a-z]{12,}|-----begin|\b(?:gh[pos]_|xox[bp]-|eyj)[0-9a-z]{6,}",
            r"\b(?:password|passwd|pwd|api[_-]?key|secret|token) ?[:=] ?(?:\S*[0-9!$^&*_]|\S+$)|\b(?:password|pwd) \S*[a-z]\d",
        ),
    ),
    (
        "L5",
        "code",
        (
            (
                r"\b[a-z]+_[a-z0-9_]+\b|\b\w+::\w+|\b\w+\(\)|(?:^|\s)/\w+/\w+|\b\d{1,3}(?:\.\d{1,3}){3}\b|\b[\w-]+\.(?:py|java|js|ts|sql|yaml|yml|json|xml|sh|exe|dll)\b|"
                r"\bselect \* from\b|\w->\w|\b[a-z]+\.[a-z]+\.[a-z]+"
            ),
        ),
    ),
    (
        "L7",
        "an amount of work",
        (
            rf"\b{NUMBER} ?-?{_WORK_UNIT}\b|\bteam of {NUMBER}\b|\btook {NUMBER} \w+|\b{NUMBER} teams\b",
            r"\b(?:story points?|(?:person|man)[- ](?:days?|weeks?|months?|years?)|velocity|fte)\b",
        ),
    ),
    (
        "L7",
        "an amount of money",
        (rf"[$€£¥₹] ?\d|\b\d[\d.,]* ?k? ?(?:{_MONEY}\b|[€£$])|\b{_MONEY} ?\d",),
    ),
    (
        "L8",
        "markup",
        (
            r"<[a-z/!][^>]*>|\{(?:code|color|noformat|panel|quote)[^}]*\}|\{\{|\]\(|&(?:[a-z]{2,8}|#x?[0-9a-f]+);|\*\*|```|h[1-6]\. |\[[^\]|]*\|[^\]]*\]|(?:^|\s)![\w.-]+!|(?:^|\s)\*\w[^*]*\w\*(?:\s|$)|(?:^|\s)_\w+_(?:\s|$)",
        ),
    ),
    ("L9", "the start of a formula", (r"^[\s'\";]*[=+@-]|^[|\t\r]",)),
)
"""Over folded text."""

CASED: PatternRules = (
    (
        "L5",
        "code",
        (
            r"\b[a-z]{2,}[A-Z][a-z]\w*|\b[A-Z]\w*[a-z](?:Service|Exception|Controller|Factory|Handler)\b",
        ),
    ),
)
"""Over text in its own case."""

NUMBERED_STANDARDS = (
    r"(?:utf-(?:8|16|32)|iso-\d{3,5}|iec-\d{4,5}|din-\d{3,5}|en-\d{3,5}|rfc-\d{3,4}|tls-1|ssl-3|"
    r"sha-(?:1|2|3|224|256|384|512)|aes-(?:128|192|256)|rsa-(?:2048|3072|4096)|covid-19|http-[123]|"
    r"md-?5|oauth-[12]|saml-[12]|wcag-2|ipv-[46]|ps-[345]|cp-125\d|mp-[34]|fido-2|wpa-[23]|soc-[12]|"
    r"gpt-\d|usb-[234]|rs-232|cat-[5-8]|ean-(?:8|13)|gs1-128|code-128|mt-9\d\d|mpeg-[124]|hl7-[23]|"
    r"a-[0-6]|x-509|w3c-\d|c2pa-\d|eidas-\d|dss-4|sepa-2|upc-12|form-\d{2,4})"
)
"""What reads like an issue key, and is the name of a standard."""
