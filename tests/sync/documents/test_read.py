"""What is read of documents of every kind, and where each passage stands."""

import sys
from datetime import date
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from sync.documents import DocumentWalk, UnreadableError, read_document
from sync.documents.limits import MOST_PARTS
from tests.documents import PROPOSALS

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
IDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def pack(files: dict[str, str], path: Path) -> Path:
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def a_docx(body: str, path: Path) -> Path:
    return pack({"word/document.xml": f'<w:document xmlns:w="{WORD}">{body}</w:document>'}, path)


def an_xlsx(rows: str, path: Path) -> Path:
    relation = '<Relationship Id="r1" Type="sheet" Target="worksheets/sheet1.xml"/>'
    return pack(
        {
            "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="{IDS}"><sheets>'
            '<sheet name="A b" sheetId="7" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}">{relation}'
            "</Relationships>",
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{SHEET}"><sheetData>{rows}</sheetData>'
            "</worksheet>",
        },
        path,
    )


def passages(path: Path, *columns: str) -> dict[str, str]:
    """Each place, and the text there; of several, all."""
    told: dict[str, str] = {}
    for each in read_document(path, frozenset(columns)).passages:
        place = each.name_place(0)
        told[place] = f"{told[place]} | {each.text}" if place in told else each.text
    return told


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(UnreadableError) as refused:
        list(read_document(path).passages)
    return refused.value.what


@pytest.mark.parametrize(
    ("name", "place", "text"),
    [
        ("offer-march.docx", "paragraph 4", "Audit log"),
        ("offer-march.docx", "footer, paragraph 1", "Our terms apply."),
        ("deck-march.pptx", "slide 2", "What comes next | Offline mode will be added"),
        ("deck-march.pptx", "slide 1, notes", "Say that we plan passkeys."),
        ("prices.xlsx", "Prices!A2", "Roles and permissions, which we will ship"),
        ("prices.xlsx", "Prices!B2, comment", "We are going to add credit notes."),
        ("flyer.pdf", "page 1", "Sign in once.\nWe will support passkeys\non every device."),
        ("offer.eml", "subject", "Ihr Angebot: wir werden Passkeys für Sie liefern"),
        ("offer.eml", "text, line 1", "Hello,"),
        ("offer.eml", "offer.docx, paragraph 2", "Dark mode is on our roadmap."),
        ("forwarded.eml", "text, line 1", "See below. Schöne Grüße."),
        ("forwarded.eml", "mail in it, subject", "Passkeys"),
        ("anruf.txt", "3", "Wir werden die Einmalanmeldung für alle Pläne liefern.\n"
         "Das Audit-Protokoll ist fertig."),
        ("page.html", "10", "It works today. We will\nadd more to single sign-on."),
        ("newsletter.html", "2", "Nous prévoyons les règles de conservation."),
        ("crm.csv", "2, comment", "We will give them invoicing; they pay\nfor it in full"),
        ("leads.tsv", "3, note", "Single sign-on, as it is"),
    ],
)  # fmt: skip
def test_a_document_is_read_passage_by_passage(name: str, place: str, text: str) -> None:
    assert passages(PROPOSALS / name)[place] == text


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("offer-march.docx", date(2026, 3, 10)),
        ("deck-june.pptx", date(2026, 6, 10)),
        ("prices.xlsx", date(2026, 4, 1)),
        ("contract.pdf", date(2026, 6, 20)),
        ("offer.eml", date(2026, 6, 3)),
        ("notes.md", date(2026, 4, 20)),
        ("page.html", date(2026, 3, 15)),
        ("newsletter.html", date(2026, 6, 25)),
        ("call.txt", None),
    ],
)
def test_a_document_says_of_which_day_it_is(name: str, day: date | None) -> None:
    assert read_document(PROPOSALS / name).dated_on == day


def test_what_nobody_reads_or_somebody_else_said_is_passed_over() -> None:
    words = " ".join(
        text
        for name in ("reply.eml", "notes.md", "page.html", "offer.eml")
        for text in passages(PROPOSALS / name).values()
    )

    for unread in (
        "or we will leave",
        "we will raise",
        "we will ship",
        "Nora Vendor",
        "color: red",
    ):
        assert unread not in words


