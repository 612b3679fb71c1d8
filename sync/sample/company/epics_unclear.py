"""Epics on which the sample rule book cannot decide: a person has to."""

from sync.sample.company.epics import EpicPlan

NO_CAPABILITY = (
    EpicPlan(key="ID-165", title="Welcome tour for new people", done=5, span=(29, 35)),
    EpicPlan(
        key="PAY-502",
        title="Discount codes in the shop",
        component="Exports desk",
        done=6,
        span=(24, 33),
        open=2,
    ),
    EpicPlan(
        key="PAY-518",
        title="Gift vouchers",
        component="Exports desk",
        done=5,
        span=(32, 37),
        open=2,
    ),
    EpicPlan(key="RPT-121", title="Zielwerte je Abteilung", done=5, span=(14, 20)),
    EpicPlan(key="RPT-161", title="Map view for regions", done=5, span=(28, 35)),
    EpicPlan(key="CORE-150", title="Team calendar with rooms", done=8, span=(15, 26)),
    EpicPlan(key="CORE-193", title="Barcode scanner pairing", done=5, span=(31, 37), open=1),
    EpicPlan(key="INT-99", title="Weather data for field crews", done=5, span=(19, 31)),
)

DRAFT_CAPABILITY = (
    EpicPlan(
        key="RPT-167",
        title="Who opens which dashboard tile",
        component="Usage insights",
        done=5,
        span=(30, 37),
    ),
)

LOOKS_INTERNAL = (
    EpicPlan(key="RPT-142", title="Migration", done=6, span=(23, 29)),
    EpicPlan(key="CORE-136", title="SOC", done=5, span=(12, 18)),
    EpicPlan(key="CORE-185", title="Security improvements", done=6, span=(27, 36), open=1),
    EpicPlan(key="INT-107", title="DORA", done=4, span=(25, 37)),
)

TWO_CAPABILITIES = (
    EpicPlan(
        key="PAY-277",
        title="Invoice lists as Excel files",
        component="Invoicing",
        labels=("spreadsheet",),
        done=5,
        span=(26, 31),
    ),
    EpicPlan(
        key="ID-149",
        title="Roles from SAML attributes",
        component="Roles",
        done=6,
        span=(23, 29),
    ),
)

UNCLEAR = NO_CAPABILITY + DRAFT_CAPABILITY + LOOKS_INTERNAL + TWO_CAPABILITIES
