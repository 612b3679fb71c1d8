"""What `headway serve` answers over HTTP, where HEADWAY_HTTP_ADDRESS says so."""
