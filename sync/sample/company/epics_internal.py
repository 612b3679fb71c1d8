"""Epics no customer should read about: technical debt, regulatory duties and security work."""

from sync.sample.company.epics import EpicPlan

DEBT = ("tech-debt",)
KEEP_RUNNING = "Keep the lights on"
OBLIGATION = "Obligation"

TECHNICAL_DEBT = (
    EpicPlan(key="ID-112", title="Refactor token service", labels=DEBT, done=16, span=(4, 16)),
    EpicPlan(key="ID-125", title="Upgrade to Spring Boot 3", labels=DEBT, done=10, span=(12, 19)),
    EpicPlan(key="ID-137", title="Fix flaky login tests", labels=DEBT, done=9, span=(18, 27)),
    EpicPlan(
        key="ID-158",
        title="Alten Sitzungsspeicher ablösen",
        work_category=KEEP_RUNNING,
        done=8,
        span=(26, 34),
    ),
    EpicPlan(
        key="ID-168",
        title="Remove dead code around passkeys",
        labels=DEBT,
        done=4,
        span=(34, 37),
        open=2,
    ),
    EpicPlan(
        key="CORE-212", title="Refactor billing job", labels=DEBT, done=11, span=(25, 37), open=3
    ),
    EpicPlan(key="CORE-104", title="Upgrade to PostgreSQL 17", labels=DEBT, done=14, span=(0, 9)),
    EpicPlan(
        key="CORE-107", title="Remove deprecated v1 endpoints", labels=DEBT, done=10, span=(3, 14)
    ),
    EpicPlan(key="CORE-118", title="CI/CD pipeline speed", component="Build farm", done=12),
    EpicPlan(key="CORE-126", title="Fix flaky checkout tests", labels=DEBT, done=8, span=(9, 18)),
    EpicPlan(
        key="CORE-134",
        title="Terraform for eu-west-2",
        work_category=KEEP_RUNNING,
        done=12,
        span=(11, 22),
    ),
    EpicPlan(key="CORE-141", title="Dependency upgrades", labels=("ktlo",), done=14),
    EpicPlan(key="CORE-153", title="Clean up feature flags", labels=DEBT, done=7, span=(17, 25)),
    EpicPlan(
        key="CORE-165",
        title="Runbooks and on-call alerts",
        work_category=KEEP_RUNNING,
        done=9,
        span=(20, 33),
    ),
    EpicPlan(
        key="CORE-179",
        title="Sharding of the events table",
        component="Build farm",
        labels=DEBT,
        done=10,
        span=(26, 37),
        open=4,
    ),
    EpicPlan(
        key="CORE-198",
        title="Big ball of mud, part 3",
        work_category=KEEP_RUNNING,
        done=1,
        span=(22, 22),
        childless=True,
    ),
    EpicPlan(key="PAY-126", title="Refactor billing module", labels=DEBT, done=12, span=(2, 12)),
    EpicPlan(
        key="PAY-163",
        title="Replace the legacy tax library",
        work_category=KEEP_RUNNING,
        done=10,
        span=(10, 18),
    ),
    EpicPlan(key="PAY-196", title="Test coverage of dunning", labels=DEBT, done=8, span=(16, 24)),
    EpicPlan(key="PAY-241", title="Upgrade to Java 21", labels=DEBT, done=9, span=(21, 29)),
    EpicPlan(
        key="PAY-289",
        title="Alte Mandantendatenbank abschalten",
        work_category=KEEP_RUNNING,
        done=8,
        span=(26, 35),
    ),
    EpicPlan(key="PAY-344", title="Decommission fax gateway", labels=DEBT, done=5, span=(33, 37)),
    EpicPlan(
        key="RPT-92", title="Refactoring der Abfrageschicht", labels=DEBT, done=12, span=(1, 13)
    ),
    EpicPlan(key="RPT-113", title="Upgrade to React 19", labels=DEBT, done=9, span=(9, 18)),
    EpicPlan(key="RPT-131", title="Flaky chart tests", labels=DEBT, done=7, span=(17, 26)),
    EpicPlan(
        key="RPT-145",
        title="Monorepo für Berichte",
        work_category=KEEP_RUNNING,
        done=7,
        span=(24, 33),
    ),
    EpicPlan(
        key="RPT-170", title="Dead code in the exporter", labels=DEBT, done=4, span=(32, 37), open=2
    ),
    EpicPlan(
        key="INT-58", title="Refactor connector base class", labels=DEBT, done=9, span=(0, 11)
    ),
    EpicPlan(key="INT-71", title="Retire the old queue", labels=("ktlo",), done=7, span=(12, 24)),
    EpicPlan(key="INT-96", title="Integration tests in CI", labels=DEBT, done=7, span=(19, 31)),
    EpicPlan(key="INT-115", title="Tooling chores", labels=DEBT, done=4, span=(32, 37), open=3),
)