def test_one_column_of_a_table_is_read_alone(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", 'id,"note, of a call",other\n1,We will,no\n\n2,,x\n')

    assert passages(path, "Note, of a call") == {"2, note, of a call": "We will"}
    with pytest.raises(UnreadableError, match="has no column notes"):
        read_document(path, frozenset({"notes"}))


def test_a_table_may_say_what_parts_its_cells(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "sep=;\nid;note, of it\n1;We will, soon\n")

    assert passages(path)["3, note, of it"] == "We will, soon"


def test_lines_that_a_program_broke_are_one_paragraph_and_entries_of_a_list_are_not(
    tmp_path: Path,
) -> None:
    path = written(tmp_path / "a.txt", "We\nwill\r\n\r\n- one\n- two\n  of it\n# Head\ntext\n")

    assert passages(path) == {
        "1": "We\nwill",
        "4": "- one",
        "5": "- two\n  of it",
        "7": "# Head",
        "8": "text",
    }


def test_text_in_boxes_is_read_once_and_what_was_deleted_is_not(tmp_path: Path) -> None:
    box = "<w:txbx><w:p><w:r><w:t>In a box</w:t></w:r></w:p></w:txbx>"
    body = (
        "<w:p><w:r><w:t>We</w:t><w:tab/><w:t>will</w:t></w:r>"
        f"<w:Choice>{box}</w:Choice><w:Fallback>{box}</w:Fallback>"
        "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>"
    )

    found = passages(a_docx(body, tmp_path / "a.docx"))

    assert sorted(found.values()) == ["In a box", "We will"]


def test_a_sheet_is_called_by_its_title_and_numbers_are_no_words(tmp_path: Path) -> None:
    rows = (
        '<c r="A1"><v>46000</v></c><c r="B1" t="str"><f>x</f><v>a formula</v></c>'
        '<c r="C1" t="inlineStr"><is><r><t>In </t></r><r><t>parts</t></r></is></c>'
        '<c r="D1" t="s"><v>99</v></c>'
    )

    assert passages(an_xlsx(rows, tmp_path / "a.xlsx")) == {
        "A b!B1": "a formula",
        "A b!C1": "In parts",
    }


@pytest.mark.parametrize(
    ("name", "as_name"),
    [("offer-march.docx", "a.pdf"), ("flyer.pdf", "a.txt"), ("prices.xlsx", "a.eml")],
)
def test_a_wrong_ending_deceives_nobody(name: str, as_name: str, tmp_path: Path) -> None:
    path = written(tmp_path / as_name, (PROPOSALS / name).read_bytes())

    if as_name == "a.txt":
        path = path.rename(tmp_path / "a")
    assert passages(path) == passages(PROPOSALS / name)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_text_is_read_in_whatever_encoding_it_was_saved(encoding: str, tmp_path: Path) -> None:
    path = written(tmp_path / "a.txt", "Schöne Grüße, wir liefern".encode(encoding))

    assert passages(path) == {"1": "Schöne Grüße, wir liefern"}


def test_an_attachment_that_cannot_be_read_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    mail = (
        "Subject: Hi\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
        '--b\nContent-Type: application/x; name="a.docx"\n\nPK broken\n'
        "--b\nContent-Type: text/plain; charset=no-such\n\nWe will\n--b--\n"
    )

    document = read_document(written(tmp_path / "a.eml", mail))

    assert [each.text for each in document.passages] == ["Hi", "We will"]
    assert [each.what for each in document.unread] == [
        "holds a.docx, which is broken: File is not a zip file"
    ]


def test_what_cannot_be_read_is_told_in_words(tmp_path: Path) -> None:
    broken = (PROPOSALS / "offer-march.docx").read_bytes()[:9000]

    assert refusal(written(tmp_path / "cut.docx", broken)).startswith("is broken")
    assert refusal(written(tmp_path / "a.pdf", b"%PDF-1.4 no")).startswith("is broken, or no PDF")
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
    assert refusal(written(tmp_path / "a.doc", old)).startswith("has a password, or is of an older")
    assert refusal(pack({"a": "b"}, tmp_path / "a.zip")).startswith("is an archive")
    noise = bytes(range(256)) * 9
    assert refusal(written(tmp_path / "a.txt", noise)) == "is no text but a program's own format"
    assert refusal(tmp_path / "none") == "is not there"
    assert refusal(tmp_path) == "is no file"
    assert refusal(Path("/dev/null")) == "is no file"


def test_a_pdf_with_a_password_is_told(tmp_path: Path) -> None:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(PROPOSALS / "flyer.pdf"))
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(tmp_path / "a.pdf")

    assert refusal(tmp_path / "a.pdf") == "has a password"


def test_without_pypdf_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdf", None)

    with pytest.raises(UnreadableError) as refused:
        read_document(PROPOSALS / "flyer.pdf")

    assert refused.value.what == "is read by pypdf, which is not there"
    assert "pip install 'headway-sync[lint]'" in refused.value.remedy


def test_entities_are_never_expanded(tmp_path: Path) -> None:
    laughs = '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b SYSTEM "file:///etc/passwd">]><w>&a;&b;</w>'
    path = pack({"word/document.xml": laughs}, tmp_path / "a.docx")

    assert refusal(path) == "declares a document type, as no Office program does"


