"""What says nothing in an ask, language by language: tables alone, to be carried anywhere."""
