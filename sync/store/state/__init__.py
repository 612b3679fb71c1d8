"""The state database: mirror, ledger, decisions, rollups, runs."""
