"""The known plain-text forms of results that are no success: each is anchored where a result begins."""

from __future__ import annotations

import re

from warmtui.profiling.remembered import remembered

_HEAD = 1_500
_SHORT = 500
_SUMMARY = 2_000
_LOG_LINES = 6
_LINES_OF_A_LOG = 3


def is_pruned(text: str, tool_name: str = "") -> bool:
    """Whether the result was taken away, so that nothing can be told: a placeholder, a summary, a stored preview."""
    if text.startswith("["):
        if tool_name and len(text) < _SUMMARY and text.startswith((f"[{tool_name}] ", f"[{tool_name}] (")):
            return True  # a compactor's line about the call
        return _PRUNED.match(text) is not None
    return text.startswith(("<persisted-output>", "<tool_result_cleared"))


@remembered
def is_stopped(text: str) -> bool:
    """Whether a result says that a person or a policy stopped the call."""
    return _STOPPED.match(text[:_HEAD]) is not None


@remembered
def is_refused(text: str) -> bool:
    """Whether a result says that the agent's own mistake kept the call from running: no such tool, a loop."""
    return (_REFUSED.match(_bare(text)) or _UNDEFINED.match(text[:_HEAD])) is not None


@remembered
def is_misfit(message: str) -> bool:
    """Whether the message of an error says that the arguments do not fit the tool.

    Weaker than `is_refused`: the words mean this only in what is known to be an error.
    """
    return _MISFIT.match(_bare(message)) is not None


@remembered
def is_failure(text: str) -> bool:
    """Whether a tool's own words begin as those of a failure do, whatever follows."""
    return _FAILED.match(text[:_HEAD]) is not None


def is_short_failure(text: str, or_missing: bool = True) -> bool:
    """Whether a result is nothing but a sentence that says something could not be done or found.

    Such a sentence may also open a long document: it counts only where it is all there is.

    Args:
        text: the result.
        or_missing: whether "The file x was not found" is one too: of some tools it is an answer.
    """
    if not is_short(text):
        return False
    return _SHORT_FAILED.match(text) is not None or (or_missing and _MISSING.match(text) is not None)


def finds_nothing(text: str) -> bool:
    """Whether a result is nothing but a sentence that says that what was looked for is not there.

    Of a tool that searches this is an answer; of one that was to get a certain thing it may be a failure.
    """
    return is_short(text) and _FINDS_NOTHING.match(text) is not None


def is_state(text: str) -> bool:
    """Whether a result is nothing but the state of a thing: "Not connected", "Build failed"."""
    return _STATE.match(text) is not None


def is_log(text: str, of_one_level: bool = False) -> bool:
    """Whether a text is the lines of a log, so that an ERROR in front is not the tool's.

    Args:
        text: the text.
        of_one_level: True where lines that all say ERROR are a log too.
    """
    lines = [line for line in text[:_HEAD].split("\n")[:_LOG_LINES] if line.strip()]
    found = [_LOG_LINE.match(line) for line in lines]
    if len(lines) < 2 or None in found:
        return False
    levels = {match["level"].upper() for match in found if match}
    is_dated = all(match["when"] for match in found if match)
    return of_one_level or (len(levels) > 1 and (is_dated or len(lines) >= _LINES_OF_A_LOG))


def is_short(text: str) -> bool:
    """Whether a result is a sentence or two."""
    return len(text) <= _SHORT and text.count("\n") <= 4


def any_of(*forms: str, before: str = "", after: str = "") -> re.Pattern[str]:
    """Return the pattern of texts that begin with one of `forms`."""
    return re.compile(f"{before}(?:{'|'.join(forms)}){after}")


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


# --- The forms -----------------------------------------------------------------------------------------------------


_LOG_LINE = re.compile(
    r"(?P<when>\W?\d{4}-\d\d-\d\d[^\n]{0,40}? |\W?\d\d:\d\d:\d\d[^\n]{0,20}? )?\W{0,2}"
    r"(?P<level>ERROR|WARN|WARNING|INFO|DEBUG|FATAL|CRITICAL|TRACE|NOTICE|Error|Warning|Info)\b"
)
_NAME = r"(?:['\"`][^'\"`\n]{1,120}['\"`]|['\"`]?[\w.:/-]{1,120}['\"`]?)"  # a model may name a tool anything
_LINE = r"[^\n]{0,300}?"

