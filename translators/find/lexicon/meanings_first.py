"""Words that mean much the same, a group each in four languages; `_` joins a phrase."""

GROUPS = """
sign_in signin login log_in logon log_on sign_on authenticate authentication access get_in
    anmelden anmeldung einloggen zugang authentifizierung connexion connecter acceder
    authentification iniciar_sesion inicio_de_sesion acceso autenticacion identifier
    identificarse
password passwords passcode passwort kennwort mot_de_passe contrasena clave_de_acceso
passwordless biometric biometrics fingerprint finger touch_id face_id face passkey passkeys
    fido webauthn yubikey fingerabdruck gesicht empreinte visage huella huella_dactilar cara
    biometrisch biometrique biometrico
single_sign_on sso saml oidc openid oauth okta azure_ad entra active_directory
    identity_provider idp one_login one_password corporate_account company_account firmenkonto
    einmalanmeldung authentification_unique cuenta_de_la_empresa inicio_de_sesion_unico
    federated
mfa two_factor 2fa second_factor zwei_faktor authenticator double_authentification
    dos_factores
company corporate firm business enterprise organisation organization employer firma
    unternehmen betrieb entreprise societe empresa compania geschaftlich
account accounts konto benutzerkonto compte cuenta profile profil perfil
user users people person employee employees staff colleague colleagues worker workers team
    member mitarbeiter benutzer nutzer anwender personal kollege kollegen utilisateur employe
    employes personnel collegue equipe usuario empleado empleados plantilla companero compañeros
    leute
customer customers client clients buyer consumer kunde kunden kundin acheteur cliente
    clientes comprador
guest guests visitor visitors gast gaste besucher invite hote visiteur voyageur huesped
    huespedes invitado visitante external externals
supplier suppliers vendor vendors provider lieferant lieferanten fournisseur proveedor
    proveedores
administrator admin admins administrateur administrador manager managers supervisor leiter
    chef gerente
create add new make set_up register erstellen anlegen hinzufugen neu creer ajouter creation
    crear agregar anadir alta
delete remove erase wipe purge destroy clear loschen entfernen loeschen tilgen supprimer
    effacer suppression borrar eliminar suprimir borrado
change edit update modify alter correct amend revise adjust andern bearbeiten aktualisieren
    korrigieren anpassen geandert modifier changer mettre_a_jour corriger editer cambiar
    modificar editar actualizar corregir modified changed touched
undo revert roll_back rollback restore ruckgangig wiederherstellen annuler retablir
    restaurer deshacer revertir restaurar
many bulk mass batch hundreds thousands all_at_once in_one_go at_once several multiple viele
    massen stapel mehrere auf_einmal en_masse en_lot plusieurs lot d_un_coup masivo masiva
    en_bloque varios muchos a_la_vez lote
directory scim ldap provisioning provision onboarding offboarding joiners leavers joins
    leaves someone_leaves new_starter bereitstellung verzeichnis eintritt austritt annuaire
    provisionnement directorio aprovisionamiento
role roles permission permissions right rights rbac restrict limit privilege privileges
    authorisation authorization who_may who_can berechtigung rechte recht rolle zugriffsrechte
    zugriff droit droits autorisation permiso permisos derecho rol autorizacion may_see
folder folders ordner verzeichnisse dossier carpeta carpetas
audit trail history log logs logged journal protocol record_of who_did_what who_changed
    activity traceability protokoll verlauf historie nachvollziehen anderungsprotokoll
    historique tracabilite registro historial auditoria bitacora trazabilidad wer_was qui_a_fait
    quien_hizo touched accountability entries
splunk siem security_team monitoring syslog
security secure protect protection safe sicherheit sicher schutz schutzen securite proteger
    seguridad segura proteccion
encryption encrypt encrypted cipher cryptographic secrets verschlusselung verschlusseln
    chiffrement chiffrer cryptage cifrado cifrar encriptacion kms hsm byok
key keys schlussel cle cles llave llaves clave
retention retain keep store keep_data old_data old_records expire expiry lifetime purge
    archive archiving aufbewahrung aufbewahren loschfrist archiv conserver conservation
    archivage retencion conservar archivo datos_antiguos alte_daten anciennes
legal lawful law court litigation recht rechtlich gesetzlich juridique legal_hold judicial
privacy gdpr dsgvo rgpd personal_data datenschutz confidentialite privacidad
invoice invoices invoicing bill bills billing rechnung rechnungen fakturierung abrechnung
    facture factures facturer facturation factura facturas facturar facturacion
credit_note credit_notes refund refunds gutschrift erstattung avoir remboursement
    nota_de_credito abono reembolso
recurring subscription subscriptions periodic repeat abo abonnement wiederkehrend recurrent
    suscripcion recurrente
currency currencies money dollars dollar euro euros pounds exchange multi_currency foreign
    wahrung wahrungen fremdwahrung devise devises monnaie moneda monedas divisa divisas geld
    dinero change_money
price prices pricing price_list tariff rate rates cost costs fee preis preise preisliste
    tarif tarife kosten prix tarifs cout precio precios tarifa tarifas coste
discount discounts rebate rabatt nachlass remise reduction descuento rebaja special_prices
    special_price
electronic e_invoice einvoicing xml peppol zugferd xrechnung factur_x chorus
    structured_format elektronisch electronique electronica electronico facturae
    public_authority public_authorities government public_bodies behorde behorden offentliche
    administration_publique administracion_publica
reminder reminders remind dunning overdue late unpaid chase nudge arrears do_not_pay
    does_not_pay not_paid mahnung mahnungen mahnen saumig uberfallig zahlungserinnerung
    erinnerung erinnern zahler relance relancer impaye impayes retard rappel retardataire
    recordar recordatorio recordatorios impago impagos atrasado atrasados moroso vencido
    pagos_atrasados
payment payments pay paid paying settle zahlung zahlungen zahlen bezahlen bezahlung paiement
    paiements payer reglement pago pagos pagar cobrar cobro
credit_card card cards visa mastercard kreditkarte karte bankkarte carte_bancaire
    carte_bleue carte tarjeta tarjeta_de_credito
direct_debit sepa lastschrift bankeinzug prelevement domiciliacion adeudo bank_transfer
    uberweisung virement transferencia bank
wallet wallets apple_pay google_pay paypal twint brieftasche portefeuille monedero cartera
dashboard dashboards chart charts graph graphs diagram tile tiles visual visualise overview
    key_figures kpi kpis metrics figures cockpit big_screen ubersicht kennzahlen diagramm grafik
    grafiken tableau_de_bord tableaux_de_bord graphique graphiques indicateurs panel_de_control
    cuadro_de_mando graficos grafico indicadores analytics analyse analysis statistik
    statistiques estadisticas statistics insight
report reports reporting bericht berichte auswertung auswertungen rapport rapports informe
    informes reporte reportes
email e_mail mail mails inbox mailbox mailing send_to_me posteingang postfach courriel
    boite_mail courrier correo correo_electronico buzon bandeja
schedule scheduled automatic automatically auto every_week every_day every_monday regular
    weekly daily automatisch regelmassig zeitplan geplant automatique automatiquement planifie
    automatico automaticamente programado periodico by_itself by_themselves
spreadsheet spreadsheets excel csv xlsx xls tables calc google_sheets tabelle tabellen
    tabellenkalkulation tableur tableau feuille_de_calcul hoja_de_calculo tabla tablas hojas
export exports download downloads extract output dump get_out hand_over ausgeben ausgabe
    herunterladen exportieren ausleiten exporter telecharger extraire exportar descargar extraer
    exportacion
import imports upload load take_over bring_in migrate migration move switch transfer moving
    umzug ubernehmen ubernahme umsteigen wechseln migrieren hochladen importieren importer
    migrer reprendre basculer passer_de importar migrar trasladar cambiar_de subir
ticket tickets case cases issue issues support_request anfrage vorgang demande incidencia
    incidencias caso
attachment attachments file files document documents anhang anhange datei dateien
    piece_jointe fichier fichiers adjunto adjuntos archivos dokument dokumente documento
    documentos paper papers
chat messenger slack teams microsoft_teams mattermost instant_message channel_message
    nachricht nachrichten unterhaltung messagerie discussion mensajeria
message messages write_to text_message sms whatsapp text_us talk_to communicate
    communication messaging nachrichten schreiben mitteilung ecrire mensaje mensajes escribir
    comunicar
notification notifications notify alert alerts notice warn tell_us inform informed told ping
    benachrichtigung benachrichtigen warnung hinweis meldung notifier alerte alertes prevenir
    notificacion notificaciones avisar aviso avisos alerta alertas informieren
approval approvals approve sign_off signoff authorise confirm freigabe freigeben genehmigung
    genehmigen bestatigen approbation approuver validation valider aprobacion aprobar autorizar
    validar
crm salesforce hubspot dynamics pipedrive contacts deals opportunities leads kontakte
    kundenkontakte contactos opportunites oportunidades
connector connect connection link interface in_step sync synchronise synchronize hook_up
    plug anbindung verbinden verbindung schnittstelle kopplung abgleich synchronisieren
    connecteur connecter_a relier synchroniser liaison conector conectar enlazar sincronizar
api apis rest webhook webhooks programmatic developer developers program programs programme
    own_programs integrate_with own_systems events subscribe endpoint code script scripts
    entwickler programmieren schnittstellen developpeur developpeurs programmer programmation
    desarrollador desarrolladores programar programas evenements eventos
mobile phone phones smartphone iphone ipad android tablet cell on_the_go on_the_road field
    in_the_field handy mobil telefon mobiltelefon unterwegs telephone portable movil telefono
    celular en_deplacement app aussendienst
offline without_internet without_connection without_signal no_connection no_internet
    no_network disconnected plane ohne_internet ohne_netz ohne_verbindung hors_ligne
    sans_connexion sans_internet sin_conexion sin_internet fuera_de_linea internet connection
search find look_up look_for locate lookup query suche suchen finden nachschlagen recherche
    rechercher chercher trouver busqueda buscar encontrar buscador
filter filters narrow saved_search filtern filtre filtro filtros
"""
