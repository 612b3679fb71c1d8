"""French: what says nothing in an ask."""

from translators.find.lexicon.shape import make_phrasebook

FRENCH = make_phrasebook(
    link="""
        le la les l un une des du de d et ou au aux a en dans par avec pour chez mon ma mes
        notre nos votre vos ton ta tes son sa ses leur leurs ce cet cette ces sur
    """,
    talk="""
        je j ça cela tu il elle on nous vous ils elles me m te t se s y qui que qu quoi quel
        quelle quels quelles quand comment où si est sont c etre suis sommes êtes ai as avez
        avons ont avoir aurait auriez peut peux peuvent pouvez pouvons pouvoir pourrait pourrais
        pourriez pourrions puis doit dois doivent devons veut veux voulons voulez voudrais
        voudrions voudrait souhaite souhaitons souhaitez souhaiterais faut besoin cherche
        cherchons cherchez propose proposez proposer proposent offre offrez offrir fournit
        fournissez prend prenez charge supporte supportez supporter gère gérez gérer utiliser
        utilise utilisez utilisons existe existent disponible disponibles possible possibles
        possibilité moyen permet permettez permettre compatible marche marchent fonctionne
        fonctionnent fonction fonctions fonctionnalité fonctionnalités option options faire fait
        faites inclus incluse inclut comprend déjà aussi encore actuellement aujourd hui
        maintenant bientôt bonjour bonsoir salut merci svp stp plaît quelque chose question
        intégration savoir dire demande demandent aimerait aimerais aimerions est-ce donc alors
        bien proposez-vous avez-vous
    """,
    opening="concernant propos sujet sur petite depuis",
    closing="module prévu",
    phrases="""
        est ce que/intéressé par/intéressés par/intérêt pour/est ce qu/est ce/y a t il/il y a/
        s il vous plaît/s il te plaît/par hasard/par exemple/quelque chose comme/
        prise en charge/prenez vous en charge/prendre en charge/dans votre produit/
        dans votre logiciel/dans votre offre/a ce jour/au catalogue/fonctionne avec/marche avec/
        travaille avec/avons besoin de/avons besoin d/besoin de/besoin d/a t on/ya t il/
        petite question
    """,
    away="depuis",
    toward="vers",
    maybe_away="de d du des",
    maybe_toward="a au aux",
    negation="sans pas ne n non aucun aucune jamais sauf ni hors excepté seulement plutôt mais",
    pronoun="je j tu il elle on nous vous ils elles",
    agent="client clients cliente prospect prospects entreprise",
    wish="veut demande souhaite voudrait cherche aimerait veulent demandent souhaitent",
    people="utilisateurs gens employés collaborateurs",
    modal="peut peuvent peux pouvez permet",
    owner="votre vos le la ton",
    product="""
        produit logiciel plateforme système solution outil application appli service société
    """,
)