_PREFIX = any_of(
    r"\[TOOL_ERROR\]",
    r"[Ee]rror (?:executing|calling|running|invoking) (?:tool|function)?\s*['\"`]?[\w.:/-]{0,120}['\"`]?\s*"
    rf"(?:with (?:kwargs|arguments) {_LINE} with error)?:",
    r"(?:Error|ERROR|error|McpError|ToolError|ToolException|ValueError|Failed|failed):",
    r"MCP error -?\d+:",
    r"Tool (?:execution|call) (?:failed|error):",
    r"Error during execution:",
    after=r"\s*",
)

_PRUNED = any_of(
    r"Result unavailable",
    r"(?:Old|Previous) tool (?:output|result)",
    r"Duplicate tool output",
    r"Tool (?:output|result) (?:cleared|removed|pruned|omitted|truncated|unavailable)",
    r"(?:tool )?(?:output|result|content|Output) (?:omitted|removed|cleared|elided|pruned|trimmed)",
    r"No tool output",
    r"screenshot removed",
    r"[Cc]ompacted",
    r"Orphan recovery: interrupted side-effecting",
    before=r"\[",
)

_BY_USER = r"(?:rejected|denied|cancell?ed|interrupted|aborted|declined|stopped|skipped)\b[^\n]{0,20}? by (?:the )?user"
_STOPPED = any_of(
    # interrupted
    r"\[Tool execution (?:cancelled|canceled|skipped)\b",
    r"\[(?:Request interrupted|Command interrupted\]|Operation Cancelled\]|execution interrupted)",
    r"\[Orphan recovery: interrupted",
    r"\[?Interrupted(?: by user)?\W*\Z",
    r"(?:MCP|Tool|Delegation|Sampling) call (?:was )?(?:interrupted|cancell?ed)\b",
    r"Tool execution cancell?ed\b",
    r"Cancelled: parallel tool call",
    r"(?:(?:Command|Tool|Operation|Execution) )?(?:was )?aborted\W*\Z",
    # a person said no
    r"(?:The )?[Uu]ser (?:has )?(?:does(?:n't| not) want|did(?:n't| not) want)\b",
    r"(?:The )?[Uu]ser (?:has )?(?:denied|rejected|declined|cancell?ed|interrupted|aborted|skipped|stopped)\b",
    rf"(?:Wall time: [^\n]{{0,40}}\n)?(?:exec command |command |patch |execution )?(?:was )?{_BY_USER}",
    r"(?:The )?(?:Tool|Command|Action|Operation|Request|Execution|Edit|Change|Write|Memory write|Patch|Shell command)\b"
    rf"[^\n]{{0,60}}? (?:was |has been |is )?{_BY_USER}",
    rf"exec_command failed for {_LINE}Rejected\(|patch rejected: ",
    # it waits for one
    r"(?:Human|User) approval (?:is )?required|(?:Waiting|Awaiting|Pending) (?:for )?(?:user |human |your )?approval\b",
    r"(?:This|Tool|Command|The (?:tool|command|action|following))\b[^\n]{0,160}? requires? "
    r"(?:user |human |your )?approval\b",
    r"Claude requested permissions",
    # a policy said no
    r"BLOCKED\b(?!: You have )",
    r"Blocked(?::| by\b)",
    r"(?:Tool|Command|Edit|Action|Request|Operation|Write|Read|Delete|Move|Patch) (?:approval )?denied:",
    r"Tool '[^'\n]{1,100}' denied\b",
    r"Refusing to (?:write|read|delete|run|execute) ",
    rf"Permission to use {_LINE} (?:has been|was) denied",
    rf"{_LINE} was blocked\. For security",
    rf"Access denied: {_LINE} is (?:an internal Hermes|a Hermes|the Hermes|a secret-bearing)",
    r"(?:PreToolUse\b[^\n]{0,120}?(?:hook|blocked|denied)|Operation (?:stopped|blocked) by hook)",
    before=r"\s*(?:Error: )?",
)

