"""Words that mean much the same, a line each, in four languages; a phrase's words are joined by `_`."""

MEANINGS = """
sign_in login log_in sign_on anmelden anmeldung einloggen connexion connecter iniciar_sesion acceder
"""
