"""The known plain-text forms of results that are no success: each is anchored where a result begins."""

from __future__ import annotations

import re

_HEAD = 1_500
_SHORT = 500


def is_pruned(text: str, tool_name: str = "") -> bool:
    """Whether the result was taken away, so that nothing can be told: a placeholder, a summary, a stored preview."""
    if text.startswith("["):
        if tool_name and len(text) < 2_000 and text.startswith((f"[{tool_name}] ", f"[{tool_name}] (")):
            return True  # a compactor's line about the call
        return _PRUNED.match(text) is not None
    return text.startswith(("<persisted-output>", "<tool_result_cleared"))


def is_stopped(text: str) -> bool:
    """Whether a result says that a person or a policy stopped the call."""
    return _STOPPED.match(text[:_HEAD]) is not None


def is_refused(text: str) -> bool:
    """Whether a result says that the agent's own mistake kept the call from running: no such tool, a loop."""
    return _NO_CALL.match(_bare(text)) is not None


def is_misfit(message: str) -> bool:
    """Whether the message of an error says that the arguments do not fit the tool.

    Weaker than `is_refused`: the words mean this only in what is known to be an error.
    """
    return _ARGUMENTS.match(_bare(message)) is not None


def is_failure(text: str) -> bool:
    """Whether a tool's own words begin as those of a failure do, whatever follows."""
    return _FAILED.match(text[:_HEAD]) is not None


def is_short_failure(text: str) -> bool:
    """Whether a result is nothing but a sentence that says something could not be done or found.

    Such a sentence may also open a long document: it counts only where it is all there is.
    """
    return is_short(text) and _SHORT_FAILED.match(text) is not None


def is_short(text: str) -> bool:
    """Whether a result is a sentence or two."""
    return len(text) <= _SHORT and text.count("\n") <= 4


def speaks_of_arguments(message: str) -> bool:
    """Whether an error message is about arguments that could not be read."""
    return _UNREADABLE.search(message[:_SHORT]) is not None


def _bare(text: str) -> str:
    """Take off what stands before the message itself: ``Error executing tool x:``, ``MCP error -32602:``."""
    head = text[:_HEAD].lstrip()
    for _ in range(3):
        prefix = _PREFIX.match(head)
        if prefix is None:
            break
        head = head[prefix.end() :]
    return head


_PRUNED = re.compile(
    r"\[(?:Result unavailable|Old tool (?:output|result)|Duplicate tool output|Tool (?:output|result) "
    r"(?:cleared|removed|pruned|omitted|truncated|unavailable)|Previous tool (?:output|result)|screenshot removed|"
    r"No tool output|Output (?:omitted|removed|cleared)|Orphan recovery: interrupted side-effecting|"
    r"(?:tool )?(?:output|result|content) (?:omitted|elided|pruned|trimmed|cleared)|Compacted|compacted)",
)

_BY_USER = r"(?:rejected|denied|cancell?ed|interrupted|aborted|declined|stopped|skipped)\b[^\n]{0,20}? by (?:the )?user"
_STOPPED = re.compile(
    r"\s*(?:Error: )?(?:"
    r"\[Tool execution (?:cancelled|canceled|skipped)\b|\[Request interrupted|\[Command interrupted\]|"
    r"\[Operation Cancelled\]|\[execution interrupted|\[Orphan recovery: interrupted|\[?Interrupted(?: by user)?\W*\Z|"
    r"BLOCKED\b(?!: You have )|Blocked(?::| by\b)|"
    r"(?:Tool |Command |Edit |Action |Request |Operation |Write |Read |Delete |Move |Patch )(?:approval )?denied: |"
    r"Edit approval denied|Refusing to (?:write|read|delete|run|execute) |Tool '[^'\n]{1,100}' denied\b|"
    r"Access denied: [^\n]{1,400}? is (?:an internal Hermes|a Hermes|the Hermes|a secret-bearing)|"
    r"(?:Human|User) approval (?:is )?required|Claude requested permissions|Permission to use [^\n]{1,400}? (?:has been|was) denied|"
    r"(?:This|Tool|Command|The (?:tool|command|action|following))\b[^\n]{0,160}? requires? "
    r"(?:user |human |your )?approval\b|"
    r"[^\n]{0,300}? was blocked\. For security|"
    r"(?:The )?[Uu]ser (?:has )?(?:does(?:n't| not) want|did(?:n't| not) want|denied|rejected|declined|cancell?ed|"
    r"interrupted|aborted|skipped|stopped)\b|"
    r"Cancelled: parallel tool call|"
    r"(?:MCP|Tool|Delegation|Sampling) ?call (?:was )?(?:interrupted|cancell?ed)\b|Tool execution cancell?ed\b|"
    r"(?:Wall time: [^\n]{0,40}\n)?(?:exec command |command |patch |execution )?(?:was )?" + _BY_USER + r"|"
    r"(?:(?:The )?(?:Tool|Command|Action|Operation|Request|Execution|Edit|Change|Write|Memory write|Patch|Shell command)"
    r"\b[^\n]{0,60}? )?(?:was |has been |is )?" + _BY_USER + r"|"
    r"exec_command failed for [^\n]{0,400}?Rejected\(|PreToolUse\b[^\n]{0,120}?(?:hook|blocked|denied)|"
    r"Operation (?:stopped|blocked) by hook|Hook [^\n]{0,80}?(?:blocked|denied)|"
    r"aborted\W*\Z"
    r")",
)