_REFUSED = any_of(
    # the tool is none
    rf"(?:The )?(?:[Tt]ool|[Ff]unction|[Mm]ethod)(?: named| with name)? {_NAME} (?:does not exist|doesn't exist|"
    r"(?:was )?not found|is unavailable|is not (?:available|found|registered|defined|known|a valid|supported|enabled))",
    r"(?:[Tt]ool|[Ff]unction|[Mm]ethod) not found",
    r"No such (?:tool|function|method)\b",
    r"No (?:tool|function) (?:named|called|with name)",
    r"(?:[Uu]nknown|[Uu]nsupported|[Uu]nrecognized|[Ii]nvalid) (?:tool|function)(?: name)?s?\b",
    r"[Uu]nsupported call: ",
    r"Model tried to call",
    r"Action '[^'\n]{1,120}' (?:doesn't|don't|does not) exist",
    rf"[Ss]erver (?:'[^'\n]{{1,80}}'|{_NAME}) is not (?:defined|configured)",
    rf"[Uu]nknown MCP server|MCP server {_NAME} (?:was )?not found",
    rf"{_NAME} is not a (?:valid|known|deferrable|registered) (?:tool|function)",
    r"'[^'\n]{1,120}' is not available in this session",
    # its arguments are no JSON, or were refused as a whole
    r"Tool call rejected:|The arguments provided to the tool are invalid",
    r"Skipped: (?:an)?other tool call",
    r"[Ii]nvalid JSON arguments",
    r"InputValidationError|Input validation error",
    r"(?:[Ff]ailed|[Uu]nable) to parse (?:the )?(?:tool |function |call )*(?:arguments|parameters)",
    # a loop guard
    r"BLOCKED: You have (?:called|read|run)\b",
    r"Blocked \w+: (?:the same tool call|this read-only call)",
    r"You have (?:already )?(?:called|made|repeated) (?:this|the same)\b[^\n]{0,80}?(?:times|in a row|loop)",
    r"(?:Loop|Repetition|Doom loop) detected\b|I tried reusing the same input",
)

# A harness that evaluates calls as Python does not know the function either.
_UNDEFINED = re.compile(r"Error during execution: name '\w{1,80}' is not defined")

# "path required", "old_string and new_string are required", but not "login required": that is no argument.
_NO_ARGUMENT = (
    r"(?!(?:authentication|authorization|auth|login|approval|permission|payment|credentials?|confirmation|license|"
    r"access|password|sudo|subscription)\b)"
)
_MISFIT = any_of(
    r"(?:[Uu]nknown|[Uu]nsupported|[Uu]nrecognized|[Ii]nvalid) (?:(?:process |cron )?action|method|mode|operation|"
    r"command name|argument|parameter)s?\b",
    r"[Ii]nvalid (?:JSON|input schema|(?:tool |function |input )?(?:arguments?|parameters?|params|args))\b",
    rf"[Ii]nvalid {_NAME} (?:parameter|argument|format)\b",
    r"Invalid input for tool |Invoking `[^`\n]{1,120}` failed as the following mandatory",
    r"Invalid (?:target '|\w{1,40}: expected )",
    r"[Cc]ould not parse (?:the )?(?:tool |function )?(?:arguments|parameters|input)",
    r"(?:Arguments|Parameters|Params|params) (?:must|do not|don't|could not|failed)",
    r"Missing (?:required |mandatory )?(?:argument|parameter|param|field|property|input|value)(?:s|\(s\))?(?!\w)",
    r"\[\s*\{\s*\"(?:code|expected|received)\":",  # zod's list of issues
    r"\d+ validation errors?(?: for\b|:)",  # pydantic
    r"(?:[\w.]{1,80}:? {1,3})?(?:Field required|Input should be )",
    r"\{\"\w{1,60}\":\[\"The [^\"\n]{1,100} (?:field is required|is invalid)",  # a web framework's list of fields
    r"(?:TypeError: )?[\w.<>]{1,120}\(\) (?:got an unexpected keyword|got multiple values|missing \d+ required|"
    r"takes (?:from )?\d+)",
    r"(?:[Tt]he |[Bb]oth )?(?:(?:required )?(?:[Pp]arameter|[Aa]rgument|[Ff]ield|property) )?"
    rf"{_NO_ARGUMENT}[`'\"]?[a-z][\w.]{{0,80}}[`'\"]?(?:(?:,? and|,|,? or) {_NAME}){{0,4}} "
    r"(?:parameter |argument |field |property )?(?:is |are )?(?:a |missing |missing the )?required\b",
    r"The required (?:parameter|argument|field) ",
    r"(?:Content|Text|Question text|Command|Query|Path) (?:is required|cannot be empty)",
    r"No (?:tasks|code|updates|arguments|parameters|command) provided",
    r"Provide either '",
    rf"{_NAME} must (?:not be empty|be (?:a |an |of type )?"
    r"(?:list|array|string|integer|int|number|object|boolean|dict)\b)",
    rf"{_NAME} is not of type ",
    r"Additional properties are not allowed",
)

