"""Epics a customer would recognise: each feeds one capability of the sample rule book."""

from sync.sample.company.epics import EpicPlan
from sync.sample.company.epics_of_the_product import CORE, IDENTITY

PAYMENTS = (
    EpicPlan(
        key="PAY-120", title="Invoices from contracts", component="Invoicing", done=50, span=(0, 18)
    ),
    EpicPlan(key="PAY-188", title="Credit notes", component="Invoicing", done=30, span=(6, 19)),
    EpicPlan(
        key="PAY-204", title="Invoice PDF templates", component="Invoicing", done=20, span=(14, 26)
    ),
    EpicPlan(
        key="PAY-233",
        title="Recurring invoices every month",
        component="Invoicing",
        done=34,
        span=(18, 33),
    ),
    EpicPlan(
        key="PAY-268",
        title="Sammelrechnung für Konzerne",
        component="Invoicing",
        done=16,
        span=(24, 34),
        cancelled=2,
    ),
    EpicPlan(
        key="PAY-321",
        title="Correct an invoice after it was sent",
        component="Invoicing",
        done=30,
        span=(28, 37),
        open=5,
        points=100,
    ),
    EpicPlan(
        key="PAY-431",
        title="Tax number check (EU)",
        component="Tax desk",
        done=6,
        span=(31, 36),
        open=1,
    ),
    EpicPlan(
        key="PAY-142",
        title="Price lists in currencies",
        component="Currencies",
        done=5,
        span=(3, 9),
    ),
    EpicPlan(
        key="PAY-156",
        title="Rounding rules per currency",
        component="Currencies",
        done=4,
        span=(9, 14),
    ),
    EpicPlan(
        key="PAY-247",
        title="Payment reminders in steps",
        component="Reminders",
        done=6,
        span=(22, 32),
    ),
    EpicPlan(
        key="PAY-335",
        title="Reminder letters in the customer's language",
        component="Reminders",
        done=4,
        span=(33, 37),
        open=3,
    ),
    EpicPlan(
        key="PAY-131", title="SEPA direct debit", component="Payment methods", done=14, span=(1, 12)
    ),
    EpicPlan(
        key="PAY-219",
        title="Cards with strong customer authentication",
        component="Payment methods",
        done=12,
        span=(12, 25),
    ),
    EpicPlan(
        key="PAY-302", title="Wallet payments", component="Payment methods", done=8, span=(29, 37)
    ),
)

REPORTING = (
    EpicPlan(
        key="RPT-88",
        title="Dashboard builder",
        component="Dashboards",
        done=30,
        span=(0, 16),
    ),
    EpicPlan(
        key="RPT-117",
        title="Dashboard: Kacheln teilen",
        component="Dashboards",
        done=18,
        span=(10, 25),
    ),
    EpicPlan(
        key="RPT-139",
        title="Dashboards an der Wand (Vollbild)",
        component="Dashboards",
        done=15,
        span=(22, 34),
    ),
    EpicPlan(
        key="RPT-164",
        title="Charts with a second axis",
        component="Dashboards",
        done=14,
        span=(27, 37),
        open=3,
    ),
    EpicPlan(
        key="RPT-104",
        title="Bericht per E-Mail versenden",
        component="Report mail",
        done=7,
        span=(5, 15),
    ),
    EpicPlan(
        key="RPT-148",
        title="Reports for Monday mornings",
        component="Report mail",
        done=4,
        span=(30, 36),
    ),
    EpicPlan(
        key="RPT-96",
        title="Tabellen als Excel ausgeben",
        component="Spreadsheet export",
        done=8,
        span=(2, 17),
    ),
    EpicPlan(
        key="RPT-153",
        title="Pivot tables in the spreadsheet file",
        component="Spreadsheet export",
        done=4,
        span=(18, 28),
    ),
    EpicPlan(
        key="RPT-126",
        title="Keyboard navigation in tables",
        component="Keyboard",
        done=3,
        span=(20, 24),
    ),
    EpicPlan(
        key="RPT-109",
        title="画面の日本語表示 (Japanese screens)",
        component="Languages",
        done=6,
        span=(8, 20),
    ),
    EpicPlan(
        key="RPT-158",
        title="Écrans en français canadien",
        component="Languages",
        done=5,
        span=(26, 37),
        open=2,
    ),
)

INTEGRATIONS = (
    EpicPlan(
        key="INT-51",
        title="Migration wizard from Zendesk",
        component="Zendesk",
        done=4,
        span=(0, 18),
    ),
    EpicPlan(
        key="INT-93", title="Attachments from Zendesk", component="Zendesk", done=1, span=(25, 31)
    ),
    EpicPlan(key="INT-60", title="Alerts in Slack", component="Chat", done=4, span=(0, 11)),
    EpicPlan(
        key="INT-88", title="Approve from Microsoft Teams", component="Chat", done=3, span=(19, 24)
    ),
    EpicPlan(
        key="INT-55",
        title="Contacts from Salesforce",
        component="CRM connector",
        done=14,
        span=(0, 18),
    ),
    EpicPlan(
        key="INT-77",
        title="Deals from HubSpot",
        component="CRM connector",
        done=10,
        span=(12, 31),
        cancelled=1,
    ),
    EpicPlan(
        key="INT-110",
        title="Two-way field mapping for CRMs",
        component="CRM connector",
        done=8,
        span=(25, 37),
        open=4,
    ),
    EpicPlan(
        key="INT-66",
        title="Webhooks customers can subscribe to",
        component="Public API",
        done=20,
        span=(0, 24),
    ),
    EpicPlan(
        key="INT-104",
        title="API keys with narrow rights",
        component="Public API",
        done=14,
        span=(19, 37),
        open=2,
    ),
)

E_INVOICING = (
    EpicPlan(key="EIN-3", title="E-invoicing (Peppol)", done=8, span=(33, 37), open=4),
    EpicPlan(key="EIN-9", title="Factures électroniques Chorus Pro", done=4, span=(34, 37), open=3),
)

WAITING = (
    EpicPlan(key="ID-190", title="SAML for single departments", component="SSO", open=3),
    EpicPlan(key="PAY-402", title="Invoice approval by two people", component="Invoicing", open=4),
    EpicPlan(key="RPT-180", title="Dashboards mit Kommentaren", component="Dashboards", open=2),
    EpicPlan(key="EIN-21", title="E-invoicing for public bodies (Italy)", childless=True),
)

FOR_SALE = IDENTITY + CORE + PAYMENTS + REPORTING + INTEGRATIONS + E_INVOICING + WAITING