_NAME = r"['\"`]?[\w.:/-]{1,120}['\"`]?"
_PREFIX = re.compile(
    r"(?:\[TOOL_ERROR\]|[Ee]rror (?:executing|calling|running|invoking) (?:tool|function)?\s*['\"`]?[\w.:/-]{0,120}['\"`]?\s*"
    r"(?:with (?:kwargs|arguments) [^\n]{0,400}? with error)?:|"
    r"Error:|ERROR:|MCP error -?\d+:|McpError:|ToolError:|ToolException:|ValueError:|"
    r"Tool (?:execution|call) (?:failed|error):|(?:Failed|failed): )\s*"
)
_NO_CALL = re.compile(
    # the tool is none
    rf"(?:The )?(?:[Tt]ool|[Ff]unction|[Mm]ethod)(?: named)? {_NAME} (?:does not exist|doesn't exist|not found|"
    r"was not found|is not (?:available|found|registered|defined|known|a valid|supported|enabled)|is unavailable)|"
    r"(?:[Tt]ool|[Ff]unction|[Mm]ethod) not found|No such (?:tool|function|method)\b|"
    r"No (?:tool|function) (?:named|called|with name)|"
    r"(?:[Uu]nknown|[Uu]nsupported|[Uu]nrecognized|[Ii]nvalid) (?:tool|function)(?: name)?s?\b|"
    rf"[Uu]nsupported call: |Model tried to call|{_NAME} is not a (?:valid|known|deferrable|registered) (?:tool|function)|"
    r"'[^'\n]{1,120}' is not available in this session|Tool call rejected:|Skipped: (?:an)?other tool call|"
    # its arguments are no JSON, or were refused as a whole
    r"[Ii]nvalid JSON arguments|InputValidationError|Input validation error|"
    r"(?:[Ff]ailed|[Uu]nable) to parse (?:the )?(?:tool |function |call )*(?:arguments|parameters)|"
    # a loop guard
    r"BLOCKED: You have (?:called|read|run)\b|Blocked \w+: (?:the same tool call|this read-only call)|"
    r"Stopped \w+: it failed \d+ times|"
    r"You have (?:already )?(?:called|made|repeated) (?:this|the same)\b[^\n]{0,80}?(?:times|in a row|loop)|"
    r"(?:Loop|Repetition|Doom loop) detected\b",
)
_ARGUMENTS = re.compile(
    r"(?:[Uu]nknown|[Uu]nsupported|[Uu]nrecognized|[Ii]nvalid) (?:(?:process |cron )?action|method|mode|operation|"
    r"command name|argument|parameter)s?\b|"
    r"Invalid \w{1,40}: expected |[Ii]nvalid (?:JSON|(?:tool |function |input )?(?:arguments?|parameters?|params|args)|input schema)\b|"
    rf"[Ii]nvalid {_NAME} (?:parameter|argument|format)\b|Invalid target '|"
    r"[Cc]ould not parse (?:the )?(?:tool |function )?(?:arguments|parameters|input)|"
    r"(?:Arguments|Parameters|Params|params) (?:must|do not|don't|could not|failed)|"
    r"Missing (?:required |mandatory )?(?:argument|parameter|param|field|property|input|value)(?:s|\(s\))?(?!\w)|"
    r"\[\s*\{\s*\"(?:code|expected|received)\":|"
    r"\d+ validation errors? for\b|"
    r"(?:TypeError: )?[\w.<>]{1,120}\(\) (?:got an unexpected keyword|missing \d+ required|takes (?:from )?\d+|"
    r"got multiple values)|"
    r"(?:[Tt]he |[Bb]oth )?(?:(?:required )?(?:[Pp]arameter|[Aa]rgument|[Ff]ield|property) )?(?!(?:authentication|"
    r"authorization|auth|login|approval|permission|payment|credentials?|confirmation|license|access|password|sudo|"
    rf"subscription)\b)[`'\"]?[a-z][\w.]{{0,80}}[`'\"]?(?:(?:,? and|,|,? or) {_NAME}){{0,4}} "
    r"(?:parameter |argument |field |property )?(?:is |are )?(?:a |missing |missing the )?required\b|"
    r"The required (?:parameter|argument|field) |"
    r"(?:Content|Text|Question text|Command|Query|Path) (?:is required|cannot be empty)|"
    r"No (?:tasks|code|updates|arguments|parameters|command) provided|Provide either '|"
    rf"{_NAME} must (?:be (?:a |an |of type )?(?:list|array|string|integer|int|number|object|boolean|dict)\b|"
    r"not be empty)|"
    rf"{_NAME} is not of type |Additional properties are not allowed",
)

