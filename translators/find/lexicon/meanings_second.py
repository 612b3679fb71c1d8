"""Words that mean much the same, a group each in four languages; `_` joins a phrase."""

GROUPS = """
record records entry entries item items datensatz datensatze eintrag eintrage enregistrement
    fiche registros ficha entrada
workspace workspaces space spaces arbeitsbereich bereich espace espaces espacio espacios
    de_trabajo
keyboard keys_only shortcut shortcuts hotkey hotkeys without_a_mouse without_mouse mouse
    tastatur tastenkurzel tasten maus clavier raccourci raccourcis souris teclado atajo atajos
    raton accessibility accessible barrierefrei accessibilite accesibilidad
language languages translation translate translated localisation localization multilingual
    interface_in japanese french german spanish english italian chinese sprache sprachen
    ubersetzung ubersetzen oberflache mehrsprachig franzosisch deutsch spanisch englisch
    japanisch langue langues traduction traduire traduit multilingue francais allemand espagnol
    anglais japonais idioma idiomas traduccion traducir pantallas frances aleman ingles japones
    interfaz
screen screens display bildschirm bildschirme ecran ecrans pantalla wall interface
sandbox test testing try try_out trial staging practise practice copy_of_production copy
    dummy rehearsal playground go_live testumgebung ausprobieren testen kopie ubungsumgebung
    bac_a_sable tester essayer environnement_de_test copie entorno_de_pruebas probar pruebas
    copia ensayo
backup backups restore_data sicherung datensicherung sauvegarde sauvegarder
    copia_de_seguridad respaldo
calendar calendars agenda appointment appointments date booking_calendar kalender termin
    termine calendrier rendez_vous calendario cita citas
book booking bookings reserve reservation reservations reserved buchen buchung buchungen
    reservieren reservierung reserver reservar reserva reservas
room rooms bedroom suite zimmer raum raume chambre chambres salle salles habitacion
    habitaciones cuarto sala salas hall halls saal
clean cleaning cleaned tidy wash maid maids housekeeping cleaner putzen reinigen reinigung
    gereinigt sauber zimmermadchen nettoyer nettoyage menage limpiar limpieza lavar waschen
    laver
laundry linen shirt shirts iron dry_cleaning wasche hemd hemden bugeln linge chemise
    chemises pressing repassage lavanderia camisa camisas ropa
group groups party parties coach wedding block gruppe gruppen hochzeit reisegruppe groupe
    groupes mariage grupo grupos boda
portal portals ota booking_com expedia airbnb online_travel travel_sites marketplace
    marketplaces channel channels sell_on portale vertriebskanal kanal canal canaux canales
arrive arrival check_in before_they_arrive register_at_home anreise ankunft einchecken
    arrivee arriver llegada llegar registrarse
depart departure check_out leave_the_house abreise auschecken salida
door doors lock locks unlock open_the door_card tur schloss offnen porte serrure ouvrir
    puerta cerradura abrir
night nightly evening nacht nachte abend nuit soir noche
close closing close_the_books end_of_day day_end abschluss tagesabschluss schliessen cloture
    cloturer fermer cierre cerrar
till cash_register pos point_of_sale cash cash_desk takings revenue kasse kassen bargeld
    einnahmen umsatz caisse encaissement recettes especes caja efectivo ingresos tpv
season seasonal summer winter high_season demand saison sommer nachfrage saisonnier ete
    hiver temporada verano invierno demanda dynamic
deposit deposits prepay prepayment advance in_advance down_payment pay_before upfront
    anzahlung vorauszahlung vorab acompte arrhes avance deposito anticipo por_adelantado
tax taxes vat levy duty steuer steuern abgabe mehrwertsteuer umsatzsteuer taxe tva impot
    impuesto impuestos iva tasa
town city tourist municipality stadt gemeinde ville commune tourisme ciudad turista
    turistico
loyalty reward rewards points come_back returning regulars repeat_customers bonus treue
    punkte stammgast stammkunde fidelite recompense fidelidad puntos recompensa
restaurant dining dining_room table dinner lunch meal meals food eat eats bistro kitchen
    cook chef essen tisch kuche speisen abendessen koch repas diner cuisine manger cuisinier
    restaurante comedor mesa cena comida cocina comer cocinero
breakfast morning morgens fruhstuck petit_dejeuner matin desayuno desayunar manana
allergy allergies allergens dietary diet intolerance nuts gluten allergie allergien
    unvertraglichkeit regime alergia alergias dieta
drink drinks bar beverage getrank getranke boisson bebida
spa wellness massage massages treatment bath therapist sauna anwendung behandlung bad soin
    soins bain masaje tratamiento bano
parking park car cars garage vehicle spot parkplatz parken auto fahrzeug stationnement
    voiture parc_auto aparcamiento coche plaza
repair repairs broken maintenance fix defect damage damaged caretaker fault lamp kaputt
    reparatur wartung instandhaltung defekt schaden hausmeister reparation reparer panne
    entretien casse reparacion reparar averia mantenimiento roto
lost found left_behind forgotten forgot fundsachen fundbuero verloren vergessen perdu oublie
    trouve perdido olvidado
meeting meetings conference conferences event events venue seminar projector tagung
    besprechung veranstaltung konferenz reunion evenement seminaire conferencia evento congreso
hire rent rental lease hire_out mieten vermieten miete leihen louer location alquilar
    alquiler arrendar
banquet function buffet catering bankett festessen banquete
shift shifts rota roster duty who_works work_plan schedule_of_staff schicht schichten
    dienstplan schichtplan einsatzplan planning equipes turno turnos cuadrante horario
working_hours hours clock clock_in time_tracking timesheet attendance record_hours
    arbeitszeit zeiterfassung stunden stempeln pointage heures temps fichaje horas jornada
form forms registration police papers formular anmeldeformular meldeschein polizei
    formulaire formulario policia
passport identity id_card identity_card scan scanner camera read_papers ausweis pass
    reisepass personalausweis kamera passeport piece_d_identite carte_d_identite pasaporte dni
    documento_de_identidad camara
wait waiting queue waitlist becomes_free falls_free warteliste warten attente
    liste_d_attente espera lista_de_espera
oversell overbook overbooking more_than_we_have more_rooms_than uberbuchung uberbuchen
    surreservation sobreventa
gift gifts voucher vouchers present presents coupon gift_card for_a_friend geschenk
    gutschein gutscheine schenken cadeau cadeaux bon offrir regalo regalar vale bono
agent agents agency agencies broker commission share provision vermittler makler reiseburo
    agence courtier agencia comision
negotiated agreed contract contracts agreement vertrag vertrage rahmenvertrag contrat accord
    contrato acuerdo
split divide share_the half each_pays separate several_payers aufteilen teilen getrennt
    partager diviser separer dividir repartir separar
review reviews rating ratings feedback opinion opinions comment comments tripadvisor
    write_about say_about stars bewertung bewertungen rezension meinung avis commentaire
    evaluation resena valoracion comentario
heating heat temperature climate air_conditioning thermostat cooling warm heizung klima
    klimaanlage temperatur chauffage climatisation calefaccion clima aire_acondicionado
energy electricity power saving strom energie electricite energia electricidad
wake wake_up alarm wecken weckruf reveil reveiller despertador despertar
telephone phone_calls calls call ring telephony pbx dial anruf anrufe telefonieren
    telefonanlage appel appels telephonie standard llamada llamadas centralita
chain several_houses all_hotels properties multi_site compare locations branches sites kette
    filialen standorte vergleichen chaine comparer etablissements cadena comparar sucursales
    hotels
occupancy full how_full utilisation utilization vacancy belegung auslastung
    taux_d_occupation remplissage occupation ocupacion
accounting bookkeeping book_keeper bookkeeper accountant ledger datev general_ledger books
    buchhaltung buchhalter steuerberater comptabilite comptable contabilidad contable
list lists liste lista
stock inventory warehouse goods lager bestand inventar stocks entrepot inventaire inventario
    almacen existencias
order orders purchase buy purchasing bestellung bestellen einkauf kauf kaufen commande
    commander achat acheter pedido pedidos comprar compra
delivery deliver shipping ship shipment dispatch lieferung liefern versand sendung livraison
    livrer expedition envio enviar entrega entregar
return returns send_back rucksendung retoure retour devolucion
route routes tour tours navigation map maps gps fahrt strecke itineraire carte_routiere ruta
    mapa
"""
