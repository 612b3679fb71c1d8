"""Ordinary words that are one letter away from others, a to l: none is a slip of another."""

WORDS = """
aarch abaco abajo abandon abbreviation abellen aber abfrage abgabe abnormal abord abort aborta
about abreviation absence absent absicht absolu absoluta absolute absoluto abtrieb abzug accent
accept acceptable acceptee accepter acces accesible acceso accessible accion accommodate
aceballos achat across acteur action activa activacion activar activate activation active activer
activite activity activo actor actua actual actuel actuelle adapt adapter adaption added address
adelante admitido admitio adopted adoption adresses advance advantage advice advise adviser
advisor affected affecter afghanistan after agent agrega agregacion agregar agregat ahead aide
ainsi ainu ajout ajusta ajustar ajuste aktion aktive aktuelle alarm albay albeit alert algerien
algorithms algorithmus algoritmo algun alguna alias align alignee alignement aligner alignment
alive alle aller alloc alloca allocate allow almacena alone along alpes alta altai alte alter
alternatif alternativa alternative alternativo altgr always ambas ambigu ambigua ambiguo ambos
amend among amont amount amour ample anade analisis analizado analizador analyse analyser
analyseur analysis analyze analyzer ancestor ancestry ancho anchor ancien ancient andere anderer
andert andorra anfang anfordern anfrage angabe angal angeben angegebene angegebener angel
angelegt anger angle anhand anhangen anidados animacion animation ankle anlagen anlegen
anormalement ansi ansicht antes antrage antrieb ants anweisung anzug aout aplicable appc appear
appel appelee apple applicable apply apports appropriate apres arara arbeiter arbeitet arbre arch
archivado archivador archived archiven archives archivo archivs area argent arguably argument
argumento arise armel armenien armor armour arreter artifacts aruba ascent asked asprintf
assembled assembler assembleur assembly assert asset assez assignee assigner assist assorted
assume assurer asume asynchronous atime ation atoll atom atras attach attacher attachment attack
attacker atteindre atteinte attend attender attendre attendu attente attributen auction audio
audit aufgabe aufgelost auflosen aufzug augmented augmenter ausente ausentea ausgabe ausgeben
ausgefuhrt ausgegeben ausgelost auslesen ausnahme australia australie auswerten auszug auteur
author authorized auto autoconf automake automate automatic automatica automatico automation
autonome autopkgtest autor autorise autorite autour autre auxiliar auxiliary avail available
avance avant avert avila avis avisa aviser aviso avoid avoir await aware ayant aymara azeri baba
babar back backend backtrace bada baden bail bain baisse baja bajau baker bakery balanced balas
bali balises balkan balle ballet ballot banca banco band banda bandera bank banker banner banque
banting baram barat barca barco bare barge barking barque barra barre bars basa base basic basis
bassa basse batak batter battery battle bauen bauer beach bead bean bear beast beat became become
bedding beers beet began begin beginnen beginnt begrenzung behandeln behandelt beheben beide
being beitrag bekannten belag beleg belize bells belonging below belting belts benannte bench
bend bender benin benutzen benutzern berber bereit bericht berry berth best beta bete betrag
betragt bett better bevor bezeichner bias bicol bidden bidder biens bikol bild bilder bildung
bille billet binaire binar binaries binarios binary bind binder bindung binutils birds birman
birth bissection bitte bitter blaan black blaettermann blanc blanco bland blank blatter
blattermann bleach bleed blei blen bless blinder blink bliss blobs bloc block blood bloom bloque
bloquear bloqueo blow blue board boast boaster boat boden bogen bogus boils boite bolivie bolts
bond bonne bonus book boole boolean booleano boom boost booster boot bord borders bornes borra
bote bother boton bottle boucle bound bourse boutisme boutiste bouton brackets brad brain branch
brand brasil breach bread break breed bresil brett bribe brick bride bright brin bring brink
brise brisk britisch broad brod broke broom brote brother bruise brunch brush brut bruto btrfs
buang bucle bufer buffer buffet build buildds builder built bulbs bulgare bulls bunch bund bundle
bungle bunting buses bush busses buster butter buttery buyang byte bytea cabe cabin cable cabos
cache cada cadre caduca cages caida caisse cajas calcul calcular calculer calculo california
callee caller calls cambia cambio came camel camera cameroon cameroun camerun camp campo canada
canal canar canary cancel cancelacion cancellation cancelled cancelling cancer candidate canker
cannot canonical canton capacite capacity caps caption captura capture cara caracter card care
career caret carga cargado cargador cargo carlos carnal carolina carried carrier carro carry cars
cart carta carton cartoon carve casa case cash casing casos casse cast castle casual catalog
catalogo catches catching categoria categorie cation cattle cauca causa causal cause caution
ccache cease ceballos cela celda cells center centre centro cero cerro certainly certs chain
chair chaise cham champ chance chancel change changement changer channel chap chapi chapter
chaque char character charge chargement charger chargeur charm charset chart charter chasm chasse
chat chatter chdir cheap check checker checkin checo cheek chen cheque chick chien child chimp
chin china chinantec chinantek chinese chinesisch chip choir choix choke choose chopping chose
chown chuck chump chunk cible cierre cinta cita citak claim clair clam clamp clang clarify
clarity clase clash classified classifiers clause clave clean cleaner cleanly clear clearer
clearly clefs cles clever clic click cloak clock clonar clone cloner close closer closest closet
clover cloves cluster clutter coach coal coarse coast coating coche code codec codificado coding
coherence coils coincida coincide coincidente coins cola colder colis collision colon color
colorado cols columbia column columna coma combien combinacion combinar combination combine
combiner combo comdat come comfortable coming comm comma commence committed committen committer
committet common commun como comorien compact compaq compara comparaison comparar compare
comparer comparison compat compensacion compilacion compilado compilation compile compiler
complain complaint compleja complement complemento complet completa completado completar
completer completo complex compliant complies compliment comporte composed composer compra
compresion compressee compresser compression compressor comprime compris comprueba compruebe
compte computation compute computer comun conceit concept concern concert concuerda concuerden
condicion condicional condition conditional conducto cone conectar conector conexion configura
configurar configure configurer configury confilt confirm confirmacion confirmation conflict
conflicto conflit conform conftest conge congo conn connected connecter connecteur connexion
connu consent conservar conserver consider considera considerably considerar considerer
considerez consola console const constante constraint construccion construct construction
construit consult consulta consultar consulter consultez consumed consumer consumes contact
contacto contado contador contained container conte contener conteneur content contention contenu
conteo contest context contexto contient contiguous continua continuacion continuar continuation
continue continuer continuous contra contract contrast contrat contrato contributor control
controla controlant controlar controler controlled controller convent convention convert
converter converti convertir cooking cooling coops cope copia copiar copie copier copying cora
core corn corporal corps correccion correct correcta correction correcto corrupt corrupta
corruption corrupto corse corta corte corto cosa cost costa costo cote couch could count counter
country county coup couple cour courbe courier courriel court courtesy courtier cousine cout
cover cpus cpython cramp crane crash crate crea creacion creada creado cream creando crear crease
create creation cred credentials cree creer crews crimee criollo crise critical croate croix cron
crop cross croup crow crude cruft cruise crust crypt crypto ctrl ctype cualquier cuando cuarto
cuento cure curl curly currier curry curse curso cursor curva curve custom cutter dabei dados
daemon dafur daher daily dairy daisy dama damar dance dancer danes danger danisch dans darf
darfur dari date datei dateigrosse dateityp datentyp datetime datos dauer dbname deal deben
deberia debil debit debug debugger debuginfo debut deceit decent decide decimal decir decks
declaracion declaration declared decls decode decoder decompressed decompresser decompressor
decrement decremento default defaut defect defecto defekt defina define defini definicion
definido definio definir definit definition defs defunct deja dela delai delay delier delimited
delimiter delimiteur deliver delivery dell delta demandee demander democratic democratica demon
demos denen denial denn dental denting depend dependance dependancy dependence dependencias
dependencies dependency dependent deposit deposito deps depth deref dereferenced deren derive
derniere desactiva desactivar desactive desactiver desc descarga descargando descargar descarta
descartado descartar descent describe descripcion description descriptor desert designed desired
deskriptor desks despl dessen dessert dessin dessous dessus destroy detachee detacher detect
detectar detectee detecter detection detecto detector determina determinar determine determiner
devel developed developer development devez device devis devriez diagnostic diagram dialog
dialogo diary dias dicts diese diesem dieser diferente differe difference different difficult
difiere digest digit digito dinar diner dinner dire direcc direccion direccional direct direction
directiva directive directo directories directorios direkt dirent disassemble disassembler disc
disclaimed disclaimer disco discover discovery disks dispatched dispatcher disposition distance
distante distinto distribucion distribute distribution dists dive diver divest divide diving
doble docket docks docs document documento does dogri doigt doing doit dokument dolar dollar
domaine domane domingo dominio donation donde done dong donne donor door dose dotation douane
double draft drain drawn dress drifting drink drive driver droit drunk dselect dual duck dueno
dumagat dumped dumps duracion duration durch dust dutch dwarf dynamische ease easier east easter
echange ecoute ecrase ecrire ecrite edicion edit edita editar editee editer editeur edition
editor effect effective effektive effet egale egyptien eine einem einer eingabedatei eingabedaten
eingaben eingeben einige einlesen eins either eject ejecuta ejecutable ejecutada ejecutar ejecute
election electronic electronico element elemento elif elige elimina eliminacion eliminada
eliminados eliminar eliminara elimination eliminer elipsis ellas elles ellipsis ellos eltern
emacs embedded embedder emigration emission emits emitted emitter empaquetar empaqueter
emplacement emplea empleo employee employer emulacion emulation encode encoder encore encuentra
ende endef endet endianess endianness endif ending endung englisch english enlazado enlazador
enrolment ensamblador ensure ente entente enter entero entete entier entire entirely entirety
entite entity entre entreprise entrer entries entry enumerator enumere envelope enveloppe envers
envia enviar envio envoi envoye envoyer envvar epoch equality equivalence equivalente erase
erfolg erfordert erhalten ermitteln ermittelt ernst ernte errata errone erronea erroneo erroneous
ersetzen ersetzt erste erstellen erster erte ertrage erweitern erweitert erzeichnis erzwingen
erzwungen escalado esclavo escriba escribe escribio escribir escrito esos espagnol espanol
especial especially especifique esperaba esperada esperando esperanto essen essential esta
establece establecer establecido established estandar estar este estero estimacion estimation
estonien estos etablir etage etait etant etape etat etend etendre etendu etes etre etype evalua
evaluation even event evento ever every evitar eviter exact examinar examine example excede
excedido excedio exceed excepcion except exception excepto exchange exclude exclure excluye exec
executable execute executer executor exemple exige exile exist existan existance existant
existence existent exit exito expanded expander expect expensive expert expiracion expiration
expire expiry explicit explicitely explicitly explizit export expresion expression extend
extender extension extensive extent extern externa external externem externer externo extra
extraccion extract extraction extraire extrait extreme fable face fact facteurs faction factor
factory factura facture faible fail faire fait fali fall falla fallaba fallada fallado fallida
fallido fallo falsche falscher false falso falsy falta falten familia families famille farbe fare
farmer farms fars farther fases fast faster fate father fatness fault faulty faut favor favour
faxes fdopen fdpic feast feather features fecha feder feed feeling fees feet fehl fehlern fehlt
feld felder fender fending fenster ferme fermer fesetround fest fetched fetter feuer fever fewer
fflush fiable fich ficha fichero fichier field fiend fight filas file fileno filenode fille films
fils filter filtre finaliza finalizar finalize find finder fine finer finger fini finir finish
finite finnisch finnish fire firm firma firmado firmante first fitness fits fitter fixe fixer
fixing flag flame flasche flash flask flat flavor flavour flaws flecha fleche fleet flesh fleshy
flight float flood floor flotante flottante flower flowery flush fname foaming focus foils fois
fokus folded folder folks following fonction fond fondo font food foot footer fopen force forcer
forget forgot forked forking forks form forma formada formado formal format formato formatted
formatter formee former fort forth fortran forum forwarded forzado foster foto found fourth foxes
fpic fprintf fraccion fraction fractura fracture frage fragment fragmento frais frame framer
franc franzosisch frase free freebsd freezing freie freight frente frequency fresh friend fright
frills from front fsck fstab fstat fuente fuera fuerza fugen fuhre fuhrt fulfill full fully func
funcion funciona funcional funcionar function functional fund funktion funny further fusion
fusionnes futter futur futuro fuzz fuzzer fuzzy gade gain gallery galley gallois game gamma gamme
gang ganze gaps garantia garantie gasto gate gave gcredentials geben gefunden gegen gehalt gehen
geholt gehort gelder gencodec gender genera generacion generado general generar generate
generation generator genere generer generic generico george georgiano georgien gerade gerat gere
gerer gericht german gesetz gesetzt gesto gestor getattr getegid geteuid getter gettext gewahlt
gewicht gfortran ghana giang gien gimp given giziga glace glance glass glib glibc globales
globals globe gloom gloss glove going gong good grab grace grad gradle graft grain grand grant
graphs grass grate grave great greek green grins grocer grocery groom gros grosso group grout
grower grows grund gsettings guarantee guard guarda guess guest guide guile guillemets guinea
guinee gula guration gust gutter guyana gvariant haben haber hace hacer hache hacia hack hackery
hacky hair halle halten hambre hand handle handler handy hang hangar hanger hangt hangul hard
harder hardly harte hashable hashed hashtable hatching hatchling hatte haupt haus haut have head
header healer healing heap heard heating hebreu heir heiter hello helped helper here heriter
heure hexadecimal hexadezimale hides hier highlighted highlighter hijas hijos hills hilos hint
hinter hipping hire histogram historia historic historical historie hits hitting hmong hoard hohe
hoher hojas holds holes hombre hong honored horas hors hose host hostel hote hotel hours house
hsts http huave hulle humanos hunde hunter hunting icon icono iconv idea ideal idem ident
identified identifier identifies identify identite identities identity idiom idioma ierung ifdef
ifndef ignora ignorada ignorar ignorara ignore ignorer ihnen ihre ihrem ihrer ilegal iles illegal
image imago immutable impact impair impar impart impide impl implement implementa implementar
implementee implicit implicita implizite imply import importance importante imposed imposible
impossible impresion impression imprime inactive include includedir inclure inclus incluso inclut
incluye incoherence incompatible incomplet incompleta incompleto incorrect incorrecta incorrecto
incr increment incremental incrementar incremento inde indem indemnity indent index indexee
indexer india indic indica indicado indicador indicar indication indicator indien indirect
indirecta indirecto indizado indonesia indonesie inet inexistante infection infer inference
inferieur inferior infest infile infinite infinity inform informa informacion information
informative ingest inicia inicial iniciar inicio init initial initialisee initialiser initialize
initializer initiate injection inkompatibel inkompatible inner inode input inquire inquiry insel
insercion insere insert inserta insertion inspected inspector inst install installee installer
installment instalment instances instead instill instruccion instruction integer integrate
integrite integrity intel intend intent intenta intention intentional intento inter interactive
interactivo interface interieur interim interior interna internal internat interner internet
interno interop interpret interpreta interpretar interpreter interpreteur interrumpido
interruption interval intervalle intervalo intl into intro ints invalid invalida invalido inverse
inverso invert invest invocar invocation invoked ionen irisch irlandais irrevocable issue issuer
italiano italien item iter iteration james japanese japanisch japon java javanisch jede jedem
jeder jingle jobserver join joint journal json jsonb junction jungle junto just kannada kanuri
kara karen karte kasse kasten kayah kayan kein keinem keiner kelle kenia kenya kenyah kette
kettle keyed keyid keymap keyring kfreebsd khumi killed kind kings kiste klasse kleid kleider
klein kleiner klick kludge knopf kochen kodieren kodiert komma kommt kompatibel kong kongo konjo
konnen konnten kono konten konto kopf kopie kopieren kopiert kosten kpelle kreolisch kuchen kunde
kurde kurdisch kurdish kurdo kurse kurze kurzel kwarg label labo labor lace lacked lacking lacks
ladder laden lage lager lamps lance lancer lander landing lang langage langer language langue
lapel larga large larger largest largeur largo lassen last late later lateral latest lather latin
latino latter launch layer ldconfig leach leader leading leads leak lean learn lease leash least
leather leave leche lecho lectores lectura lecture leder leer legen legion legt leid leido leiste
leistung leiter leitung lender lending lends length lens leon lese lesion lesson lessor lesung
leton letter letton letzter level lever lexer liant libart libasan libcrypto libdl liberia libgcc
libgcrypt libgo libgomp libm libphobos libraries library libre librt libs libssp libtool libtsan
libuv libxslt licensee licenser licensor licht lichter licking lieder liefert liegen liegt lien
lier lies liest lifted lifting lifts light ligne like likeness likewise lima limb limba limit
limita limitar limitation limiter line linea lineal linear lineno liner linien linke linker lint
linux lire lisen list lista listar listener lister listet listo literal literally litre litter
litteral live liveness liver living livre llama llave lleva loaded loader loading loads loans
local localizacion localization localize locally locate locked locking locks logged logger logic
logica logical logico login logos logs lohar loin loire lokal lokalize lone longer longs longue
look lookup loongson looping loops loose lords lors lose losing loss lost losung lots louder
louis lounge lover loving lower loyal loyally loyalty luck lues lumps lunch lung lzip
"""
