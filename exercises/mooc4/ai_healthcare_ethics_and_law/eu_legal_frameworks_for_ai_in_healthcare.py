"""Tasks of the exercise "Eight systems, one desk" (unit 4.3.2).

Every task is made of questions: the wrong attempts are their options and slips, each with its own feedback.
"""

from ai2med.exercises import Task

TASKS = [
    Task(
        id="4.3.2-t1",
        title="Predict, then walk — eight systems, two doors",
        outcomes=("a", "b"),
        items=("x01", "x02", "x16"),
        praise="What you now showed: you classify by purpose and by notified body, not by how medical a system sounds.",
        hints=(
            "Ask in this order: does it infer? Is it prohibited? Is there a medical purpose? Must a notified body "
            "assess it? Is the use listed in Annex III?",
            "Annex III lists uses such as recruitment, managing workers, insurance and emergency triage. It lists no "
            "diagnosis and no ward alert. Compare S2 and S3: only the maker's instructions differ.",
            "S1 does not infer. S7 meets Art. 5(1)(f), and consent is not an exception. S8 needs no notified body, yet "
            "MDR Art. 5(5) has conditions. For S4 ask who set the purpose, and under whose name.",
        ),
        design_note="Objective: class by purpose and route. Out of scope: writing a purpose, technical files.",
    ),
    Task(
        id="4.3.2-t2",
        title="Investigate — eight duties, who and from when?",
        outcomes=("c",),
        items=("x03", "x05"),
        praise="What you now showed: you can say who owes a duty and from when, and which duty does not attach at all.",
        hints=(
            "Build it: provider. Use it: deployer. Decide about the data: controller. The clinician works for the "
            "deployer.",
            "For the date ask first which act speaks. GDPR, MDR and NIS2 do not wait for the AI Act. In the AI Act, "
            "Art. 4, 5 and 50 were not moved.",
            "Articles 9 to 27 stand in Chapter III, Sections 2 and 3: Annex III date for S3, device date for S2. "
            "Art. 27 needs an Annex III use, so one of the eight duties attaches to nobody.",
        ),
        design_note="Objective: role and date of a duty. Out of scope: how a duty is carried out, national law.",
    ),
    Task(
        id="4.3.2-t3",
        title="Modify — change one fact",
        outcomes=("c",),
        items=("x07", "x08", "x12"),
        praise="What you now showed: you see which single fact moves a class, a role or a duty, and which does not.",
        hints=(
            "Name the fact that changed: purpose, legal entity, or version. Then ask which article looks at exactly "
            "this fact.",
            "Purpose: MDR Art. 16(1)(b), AI Act Art. 3(23), 25, 26(1). Legal entity: MDR Art. 5(5). Version: Art. 111(2).",
            "Under Art. 111(2) the first unit of a type counts, and an older type is left alone until its design or "
            "purpose changes significantly. Under MDR Art. 5(5) a gift to another legal entity is a transfer.",
        ),
        design_note="Objective: sensitivity of the legal answer to one fact. Out of scope: contract law, liability.",
    ),
    Task(
        id="4.3.2-t4",
        title="Repair — counsel's answer on S3",
        outcomes=("b", "d"),
        items=("x13", "x15"),
        praise="What you now showed: you can repair an answer so that law, guidance and open points are told apart.",
        hints=(
            "Fill the paragraph in this order: doors, roles, route, date.",
            "Under both doors the provider follows the device route (Art. 43(3)). For the date, take the careful "
            "reading: the earlier one.",
            "A COM number on a proposal means: not adopted. MDCG and HLEG persuade, they do not bind. A sentence that "
            "says itself what is open may stay, marked as open.",
        ),
        design_note="Objective: a dated, sourced answer. Out of scope: writing it alone (task 5).",
    ),
    Task(
        id="4.3.2-t5",
        title="Make — your own page",
        outcomes=("d",),
        items=("x17",),
        hints=(
            "Begin with the purpose: which list asks about tools that manage workers?",
            "Copy days from the timeline. For each duty ask: who owes it, which article, from when?",
            "An open point is a question that you cannot answer from the desk; name the person who can.",
        ),
        design_note="Objective: a whole page without a frame; the reader judges it beside a model page.",
    ),
]
