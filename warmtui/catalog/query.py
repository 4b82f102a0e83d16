"""The filter line: words and ``key:value`` / ``key>n`` terms, turned into a condition over the catalog."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from warmtui.errors import WarmtuiError

_TERM = re.compile(
    r"(?P<minus>-?)(?:(?P<key>[A-Za-z_]+)(?P<sign>:|>=|<=|>|<|=))?(?:\"(?P<quoted>[^\"]*)\"|(?P<bare>[^\s\"]*))"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
# SQLite takes no pattern of over 50,000 bytes and no condition of a thousand terms; nobody types either.
_LONGEST = 2_000
_MOST_TERMS = 100
_TEXTS = {"title": "title", "source": "source", "model": "model", "id": "session_id", "cwd": "cwd"}
_NUMBERS = {
    "score": "score",
    "classic": "classic",
    "calls": "calls",
    "messages": "messages",
    "errors": "(failed + rejected)",
    "error_rate": "error_rate",
    "failed": "failed",
    "rejected": "rejected",
    "cancelled": "cancelled",
    "orphans": "orphans",
    "episodes": "episodes",
    "recovered": "recovered",
    "corrections": "corrections",
}
_WARM = {
    "": "warm_template IS NOT NULL",
    "yes": "warm_template IS NOT NULL",
    "no": "warm_template IS NULL",
    "started": "warm_certainty = 'started'",
    "probably": "warm_certainty = 'probably'",
}
KEYS = ("tool", "warm", *_TEXTS, *_NUMBERS)
"""The keys a term may have."""

SORT_KEYS = {
    "score": "score DESC",
    "age": "started_at DESC",
    "calls": "calls DESC",
    "error_rate": "error_rate ASC",
    "recovered": "recovered DESC",
    "corrections": "corrections ASC",
    "messages": "messages DESC",
    "classic": "classic DESC",
    "title": "title COLLATE NOCASE ASC",
    "model": "model ASC",
    "source": "source ASC",
}
"""What a ranking can be sorted by, each the way that shows the best or newest first."""


class QueryError(WarmtuiError):
    """A term of a filter makes no sense: names the term and what would."""


@dataclass(slots=True)
class Condition:
    """A condition in SQL with its parameters; an empty one is always true."""

    terms: list[str] = field(default_factory=list)
    parameters: list[str | float] = field(default_factory=list)

    @property
    def sql(self) -> str:
        """The condition as an expression."""
        return " AND ".join(self.terms) or "1"


def parse_query(query: str) -> Condition:
    """Return the condition that `query` states; all its terms must hold.

    A word or a quoted phrase is looked for in title, id, source, model and folder. ``key:value`` looks in one of
    them, ``tool:name`` for sessions that called a tool, ``warm:template`` (or ``yes``, ``no``, ``started``,
    ``probably``) for those that began with one, ``key>n`` (``>=``, ``<``, ``<=``, ``=``) compares a
    number. A leading ``-`` negates a term.

    Raises:
        QueryError: a key is unknown, a number is none, or the query is too long.
    """
    if len(query) > _LONGEST:
        raise QueryError(f"a filter may have {_LONGEST:,} characters, this one has {len(query):,}")
    # A byte that is no UTF-8 is a lone surrogate in an argument, and a replacement character in what was read.
    query = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", query)
    condition = Condition()
    for match in _TERM.finditer(query):
        if not match.group().strip():
            continue
        value = match["quoted"] if match["quoted"] is not None else match["bare"]
        if not match["key"] and not value:
            continue
        sql, parameters = _term(match["key"], match["sign"], value)
        if len(condition.terms) == _MOST_TERMS:
            raise QueryError(f"a filter may have {_MOST_TERMS} terms, this one has more: “{match.group()}” …")
        condition.terms.append(f"NOT coalesce({sql}, 0)" if match["minus"] else sql)
        condition.parameters.extend(parameters)
    return condition


def _term(key: str | None, sign: str | None, value: str) -> tuple[str, list[str | float]]:
    if key is None:
        columns = ("title", "session_id", "source", "model", "cwd", "lineage")
        likes = " OR ".join(f"coalesce({column}, '') LIKE ? ESCAPE '\\'" for column in columns)
        return f"({likes})", [_like(value)] * len(columns)
    name = key.lower()
    if name == "tool" and sign in (":", "="):
        inner = "SELECT 1 FROM calls c WHERE c.store = sessions.store AND c.lineage_id = sessions.lineage_id"
        return f"EXISTS ({inner} AND c.tool LIKE ? ESCAPE '\\')", [_like(value)]
    if name == "warm" and sign in (":", "="):
        known = _WARM.get(value.lower())
        return (known, []) if known else ("warm_template LIKE ? ESCAPE '\\'", [_like(value)])
    if name in _TEXTS and sign in (":", "="):
        return f"coalesce({_TEXTS[name]}, '') LIKE ? ESCAPE '\\'", [_like(value)]
    if name in _NUMBERS:
        try:
            number = float(value)
        except ValueError:
            raise QueryError(f"“{key}{sign}{value}”: {value or 'nothing'} is no number") from None
        return f"{_NUMBERS[name]} {'=' if sign == ':' else sign} ?", [number]
    if name in ("tool", "warm", *_TEXTS):
        raise QueryError(f"“{key}{sign}{value}”: {name} is text; write {name}:{value or 'words'}")
    raise QueryError(f"“{key}{sign}{value}”: there is no {key}; the keys are {', '.join(KEYS)}")


def _like(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
