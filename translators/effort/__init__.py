"""Books finished work into the ledger, and rates what stands there."""
