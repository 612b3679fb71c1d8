"""The only way to a database: two engines, and what is read from and written to them."""
