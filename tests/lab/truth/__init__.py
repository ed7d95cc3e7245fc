"""How true the judgement's alarms are, measured: simulated years of databases, judged by our rule and by others'.

Ground truth, defined without any rule
    A *slot* is an instant at which a backup is scheduled. The simulation decides whether its backup happens, and
    knows the longest that a healthy one may take to be seen (the latest start, the longest delay after a change of
    the server, the longest backup of that database).
    An *outage* begins at a slot whose backup did not happen, once that longest time has passed without any backup; it
    ends when the next good backup is seen, or when the database's deletion begins. What is mended sooner cannot be
    told from a late backup by anyone, and is none.
    An *episode* is an unbroken row of checks at which a rule alerts. It is a *false alarm* if it begins while no
    outage is on, that is while every scheduled backup happened; one that begins within 24 h after an outage's end
    is *afterwards* instead: too late to help, but not about nothing.
    An outage is *detected* at the first check inside it at which the rule alerts, and *missed* if there is none.
    The *delay* runs from the slot that was missed to that check.
    A check at which the list could not be read is *blind*: no alarm, and no detection. UNKNOWN is counted apart.

The model, :class:`tests.lab.truth.model.Model`, says where each of its numbers comes from.
"""
