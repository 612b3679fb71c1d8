"""Spanish: what says nothing in an ask."""

from translators.find.lexicon.shape import make_phrasebook

SPANISH = make_phrasebook(
    link="""
        el la los las lo un una unos unas y o de del al a en con por para mi mis tu tus su sus
        nuestro nuestra nuestros nuestras vuestro vuestra este esta estos estas ese esa esos
        esas sobre
    """,
    talk="""
        yo tú él ella usted ustedes nosotros vosotros ellos ellas me te se nos os le les qué que
        quién cuál cuáles cómo dónde cuándo si es son ser está están estar hay haber habría ha
        han tiene tienen tenéis tenemos tengo tienes tener puede pueden podéis podemos puedo
        puedes poder podría podrían podríamos podría debe deben quiero quiere quieren queremos
        quisiera quisiéramos querría gustaría necesito necesita necesitan necesitamos busco
        busca buscamos ofrece ofrecen ofrecéis ofrecer soporta soportan soportáis soporte admite
        admiten permite permiten permitir existe existen disponible disponibles posible
        posibilidad compatible compatibles usar uso usamos utilizar utiliza utilizan función
        funciones funcionalidad funcionalidades opción opciones hacer hace hacen incluye
        incluyen incluido incluida cuenta cuentan maneja manejan gestionan ya también aún
        todavía actualmente ahora hoy pronto hola buenos buenas días tardes gracias favor algo
        alguna algún algunos pregunta integración saber decir bien pues acaso dispone disponen
        disponéis trabaja trabajan funciona funcionan
    """,
    opening="sobre respecto acerca pequeña cuenta",
    closing="módulo previsto",
    phrases="""
        por favor/se integra con/se integran con/integra con/interesado en/interesados en/
        pregunta por/preguntan por/por casualidad/por ejemplo/algo como/hay alguna forma de/
        hay forma de/forma de/manera de/es posible/se puede/en su producto/en vuestro producto/
        hoy en día/cuenta con/cuentan con/funciona con/funcionan con/compatible con/
        compatibles con/una pregunta/buenos días/buenas tardes/muchas gracias/contáis con
    """,
    away="desde",
    toward="hacia hasta",
    maybe_away="de del",
    maybe_toward="a al",
    negation="sin no ni nunca ningún ninguna ninguno excepto salvo jamás solo sólo sino pero",
    pronoun="yo tú usted ustedes nosotros vosotros se",
    agent="cliente clientes interesado empresa",
    wish="quiere pide pregunta necesita busca quieren piden solicita",
    people="usuarios personas empleados",
    modal="puede pueden podemos permite pueden",
    owner="su sus vuestro vuestra tu el la",
    product="""
        producto software plataforma sistema solución herramienta aplicación servicio empresa
    """,
)
