"""English: what says nothing in an ask."""

from translators.find.lexicon.shape import make_phrasebook

ENGLISH = make_phrasebook(
    link="a an the and or of for with in at by via its their your our my this that these those",
    talk="""
        i me you he she it we us they them there here who what which how whether if any some is
        are was were be been being am do does did doing done have has having had can could may
        might must shall should will would need needs needed want wants wanted like likes wish
        get gets getting got give gives giving offer offers offering offered provide provides
        providing provided include includes including included use uses using used exist exists
        allow allows allowing enable enables let lets handle handles handling please pls plz
        kindly hi hello hey dear thanks thank cheers ok okay yes well so just also too even
        maybe perhaps possibly possible able available compatible currently already yet now
        still today soon ever actually really basically simply integrate integrates integration
        integrations something anything feature features functionality functionalities function
        functions capability capabilities possibility ability interested looking seeking
        searched wondering wonder guys folks know tell ask asking asked asks require requires
        required requiring roadmap im ive youre youve were weve theyre whats wheres hows lets
        theres
    """,
    opening="""
        about regarding concerning on question questions quick chance to as support supports
        supporting supported work works working come comes option options go think say see talk
        somehow same re ref fw when where why thing things kind sort have
    """,
    closing="support supported module option options working works planned there",
    phrases="""
        by any chance/at all/as well/out of the box/right now/let me know/of course/for us/
        for me/good morning/good afternoon/quick question/one question/a question/in there/
        kind of/sort of/such as/such a thing/such thing/a thing like/any kind of/some kind of/
        some sort of/any plans for/a way to/ways to/a way of/come with/comes with/work with/
        works with/working with/worked with/can you tell me/do you know/do you support/
        does it support/support for/supports for/support of/looking for/look for/
        in the market for/on offer/on the list/on the market/or not/as part of/part of/
        tell me about/kind regards/best regards/these days/at the moment/at present/so far/
        as of today
    """,
    away="from",
    toward="to into onto toward towards",
    negation="""
        not no without never none neither nor except excluding exclude excludes minus instead
        unless non cannot cant but rather only doesnt dont isnt arent wouldnt couldnt shouldnt
        hasnt havent didnt wont wasnt werent
    """,
    question="doesnt dont isnt arent wouldnt couldnt shouldnt hasnt havent didnt wont cant",
    infinitive="""
        want wants wanted need needs needed way ways able like likes wish have has had possible
        possibility how used try trying tries hope hoping option options ability going us me
        them you it plan chance easy want allowed supposed permitted capable opportunity
    """,
    pronoun="i you he she it we they",
    acronyms="it us",
    agent="""
        customer customers client clients prospect prospects buyer lead leads account champion
        somebody someone company bank boss
    """,
    wish="""
        wants want needs need asks ask asked asking would wishes requires require requested
        requests is wanted
    """,
    people="users user people anyone anybody everyone everybody someone somebody one staff",
    modal="""
        can could may do does will would should must might let lets allow allows enable enables
    """,
    owner="your the this our",
    product="""
        product software platform system solution tool app application service company offering
    """,
)
