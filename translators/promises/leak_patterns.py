"""What reads like an issue key, and is none."""

NUMBERED_STANDARDS = (
    r"(?:utf-(?:8|16|32)|iso-\d{3,5}|iec-\d{4,5}|din-\d{3,5}|en-\d{3,5}|rfc-\d{3,4}|tls-1|ssl-3|"
    r"sha-(?:1|2|3|224|256|384|512)|aes-(?:128|192|256)|rsa-(?:2048|3072|4096)|covid-19|http-[123]|"
    r"md-?5|oauth-[12]|saml-[12]|wcag-2|ipv-[46]|ps-[345]|cp-125\d|mp-[34]|fido-2|wpa-[23]|soc-[12]|"
    r"gpt-\d|usb-[234]|rs-232|cat-[5-8]|ean-(?:8|13)|gs1-128|code-128|mt-9\d\d|mpeg-[124]|hl7-[23]|"
    r"a-[0-6]|x-509|w3c-\d|c2pa-\d|eidas-\d|dss-4|sepa-2|upc-12|form-\d{2,4})"
)
"""What reads like an issue key, and is the name of a standard."""

PERIODS = r"(?:[qts][1-4]|h[12]|kw\d{0,2}|fy)-(?:19|20)\d\d"
"""What reads like an issue key, and is a part of a year: as such it is found elsewhere."""

NO_KEY = (
    r"(?:top|tier|level|step|part|page|type|class|grade|win|windows|office|day|phase|stage|model|mode|"
    r"v|iphone|ipad|android|ios|python|java|php|vue|web|line|seite|zone|size|under|over|u|covid|"
    r"teil|stufe|schritt|niveau|etape|nivel|paso|en|iso|iec|din|rfc|wcag|gdpr|article|artikel|"
    r"chf|eur|usd|gbp|sek|nok|dkk|jpy|inr|aud|cad|form|rule|basel|euro|formula|room|row|gate|lane|track|side|plan|figure|table|\d+)"
)
"""Words that a number follows where no project is meant."""
