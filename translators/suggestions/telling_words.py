"""Which words tell what an epic is about; stop words, platforms, numbers and chores never do."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from translators.suggestions.stems import stem_word
from translators.words import BARRIER, UNSPACED, fold_text, space_words, split_camel_case

_ENGLISH = (
    "a about above across after again against all allow allows along also although always am an "
    "and another any are around as at available away back based be because been before behind "
    "being below better between beyond both but by can cannot could current custom did different "
    "do does doing done down due during each either else etc even ever every few first for from "
    "further get gets getting give go good great had has have having he her here him his how i if "
    "in into is it its itself just keep last later least less let like made make makes making "
    "many may me might more most much must my need needed needs never new next no non none nor not "
    "now of off old on once one only or other others our out over own part parts per phase please "
    "possible previous proper properly rather really same see set several shall she should show "
    "since so some still such than that the their them then there these they this those through "
    "thus to together too two under until up upon us use used user users uses using various very "
    "via want was way we well were what when where whether which while who whole why will with "
    "within without would yet you your"
)
_GERMAN = (
    "aber alle allem allen aller alles als am an auch auf aus bei beim bis da damit dann das dass "
    "dem den der des dessen die dies diese diesem diesen dieser dieses doch dort durch ein eine "
    "einem einen einer eines er es etwas euch euer für gegen hat haben hier ich ihr ihre im immer "
    "in ins ist ja jede jedem jeden jeder jedes kann kein keine können mehr mein mit muss nach "
    "neu neue neuen neuer neues nicht noch nun nur ob oder ohne sein seine sich sie sind so soll "
    "sollen sowie über um und uns unser unter vom von vor war was weil welche wenn wer werden wie "
    "wir wird wo zu zum zur zwischen"
)
_FRENCH = (
    "à afin alors au aucun aussi autre autres aux avant avec car ce cela ces cet cette chaque ci "
    "comme dans de depuis des donc du elle elles en encore entre est et été être eux faire fait il "
    "ils je la le les leur leurs lors lui mais même mes moins mon ne nos notre nous nouveau "
    "nouvelle nouveaux ont ou où par pas pendant peut plus pour pouvoir qu que quel quelle qui sa "
    "sans se selon ses si son sont sous sur ta tes ton tous tout toute toutes très tu un une vers "
    "vos votre vous"
)
_SPANISH = (
    "al algo alguna algún ante antes así aún bajo bien cada como con contra cual cuando de del "
    "desde donde dos el él ella ellos en entre era es esa ese eso esta está estas este esto estos "
    "fue ha hacer hasta hay la las le les lo los más me mi mientras muy nada ni no nos nosotros "
    "nuestra nuestro nueva nuevo nuevas nuevos o otra otro otros para pero poder por porque puede "
    "que qué quien se ser si sí sin sobre son su sus también tan te tiene todo toda todas todos tu "
    "un una uno unos usar y ya"
)
_PLATFORMS = (
    "aix amd android api apis app apple application applications apps arm aws azure backend "
    "backends browser browsers bsd chrome client clients cloud common core css data "
    "database databases db debian desktop devops docker driver edge embedded firefox "
    "frontend frontends fullstack gateway gcp general gradle graphql gui html http https infra "
    "infrastructure internal ios ipad ipados iphone java javascript jvm kotlin kubernetes "
    "lambda legacy library libraries linux mac macos main microservice microservices middleware "
    "misc miscellaneous mobile module modules mongodb mysql network node nodejs oracle os osx "
    "package packages php phone platform platforms plugin plugins postgres postgresql product "
    "python react redis rest ruby runtime rust safari sdk sdks server serverless servers service "
    "services shared site software source sql sqlite stack storage swift system systems tablet "
    "tech technical tool tooling tools tvos typescript ubuntu ui unix ux vue web webapp website "
    "windows wip xcode"
)
_CUSTOMER_SYSTEMS = frozenset(
    "android blackberry chrome desktop edge firefox ios ipad ipados iphone linux mac macos mobile "
    "osx phone safari tablet tvos watchos windows".split()
)
"""What customers run a product on: it tells nothing in a title, and something as a component."""
_TIMES = (
    "monday tuesday wednesday thursday friday saturday sunday january february march april june "
    "july august september october november december today tomorrow soon montag dienstag mittwoch "
    "donnerstag freitag samstag sonntag januar februar märz mai juni juli oktober dezember bald "
    "lundi mardi mercredi jeudi vendredi samedi dimanche janvier février mars avril juin juillet "
    "août septembre octobre novembre décembre bientôt lunes martes miércoles jueves viernes sábado "
    "domingo enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
    "diciembre pronto"
)
"""When something is done: it says nothing of the thing itself."""
_CHORES = (
    "ability goal goals latest lts bit bits byte bytes day days week weeks month months year years "
    "hour hours minute minutes second seconds common look feel native standards standard wide "
    "adapt add added adding adds address adjust adopt allow apply architecture assess "
    "automate automated automation baseline beta blocked blocker bring bug bugfix bugs build "
    "building builds bump capabilities capability ci change changed changes check clean cleanup "
    "code codebase common complete configure consolidate convert create created creating "
    "custom customer customers debt define defect deficiencies delete deliver deploy deployment "
    "deprecate deprecated deprecation deprecations design detect dev develop developer developers "
    "development devops doc docs document documentation drop enable enabled enables enabling "
    "enforce enhance enhanced enhancement enhancements ensure epic error errors evaluate existing "
    "expand experience explore expose extend extended extra feature features finalise finalize "
    "finish fix fixed fixes fixing follow followup form full function functionality generate "
    "handle handling idea ideas identify implement implementation implemented implementing "
    "implements important improve improved improvement improvements improving include increase "
    "initial initiative install integrate integration introduce investigate investigation issue "
    "issues iteration job kpi launch level list low maintain maintenance major manage merge "
    "migrate migration milestone minimum minor missing modernise modernize move mvp name "
    "notable okr open optimise optimization optimize parity patch performance phases pilot plan "
    "planning poc prepare preview priority problem problems process production program project "
    "projects proof prototype provide qa quality quick quarter rebuild recompile redesign reduce "
    "refactor refactoring refresh release released releases remove removal rename replace "
    "requirement requirements research resolve rethink review rework rewrite roadmap rollout run "
    "running script setup simplify solution spec specific specification spike sprint stability "
    "stable standard start state status step stories story strategy streamline study suite "
    "support supported supporting supports switch task tasks team tech test testing tests theme "
    "todo track transition type update updated updates updating upgrade upgrades v various "
    "verify version versions view wave work working write "
    "answer ask asked asking asks call discuss hear heard hope idea know mention mentioned please "
    "question questions request requested requests say says tell want wanted wants wish wishes "
    "abschaffen aktualisieren anlegen anpassen arbeit aufgabe ausbau bauen beheben bereitstellen "
    "einbauen einführen einführung einrichten entfernen erlauben ermöglichen erstellen erweitern "
    "erweiterung fehler hinzufügen kunde kunden möglich nutzen optimieren prüfen umbau umsetzen "
    "umsetzung umstellen unterstützen unterstützung verbessern verbesserung verwenden "
    "ajout ajouter améliorer amélioration client clients correction corriger créer gérer gestion "
    "intégrer intégration mettre mise permettre prise charge supprimer utiliser "
    "benötigen benötigt brauche brauchen bräuchten braucht frage fragen hätten möchte möchten "
    "wollen wünschen wünscht besoin cherchons demander souhaite souhaitons veut veux "
    "voudrais voudrions voulons busco buscamos necesita necesitamos necesito pedir preguntar "
    "queremos querer quiero "
    "actualizar agregar añadir arreglar cambiar cambio cliente clientes corregir crear eliminar "
    "gestionar implementar integrar mejora mejorar mejoras permitir quitar soporte"
)
"""What is done to a thing, and how work is run: it says nothing of the thing itself."""

STOP_WORDS = frozenset(map(fold_text, f"{_ENGLISH} {_GERMAN} {_FRENCH} {_SPANISH}".split()))
PLATFORM_WORDS = frozenset(_PLATFORMS.split())
_UNTOLD = STOP_WORDS | PLATFORM_WORDS | frozenset(map(fold_text, f"{_TIMES} {_CHORES}".split()))
_UNTOLD_STEMS = frozenset(
    map(stem_word, PLATFORM_WORDS | frozenset(map(fold_text, _CHORES.split())))
)
_KEY = re.compile(r"(?<![^\W_])[A-Za-z][A-Za-z0-9_]*-[0-9]+(?![^\W_])")
"""An issue's key; what stands before the number is a project."""
_SHORTEST, _SHORTEST_UNSPACED = 3, 2


