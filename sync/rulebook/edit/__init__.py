"""Edits rule books in place: only the letters that an edit is about are touched.

spans     where every value of a text begins and ends
scalars   texts and small blocks, written so that they are read back as they are
surgery   adds, sets and removes single values of one text
folder    the files of a rule book: read whole, written whole or not at all
edits     what people decide: pins, names, mergers, withdrawals
"""
