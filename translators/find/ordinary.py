"""Words of four languages that are one letter away from others: none is a slip of another.

"Contract sync" is not "contact sync" with a letter too many.
"""

from translators.find.lexicon import ordinary_a_to_l, ordinary_english, ordinary_m_to_z

ORDINARY = frozenset(
    word
    for part in (ordinary_a_to_l, ordinary_english, ordinary_m_to_z)
    for word in part.WORDS.split()
)