def test_what_unpacks_to_more_than_anybody_reads_is_refused_in_time(tmp_path: Path) -> None:
    text = a_docx(f"<w:p><w:r><w:t>{'a' * 6_000_000}</w:t></w:r></w:p>", tmp_path / "a.docx")
    assert refusal(text) == "has more than 5,000,000 letters in one part"

    parts = pack({f"{number}": "" for number in range(MOST_PARTS + 1)}, tmp_path / "b.docx")
    assert refusal(parts) == "has more than 5,000 parts"


def test_mails_in_mails_end_somewhere(tmp_path: Path) -> None:
    mail = b"Subject: x\n\nhi"
    for _ in range(12):
        mail = b"Subject: x\nMIME-Version: 1.0\nContent-Type: message/rfc822\n\n" + mail
    assert refusal(written(tmp_path / "a.eml", mail)) == "holds mails in mails, more than 8 deep"

    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(2000)
    )
    assert "recursion" in refusal(written(tmp_path / "b.eml", b"Subject: x\n" + nested))


@pytest.mark.parametrize(
    "page", ["<!--" * 100_000, "<script>" * 100_000, '<a href="' * 100_000, "<" * 100_000]
)
def test_a_broken_page_takes_no_time(page: str, tmp_path: Path) -> None:
    found = passages(written(tmp_path / "a.html", f"<html><p>We will</p>{page}"))

    assert found["1"].startswith("We will")


def test_a_folder_is_read_without_what_is_hidden_excluded_linked_or_no_document(
    tmp_path: Path,
) -> None:
    for name in (
        "b.md",
        "a.txt",
        ".c.txt",
        "~$d.docx",
        "e.png",
        "drafts/f.txt",
        "x/g.csv",
        "h",
        "z.odt",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        written(tmp_path / name, "x")
    (tmp_path / "x" / "up").symlink_to(tmp_path)
    (tmp_path / "link.txt").symlink_to(tmp_path / "a.txt")
    walk = DocumentWalk(["drafts"])

    found = list(walk.list_documents([tmp_path, tmp_path / "a.txt"]))

    assert [path.relative_to(tmp_path).as_posix() for path in found] == [
        "a.txt",
        "b.md",
        "z.odt",
        "x/g.csv",
    ]
    assert walk.passed_over == {".png": 1, "no ending": 1}


def test_letters_that_cannot_be_written_spoil_nothing(tmp_path: Path) -> None:
    path = written(tmp_path / "a.html", "<html><p>We &#xD800; will &#0; ship \x00</p>")

    (text,) = passages(path).values()

    assert text.encode().decode() == text
    assert text.startswith("We ")


REPLIES = {
    "On Tue, 3 Mar 2026 at 10:00, Ben <ben@buyer.example>\nwrote:\n\n> We need it soon.\n": "",
    "Am 03.03.2026 schrieb Ben Buyer:\n> Wir brauchen es.\n": "",
    "-----Original Message-----\nWe need it soon.\n": "",
    "From: Ben\nSent: Tuesday\nTo: Nora\n\nWe need it soon.\n": "",
    "What Ben wrote:\nnothing.\n": "What Ben wrote:\nnothing.",
    "--\nNora Vendor\nnora@vendor.example\n": "",
    "From: a hotel\nnear you\n": "From: a hotel\nnear you",
}


@pytest.mark.parametrize("below", REPLIES)
def test_what_a_mail_quotes_is_not_its_own(below: str, tmp_path: Path) -> None:
    found = passages(written(tmp_path / "a.eml", f"Subject: x\n\nIt works.\n\n{below}"))

    own = {"subject": "x", "text, line 1": "It works.", "text, line 3": REPLIES[below]}
    assert found == {place: text for place, text in own.items() if text}


def test_what_a_mail_in_html_quotes_is_not_its_own(tmp_path: Path) -> None:
    head = "Subject: x\nContent-Type: text/html\n\n"
    page = '<p>It works.</p><div class="gmail_quote">On Tuesday<blockquote>Soon</blockquote></div>'

    assert "It works." in passages(written(tmp_path / "a.eml", head + page)).values()
    assert len(passages(tmp_path / "a.eml")) == 2


def test_pages_that_are_pictures_are_not_called_clean(tmp_path: Path) -> None:
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(tmp_path / "a.pdf")

    assert refusal(tmp_path / "a.pdf") == "has no text: pictures of pages, perhaps"
    rich = written(tmp_path / "a.rtf", r"{\rtf1 We will}")
    assert refusal(rich) == "is rich text (RTF)"
