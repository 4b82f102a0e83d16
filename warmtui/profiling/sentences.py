"""Sentences in which a tool nobody knows says, in plain words, that it did not do what it was asked.

"Insufficient funds: the balance is 20", "Message could not be delivered", "Weather data not available for Nowhere":
there is no end to them, so what is looked at is their grammar. One counts only where it is all the result holds, and
only of a tool whose answer is not itself a statement (see `tool_families.makes_statements`).
"""

from __future__ import annotations

import re

from warmtui.profiling.plain_forms import any_of
from warmtui.profiling.remembered import remembered

_LENGTH = 300
_LINES = 2


@remembered
def denies(text: str) -> bool:
    """Whether a result is a sentence or two of which the first says that something was not done or is not there."""
    stripped = _short(text)
    found = _OPENINGS.match(stripped) or _STATEMENTS.match(stripped)
    return found is not None and _TURN.search(stripped, found.end()) is None


def names_who_stopped(text: str) -> bool:
    """Whether a result is a sentence or two of which the first says that a person stopped the call."""
    return " by " in text and _BY_A_PERSON.match(_short(text)) is not None


def _short(text: str) -> str:
    """Return a text of a sentence or two, and nothing of a longer one."""
    if len(text) > 2 * _LENGTH:
        return ""
    stripped = text.strip()
    return "" if len(stripped) > _LENGTH or stripped.count("\n") > _LINES else stripped


