"""The English rules, as data (research/oncall_postmortems.md §4.4). A space in a pattern is a gap between words.

`{who}` is a person as the subject: a name, a role that no system has, he or she. A role that systems have too
(operator, manager, agent, user) is in `{they}` only, and needs a verb that no system can do.
"""

from postmortems.rules.linter.language import Language, Level, Rule

_ROLE = (
    r"(?:release|product|engineering|incident|project|line) managers?|product owners?|(?:team|tech) leads?|"
    r"scrum masters?|developers?|engineers?|programmers?|coders?|testers?|colleagues?|contractors?|interns?|"
    r"employees?|freelancers?|technicians?|administrators?|sysadmins?|DBAs?|architects?|maintainers?|consultants?|"
    r"trainees?|newcomers?|juniors?|seniors?|reviewers?|authors?|committers?|teams?|person|guys?|on-call|"
    r"staff|crew|bosses|boss|analysts?|vendors?|suppliers?|(?:night|day|early|late|weekend) shift"
)
#: After one of these the person is not who acts; or it is only a case that is thought of.
_BEFORE = "of by from for to with at in on via through if when whenever unless"
_NOT_SUBJECT = "".join(rf"(?<!\b{word} )" for word in _BEFORE.split())
#: Names that are also words: at the start of a sentence they are none.
_ORDINARY = """
will mark may bill rob grace hope art drew jack rich frank june april august baker cook hunter page price rose ray sue
pat chase grant miles dean max jean dale cliff heath penny ruby summer dawn joy faith young long short small little
black white brown green gray grey king cole stone woods rivers banks field bush cross day knight bishop abbot stark
case guy les van de la le test admin root user guest deploy system support info build main
"""
#: Names that are also tools: only together with the other name.
_TOOLS = """
jenkins travis cassandra maven apache charles jasper sentry chef puppet ruby julia swift pascal ada haskell kafka django
flask heroku grafana vault hudson bamboo curl gatling norton salt
"""