@lru_cache(100_000)
def is_telling(word: str) -> bool:
    """Whether a folded word tells what a thing is about: invoices does; api and 2024 do not."""
    if not word or any(letter.isdigit() for letter in word) or "'" in word:
        return False
    is_unspaced = UNSPACED.search(word) is not None
    if word.endswith(("api", "apis", "sdk")):
        return False
    if len(word) < (_SHORTEST_UNSPACED if is_unspaced else _SHORTEST):
        return False
    return word not in _UNTOLD and stem_word(word) not in _UNTOLD_STEMS


def find_telling_stems(text: str) -> dict[str, str]:
    """The telling words of a text by their stem, each once, in their order.

    Camel case is parted, unless it tells as one word alone: ListView.
    """
    stems: dict[str, str] = {}
    for written in _KEY.sub(" ", text).split():
        parts = split_camel_case(written)
        told = list(filter(is_telling, parts))
        if not told and len(parts) > 1 and is_telling(joined := "".join(parts)):
            told = [joined] if written.isalpha() else []
        for word in told:
            stems.setdefault(stem_word(word), word)
    return stems


def is_telling_value(value: str) -> bool:
    """Whether a component or label may be offered: a word of it tells, and it holds no number."""
    if any(letter.isdigit() for letter in value) or not value.isprintable():
        return False
    return bool(find_telling_stems(value))


def is_customer_system(component: str) -> bool:
    """Whether a component is called after nothing but what customers run a product on."""
    words = split_camel_case(component)
    return bool(words) and component.isprintable() and _CUSTOMER_SYSTEMS.issuperset(words)


def find_title_phrases(title: str) -> Iterator[str]:
    """What of a title may be offered: two telling words side by side, then single ones."""
    spaced = space_words(_KEY.sub(f" {BARRIER} ", title)).split("\n")[0]
    for phrase in spaced.split(f" {BARRIER} "):
        for first, second in pairwise(phrase.split()):
            if is_telling(first) and is_telling(second):
                yield f"{first} {second}"
    yield from dict.fromkeys(filter(is_telling, spaced.split()))
