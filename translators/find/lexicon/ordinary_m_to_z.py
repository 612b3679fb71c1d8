"""Ordinary words that are one letter away from others, m to z: none is a slip of another."""

WORDS = """
macedonien mach machine macos macro magar magic magico maid maidu mail maille main maint
maintained maintainer mais major make maker makian making mala malais malasar malay malayo male
malformee mali malle malloc malta manage manager manda mandar mandatos mandir maneja manejador
manera manger mangle manipular manipulation manner manor manpage manque manual manuel manuell
maori mapeo maple mappage mapped mapper maps mara marathi marca marcado marcador march marco mare
marge margin mari maria marine maring marino mario marital marked marker market marking marks
marne maroc marque marquer marry martial martin mary masa masche maske masque massage masse
masser master match matcher mate mater material materiel math mating mato matrix matriz matter
mauer maus maxima maximal mayo mayor mayus mcore meal mean meant measure meat mechanisms
mechanismus medal meddle media medial medical medido medio meeting meets meinten mejor melting
member membre memcpy memes memoire memoize mending menge menor menos menta mental menus merci
merge merry mesas meses mess message messer meta metal meter metre mettle mettre mexico micro
middle mien miete mieter migration mile mill milla millar million millon mime mind minder mine
miner mineur mingle mingw minima minimal minimo minister minor minster mint minus minusculas
minuscules minutes mipsel mira mirrors misa mises misma miss mission mister mittel mixes mixin
mixing mixtec mixtek mkstemp mktemp mnemonic mnemonico mocha mode model modell modelo modem
modern moderno modificacion modificado modificador modification modifiee modifier modo mods modul
modulo modulus modus moins mois mold moment momento monkey mono monster mont montage montaje
montar montenegrin month montre montrer mood moody moral more mortal morte most mostrada mostrar
mostrara motel mots mould mount mouse movb move movement mover movie moyen msdos mtime much mucho
muddle mules multi multiple multiplied multiplier multiplo multiply multirange munch mural muria
murut mussel mussen muster mutable mutter mypy mypyc nacional naga naive named namen names
narrower nation national native nativo natural nature nave navigator ncurses near nearly necesita
necessary necessite negatif negativ negativa negativo negociacion negociation negotiation nepal
nepali netloc network netze neue neuer never newari newer nice nicer nicht niece nieme nieve
niger night ningun ninguna ninguno nivel noche nodejs nodes nodo nodoc noexcept noise noisy
nombra nombre nomme nonce none noop normalement normalize normalmente norte north nose notable
notably notacion notas notation note nothing notice noticeable notificacion notification notified
notifier notig noting notion notiz nous nouvel nplurals nueva nueve nuevo nulls nulos number
numeric numerica numerical numerico numeros numerous nummer nurse nutz nyanga objdump object
objekt objet objeto observed obsoleta obsolete obsoleto occurrence octal odder oder offentlichen
offentlicher offer officers offices official offnen offset often older omis omision omiso
omission omits online opcion opcional opened openssl opera operacion operacional operador operand
operando operation operator optimal optimiser optimiza optimizacion optimization optimize
optimizer option optional orden ordena order ordner ordre orientacion orientation origen origin
originale originally ormationen oshima other otras otros otter outer outline outre overhead
overlap overlay overly overread overridden overriden overwrite owned owner owning paar pace
packaged packagers packages packed packen packet packing packs pacts paddle padre pads page pager
pagina pago pahari paharia paie pain paint painter paire paiute paket pala palau panel pango pano
pant pantry papel paper papier para param parameter parametre parametro paranoia parce parcel
parche parcial parece paren parent parentesis parentheses parenthesis pares parity parked parking
parks parmi parms parse parser part partial particion partie partiel partition partly party pasa
pasado pasar pasco pashto paso pass passer passt passwd password passwort past pasto pastry
pasture pasty patch patent path patient paul paulo pausa pause payee payer pays pcre pcrel peace
peach pedal pedido pedro peer penal penan pending perdido performed perks permet permis permiso
permissible permit pero persa persistence person personal personnalise personnalite personnel
perte pesar peso pest petal peter peur pfund pgsql phase phobos phola phone phony photo phowa
phrae phrase pick picker picket pickled pickling pids pilas piles pills pilot pinning pinta pipes
pisos pista piste pivot place placer plage plain plan planer planet planned planner planning
plano plant planter plat platform platte plattform platz plausible player plaza plazo plein pleur
plot plump poach pocket poder podido podria poids point pointer pointeur poison poker police
policies policy polite polity poll pone poner pont pony pooling pools popoloca popoloka popoluca
popoluka porker port portable portal portatil porter portion porto portugues pose posible
posicion posies positif position positive positivo possibilite possibility possible possibly
postal poste poster posture pouch power pprint prafix praise prayer preach precaucion preceded
precedence precedente preceding precio precious precise precompiled precomputed pred predefined
predet predicat predict predictable preferable preference preferencias preferred preferring
prefix preinst preis premature prematuro premio prend prenda prensa preparar preparee preparer
prepend preprocessed prerm pres presa prescription presence present presentacion presentation
preserve preserver preset pretend prevent previews previo previous price pricking pride primaire
primare primary prime primer primera primero principale principe principle print printer printf
prior priorite priority pris prison privee privilege privilegio prize probable probably probe
problem problema proceeding procesa procesado procesador proceso process processus procps
produced produces product produire produit profil profiler program programa programm programmer
progreso progress project projection projekt projet prom promise promocion promoted promotion
prompted prompting prone proof proper properly property propio proporciona proporcione propos
propre props proscription prot protect protection proto protocol protocolo prototype proud prove
provided provider provides province provinz prozess prueba pruebe prufe prune psect pset psmisc
psql pthreads public publica publicacion publication publikation published publisher puddle pudo
pueda puede puedo puerta puerto puesto pulled pulling pulls pulsa pulsar pulse pump punan punch
punkt punning puno punt punto pure purge purse push putting python qiang quad qualified qualifier
qualify quality quand quantite quantity quechua quel quell quichua quick quiere quiet quieter
quilt quirk quit quitter quiza quota quote qwerty qwertz rabat rabatt race rache racine racket
rader radial radio radius radix rage raid rail rains raise ramas ramps rand rang ranger rango
ranker ranking rants rapid rapido rapports rasen rash rasten raten rates rating ratio raton rats
razon reach react read readding reader readline readlink ready real realiza realize realloc
reallocate realm realpath ream reasonable reasonably rebased rebaser rebuild rebuilt received
receiver recent reception recette rechnen rechner recht rechter recibido recibio recibir recibo
reciente recipe recode recompiled recompilez record recortar recover recovery recu recuperacion
recuperar recuperation recupere recuperer recurse recursion recursiva recursive recursivo recurso
redefine redefinicion redefinition redirection reduced redundante reefs reel reestablece
reference referencer referencia referenz referida referred referring refiere reflink reflog
refname reformatted refresh refs refus regal regard regel regenerated regent regex regexp
register registrado registrador registre registro registry regla regle regulare regularer reicht
reifen reihe reindex reindexar reindexation reindexer reino reinstall reise reiter reject
rejection rejet rekursion rekursive relacion related relatif relating relation relativ relativa
relativo relax relaxation reliable reliably relied relief relies reloaded reloading reloc
relocatable relocation reloj rely remain remainder remap reminder remise remota remote remotely
remoto remove remplace remplacement renal rename rend render renderer rendre rendu rent renta
rental renvoie renvoye renvoyer repere reperer repeter repeticion repetition repl replace
replacement replay replica replicacion replicat replication replies replikation reply reponse
report reportar reporter reporto repositories repositorios represent representa representar
representer reproduced reproducible republic republica republik requete requiere require requise
reserva reservar reserve reset reside resister resize resolu resolucion resolution resolv
resolver resort resource resp respect responded responder responsable response responsible
ressource rest restablecer restant restart restaurar restauration restaure restaurer resto
restriccion restriction resultant resultat resumed resumen resumes resync retablir retain retard
retardo retirement retirer retorna retorno retourne reuse reussie revenir reverse reverted
reverting reverts reviewed reviews revisa revise revocacion revocado revocation revoked reward
rewind reword rework rewrite rewrote richter ride rider rien rifting rinse risc riscv rise risk
risky rival river roads roaming roaster robes robleme rocket role rolle romani roofs rooming
rooms rooster root rope rose roster rotacion rotation roto rotor rouge rough round roupie rouse
route router routine rover ruins rule ruler rund runner runs russe rust rver saami saba sabah
sabe sacar sache sadri safe safely safer safety sages said sails saint sait sake sala sale salle
salsa salt salta saltando salto salve sama samar samba sambal sambia same sami samo samoa sample
samut sand sane sango sanitize sanitizer sans santa sante santo sarde sarge sari satisfied satze
satzung sauber sauce saucer saudi saut sauter sauver save saving saying says scale scan scanf
scanned scanner scanning scar scatter schaben schaden schalten schalter schaltet schatten schatz
scheduled scheduler schema scheme schild schmutz schuld schutz scope score scram script seal seam
sean search seating seats seccion secret secreta secs section secuencia securise securite
security seed seeing seeking seems seen sees segment segmentation segmento seguido segunda
segundo sehen seine seit sektion seleccion selecciona selected selecting selection self sell
selves semana semicolon sena senal send sender sendung senior senoufo sens sensible sensor sent
senufo separacion separador separados separar separately separation separator separe separer sera
serbe serbio serial serialize serie serve server serveur sesion session setgid seti setof sets
setter setting setuid setze seule seven sever several sewer shaft shall shallow shape share
shatter shaver sheep sheet shelf shell shellcheck shelves shift shipped shipping ships shirt
shock shop shopping shore short shorter shot shovel showed shower showing shows shrink shuts
shutter sibling sich sicht side sidi siehe sieht siendo sifting sigh sight sign signage signale
signaler signalez signalling signatur signatura signee signer signet signo sigue sila silla silly
silver simple simplest simply simulate sing singer sinn sinon sint sisaala sister site sitter
situation sitze sitzung sixes size skaja skate skill skipped skipping skips skirt skript slack
slash slate slave slaver slavey sleep sleet sleight slender slice slick slide slight slightly
sling slipping slips slit sliver slots slower smack small smart smarter smashing smell smile
smock snapping snaps sniff snore snprintf soaps sobre sobreescribe sock socksv soil soin sold
solder soldier sole solid solution solve solver somali sombra some somme sommet songhai songhay
songs sonst sont soporta soporte sort sortie sortiert sortir soudan souhaitez soups source sous
south space span spanisch spanish sparc spare sparse spawn speak special specially specific
specifie specifier specifique specifyer specs speed speicher spell spend spent spice spill spin
spinning spirit spit spitze splice splinting split splitter splitting spoil spool sport spot
spray spring sprint sprintf spritze sqrt square squire staat stab stable stack stadt staff stage
stain stair stake stale stall stamp stand standard staple star starch start starter startet stash
stat stationary stationery statt statue stature statut stay stddef stdin stdint stdio steady
steak steal steam steel steep stehen steht stelle stem step stepping stick sticky stieng stiff
stil still stimmt sting stock stole stomp stone stool stop stopped stopping store storey stories
stork storm story stove strain stranding strange strap strategie stray strcmp strcpy strdup
stream strftime strict stride string strip stripped strlen strm strncmp strncpy strom strong
strtod strtoul struct structured stubs stuck studio stufe stuff stunde sturm style stylus subanen
subanon subanun subject submit submodul submodulo subproceso subprocess subprozess subs
subscription subset subskription subst substituted substitution subtle successful suceda suche
sudan sudo suffice suffixe suitable suite suivie suivre sujet sujeto sumas summit sunde super
superficial superficiel superseded supplied supplies supportee supporter supposee supposer
suppress supprime suprime sure surge suspend sveti swamp swap swapping sweet swell swing sword
sworn symmetric sync synchrone synchroniser synchronous synth synthesize system sysvinit tabasco
tabelle tabla table tablet tabulacion tabulation tabulator tache tack tagen tagged tags tail
tailers tailors taint take taker taking tale talker talking talks tamang tamano tamil tanana
tangle tank tanker tanna tansania tant tanto tanzania tanzanie tarif tarifa tariff tasas tasche
tasks tasse tassel taste tatar taten taube taxes taxis tazas tchad team tease teile telle tema
temp tempfile temporaire temporales temporare temporary tend tender tendra tener tenga tengah
tente tenter term termin termina terminado terminal terminar terminate termination terminator
terminer terminfo termino termios terres terse test tester tete teuer text texto thai than thani
thank tharu them thema there thereafter these thick thicket thin thing think thinko those though
thought thread threat three throat through throughout throughput throw thru thrust thunk thus
tiapp tibetain tick ticket tide tied tiefe tien tilde tile time timer timing timor tinder tingle
tinta tionen tipos tipp tire tiret titel title titre tmpdir tmpfile toad toasting todas today
todo togo token tokenize tolls toma tomar tonal tonga tooling toolkit tools topping torch torn
torno toro total touch tours tous tout towel tower trace tracer track tracker tractor trade
trader traditional traduccion traduction trail trailer train trainer trait traiter traitor traje
trame tramp trans transaccion transaction transaktion transfer transfert transformed transformer
transicion transition translator transmit trap tras trash trasse trat trata tratar traube trauer
travers traves trays treat treaty tree trend trendy tres trial tribe trick tricky trie trieb
trier triples triplet trois trout trouve truck trump trunca truncate trunk truss trust truth
truthy trying tsan tschad ttype tube tuned tuning tupel tupla tuple turc turco turkisch turkish
turn turno type typename typing typos typs tyres ubergeben uberspringen ubersprungen ubsan udev
uint ukrainien ultima ultimo umount unable unbek unbekannte unbekanntem unbekannter unbound undef
under undo ungen ungultige ungultiger unico unidos uniform uniforum unify union unis unison unit
universal unix unlink unloaded unlock unmatched unnecessary unset unspec unten unter until unwind
upload uploader upper usable usada usado usan usando usar usara uscan used useful users uses
usine using usted usual utara util utilice utilisable utilise utiliser utiliza utilizacion
utilizada utilizar utilizara utilize utilizo utter uuid vacation vacios valable valet valeur
valid valida validacion validate validation validator valider validite validity valido valle
valley valoir valor valuable value valve vapeur variable variance variant varias varies varios
various vases vasos vault vaut vectorial vectoriel vectorizer veille vending vent venta venture
veraltet verandern verandert verband verbinden verbose verboso verbunden verde verge vergleichen
vergutung verhalten verhindern verhutung verificacion verification verified verifier verifiez
verify verlangt verletzt vers versa versand versatz verschieben verschieden versenden versioned
versionen verso verstand versuch versucht vertical vertikale vertrag verwalten verweis verweist
verwenden verwendet verwerfen verwiesen verzeichnis vests vesture vetter veuillez viable vice
vidage vidange vide video vider viele viet viewed viewer villa ville viola violation viole
virtual virtuel visibilite visibility visit visita vista vitre vocation voice voleur volle volver
vorgang vorherige vorheriger vorsatz vortrag votre voulez vouliez vsbuild vsnprintf vtable vuelca
vuelta wachen wafer wagen wages wahl wahlt waiter waiting waits waived waives walker walking
walks walls walten wande wanted wanting wants waray warden wards ware warms warn warnung warp
warranty warte wartung washed washing waste water waves waxes wchar website wechsel wedding weder
weeding weeds weekly weeks wegen weird weise weist weite weiter welche welcher wells wende werden
were werte wertung west wette wetter whale what wheat whenever where whereas wherever while
whipping white whole whose wide widely wider widow width wieder wield wild winding window winds
wine wing winnow wins winter wird wired wires wise with wochen wolof wood word work worker world
worms worst wort worth would wrap wrapped wrapper wring writable write writeable writer wrong
wrote wurden xcoff xgettext xmalloc xterm xwla yards yarns yourself zacatepec zambia zambie
zeichen zeichnen zeige zeigt zeile zeit zelle ziele zweiten
"""
