"""The program by which anybody verifies a page of evidence, with nothing but Python."""

DATA_TAG = '<script type="application/json" id="data">'

VERIFY = """\
import hashlib, json, sys

def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()

def check(holds, what):
    if not holds:
        sys.exit("NOT VERIFIED: " + repr(what)[1:-1])

page = open(sys.argv[1], encoding="utf-8", newline="").read()
shown, _, rest = page.partition('<script type="application/json" id="data">')
told = json.loads(rest.partition("</script>")[0])
check(sha(shown) == told["page"], "what the page shows was changed")
name, last, words = told["capability_id"], "0" * 64, {}
for link in told["chain"]:
    entry = dict(line.split(" ", 1) for line in link["entry"].split("\\n"))
    where = "revision " + entry["revision"]
    check(entry["previous"] == last, where + " does not follow the one before it")
    check(not any("\\n" in line for line in link["parts"]), where + ": lines are put together")
    check(entry["parts"] == sha("\\n".join(link["parts"])), where + " has other parts")
    last, rows = sha(link["entry"]), 0
    for part in link["shown"]:
        kind, subject = part["kind"], part["subject"]
        key = sha(kind + " " + subject.partition(" ")[0])[:16]
        text = part["salt"] + " " + kind + " " + subject + "\\n" + part["content"]
        check(key + " " + sha(text) in link["parts"], where + ": a " + kind + " was changed")
        if kind == "row" and subject == name:
            rows, words = rows + 1, dict(json.loads(part["content"]), since=entry["published_at"])
    own = [line for line in link["parts"] if line.startswith(sha("row " + name)[:16])]
    check(told["withheld"] or len(own) == rows, where + ": a row is not shown")
check(last == told["head"], "the chain ends otherwise")
print("Verified:", len(told["chain"]), "publications; the hash that closes the last is", last)
if told["withheld"] or not words:
    print("Not all is shown: words that were removed from the list since, or none were there.")
for key, value in sorted(words.items()):
    print(key + ":", repr(value))
"""