PARTS = {
    "det": r"\b(?:(?:one|some|none|all|two|both) of (?:the|our|their|us)|the|an?|our|my|their|his|her|this|that|"
    r"one|some|another|which|each|every|mr|ms|mrs)",
    "mod": r"(?!(?:the|an?|of|to|from|by|for|and|or|that|which|who|with|in|on|at|is|was|not)(?![\w-]))[\w-]{1,30}",
    "role": _ROLE,
    # Who a text calls a person beside by name: found once, and one sign for the rules (`<person>`).
    "people": r"{det} (?:{mod}(?:'s)? ){0,2}(?:{role})\b(?: (?:who was )?on (?:call|duty|shift))?(?!-)|"
    # Plural roles need no article: "developers must …", "reviewers ignored …".
    r"\b(?:developers|engineers|programmers|testers|reviewers|administrators|QA|DevOps|s/he|he/she|she/he|he|she|"
    r"(?:someone|somebody)(?: (?:in|on|from) {det} (?:{mod} )?(?:teams?|shift|department|office|side))?)\b(?![/-])",
    "whom": r"<person>(?!['\w-])",
    "who": rf"(?=<person>){_NOT_SUBJECT}{{whom}}",
    "any": r"{whom}|\b(?:we|they|you|I|people|anyone|anybody|everyone)\b",
    "they": r"{who}|\b(?:we|they|you|I|people|everyone|everybody|anyone|anybody)\b(?!['-])|"
    r"{det} (?:{mod} ){0,2}(?:operators?|managers?|admins?|responders?)\b(?!['-])",
    "whose": r"(?:<person>'s?|\b(?:his|her|my|whose))",
    # Departments have no article, and their names mean other things too: only with what no thing can do.
    "office": r"\b(?:(?:customer|first-line|second-line|third-line) )?(?:support|management|marketing|sales|QA|"
    r"leadership|finance|headquarters)\b",
    "nobody": r"\b(?:nobody|no one|no-one|none of (?:us|them|you))",
    "adv": r"(?: (?:also|just|then|again|had|has|have|even|still|too|\w{2,20}ly)){0,3}",
    "had": r"(?: (?:had|would have)(?:n't| not| only| just| even| \w{2,20}ly){0,2}|(?:'d| only) (?:have )?)",
    "not": r"(?:did not|didn't|never|had not|hadn't|has not|hasn't|have not|haven't)",
    "should_have": r"(?:(?:should|ought to|needed to)(?:n't| not| never)?{adv} (?:have|'ve)|"
    r"shouldn't've|should've|oughtn't to have|ought not to have)",
    "watched": r"(?:checked|tested|known|noticed|asked|told|read|thought|seen|reali[sz]ed|escalated|verified|"
    r"validated|communicated|looked|called|waited|followed|reviewed|caught|spotted|prevented|avoided|anticipated|"
    r"foreseen|understood|paid|warned|informed|raised|rolled back|double-checked|monitored|questioned)\b",
    "watch": r"(?:check|test|verify|validate|notice|escalate|ask|follow|bother|think|review|tell|inform|"
    r"communicate|consult|look|confirm|reali[sz]e|care|document|warn|read|double-check|"
    r"checked|tested|verified|validated|noticed|escalated|asked|followed|bothered|thought|reviewed|told|informed|"
    r"communicated|consulted|looked|confirmed|reali[sz]ed|cared|documented|warned)\b",
    "done": r"(?!(?:been|need\w*|dedicated|limited|unlimited|shared|restricted|elevated|extended|detailed)\b)"
    r"(?:\w{2,30}ed|known|seen|thought|told|read|written|done|gone|taken|caught|made|kept|left|let|put|run|set|"
    r"sent|held|found|given|brought|built|chosen|understood|spoken|said|paid)\b",
    # What people try and do not manage, without any reproach.
    "harmless": r"reproduce|log|sign|connect|reach|access|build|compile|load|open|download|push|pull|fetch|install|"
    r"get|find|receive|authenticate",
    "signal": r"(?:(?:the|an?|this|that|these|those|several|all|any|two|three|obvious) )?(?:{mod} )?"
    r"(?:alerts?|pages?|warnings?|bugs?|regressions?|signs?|signals?|steps?|errors?|problems?|issues?|defects?|"
    r"messages?|flags?|hints?|mails?|notifications?|it|this|that|checks?|lines?|typos?)\b",
    "acted": r"(?:ran|executed|deployed|pushed|merged|clicked|pressed|typed|entered|used|picked|chose|selected|"
    r"applied|shipped|released|approved|committed|configured|edited|deleted|dropped|changed|copied|restarted|"
    r"removed|restored|opened|assumed)",
    "badly": r"(?:mistakenly|wrongly|incorrectly|accidentally|inadvertently|blindly|foolishly|stupidly|naively|"
    r"hastily|carelessly|recklessly|needlessly|irresponsibly|thoughtlessly|simply|just)",
    "bad": r"(?:wrong|bad|broken|untested|incorrect|faulty|unreviewed|buggy|unfinished|half-finished|sloppy)",
    "broke": r"(?:caused|took down|brought down|crashed|wiped out|ruined|"
    r"broke (?!down\b|into\b|out\b|up\b|apart\b|through\b)(?:(?:the|our|an?) )?+\w++"
    r"(?!{gap_words}(?:down|into|up|out|apart)\b)|"
    r"introduced (?:the|an?|this) (?:{mod} )?(?:bug|defect|regression|error|problem|outage))",
    "gap_words": r"[^\S\n]{1,4}",
    "character": r"(?:careless|negligent|sloppy|lazy|reckless|complacent|inept|irresponsible|unprofessional|stupid|"
    r"foolish|clueless|inattentive|thoughtless|hasty|naive|incompetent|arrogant|dumb|amateurish|distracted)",
    "work": r"(?:mistakes?|errors?|works?|changes?|deploy(?:ment|s)?|reviews?|testing|developers?|engineers?|"
    r"behaviou?rs?|attitudes?|coding|decisions?|oversights?|approach|handling|configuration|migrations?)\b",
    "neglected": r"(?:forgotten|overlooked|ignored|disregarded|missed|neglected|skipped|botched|mishandled)",
    "opened": r"(?:opened|run|waited|stopped|used|gone|taken|kept|done|turned|reverted|spoken|said|spent|bothered|"
    r"listened|cared|reacted|acted|reported|mentioned|compared|admitted|paused|thought|tried)\b",
    "guard": r"(?:the |all |any |every |their |his |her |our |a |an )?(?:{mod} )?(?:tests?|reviews?|steps?|checks?|"
    r"checklists?|approvals?|sign-offs?|procedures?|process|processes|safeguards?|staging|runbooks?|guidelines?)\b",
    "piece": r"(?:rollouts?|commits?|merges?|edits?|releases?|upgrades?|restarts?|assumptions?|quer(?:y|ies))\b",
    "harm": r"(?:the |this |an? |our )?(?:{mod} )?(?:outages?|incidents?|failures?|downtime|bugs?|mess|damage|"
    r"problems?|breaches?|breach|defects?|loss)\b",
    "word": r"[^\s.!?;:]{1,40}",
}

