"""The deployments of docs/deploy: held against what checks them, and started for real."""
