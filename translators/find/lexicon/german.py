"""German: what says nothing in an ask."""

from translators.find.lexicon.shape import make_phrasebook

GERMAN = make_phrasebook(
    link="""
        der die das den dem des ein eine einen einem einer eines und oder für fuer in im mit bei
        am an als per von vom ins zum zur unser unsere unseren unserem unserer ihr ihre ihren
        ihrem ihrer mein meine meinen euer eure euren eurem dein deine dieser diese dieses
        diesen
    """,
    talk="""
        ich du er sie es wir ihr man mir mich uns euch dir ihnen sich wer was welche welcher
        welches wie ob ist sind war waren sein seid habt haben habe hat hätte hätten hättet gibt
        gäbe kann kannst können könnt könnte könnten könntet darf dürfen soll sollen muss müssen
        will wollen wollt wolle möchte möchten möchtet werden wird würde würden würdet brauche
        brauchen braucht benötige benötigen benötigt suchen sucht bietet bieten biete anbieten
        anbietet angeboten unterstützt unterstützen unterstütze unterstützung vorhanden
        verfügbar möglich möglichkeit machbar nutzen nutzt nutze benutzen verwenden verwendet
        verwende geht gehen ginge mache machen macht gemacht tun tut enthalten dabei drin bitte
        danke hallo hi hey guten tag servus moin liebe auch schon noch denn eigentlich etwa
        vielleicht eventuell mal doch ja so da dort hier heute jetzt aktuell derzeit momentan
        bald bereits funktion funktionen funktionalität feature features irgendwie irgendein
        irgendeine irgendwas etwas sowas integration kompatibel frage anbindung funktioniert
        funktionieren wissen wünscht wünschen einfach gerne gern lässt lassen existiert bekommen
        bekomme bekommt kriege kriegen erhalten
    """,
    opening="""
        über kommt kommen suche zu zur zum bezüglich betreffs wegen thema kurze wann wo warum
        interesse
    """,
    closing="an zu ein machen option modul vorgesehen geplant",
    phrases="""
        gibt es/gibt es bei euch/fragt nach/fragen nach/frage nach/suche nach/suchen nach/
        sucht nach/bedarf an/interesse an/interessiert an/bei euch/bei ihnen/zum beispiel/
        so etwas wie/so was wie/kurze frage/im angebot/im programm/mit dabei/arbeitet mit/
        funktioniert mit/zusammen mit/vielen dank/mit freundlichen grüßen/auf der liste/
        möglichkeit zu/in eurem produkt/in ihrem produkt
    """,
    away="aus ab",
    toward="nach",
    maybe_away="von vom",
    maybe_toward="zu zum zur an ins",
    negation="""
        nicht kein keine keinen keinem keiner ohne außer statt anstatt nie niemals nur sondern
    """,
    pronoun="ich du er sie es wir ihr man",
    agent="kunde kunden kundin interessent interessenten firma",
    wish="will möchte braucht fragt wünscht hat sucht benötigt wollen fragen",
    people="nutzer benutzer anwender leute mitarbeiter",
    modal="kann können könnt könnte dürfen darf sollen",
    owner="euer eure eurem euren ihr ihre ihrem ihren das dem dein deine",
    product="""
        produkt software plattform system lösung tool werkzeug app anwendung dienst firma
        programm
    """,
)
