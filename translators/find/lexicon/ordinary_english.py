"""Ordinary English words that are one letter away from others, besides those of the other tables.

Chosen from SCOWL (wordlist.aspell.net), Copyright 2000-2016 by Kevin Atkinson. Permission to use,
copy, modify, distribute and sell these word lists, the associated scripts, the output created from
the scripts, and its documentation for any purpose is hereby granted without fee, provided that the
above copyright notice appears in all copies and that both that copyright notice and this permission
notice appear in supporting documentation. Kevin Atkinson makes no representations about the
suitability of this array for any purpose. It is provided "as is" without express or implied
warranty.
"""

WORDS = """
abide ability able above abuse academics accuse acid acorn acted acting actually acute adaptor
addictive adding addition admirable admire adopt advent adventure adverse advert advertise aesthetic
ageing aging aided aiding aids aimed aiming alas alien alike ally alteration ambitious amplifier
amuse analog analogy analyst anguish announce annual apathetic apologies apologise apologizes appal
appall appeal applies appointed arcade arcane arena arguable armed arming arose around arse article
ascend ashes aside asking assemble assess assort assure atheism atheist atlas attitude audible awake
award axes babies bacteria badge bags bake baked baking balls banned banning bans barely barked
barks barrel based bash basing basket bass beard beds beef begun behaves belief believe believer
bell beside bets bible bidding bids bigger billion bites biting bits blade blame blanket blast blind
bloody blurb bobs bogged bogging bogs boil bolt bombed bombing bombs bone border bore bored boring
born borne borrow boss both bought bowl boxes boys bracketed bracketing brake brass brave breath
breathe bred breeze bridge brighter brightest brightly brightness brought brown browse bubble bucket
bucks bugger bull bullet bump buried buries burn burnt burst bury buss bust busy buying buys cage
cakes calm campus cans cant capable capitalism capitalist carbon cared caring carpet carries cased
catch cater cats cave ceiling censored censoring certain certainty chairman chalk challenge chamber
chaos charitable charity chatted chatting cheaper cheat cheer chequer chess chest chew chief choice
chopped chops choral chord cider cites cities civil class cleanest clearest climb clipped clipping
cloth clothe clubs clues coat cobbler coded coffee coined coining coke cold collar collate college
colony comedy comfortably comic command committee communism communist compete complementary complete
completion comply compose conceal conceivable conceivably conceived concerto concise condom confess
confident confine congest considerable constrain consume contend contentious continent contrive
converse convey conviction cooled cools coped coping copper corner corpse cosmic costly cough
counseled counseling counselled counselling countless countries cows crack craft crap crass crawled
crawling crazy creed creep cried cries crime crisis crisp criticise criticism crowd cruelty crunch
crush cuddly cumming cums cunning cups cured curing curious current curtain cute cuts cynical daft
damned damning damns dared dares daring darling dashed dashes dashing dated dating dawn dead deadly
dealer dealt death debate debt debugged decade decay decision decrease dedicate deduce deeds deemed
deeming deems deeper defeat defective defence defend defense defy degree deity delicate delicious
demise denied denies denote dense denying department dependant deprive descend deserved deserving
design designer despise despite destine detail detectable detective deter deterrent devote dialings
dialled dialling died dies difficulty digging dignity dine dined director dirt dirty discard
discrete discusses dishes dishonest dismal distorted distract district ditto dived diverse diversity
divert divine dons doomed dooming dooms dots dozen dragged dragging drags drank draught draw dread
dream dreamt dreary dried dries drift drill dripped dripping drips drivel drop dropped dropping
drove drown drugs drums drying dull duly during dusty dying eager early earned earning earns ears
earth eaten eater eating economics economies edge eight eighth elect electron elitist embed
emergency emerging emotion empire emptied empties enemy engage enjoy enquire enquiries enquiry
entails entertained enthusiasm entities entitles envy equipped equipping eraser eternal ethic ethnic
evaluate evolution evolutionary evolved evolves evolving examiner excess excite excuse exotic expand
explode explore express extant externally extremist faced facing factually faculty faint fainter
fair fairly fairy fake fame fans farce farthest fascist fashionable fastest faucet favorable
favorite favourable favourite feared fearing fears feat feeble feels fellow feminist fiber fibre
fiction fiddle fierce fifth fifty filed filing fill filthy final finalise fined finest fining fired
firing fish fitted fitting five fiver fixed fizzy flagged flagging flawed flawing flexible flied
flies flipped flipping flips flour flow fluffy flute flying foam folding folds follow follower
fooled fooling fools forcibly forest forgave forgive formulae forty four frank freed freeing freeze
friction fried fries frogs frown froze fruit frying fulfil fuller fullest fumes fundamentalist
funnier funniest furry furthest fuss fussy garbage garble gasp geared gearing gene genetic genius
genre gentle gentleman gentlemen gently gets getting ghastly giant girls give giving glad glean
glory glossy glowed glowing glows goat gods goes gone goody gown grabbed grabbing grade graduation
graffiti graffito grasp grateful gratefully gray greasy greater greed greedy grid grim grind grip
groan grosses ground grow guilt guilty guns guts hacker hairy halted halting halts halve hammer
happy hardest hardy harm harsh hash hasten hasty hate hated hating hatred hats having healthy hear
heart heaven heavier heaviest heavy heels hell hereby heresy hero heroic heroin herring hided hiding
higher hill hired hiring holder holy honest honestly honesty honey honoring honoured honouring hoped
hopeless hopes hoping horde horn horrible horribly horse huge human humane humble humbly hunt hurry
hurting hurts idiot idle imagine immense immoral immortal impended impending imperial improbable
inane incentive inches incredible incredibly indicate induce inertia inevitable inevitably infect
inhabit inhibit inject injure injuries injury inquiries insane insect inside insulted insulting
intense intensity intersection interviewed invade invariably invent invention inventor invisible
irony irritate irritation island jacket jams jealous jellies jelly jerk jest joke joked joking jolly
journalist judged judgement judging judgment juice jump justifiable justifiably kernel kicked
kicking kicks kidding kidnapped killer killing kills kindly kits knee knock know labelled labelling
labs ladies landed lands lane laser laughter laws lawyer laying leaded leaf leap learnt lecturer
legible lengthy lesser lest lets liable libel liberal licences licenses lied lighter lightest
lightly lightning liked likelihood likely liking lined lining linkage lion lips lisp listened
listening listens liter literary literate little lived lively livest lodge logging lonely lousy love
loved lovely lucky lump lurked lurking lurks lust lying mainly maize mania manifesto manned mans
manufacture manufacturer mapping married marvellous marvelous massive mature maze mechanism meet
memorable memories mended mends mercy mere messy metro mice midday might mighty milk mined
minimalist mining minute miserable miserably misery mislead misled misread missile mist mixed moaned
moaning moans modelings modellings modest modifies monarch moon morality morally moron mortality
mothers motions motor mouth moved mucked mucking mucks multiplies murdered murderer must mystery
myths nailing naked nastier nastiest nasty naughty nearby nearer nearest neatly need neighborhood
neighbourhood neither nest nets neural neutral newly news nicely nicked nicking nicks noble
nostalgia noted noticeably nouns novel novice nuclear nuns obscene obscure observe observer offence
offend offender offense office officer oldest operate opted optical optimise opting opuses orchestra
orchestral organise organiser organize organizer ourselves outgoing outset outside overcame overcome
overlook overnight override overrode overseas overtone owed owing pacifier padded padding paged
paging paintings pairs palace pale paranoid pardon particle paste pathetic patterns payed peaks
peasant pedant pence pended pends pennies penny pens perfect petrol petty phenomena philosophies
photograph pinch pins pint pitch pity plague plaster plate played playing plays plea pleasant
pleasantly please plotted plotter plotting plugged plugging plus poems poets poke polar policeman
pool popped popping pops populace popular populate posed posing post pound poured pouring pours
powder prayed praying prays precedes preferably preparation preparing president presumed presumes
presuming pretty previewer priest prince prise private processor produce producer profession
professional professor promoting proposition prose prospects protest provide publishes pudding puns
purity purple pursue puts putt qualifies qualities quarter queen quicker quite quitting rabbit rabid
raced racial racing racism racist racks radical random range ranks ranted ranting rare rarer rarest
rated rather rattle rave raved raving reactor realise reality really receive recognisable
recognizable recorder refer refined refining reflect reformed refuse refute regain regrets
regrettably reign relate relay relieve religions religious remarkable remarkably renewed renewing
repent replied reputation rescue researcher resent resetting resident resign resolve respectable
restrain resuming retail retires retract retrieve reveal revenge revolted revolting revolution
revolutionary richer richest ridden ridding riding rids rightly ripped ripping rising robot rock
rode rotated rotating rotten rout rubber rude ruin ruled ruling rumored rumoring rumoured rumouring
rung running rushed rushes rushing rusty sack sacred sadden sadly safest sail salesman sang sank
scandal scarce scare scarf scene sceptical scotch scrap scrapped scrapping scratch scream screw
scroll seat sects seek seemed seeming selective sensibly sentence sentient sentiment sequence
seventh severe sexes sexist shade shadow shake shaky shame sharp shed shedding sheer shelter shelve
shine shiny shoe shone shook shoot shopped shoulder shout shove shut shutting sided siding sigma
signalled sillier silliest simpler simulation since sincere sine sink sins sits sitting sixth sixty
sized sizing skeptical sketch skin skip skull slag slang slept slid slighter slightest slim slipped
slippery slope slot smash smelly smith smoke smoker snack snag snail sneak sneaky snow soap sober
socialism socialist socket solar solely solicitors sons soon sore souls sounded spatial speaker
specialise specialist speciality specialty sped spellings spelt spies spike spiral spite spitted
spitting spoilt spoke spokesman spoof spotted spotting spout sprang spread sprung spur squad
squashed squashes squashing stagger stance stare stark starred starring startled startling starve
state status steer stepped sterling stimulate stimulation stir stirred stirring stood stranger
strangest straw stress stretched stretches strike stringent stripping strive stroke stronger
strongest struck struggle studied studies study stumble stun stunned stunning stunt subsidise
subsidizes subtly sudden sued suffer sufferer sugar suggest suing suit suitably summaries summarise
summarizes summed summing sums sung sunk superb supply surely suspicious swallow swam swapped swear
sweat sweep swept swimming swims swore symmetry sympathies sympathise synthesizer tackle tall tame
tape teacher teaches teared tearing tears teenage teenager teeth temper tempt tens tense tenth
terrible terribly terrorism terrorist thee theories thereabouts therein thereof thirst thirty this
thorough thou threw thumb tidied tidies ties tiger timed tins tiny tips tired tiring toes toilet
toll tone tons tooth topic topical tough transit transmitted transmitter trapped trapping travelings
travelled travelling tread treasure tried trifle trip triple tripos trivia trivial trolley true
trumpet trusty tune tutor twice twin twisted tying typed typical unacceptable unbearable
unbelievable unbelievably unclear uncomfortable undergone underlie underline understandable
undertake unduly unifies unite unity unload unread unreasonable unsafe unsound untrue unwise upright
upset urban utility vague vandalism vanish vans vast vector vended vends verse version versus
victory vile village violent visible vital vote voted voter voting vowel waded wades wading waked
waking walked wander warrant wars wary watch wave waved waving weak wealth wealthy wear weary wedded
weds weigh weight wets whiskey whisky whistle wholly wicked widest willed willing wills wind winner
winning wiped wiping wiring wiser wisest wished wishes wishing witch withdraw withdrew witness wive
woke women wonder wore worry worse worthy wound wrapping wrath wreck wrecker wretched wrist yours
yourselves
"""