_FAILED = re.compile(
    r"\W{0,6}(?:(?:\w{1,20} ){0,3}Failed\n\s*Error |"
    r"(?:[A-Za-z_][\w.]{0,80})?(?:Error|Exception|ERROR|Fault)\b\]?(?:[:(\[!]| -| –)|(?:error|fatal|exception|panic): |"
    r"(?:\w{1,30} )?[Ee]rror:|"
    r"(?:Error|ERROR)(?:\Z|\n| (?:in|at|on|with|from|while|when|during|occurred|code|"
    r"(?!handling|logging|reporting|tracking|monitoring)[a-z]+ing)\b| (?:\d{3}\b|['\"`(]))|"
    r"Traceback \(most recent call last\)|Exception\b|"
    r"MCP error\b|HTTP (?:error\b|Error\b|[45]\d\d\b)|(?:status code|Status code|HTTP status):? [45]\d\d\b|"
    r"(?:success|ok): [Ff]alse\b|status: (?:error|failed|failure)\b|isError: [Tt]rue\b|"
    r"[Rr]equest failed\b|(?:Tool|Function|Command|Script|Execution|MCP)(?: [\w.:'\"`/-]{1,60}){0,4} "
    r"(?:failed|timed out|has timed out|errored)\b|"
    r"Failed(?:\Z|:| with\b)|FAILED(?:\Z|:)|"
    r"(?:An?|The) (?:unexpected |internal |unknown |fatal |server )*(?:error|exception) (?:has |was )?occurred|"
    r"(?:[Tt]imed out|Timeout(?:Error)?(?:\Z|[:.!]| (?:after|while|waiting|exceeded)))|"
    r"(?:Internal [Ss]erver [Ee]rror|Bad [Gg]ateway|Service [Uu]navailable|Too [Mm]any [Rr]equests|Rate limit exceeded)|"
    r"Your proposed edit has introduced new syntax error|No replacement was performed|"
    r"String to replace not found|File has not been read yet|File has been (?:unexpectedly )?modified since|"
    r"apply_patch verification failed|Invalid (?:patch|diff|context|hunk)\b|failed in sandbox|"
    r"The last command [^\n]{0,300}? timed out"
    r")",
)

_THING = (
    r"(?:[Ff]ile|[Dd]ocument|[Pp]ath|[Dd]irectory|[Ff]older|[Pp]age|[Rr]esource|[Ii]tem|[Uu]ser|[Oo]rder|[Pp]roduct|"
    r"[Rr]ecord|[Tt]able|[Cc]olumn|[Kk]ey|[Ss]ession|[Ss]heet|[Ww]orksheet|[Ww]orkbook|[Pp]roject|[Rr]epository|"
    r"[Bb]ranch|[Nn]ode|[Ee]lement|[Ww]indow|[Tt]ab|[Pp]rocess|[Tt]ask|[Ee]vent|[Mm]essage|[Ii]ssue|[Ee]ntity|"
    r"[Oo]bject|[Pp]resentation|[Ss]lide|[Ss]erver|[Uu]RL|[Aa]ccount|[Rr]eservation|[Ff]light|[Cc]ontainer|[Ii]mage)"
)
_SHORT_FAILED = re.compile(
    r"\W{0,6}(?:"
    r"(?:Sorry, )?(?:Failed|Unable|failed|unable) to \w|(?:Cannot|Could not|Couldn't|Can't|cannot|could not) \w|"
    r"(?:No such file or directory|File not found|Path not found|Not [Ff]ound|Permission denied|Access denied|"
    r"Unauthori[sz]ed|Forbidden|Invalid \w|Unknown \w|Unsupported \w|Not authori[sz]ed|Connection (?:refused|error|"
    r"timed out|reset))\b|"
    r"The site'?s robots\.txt |"
    rf"(?:The |No )?{_THING}\b[^\n]{{0,300}}? (?:does not exist|doesn't exist|not found|was not found|could not be found|"
    r"is invalid|not exists?)\b[^\n]{0,80}\s*\Z|"
    r"E(?:NOENT|ACCES|PERM|EXIST|ISDIR|NOTDIR|NXIO|BUSY|INVAL|MFILE|PIPE|NOTEMPTY|NOTFOUND|TIMEDOUT|AI_AGAIN|"
    r"CONNREFUSED|CONNRESET): "
    r")",
)
_UNREADABLE = re.compile(
    r"json|pars(?:e|ing)|argument|parameter|decod|expecting|unterminated|malformed|invalid|unexpected (?:end|token)|eof",
    re.IGNORECASE,
)
