"""Words that mean much the same, a group each in four languages; `_` joins a phrase."""

GROUPS = """
driver drivers truck trucks fleet fahrer lkw flotte chauffeur camion conductor flota
barcode qr scan_code label labels etikett etiketten strichcode code_barres etiquette
    codigo_de_barras etiqueta
print printing printer drucken drucker imprimer imprimante imprimir impresora
signature sign signed sign_contracts unterschrift unterschreiben signer firma_electronica
    firmar
template templates layout vorlage vorlagen modele gabarit plantillas plantilla_de
workflow workflows process automation automate rule rules ablauf prozess regel regeln
    automatisierung flux processus regle automatisation flujo proceso regla automatizacion
task tasks todo to_do aufgabe aufgaben tache taches tarea tareas
project projects projekt projekte projet projets proyecto proyectos
budget budgets spend spending ausgaben depenses gasto gastos presupuesto
expense expenses reimbursement spesen reisekosten frais note_de_frais dietas
salary payroll wage wages gehalt lohn lohne paie salaire nomina sueldo
vacation holiday holidays leave absence sick urlaub abwesenheit krank conge conges
    vacaciones ausencia baja
training course courses learn lesson schulung kurs kurse lernen formation cours apprendre
    curso cursos formacion aprender
student students pupil pupils schuler eleve etudiant alumno estudiante
patient patients medical doctor health krank arzt patienten sante medecin paciente medico
    salud
contractor contractors freelancer subcontractor prestataire subunternehmer contratista
property properties building house houses home gebaude haus immobilie batiment maison
    edificio casa inmueble
tenant tenants lodger mieter locataire inquilino
machine machines device devices equipment gerat gerate maschine maschinen appareil materiel
    equipement maquina equipo dispositivo
sensor sensors iot meter meters measure measurement messen zahler_stand capteur compteur
    mesurer medir contador
photo photos picture pictures image images foto fotos bild bilder imagen imagenes
video videos film clip
survey surveys questionnaire poll umfrage fragebogen enquete sondage encuesta
campaign campaigns marketing newsletter advertising werbung kampagne publicite campagne
    campana publicidad
website web online_shop webshop shop store online internetseite laden boutique site_web
    tienda pagina_web
quote quotes quotation estimate offer_price angebot angebote kostenvoranschlag devis
    presupuestos cotizacion oferta
forecast predict prediction prognose vorhersage prevision pronostico
goal goals target targets ziel ziele objectif objetivo meta
duplicate duplicates merge doublette dubletten doublon duplicado
comment remark note notes notiz notizen anmerkung remarque nota
tag tags category categories kategorie categorie etiquette categoria
checklist checklists inspection inspect prufliste prufung checkliste inspeccion controle
    controler
quality standard standards qualitat qualite calidad
hide mask redact anonymise anonymize verbergen anonymisieren masquer anonymiser ocultar
    anonimizar
share sharing teilen freigeben_fur partager compartir
view see show look read ansehen sehen zeigen lesen voir montrer afficher lire ver mostrar
    leer
send send_out forward senden schicken verschicken versenden envoyer mandar
restrict block forbid sperren verbieten bloquer interdire bloquear prohibir
time zeit temps tiempo
year years jahr jahre annee ans ano anos
day days tag tage jour jours dia dias
month months monat mois mes meses
data daten donnees datos
number numbers count how_many nummer anzahl wie_viele nombre combien numero cuantos
theft stolen lost_device diebstahl vol robo
server hosting cloud on_premise on_premises selfhosted rechenzentrum heberger servidor
speed fast performance slow schnell leistung vite rapide rapido
dark_mode theme colour color logo brand branding white_label farbe marke couleur marque
    marca
assistant ai artificial_intelligence chatbot bot copilot ki kunstliche_intelligenz ia
    intelligence_artificielle inteligencia_artificial
insurance claim claims versicherung schadenfall assurance sinistre seguro siniestro
shared_mailbox helpdesk service_desk support_team kundendienst assistance
    atencion_al_cliente
knowledge_base faq help_center wissensdatenbank hilfe base_de_connaissances aide
    base_de_conocimiento ayuda
crop crops harvest field_work farm farming ernte feld landwirtschaft recolte champ
    agriculture cosecha cultivo campo
animal animals cattle herd tier tiere vieh herde animaux betail troupeau animales ganado
weather rain wetter regen meteo pluie tiempo_meteorologico lluvia
recipe recipes ingredient ingredients rezept zutaten recette receta ingredientes
membership member members mitglied mitglieder mitgliedschaft adherent membre socio miembro
donation donations donor spende spenden don donateur donacion donante
bicycle bicycles bike bikes fahrrad velo bicicleta
shuttle transfer_bus taxi bus transport transfert traslado_de
child children kids kind kinder enfant enfants nino ninos
"""