_STATE = (
    r"(?:found|available|supported|allowed|permitted|implemented|authori[sz]ed|authenticated|recogni[sz]ed|accessible|"
    r"reachable|installed|configured|specified|provided|valid|ready|connected|logged in|signed in|registered|defined|"
    r"possible|loaded|initiali[sz]ed|subscribed|eligible|enough|sufficient|in stock|numeric|enabled for|"
    r"\w{2,30}[ai]ble)\b"
)
_DONE = (
    r"(?:sent|made|given|set|written|done|read|put|paid|found|sold|built|held|told|taken|chosen|\w{2,30}ed)\b"
    r"(?! (?:any|yet\W*\Z|with (?:any )?(?:errors?|problems?)))"
)
_BROKEN = (
    r"(?:invalid|unavailable|unauthori[sz]ed|missing|required|out of (?:range|stock|bounds|memory|date)|expired|"
    r"too (?:long|large|short|small|big|many|few|late|early)|forbidden|unreachable|unsupported|denied|rejected|"
    r"aborted|insufficient|incorrect|incompatible|wrong|outside (?:of )?(?:the|your|its)|"
    r"declined|refused|malformed|corrupt(?:ed)?|already (?:taken|in use|registered|booked|reserved))\b"
)
# These open a report, an answer or the words of somebody, whatever they say next; or a search that found nothing.
_NOT_A_DENIAL = (
    r"(?!(?:I|I'm|I've|We|We've|He|She|They|Found|Success\w*|Done|OK|Ok|Completed|Created|Updated|Added|Saved|Sent|"
    r"Deleted|Removed|Note|Warning|Tip|Hint|Yes|No|None|Nothing|Results?|results?|Matches|matches|Hits|Answer|"
    r"Summary|Title|It|This means)\b)(?![✅✓☑]|\d+ )"
)
_WORD = (
    r"(?:(?!(?:that(?! (?:name|id|ID|key|title|email|path)\b)|which|who|where|because|but|if|when|while|although|so|"
    r"how|why|what|whether|since|after|before)\b)"
    r"(?:'[^'\n]{0,100}'|\"[^\"\n]{0,100}\"|[^\s.!?;'\"][^\s.!?;]{0,60}(?:[.!?;][^\s.!?;]{1,60}){0,12})"
    r"(?<!ed:)(?<!sent:)(?<!set:)[ \t])"  # what follows "sent:" was sent
)
_STATEMENTS = any_of(
    r"(?:could not|couldn't|can ?not be|can't be|could no longer be) (?:be )?\w",
    rf"(?:(?:is|are|was|were) ?(?:not|n't)|(?:has|have) ?(?:not|n't)|isn't|aren't|wasn't|weren't|hasn't|haven't)"
    rf"(?: been)?(?: currently| yet| a| an)? (?:{_STATE}|{_DONE})",
    rf"not {_STATE}",
    r"(?:(?:is|are) (?:full|busy|read-only|in use)|(?:(?:is|are) )?(?:offline|sold out|fully booked|out of stock))\b",
    r"(?:is|are) not an? ",
    r"(?:contains?|has|uses?) (?:an? )?(?:invalid|illegal|unknown|unsupported|malformed)\b",
    r"(?:declined|denied|refused|rejected) by\b",
    rf"(?:is|are|was|were|has|have)(?: been)?(?: currently)? {_BROKEN}",
    r"already exists\b",
    r"(?:does not|doesn't|do not|don't) (?:exist|support|accept|allow|belong|appear to exist|have "
    r"(?:permission|access|enough|sufficient|any (?:permission|access)))\b",
    r"requires? (?:authentication|authori[sz]ation|an? (?:valid )?(?:API key|token|subscription|login))\b",
    r"(?:did not|didn't) (?:respond|complete|succeed|work|finish|exist|load|start|pass|understand|recogni[sz]e|accept)",
    r"(?:must|needs? to|has to|have to) (?:not )?be \S|can only be \w",
    r"(?:exceeded\b|(?:exceeds?|would exceed) (?:the |your |its |a |maximum|limit))",
    r"(?<!\d )(?<!as )(?:failed|timed out|errored)"
    r"(?:\W*\Z|[:.,] | (?:to|with|due|because|after|for|while|during|on)\b)",
    before=rf"\W{{0,4}}{_NOT_A_DENIAL}{_WORD}{{1,14}}?",
)
# "… cannot be simplified, but here is the raw content": it did something after all.
_TURN = re.compile(
    r"\b(?:but(?! (?:got|was|is|were|are|has|have|had|received|found|you|only|it|the|not)\b)|however|nevertheless)\b",
    re.IGNORECASE,
)
_BY_A_PERSON = any_of(
    r"(?:rejected|denied|cancell?ed|interrupted|aborted|declined|stopped) by (?:the |a |your )?"
    r"(?:user|human|operator|reviewer|person)\b",
    before=rf"\W{{0,4}}{_WORD}{{1,14}}?",
)
# What somebody has open in front of them; "no active alerts" is an answer.
_OPEN_THING = (
    r"(?:session|page|browser|tab|window|document|connection|presentation|project|workbook|file|device|editor|canvas|"
    r"context|terminal|database|model|account|chat|channel|element|target|frame|dialog|image)"
)
_OPENINGS = any_of(
    r"Insufficient \w|Incorrect \w|Malformed \w|Illegal \w|Unrecogni[sz]ed \w|Unexpected \w",
    r"Duplicate (?:entry|key|name)",
    r"Wrong \w{1,30}(?: |\W*\Z)|Missing (?!values|data)\w|Conflict:|Exceeded |Not enough \w|Too (?:many|few) \w",
    r"(?:Something|An operation) (?:went wrong|failed)",
    r"(?:Oops|Sorry|Unfortunately|Apologies)\b",
    r"Please (?:provide|specify|log ?in|sign in|enter|try again|select a|use a valid|check (?:the|your) )",
    r"You (?:must|need to|are not|aren't|cannot|can't|(?:do not|don't) have(?! any (?!permission|access|right|credit))|"
    r"have (?:exceeded|reached|to)|(?:have not|haven't)(?! \w{2,30} any(?:thing)?\b)|may not|should first)\b",
    rf"No (?:\w+ ){{0,2}}{_OPEN_THING} (?:is |was |has been |currently )*(?:open|loaded|active|selected|connected|"
    r"generated|created|running|initiali[sz]ed|set|specified|provided|attached)\b",
    r"No (?:\w+ ){0,2}(?:session|page|browser|tab|window|frame|dialog|element|target|account) (?:was )?found\b",
    r"No \w{1,30} (?:is|has been) (?:currently )?(?:mounted|selected|loaded|connected|attached|configured|installed|"
    r"registered|running|assigned|associated|logged in)\b",
    r"No \w{1,30} exists\b",
    r"(?:[\w ]{1,30}: )?No (?:[\w-]{1,30} ){0,3}(?:data|information) (?:was |is |were )?(?:found|available|returned)\b",
    rf"No (?:active|open|current|such) {_OPEN_THING}\b",
    r"No \w{1,30}[^s\W] (?:exists? )?(?:with|for|named|called) "
    r"(?:(?:that|this|the|given|specified) |(?:id|ID|name|key)\b)",
    r"(?:syntax error|parse error) (?:at|near|in|on)\b",
    before=r"\W{0,4}",
)
