"""Words whose forms no rule of endings gives, and those that only look like forms of others."""

APART = frozenset(
    """
    accounting training parking booking building housing marketing shipping engineering clothing
    landing drawing rating wedding evening morning lighting painting funding stocking setting
    hearing finding opening wiring coating lining filling dressing serving outing meaning warning
    saving heading reading being casting bearing boarding catering cutting dating fishing framing
    gaming grading holding learning leading listing living mining packing passing picking planting
    posting printing racing ring sailing scoring seating sewing sitting skiing spring staging
    standing string striking thing timing tracking trading turning wing writing
    """.split()
)
"""Nouns of their own, and no form of the verb that they came from: accounting is no accounts."""
SINGULAR = frozenset(
    """
    news goods customs means lens canvas windows series species status bonus campus gas bus plus
    atlas basis analysis access business address express glass pass class mass cross loss press
    sales saas paas iaas maps arms grounds spirits looks savings shorts thanks glasses
    """.split()
)
"""Words with an s at their end that are not, or not alone, more than one of the word without it."""
OTHER_WORDS = frozenset(
    frozenset(pair.split())
    for pair in "cours course/cours courses/livre livret/livres livrets/moral morale".split("/")
)
"""Pairs that look like forms of one word, or like slips of one another, and are not."""
IRREGULAR = (
    "menu menus/man men/woman women/child children/person people/foot feet/tooth teeth/"
    "mouse mice/criterion criteria/index indexes indices/matrix matrices/"
    "taxi taxis/ski skis/gps/virus viruses/campus campuses/bonus bonuses/bus buses/gas gases/"
    "status statuses/lens lenses/analysis analyses/leaf leaves/life lives/shelf shelves/"
    "centre center centres centers/licence license/"
    "programme program/plan planning plans planned/catalogue catalog/grey gray/tyre tire/"
    "konto konten/firma firmen/datum daten/museum museen/travail travaux/"
    "import imports importing imported importer importe importez importation importations "
    "importieren importiert importar importa importan importacion importaciones importe/"
    "export exports exporting exported exporter exportez exportation exportations exportieren "
    "exportiert exportar exporta exportan exportacion exportaciones exporte/"
    "filter filters filtering filtern filtre filtres filtrer filtro filtros filtrar/"
    "archive archives archiving archived archiv archivieren archiver archivar archivo/"
    "synchronise synchronize synchronising synchronizing "
    "synchronisation synchronization synchronisieren synchronisierung synchroniser sincronizar "
    "sincronizacion sync syncs syncing synced/"
    "integrate integration integrations integrating integrieren intégrer integrar integracion"
).split("/")
