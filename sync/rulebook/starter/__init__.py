"""What `headway init` writes where there is no rule book yet."""