_FAILED = any_of(
    # Error: …, ValueError: …, [ERROR] …, Error executing …; but not "Errors found: 0" or "Error rate: 3 %"
    r"(?:[A-Za-z_][\w.]{0,80})?(?:Error|Exception|ERROR|Fault)\b(?:\]?(?:[:(\[!]| -| –)|\) )",
    r"[\w.]{1,80}\.errors\.\w{1,60}\)",  # (psycopg2.errors.UndefinedTable) …
    r"(?:error|fatal|exception|panic|fail): (?!(?:none|null|0)\b)",
    r"(?!Found|Last|No\b|\d)(?:\w{1,30} ){0,2}[Ee]rror(?: \([^)\n]{1,60}\))?:(?! (?:none|null|0)\b)",
    r"(?:[Uu]ncaught|[Uu]nhandled) exception: |(?:\w{1,20} )?[Oo]ut of memory\b|Error response from daemon",
    r"(?:Error|ERROR)(?:\Z|\n)|(?:[A-Z]{2,20} ){1,2}ERROR\]|ERROR \w{1,30}=",
    r"(?:Error|ERROR) (?:in|at|on|with|from|while|when|during|occurred|code)\b",
    r"(?:Error|ERROR) (?!handling|logging|reporting|tracking|monitoring)[a-z]{1,30}ing\b",
    r"(?:Error|ERROR) (?:\d{3,6}\b|['\"`(])",
    r"(?:An?|The) (?:unexpected |internal |unknown |fatal |server )*(?:error|exception) (?:has |was )?occurred",
    r"Traceback \(most recent call last\)|-{10,80}\n\w{1,60} {2,80}Traceback \(most recent call last\)",
    r"Exception\b",
    # in other languages
    r"(?:错误|エラー|오류)\s?[:：]|[^\n:：]{0,30}?(?:出错|失败|失敗)\s?[:：]|Ошибка\b|Erreur ?:|Erreur (?:lors|de)\b",
    r"Error al \w|Erro (?:ao|na|no)\b",
    # flags written out
    r"(?:success|ok): [Ff]alse\b",
    r"status: (?:error|failed|failure)\b",
    r"isError: [Tt]rue\b",
    # what failed is named
    r"(?:Tool|Function|Command|Script|Execution|MCP)(?: [\w.:'\"`/-]{1,60}){0,4} "
    r"(?:failed|errored|(?:has )?timed out)\b",
    r"The tool execution failed\b|(?:I )?[Ee]ncountered an error while",
    r"(?:\w{1,20} ){0,3}Failed\n\s*Error ",
    r"[Ff]ailed(?:\Z|:| with\b)|FAILED(?:\Z|:)",
    r"(?:[A-Za-z][\w-]{0,40} ){1,3}failed(?:: | with (?:an? )?error\b|\W*\Z)",
    r"[Rr]equest failed\b",
    r"(?:[Tt]imed out|Timeout(?:Error)?(?:\Z|[:.!]| (?:after|while|waiting|exceeded)))",
    r"The last command [^\n]{0,300}? timed out",
    # of servers
    r"MCP error\b",
    r"HTTP (?:error\b|Error\b|[45]\d\d\b)",
    r"(?:[Ss]tatus code|HTTP status):? [45]\d\d\b",
    r"Internal [Ss]erver [Ee]rror|Bad [Gg]ateway|Service [Uu]navailable|Too [Mm]any [Rr]equests|Rate limit exceeded",
    r"(?i:(?:DOCTYPE html[^>]{0,100}>\s*<)?html\b[^>]{0,200}>\s*<head>\s*<title>[45]\d\d\b)",
    r"Contents of \S{1,500}:\n<error>",
    r"(?:[\w.]{1,60}: )?net::ERR_",
    r"Result\n(?:Error|\w{1,40}Error): ",
    # of editing tools
    r"Your proposed edit has introduced new syntax error",
    r"No replacement was performed",
    r"String to replace not found",
    r"File has (?:not been read yet|been (?:unexpectedly )?modified since)",
    r"File content \(\d+ tokens\) exceeds |exec_command failed for `",
    r"apply_patch verification failed|Invalid (?:patch|diff|context|hunk)\b",
    r"failed in sandbox",
    before=r"\W{0,6}",
)

