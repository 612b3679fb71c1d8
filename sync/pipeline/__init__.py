"""A run, stage by stage: pull, translate, publish; and what it keeps of itself.

    approval        what a person let through is published
    run             one list or one site, from its lease to its ending
    pull            Jira into the mirror        incremental   the mirror into a plan
    rule_check      whether the rule book can be gone by
    inputs          what a translation reads of both databases
    rules           which rules are gone by, and which were published last
    consistency     what must agree             sites         what feeds the list, and how it fares
    sales           what sales is given
    record          what a run writes down of itself

Each rests on those below it alone.
"""
