"""Writes the Office files, the PDFs and the mail that one is attached to."""

import re
from datetime import UTC, datetime
from email.message import EmailMessage
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
import fpdf
import openpyxl
import pptx
from openpyxl.comments import Comment

from tests.documents import PROPOSALS

AUTHOR = "Nora Vendor"


def date_archive(file: BytesIO, day: datetime) -> bytes:
    """An Office file as if it had been saved on that day."""
    dated = BytesIO()
    with ZipFile(file) as before, ZipFile(dated, "w", ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            if name == "docProps/core.xml":
                said = rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*"
                content = re.sub(said, rb"\g<1>" + f"{day:%Y-%m-%dT%H:%M:%SZ}".encode(), content)
            after.writestr(ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, ZIP_DEFLATED)
    return dated.getvalue()


def build_docx(day: datetime, *paragraphs: str, cells: tuple[str, ...] = ("Term", "None")) -> bytes:
    document = docx.Document()
    document.core_properties.author = AUTHOR
    document.core_properties.modified = day
    document.add_heading("Offer", 1)
    for text in paragraphs:
        document.add_paragraph(text)
    for cell, text in zip(document.add_table(1, 2).rows[0].cells, cells, strict=True):
        cell.text = text
    document.sections[0].footer.paragraphs[0].text = "Our terms apply."
    file = BytesIO()
    document.save(file)
    return date_archive(file, day)


def build_pptx(day: datetime, *slides: tuple[str, str, str]) -> bytes:
    deck = pptx.Presentation()
    deck.core_properties.author = AUTHOR
    deck.core_properties.modified = day
    for title, body, notes in slides:
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = body
        slide.notes_slide.notes_text_frame.text = notes
    file = BytesIO()
    deck.save(file)
    return date_archive(file, day)


def build_xlsx(day: datetime, sheet: str, comment: str, **cells: object) -> bytes:
    book = openpyxl.Workbook()
    book.properties.creator = AUTHOR
    book.active.title = sheet
    for place, value in cells.items():
        book.active[place] = value
    book.active["B2"].comment = Comment(comment, AUTHOR)
    file = BytesIO()
    book.save(file)
    return date_archive(file, day)


def build_pdf(day: datetime, *pages: str) -> bytes:
    pdf = fpdf.FPDF()
    pdf.set_author(AUTHOR)
    pdf.set_creation_date(day)
    for text in pages:
        pdf.add_page()
        pdf.set_font("Helvetica", size=12)
        pdf.multi_cell(0, 8, text)
    return bytes(pdf.output())


def build_mail(day: str, subject: str, attached: bytes) -> bytes:
    mail = EmailMessage()
    mail["Subject"], mail["Date"] = subject, day
    mail["From"], mail["To"] = "Nora Vendor <nora@vendor.example>", "Ben Buyer <ben@buyer.example>"
    mail.set_content("Hello,\n\nhere is the offer.\nWe will send you the\naudit log as well.\n")
    mail.add_alternative("<p>Hello, here is the offer.</p>", subtype="html")
    mail.add_attachment(
        attached, maintype="application", subtype="octet-stream", filename="offer.docx"
    )
    for number, part in enumerate(each for each in mail.walk() if each.is_multipart()):
        part.set_boundary(f"part-{number}")
    return mail.as_bytes()


def on(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 10, tzinfo=UTC)


DOCUMENTS = {
    "offer-february.docx": build_docx(
        on(2, 10), "We will deliver single sign-on to you.", "Invoicing is part of it."
    ),
    "offer-march.docx": build_docx(
        on(3, 10),
        "We will set up single sign-on for your staff.",
        "It is yours from May 2026 on.",
        cells=("Audit log", "The audit log is planned for all plans."),
    ),
    "offer-june.docx": build_docx(
        on(6, 2), "Going forward we will include the audit log.", "We guarantee passkeys as well."
    ),
    "deck-march.pptx": build_pptx(
        on(3, 20),
        ("What you get", "Invoicing, single sign-on", "Say that we plan passkeys."),
        ("What comes next", "Offline mode will be added", ""),
    ),
    "deck-june.pptx": build_pptx(
        on(6, 10), ("Who did what", "An audit log you can read today", "Do not speak of dates.")
    ),
    "prices.xlsx": build_xlsx(
        on(4, 1),
        "Prices",
        "We are going to add credit notes.",
        A1="Part",
        B1="Price",
        A2="Roles and permissions, which we will ship",
        B2=1200,
        A3="Start",
        B3=on(5, 1).replace(tzinfo=None),
    ),
    "questions.xlsx": build_xlsx(
        on(6, 15),
        "Answers",
        "Asked twice.",
        A1="Question",
        B1="Answer",
        A2="Do you have SCIM?",
        B2="Not yet; user provisioning will follow in Q3.",
    ),
    "flyer.pdf": build_pdf(on(4, 12), "Sign in once.\nWe will support passkeys\non every device."),
    "contract.pdf": build_pdf(
        on(6, 20),
        "The vendor shall provide the audit log.",
        "The vendor intends to build a mobile app by the end of the year.",
    ),
    "offer.eml": build_mail(
        "Wed, 03 Jun 2026 09:00:00 +0200",
        "Ihr Angebot: wir werden Passkeys für Sie liefern",
        build_docx(on(6, 2), "Dark mode is on our roadmap."),
    ),
}


for name, content in DOCUMENTS.items():
    (PROPOSALS / name).write_bytes(content)