_ALLOWED = (
    "Ask what made it reasonable then: “What in the process allowed …?”, "
    "“At 09:12 the responder saw … and decided …”."
)
_NEXT = (
    "Say what will be different: “Next time, the pipeline will …”, “Next time, we will … before …”."
)

RULES = (
    Rule(
        "B1",
        Level.BLAME,
        "What somebody should have done",
        "It judges by what is known now. The person acted on what could be seen then, and that is lost here.",
        _NEXT,
        (
            r"{who}{adv} {should_have}{adv} {done}",
            r"{they}{adv} {should_have}{adv} {watched}",
            r"(?:{who}|\bwe) could(?:n't)?(?:'ve|{adv} have){adv} {watched}",
            r"{who} (?:was|were) (?:supposed|meant) to\b",
            r"\b(?:if|if only) (?:{any}){had} {watched}",
            r"\b(?:if|if only) (?:{any}){had} {opened}",
            r"(?:^|(?<=[.!?] ))had (?:{any}){adv} (?:{watched}|{opened})",
            r"\bmust have known\b|\bhad no business\b",
        ),
    ),
    Rule(
        "B2",
        Level.BLAME,
        "Somebody forgot, failed, missed or ignored",
        "People forget and overlook things every day. What matters is why nothing caught it this time.",
        "Make the system the subject: “No check noticed that …”, “The alert was one of 40 in that hour”.",
        (
            r"{they}{adv} (?:forgot|forgotten)\b",
            r"{who}{adv} failed to (?!(?:{harmless})\b)",
            r"\b(?:we|they|you|I){adv} failed to {watch}",
            r"{they}{adv} (?:neglected|overlooked)\b",
            r"{who}{adv} (?:ignored|disregarded)\b",
            r"{who}{adv} missed {signal}",
            r"(?:{they}|{office}) (?:(?:always|constantly|regularly|often) (?:forgets?|ignores?|skips?|overlooks?)|"
            r"(?:keeps?|kept) (?:forgetting|ignoring|skipping|overlooking|missing))\b",
            r"\b{neglected} by {whom}(?! [\w-]+(?:'s)? (?:tool|script|job|page|bot)s?\b)",
            r"{who}{adv} skipped {guard}",
            r"(?:{they}|{office}){adv} let (?:it|this|that|them|the \w{1,20}) (?:slip|happen|pass)\b",
            r"\b{office}{adv} (?:forgot|neglected|overlooked)\b",
            r"\b(?:by|through|due to|because of) (?:an )?oversight (?:of|by) {whom}",
        ),
    ),
    Rule(
        "B3",
        Level.BLAME,
        "Somebody did not check, test or ask",
        "What a person did not do explains nothing: there are a thousand things that nobody did.",
        "Say what was there in its place: “The change was checked by …, which does not cover …”.",
        (
            r"{who}{adv} {not}{adv} {watch}",
            r"\bnever(?: even)? bothered to\b|\b(?:did not|didn't|could not|couldn't)(?: even)? (?:be "
            r")?bother(?:ed)?\b",
            r"(?:{who}|{office}){adv} {not}{adv} (?:listen|listened|stop to|wait for|think|run the (?:tests?|suite|"
            r"checks?))",
            r"\b{office}{adv} never (?:asked|told|listened|informed|warned|replied|answered|checked|thought)\b",
            r"{they}(?: just| simply| then)? did nothing\b",
            r"{who} (?:{word} ){1,8}without (?:even |first |ever )?(?:running|looking|consulting|asking|understanding|"
            r"verifying|informing|telling|warning|waiting)\b",
            r"(?<!\bif )\b(?:we|they|you|I) {not}{adv} (?:bother|care|bothered|cared)\b",
            r"{nobody}(?: (?:had|even|really|ever|\w{2,20}ly)){0,3} (?:bothered|checked|tested|thought|verified|"
            r"questioned|cared|double-checked|looked|read|asked|reviewed)\b",
        ),
    ),
    Rule(
        "B4",
        Level.BLAME,
        "A word about somebody's character",
        "It says what a person is like. Nothing can be changed about that, and nobody will tell you more afterwards.",
        "Describe what happened and what surrounded it: “Under three open pages at once, …”.",
        (
            r"\b(?:carelessness|negligence|incompetence|laziness|recklessness|complacency|stupidity|sloppiness|"
            r"inattention|inexcusable|unforgivable|incompetent|pathetic|idiotic|idiots?|moronic|shameful|disgraceful|"
            r"scandalous|unprofessional|amateurish)\b",
            r"\b(?:there (?:is|was|can be)|has|have|with) no excuse\b",
            r"\b(?:glaring|blatant|embarrassing|shocking) (?:mistakes?|oversights?|omissions?|lack|disregard|"
            r"failures?)\b",
            r"\b(?:out of (?:his|her|their) depth|not up to (?:the|this|his|her|their) (?:task|job|role))\b",
            r"(?:{whose}|\btheir) {character} [\w-]{3,30}",
            r"(?:{they}) (?:is|was|were|are) (?:too |so |simply |clearly |just )?(?:oblivious|ignorant|stubborn|"
            r"incapable|"
            r"unqualified|unfit|clueless|asleep)\b",
            r"(?:{they}) (?:is|was|were|are|am|became|got|(?:has|have|had) (?:been|become))"
            r"(?: (?:too|so|very|rather|quite|simply|just|clearly|not careful and))?{adv} {character}\b",
            r"\b(?:careless|negligent|sloppy|reckless|inept|thoughtless|stupid|foolish) (?:{work}|{piece})",
            r"\blazy (?:coding|reviews?|developers?|engineers?|works?|attitudes?)\b",
            r"\b(?:rookie|beginner'?s?|amateur|stupid|silly|dumb) (?:mistakes?|errors?)\b",
            r"{who}{adv} (?:carelessly|recklessly|negligently|lazily|sloppily|foolishly|stupidly|irresponsibly)\b",
        ),
    ),
    Rule(
        "B5",
        Level.BLAME,
        "Fault or guilt is given to somebody",
        "A review looks for factors, not for somebody who is guilty. A person is never a cause that can be mended.",
        "Name the condition that can be changed: “The deployment could start without …”.",
        (
            r"{whose}(?: own)? (?:faults?|mistakes?|blunders?|negligence|oversights?|failures?|carelessness|"
            r"errors?(?= (?:was|were|is|are|caused|led|cost|that|in)\b|[.,;!?]|$))\b",
            r"\b(?:our|their)(?: own)? (?:fault|negligence|blunder)\b",
            r"{who} (?:is|are|was|were){adv}(?: partly| solely| alone)? (?:to blame|at fault|guilty|the culprits?|"
            r"responsible for {harm})",
            r"\bblamed? (?:(?:this|it|that|the \w{1,20}) )?(?:on )?(?:{whom}|him|her)",
            r"\bblame (?:lies|falls|rests) (?:with|on) (?:{whom}|him|her|them)",
            r"\bculprits? (?:is|was|were|are) {whom}(?! \w)",
            r"\b(?:because of|due to) {whom}(?=[.,;!?)]|$| who\b| \w{2,20}ing\b)",
            r"\bheld (?:accountable|responsible)\b|\bdisciplinary (?:action|measures?)\b|\breprimand(?:ed|s)?\b",
            r"\bguilty part(?:y|ies)\b",
            r"\bit (?:is|was){adv} {whom} (?:who|that){adv} (?!saw\b)(?:deleted|dropped|removed|wiped|merged|pushed|"
            r"broke|"
            r"caused|disabled|overwrote|introduced|approved|forgot|ignored|missed)\b",
            r"\b(?:fault|guilt|blame)(?: for (?:it|this|that|{harm}))? (?:lies|lay|rests|rested|falls|fell|is)"
            r"(?: squarely| entirely| solely| clearly| alone)? (?:with|on) (?:{whom}|whoever|him|her|them|us)",
            r"\b(?:is|was) (?:{whose}|their|your) (?:job|duty|responsibility)\b",
            r"\bconsequences for {whom}",
            r"\bpoint(?:ed|ing|s)? (?:a |the )?fingers? at\b",
        ),
    ),
    Rule(
        "B6",
        Level.BLAME,
        "Somebody did the wrong thing",
        "At that moment it looked like the right thing, or it would not have been done.",
        _ALLOWED,
        (
            r"{who}{adv} {acted} (?:(?:the|an?|some|that) )?{bad}\b",
            r"{they}{adv} (?:made|committed|repeated) (?:(?:a|an|the|the same|several|many|some|this|that|another) )?"
            r"(?:{mod} )?(?:mistakes?|errors?|blunders?)\b",
            r"{they} (?:{word} ){1,6}(?:a|an|the same|another) (?:{mod} )?(?:mistake|blunder)\b",
            r"\b(?:mistakes?|errors?|blunders?)(?: that)?(?: was| were)? made by {whom}",
            r"{who}(?: {word}){0,4} gave (?:us |them |customers |support )?(?:the )?(?:wrong|false|incorrect|"
            r"misleading|bad) "
            r"(?:information|advice|answers?|instructions?|data|numbers?)\b",
            r"{who} (?!found|saw|noticed|discovered)(?:{word} ){1,7}by (?:mistake|accident)\b",
            r"{they}{adv} (?:switched|turned|shut|plugged|pulled|unplugged|logged|signed)(?: off| on| out| down| in)? "
            r"(?:the )?{bad}\b",
            r"{who}(?: had| has)? {badly} (?:{acted}|\w{2,30}ed)\b",
            r"{who}{adv} (?:misconfigured|misread|misunderstood|mistyped|mishandled|fat-fingered|botched|bungled|"
            r"(?:screwed|messed) (?:it )?up)\b",
            r"{who}{adv} {acted}(?: {word}){0,5} without (?:(?:a|any|the|proper|asking|his|her|their) )?(?:{mod} )?"
            r"(?:test(?:s|ing)?|reviews?|check(?:s|ing)?|approval|permission|asking|telling|thinking|reading)\b",
        ),
    ),
    Rule(
        "B7",
        Level.BLAME,
        "Somebody broke it",
        "Somebody's hand was on it, and the same hand would have done no harm had anything stood between.",
        "Make the change the subject: “The change of 14:02 removed …; the build did not stop, because …”.",
        (
            r"{who}{adv} {broke}",
            r"{who} (?:{word} ){1,8}and (?:thereby |so |thus )?{broke}",
            r"\b(?:caused|introduced|broken|brought down|taken down) by {whom}",
            r"<name>'s? (?:{mod} )?(?:change|commit|deploy|deployment|merge|migration|script|code|fix|release) {broke}",
        ),
    ),
    Rule(
        "B8",
        Level.BLAME,
        "A reproach in passing",
        "It says that somebody did not care or try. What made the quick way the normal way?",
        _ALLOWED,
        (
            r"\bdropp(?:ed|ing) the ball\b|\basleep at the (?:wheel|switch)\b|\bcut(?:ting)? corners\b",
            r"\b(?:know|knew|known) better\b(?! than| how| what| which| about)",
            r"\brubber[-\s]stamp(?:ed|ing|s)?\b|\bcould(?:n't| not) be bothered\b|\bjumped the gun\b",
            r"\b(?:not|\w{1,8}n't|without|stopped) pa(?:y|ying|id) (?:any |enough |much )?attention\b",
            r"\black(?:ed|s|ing)?(?: of)? (?:attention|care|discipline|diligence|common sense|competence|"
            r"professionalism)\b",
            r"\b(?:poor|bad) judge?ment\b|\bcommon sense\b(?= (?:would|should|says))",
            r"{who}(?: {word}){0,2} panicked\b|{who}{adv} (?:slept through|overslept|fell asleep)\b",
            r"(?:{whom}|\bthey) did (?:it|this|that) on purpose\b",
            r"\bhad (?:absolutely |clearly )?no (?:clue|idea) what (?:{whom}|they|we) (?:was|were) doing\b",
            r"\bwhoever (?:{word} ){1,4}had no (?:clue|idea)\b",
            r"{who}{adv} (?:took|waited) (?:(?:far|much|way|a lot) )?too long\b",
            r"{who} (?:was|were) (?:(?:far|much|way) )?too (?:slow|late) (?:to|in|with)\b",
            r"{they}{adv} wasted (?:{word} ){1,3}(?:on|with|by|in)\b",
            r"\b(?:was|were|been|got) (?:simply |clearly |obviously )?(?:rushed|hurried)\b",
            r"{who} (?:{word} ){1,7}in (?:a|his|her|their|the) (?:hurry|haste)\b",
            r"{who} refused to (?!(?:{harmless})\b)",
            r"\bturn(?:ed|ing|s)? a blind eye\b|\blook(?:ed|ing)? the other way\b|\bpass(?:ed|ing)? the buck\b|"
            r"\bswept? under the (?:rug|carpet)\b|\bunder the bus\b|\bin the dark (?:about|for|until|again)\b",
            r"\b(?:despite|in spite of|against) (?:our|my|all our|his|her)(?: {mod})? (?:warnings?|advice)\b",
            r"{they} (?:had been|were|was|have been) (?:warned|told|reminded) (?:{word} ){0,2}(?:times|twice|"
            r"repeatedly|"
            r"before|often enough)\b",
            r"{who} (?:obviously|clearly|evidently) (?:{not}|does not|doesn't|do not|don't)\b",
            r"(?:{nobody}|{they}) (?:ever |really |here )?(?:cares?|cared) (?:about|for|whether|if)\b",
            r"{they} (?:lied|covered (?:it|this|that) up|hid (?:it|this|that|the truth))\b",
            r"\b(?:checklist|procedure|process|policy|guidelines?|instructions?|rules?)(?: was| were| is| are)"
            r"(?: simply| again| just| once again| clearly| deliberately)? (?:not followed|disregarded|violated|"
            r"bypassed)\b",
            r"{they}{adv} (?:rushed(?! to (?:help|the))|(?:was|were) (?:rushing|in a (?:rush|hurry)|on autopilot)|"
            r"let (?:us|everyone|everybody|the team|customers) down|didn't care|did not care|"
            r"took (?:a |the )?short-?cuts?)\b",
        ),
    ),
    Rule(
        "B9",
        Level.BLAME,
        "Human error as a cause",
        "Human error is where a review begins, not where it ends: what made the error easy, and what did not stop it?",
        "“The two environments look the same in the console, and the command asks nothing before it deletes.”",
        (
            r"\bhuman (?:error|failure|mistake)s?\b(?! (?:messages?|codes?|texts?|rates?))",
            r"\b(?:due to|caused by|because of|just|simply|plain|pure|"
            r"(?:is|was|were)(?: (?:just|simply|an?|plain|pure|clearly|another)){0,3}) "
            r"(?:operator|user|pilot|developer) errors?\b",
            r"\bthe human factor\b(?!s)|\bPEBKAC\b|\bID-?10-?T\b|\bbetween (?:the )?keyboard and (?:the )?chair\b",
            r"\b(?:out of|due to|because of|caused by|through) (?:pure |sheer |simple |plain |mere )?(?:ignorance|"
            r"haste|"
            r"forgetfulness|indifference|arrogance|inexperience|overconfidence|inattentiveness)\b",
        ),
    ),
    Rule(
        "W2",
        Level.ADVICE,
        "One root cause",
        "What went wrong needed several things at once. One cause ends the search too early.",
        "“The factors that contributed were …”: what else had to be true?",
        (
            r"\b(?:the|an?|real|true|actual|main|only|single|underlying) root cause\b(?!-| analys[ie]s)",
        ),
    ),
    Rule(
        "W3",
        Level.ADVICE,
        "Seen from afterwards",
        "Afterwards everything points one way. Nobody could see it from there at the time.",
        "Say what was known then, and what is known now: the timeline has a place for both.",
        (
            r"\b(?:in|with) hindsight\b(?! bias)|\bwith the benefit of hindsight\b",
            r"\b(?:it was|was) (?:clearly |so |painfully )?obvious (?:that|to)\b",
            r"\bobvious(?:ly)? (?:mistake|should|could)\b",
            r"\bany (?:competent|decent|experienced|sane|half-decent|good) (?:{role})\b",
            r"\b(?:could|would) have (?:been easily|easily been|easily) (?:avoided|prevented|caught|seen)\b",
            r"\b(?:could|would|might) have been (?:avoided|prevented)(?: easily)? (?:with (?:a (?:bit|little)|more|"
            r"some|any) "
            r"(?:of )?(?:care|attention|thought|diligence|effort|discipline)|by (?:simply|just|merely) \w+ing)\b",
            r"\ba (?:simple|quick|single|brief|short) (?:look|glance|call|phone call|question|check|test|review)"
            r"(?: (?:at|of|to|by|in|with)(?: {word}){1,4})? would have\b",
            r"\bany (?:{role}) (?:would|should|could) (?:have )?(?:seen|known|noticed|know|see|notice|caught)\b",
            r"\ball (?:{any}) (?:had|needed) to do\b|(?:{any}) simply had to\b",
        ),
    ),
    Rule(
        "W4",
        Level.ADVICE,
        "What should have been done",
        "Without a name it is still a judgement from afterwards, and it does not say what will change.",
        _NEXT,
        (
            r"\b(?:should|ought to)(?:n't| not| never)?(?: have|'ve){adv} been{adv} (?:tested|reviewed|caught|noticed|"
            r"spotted|escalated|double-checked|checked|communicated|anticipated|foreseen|questioned)\b",
        ),
    ),
    Rule(
        "W5",
        Level.ADVICE,
        "Asking people to be better",
        "Care does not last: in three months nobody remembers it, and new people never heard it.",
        "Let something do it for them: “The command shows the target and asks for its name”.",
        (
            r"\b(?:be|being) more (?:careful|vigilant|attentive|diligent|mindful|thorough|disciplined)\b",
            r"\b(?:pay|paying) (?:(?:more|closer|better|greater) )?attention\b(?= |[.,;!?]|$)",
            r"\b(?:take|taking) more care\b|\btry(?:ing)? harder\b|\brais(?:e|ing) awareness\b",
            r"\bremind(?:ing)? (?:everyone|everybody|all|people|staff|{whom})",
            r"(?:{any}|everybody) (?:must|should|shall|will|need to|needs to|have to|has to)(?: always)? "
            r"(?:double-check|remember to|be careful)\b",
            r"(?:{any}|staff|everybody) (?:will|must|should|shall|needs? to|has to|have to)(?: all)? "
            r"(?:be reminded|be retrained|learn to|pay attention)\b",
            r"\b(?:more|greater|better) (?:discipline|vigilance|diligence|attentiveness|carefulness)\b",
            r"\bre-?train(?:ing)? (?:{whom}|staff|people|everyone)",
        ),
    ),
    Rule(
        "W6",
        Level.BLAME,
        "Asking who",
        "Who leads to a person and stops there. How and what lead to something that can be changed.",
        "“What made it possible to …?”, “How did … reach production?”",
        (
            r"(?:^|(?<=[.!?:] )|\bfind out )who (?:did|deployed|broke|merged|approved|wrote|pushed|forgot|caused|"
            r"allowed|made|changed|let|signed|(?:is|was) responsible|is to blame)\b"
            r"[^.!?\n]{0,80}(?=\?|[.\n]|$)",
            r"\bwhoever (?:approved|wrote|merged|pushed|broke|configured|signed|allowed|thought)\b",
            r"(?:^|(?<=[.!?:] ))why (?:didn't|did not|hasn't|hadn't) (?:anyone|anybody|someone|somebody)"
            r"[^.!?\n]{0,80}(?=\?)",
            r"(?:^|(?<=[.!?:] ))why did (?:no one|nobody) (?:check|test|read|ask|think|bother|verify|look|stop|say|"
            r"review)\b"
            r"[^.!?\n]{0,80}(?=\?)",
            r"\bfind out who (?:did|was|is|has|had|deployed|approved)\b",
            r"(?:^|(?<=[.!?:] ))why (?:did|didn't) (?:{whom}|you|they(?= not| \w{1,20} to prod))"
            r"[^.!?\n]{0,80}(?=\?)",
        ),
    ),
    Rule(
        "W7",
        Level.ADVICE,
        "Never again",
        "Nobody can promise it, and the next incident will look like a broken promise.",
        "“If it happens again, we will notice within … and be back within …”.",
        (r"\b(?:never|not|\w{1,8}n't) (?:be allowed to )?(?:ever )?happen(?:s)? again\b",),
    ),
)

ENGLISH = Language(
    code="en",
    parts=PARTS,
    rules=RULES,
    person_named=Rule(
        "I1",
        Level.NOTE,
        "A person is named",
        "Outside of the timeline a role says as much, and the text can be read in five years.",
        "Use the role: “the responder”, “the on-call developer”, “the reviewer”.",
        (),
    ),
    ordinary_words=frozenset(_ORDINARY.split()),
    tools=frozenset(_TOOLS.split()),
)