_THING = (
    r"(?:[Ff]ile|[Dd]ocument|[Pp]ath|[Dd]irectory|[Ff]older|[Pp]age|[Rr]esource|[Ii]tem|[Uu]ser|[Oo]rder|[Pp]roduct|"
    r"[Rr]ecord|[Tt]able|[Cc]olumn|[Kk]ey|[Ss]ession|[Ss]heet|[Ww]orksheet|[Ww]orkbook|[Pp]roject|[Rr]epository|"
    r"[Bb]ranch|[Nn]ode|[Ee]lement|[Ww]indow|[Tt]ab|[Pp]rocess|[Tt]ask|[Ee]vent|[Mm]essage|[Ii]ssue|[Ee]ntity|"
    r"[Oo]bject|[Pp]resentation|[Ss]lide|[Ss]erver|[Uu]RL|[Aa]ccount|[Rr]eservation|[Ff]light|[Cc]ontainer|[Ii]mage)"
)
_SHORT_FAILED = any_of(
    r"(?:Sorry, )?(?:[Ff]ailed|[Uu]nable) to \w",
    r"(?:[Cc]annot|[Cc]ould not|[Cc]ouldn't|[Cc]an't) \w",
    r"(?:No such file or directory|File not found|Path not found|Not [Ff]ound|Permission denied|Access denied)\b",
    r"Not (?:authenticated|logged in|connected|allowed|permitted|supported|implemented|available)\b",
    r"(?:Unauthori[sz]ed|Not authori[sz]ed|Forbidden|Invalid \w|Unknown \w|Unsupported \w)",
    r"(?!No )(?:[A-Za-z]{1,30} ){1,3}failed\b|Validation Failed\b|File already exists\b",
    r"(?:Bad credentials|Unauthenticated|Unprocessable Entity)\b",
    r"Connection (?:refused|error|timed out|reset)\b|No route to host\b|socket hang up\b",
    r"(?:connect|read|write|getaddrinfo|spawn \S{1,100}) "
    r"E(?:CONN|NOTFOUND|NOENT|ACCES|PIPE|TIMEDOUT|AI_|HOST|NET)[A-Z]{0,20}\b|ERR_[A-Z_]{3,60}\b",
    r"API (?:key|token) (?:is )?(?:not (?:set|found|configured)|required|missing)\b(?! for)",
    r"(?:Execution context was destroyed|Target page, context or browser has been closed)\b",
    r"[45]\d\d:? (?:Bad|Unauthorized|Payment|Forbidden|Not|Method|Proxy|Request|Conflict|Gone|Precondition|"
    r"Unprocessable|Too|Internal|Service|Gateway|Client Error|Server Error|Syntax error)\b",
    r"(?:[A-Za-z]{1,20} ){0,3}(?:[Ll]imit|[Qq]uota) (?:was |has been )?(?:reached|exceeded|hit)\b",
    r"The site'?s robots\.txt ",
    # databases
    r"(?:relation|column|table|function|schema|database|role|type|operator|view) [\"'`]?[\w. ,()]{1,80}[\"'`]? "
    r"does not exist",
    r"no such (?:table|column|function|module|index)\b|near \"[^\"\n]{0,80}\": syntax error|syntax error (?:at|near)\b",
    r"(?:permission|access) denied (?:for|to)\b|duplicate key value|[Dd]atabase is locked|ORA-\d{5}|SQLSTATE\[",
    r"(?:\d{4} \(\w{5}\): )?You have an error in your SQL|invalid input syntax",
    r"(?:UNIQUE|FOREIGN KEY|NOT NULL|CHECK) constraint failed",
    r"(?:null value in column|insert or update on table|new row for relation) [^\n]{1,120} violates",
    r"E(?:NOENT|ACCES|PERM|EXIST|ISDIR|NOTDIR|NXIO|BUSY|INVAL|MFILE|PIPE|NOTEMPTY|NOTFOUND|TIMEDOUT|AI_AGAIN|"
    r"CONNREFUSED|CONNRESET): ",
    before=r"\W{0,6}",
)
_MISSING = any_of(
    rf"(?:The |No )?{_THING}\b{_LINE} (?:does not exist|doesn't exist|(?:was |could )?not (?:be )?found|is invalid|"
    r"not exists?)\b[^\n]{0,80}\s*\Z",
    before=r"\W{0,6}",
)
_FINDS_NOTHING = any_of(
    r"(?:Sorry, )?(?:(?:[Cc]ould not|[Cc]ouldn't|[Cc]annot|[Cc]an't|[Dd]id not|[Dd]idn't) |[Uu]nable to )"
    r"find any\b",
    r"No (?:\w{1,30} ){1,4}(?:was |were )?found\b",
    before=r"\W{0,6}",
)
_STATE = any_of(
    r"Not (?:connected|running|available|logged in|ready)",
    r"(?:(?:Build|Deployment|Job|Run|Pipeline|Task|Tests?|Checks?|Payment|Backup|Sync|Workflow) )?[Ff]ailed",
    before=r"\W{0,6}",
    after=r"\W*\Z",
)
_UNREADABLE = re.compile(
    r"json|pars(?:e|ing)|argument|parameter|decod|expecting|unterminated|malformed|invalid|eof|"
    r"unexpected (?:end|token)",
    re.IGNORECASE,
)
