"""Makes a translation cost what changed."""