REGULATORY = (
    EpicPlan(
        key="PAY-310",
        title="DORA register of ICT providers",
        labels=("regulatory",),
        done=7,
        span=(26, 35),
    ),
    EpicPlan(
        key="PAY-150", title="PSD2 gap assessment", labels=("regulatory",), done=5, span=(5, 10)
    ),
    EpicPlan(
        key="PAY-174",
        title="Remediate PCI-DSS audit finding 4.2",
        component="Regulatory desk",
        done=6,
        span=(11, 17),
    ),
    EpicPlan(
        key="PAY-227",
        title="Geldwäschegesetz: Meldewege",
        work_category=OBLIGATION,
        done=5,
        span=(17, 23),
    ),
    EpicPlan(
        key="PAY-256",
        title="Evidence for the external auditor",
        labels=("regulatory",),
        done=5,
        span=(22, 29),
    ),
    EpicPlan(
        key="PAY-297",
        title="Sanctions screening (internal)",
        component="Regulatory desk",
        done=4,
        span=(27, 33),
    ),
    EpicPlan(
        key="PAY-351",
        title="Regulator reporting obligation, new form",
        work_category=OBLIGATION,
        done=3,
        span=(34, 37),
        open=2,
    ),
    EpicPlan(key="ID-122", title="GDPR gap assessment", labels=("gdpr",), done=6, span=(8, 15)),
    EpicPlan(
        key="ID-160",
        title="Records of processing, sign-in data",
        component="Regulatory desk",
        done=4,
        span=(27, 33),
    ),
    EpicPlan(
        key="CORE-110",
        title="SOC 2 evidence collection",
        labels=("compliance",),
        done=5,
        span=(4, 12),
    ),
    EpicPlan(
        key="CORE-147",
        title="Third-party license notices",
        labels=("compliance",),
        done=3,
        span=(15, 19),
    ),
    EpicPlan(key="CORE-190", title="NIS2 readiness", labels=("regulatory",), done=4, span=(30, 37)),
    EpicPlan(
        key="RPT-135",
        title="BITV: Nachweise für die Behörde",
        work_category=OBLIGATION,
        done=5,
        span=(19, 27),
    ),
    EpicPlan(
        key="INT-82",
        title="Supplier due diligence questionnaire",
        component="Regulatory desk",
        done=4,
        span=(12, 24),
    ),
)

SECURITY = (
    EpicPlan(
        key="ID-115",
        title="Penetration test findings",
        component="Security desk",
        done=6,
        span=(6, 12),
        security_level="Security team only",
    ),
    EpicPlan(
        key="ID-144", title="Patch CVE-2026-1234", component="Security desk", done=4, span=(20, 24)
    ),
    EpicPlan(
        key="ID-174",
        title="Threat model of the sign-in pages",
        component="Security desk",
        done=4,
        span=(31, 37),
    ),
    EpicPlan(
        key="CORE-121",
        title="Vulnerability backlog of the images",
        component="Security desk",
        done=8,
        span=(5, 20),
    ),
    EpicPlan(
        key="CORE-157",
        title="Rotate leaked secrets",
        component="Security desk",
        done=3,
        span=(17, 19),
    ),
    EpicPlan(
        key="CORE-201",
        title="Security review of the upload path",
        component="Security desk",
        done=4,
        span=(33, 37),
    ),
    EpicPlan(
        key="PAY-262",
        title="Harden the card vault",
        component="Security desk",
        done=5,
        span=(23, 30),
    ),
)

INTERNAL = TECHNICAL_DEBT + REGULATORY + SECURITY
