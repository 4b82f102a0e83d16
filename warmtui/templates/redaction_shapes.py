"""Secrets that show by their shape, by what stands right beside them, or by the command they were given to; as data.

Every pattern has a literal that is looked for first, and repeats a bounded number of times or one plain class
of characters, so that the time it takes grows with the text and no faster.
"""

from __future__ import annotations

from dataclasses import dataclass

_A = "[A-Za-z0-9]"
_W = "[A-Za-z0-9_-]"
_B = "[A-Za-z0-9_+/=-]"
_H = "[0-9a-f]"
_END = "(?![A-Za-z0-9])"
_VALUE = r"(?P<secret>[^\s'\"|]{3,256})"
_SQL = r"\s{1,8}'(?P<secret>[^'\n]{1,256})'"
_PHRASE = "(?P<secret>(?:[a-z]{3,8} ){11,23}[a-z]{3,8})"
# A digit in the line of the first code or in the next tells codes from words with hyphens.
_CODES_BEGIN = r"(?=[^\n]{0,80}\d|[^\n]{0,80}\n[^\n]{0,80}\d)"
_CODE = (
    r"(?:[A-Za-z0-9]{4,8}(?:-[A-Za-z0-9]{4,8}){1,4}|\d{4} \d{4}"
    r"|(?=[a-z]{0,11}\d)(?=\d{0,11}[a-z])[a-z0-9]{8,12}|\d{6,10})"
)
_BETWEEN_CODES = r"[\s,;|`*•-]{1,8}(?:\d{1,2}[.)][ \t]{1,4})?`?"


@dataclass(frozen=True, slots=True)
class Shape:
    """A secret that shows by its shape, or by what stands right beside it.

    Attributes:
        kind: what it is called in a placeholder.
        hint: lower-case letters without which the pattern is not tried.
        pattern: a pattern whose group ``secret`` is what is replaced.
        is_judged: True where a placeholder or another plain value in that place is no secret.
    """

    kind: str
    hint: str
    pattern: str
    is_judged: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """A secret in a command line, under an option that means something else in other programs.

    Attributes:
        programs: the programs, lower-case; one of them stands before the option on its line.
        pattern: the option and its value, the group ``secret``.
    """

    programs: tuple[str, ...]
    pattern: str


SHAPES = (
    # JSON Web Tokens, signed or encrypted; a run of their characters can begin one only at its own beginning.
    Shape("token", "eyj", rf"(?<!{_W})(?P<secret>eyJ{_W}{{8,}}\.{_W}{{10,}}(?:\.{_W}*){{0,3}})"),
    Shape("token", ":aa", rf"(?<!\d)(?P<secret>\d{{8,10}}:AA{_W}{{32,34}})(?!{_W})"),  # Telegram
    Shape("token", "-us", rf"(?<!{_A})(?P<secret>{_H}{{32}}-us\d{{1,2}}){_END}"),  # Mailchimp
    Shape("token", "q~", rf"(?<!{_A})(?P<secret>[A-Za-z0-9_~.-]{{3}}\dQ~[A-Za-z0-9_~.-]{{31,34}})"),  # Azure AD
    Shape("token", ".atlasv1.", rf"(?<!{_A})(?P<secret>{_A}{{14}}\.atlasv1\.{_B}{{60,}})"),  # Terraform
    Shape("token", ".", rf"(?<!{_W})(?P<secret>[MNO]{_W}{{23,27}}\.{_W}{{6}}\.{_W}{{27,40}})(?!{_W})"),  # Discord
    Shape("token", "hooks.slack.com/", r"hooks\.slack\.com/(?:services|workflows|triggers)/(?P<secret>[\w/+-]{20,})"),
    Shape("token", "/api/webhooks/", rf"/api/webhooks/\d{{8,}}/(?P<secret>{_W}{{30,}})"),  # Discord
    Shape("token", ".webhook.office.com/", r"\.webhook\.office\.com/webhookb2/(?P<secret>[\w@/-]{40,})"),
    Shape("token", "hooks.zapier.com/", r"hooks\.zapier\.com/hooks/catch/(?P<secret>\d{3,}/\w{5,})"),
    Shape("token", "bearer", r"(?i:\bbearer)[ \t]{1,8}(?P<secret>[A-Za-z0-9._~+/-]{16,}={0,2})", is_judged=True),
    # Stored passwords: bcrypt, then the others of crypt(3) and Argon2.
    Shape("password", "$2", r"(?P<secret>\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53})"),
    Shape("password", "$", r"(?P<secret>\$(?:[156y]|apr1|argon2id?)\$[^\s:'\"]{6,120}\$[./A-Za-z0-9+=]{20,})"),
    Shape("password", "{s", r"(?P<secret>\{S?SHA\d{0,3}\}[A-Za-z0-9+/]{20,}={0,2})"),  # LDAP
    # What stands between "://" and "@".
    Shape("password", "://", r"://[^\s:/?#@\"'`<>\\]{0,256}:(?P<secret>[^\s/\"'`<>,\\]{1,512})@", is_judged=True),
    Shape("token", "://", rf"://(?P<secret>{_W}{{20,512}})@", is_judged=True),
    Shape(
        "password",
        "identified",
        rf"(?i:\bidentified\s{{1,8}}(?:with\s{{1,8}}\S{{1,64}}\s{{1,8}})?(?:by|as)){_SQL}",
        is_judged=True,
    ),
    Shape("password", "password", rf"(?i:\bpassword){_SQL}", is_judged=True),
    Shape(
        "password",
        "machine",  # .netrc
        r"\bmachine\s{1,8}\S{1,256}\s{1,8}login\s{1,8}\S{1,256}\s{1,8}password\s{1,8}(?P<secret>\S{1,256})",
        is_judged=True,
    ),
    Shape(
        "password",
        "pass",  # the password “…”
        r"(?i:\bpass(?:word|phrase) )[\"`“„](?=[^\"`“”\n]{0,63}\d)(?P<secret>[^\"`“”\n]{4,64})[\"`“”]",
        is_judged=True,
    ),
    Shape(
        "password",
        "auth",  # auth=("me", "…"), HTTPBasicAuth("me", "…")
        r"(?i:auth)[A-Za-z]{0,16}[ =]{0,3}\([\"'][^\"'\n]{1,128}[\"'], ?[\"'](?P<secret>[^\"'\n]{3,256})[\"']\)",
        is_judged=True,
    ),
    *(
        Shape("password", word, rf"\b{word}[ \t]{{1,8}}['\"]?{_VALUE}", is_judged=True)
        for word in ("requirepass", "masterauth", "bindpw", "rootpw", "storepass", "keypass")
    ),
    Shape(
        "password",
        "password-stdin",
        rf"\becho (?:-n )?['\"]?{_VALUE}['\"]? ?\| ?[^\n|]{{0,120}}--password-stdin",
        is_judged=True,
    ),
    Shape("password", "sudo -s", rf"\becho (?:-n )?['\"]?{_VALUE}['\"]? ?\| ?sudo -S\b", is_judged=True),
    Shape(
        "password",
        "convertto-securestring",
        r"(?i:convertto-securestring(?:\s{1,8}-string)?)\s{1,8}['\"](?P<secret>[^'\"\n]{1,256})",
        is_judged=True,
    ),
    Shape(
        "private-key",
        "private-lines",
        r"Private-Lines: \d{1,4}\r?\n(?P<secret>(?:[A-Za-z0-9+/=]{1,80}(?:\r?\n|$)){1,400})",
    ),
    Shape(
        "password",
        "set",  # SET PASSWORD FOR 'app'@'%' = '…'
        r"(?i:\bset\s{1,8}password\b)[^=;\n]{0,128}=\s{0,8}(?i:password\()?'(?P<secret>[^'\n]{1,256})'",
        is_judged=True,
    ),
    Shape(
        "password",
        "credential",  # NetworkCredential("me", "…")
        r"(?i:credentials?)\([\"'][^\"'\n]{1,128}[\"'],\s{0,8}[\"'](?P<secret>[^\"'\n]{3,256})[\"']\)",
        is_judged=True,
    ),
    *(
        # "credentials: alice / …"; without a digit it is a path, or two words.
        Shape(
            "password",
            word,
            rf"(?i:\b{word}s?)[: \t]{{1,4}}[\w.@+-]{{1,64}}[ \t]{{1,4}}/[ \t]{{1,4}}"
            r"['\"`]?(?P<secret>(?=[^\s'\"`]{0,64}\d)[^\s'\"`]{6,128})",
            is_judged=True,
        )
        for word in ("credential", "cred", "login")
    ),
    Shape(
        "password",
        "getconnection(",
        r"(?i:getconnection)\([^()\n]{1,256},\s{0,8}\"[^\"\n]{0,128}\",\s{0,8}\"(?P<secret>[^\"\n]{3,256})\"\)",
        is_judged=True,
    ),
    Shape(
        "password",
        "auth ",  # Redis, and AUTH PLAIN of mail
        r"(?m:^|>[ \t])AUTH[ \t]{1,4}(?:[\w-]{1,64}[ \t]{1,4})?(?P<secret>(?=\S{0,64}\d)\S{4,256})(?m:$)",
        is_judged=True,
    ),
    Shape(
        "password",
        "pass ",  # FTP and POP3; a test runner says PASS too, but asks for no user
        r"(?m:^)USER \S{1,128}\r?\n(?:[+3][^\n]{0,128}\n)?PASS (?P<secret>\S{3,256})(?m:$)",
        is_judged=True,
    ),
    Shape(
        "password",
        "chpasswd",
        r"\becho (?:-[ne] )?['\"]?[\w.-]{1,64}:(?P<secret>[^\s'\"|]{3,256})['\"]? ?\| ?(?:sudo )?chpasswd",
        is_judged=True,
    ),
    Shape(
        "password",
        " pass",  # "log in with password …"; a name of a hash has a digit too
        r"(?i:\b(?:with|using|and|the|your|my)[ \t]{1,2}pass(?:word|phrase)[ \t]{1,2})"
        r"(?P<secret>(?!(?i:sha|md\d|argon|pbkdf|bcrypt|scrypt))(?=[^\s,;'\"`]{0,63}\d)(?=[^\s,;'\"`]{0,63}[A-Za-z])"
        r"[^\s,;'\"`]{6,126}[^\s,;'\"`.!?])",
        is_judged=True,
    ),
    Shape("password", "nickserv", rf"(?i:nickserv\s{{1,8}}identify)\s{{1,8}}{_VALUE}", is_judged=True),
    Shape(
        "password",
        ".pgpass",
        r"(?m:^)[\w.*-]{1,255}:(?:\d{1,5}|\*):[\w.*-]{1,63}:[\w.*-]{1,63}:(?P<secret>\S{1,256})(?m:$)",
        is_judged=True,
    ),
    Shape(
        "password",
        "mot de passe",
        r"(?i:mot de passe)[ \t]{0,4}(?:[:=]|est)[ \t]{0,4}['\"`]?"
        r"(?P<secret>(?=[^\s'\"`]{0,64}\d)[^\s'\"`]{4,256})",
        is_judged=True,
    ),
    # What signs a URL opens it for as long as it lives, and is hexadecimal as often as not.
    Shape("token", "sig", r"(?i:[?&](?:x-amz-|x-goog-)?sig(?:nature)?=)(?P<secret>[A-Za-z0-9%+/_-]{32,512}={0,2})"),
    Shape("key", "master.key", rf"\bmaster\.key\b[^\n]{{0,40}}\n(?P<secret>{_H}{{32}}){_END}"),
    *(
        # Codes that stand in for a second factor: as they are printed, in a line or one a line.
        Shape(
            "secret",
            word,
            rf"(?i:\b{word}[ _-]?(?:access |login |security )?codes?)[^\n:]{{0,60}}:?{_BETWEEN_CODES}{_CODES_BEGIN}"
            rf"(?P<secret>{_CODE}(?:{_BETWEEN_CODES}{_CODE}){{0,31}}){_END}",
        )
        for word in ("recovery", "backup", "scratch", "rescue", "emergency", "one-time", "2fa", "mfa")
    ),
    Shape("cookie", "cookie:", r"(?i:\bcookie:)[ \t]{0,8}(?P<secret>[^\s\"'][^\r\n\"'\\]{7,})", is_judged=True),
    Shape("secret", "phrase", rf"(?i:(?:seed|recovery|secret|backup|mnemonic)[ _-]phrase)\W{{1,5}}{_PHRASE}"),
    Shape("secret", "mnemonic", rf"(?i:mnemonic)\W{{1,5}}{_PHRASE}"),
)

OPTIONS = (
    Option(("curl",), r"\s(?:-u|--user|--proxy-user)[ =]?['\"]?[^\s:'\"]{1,128}:(?P<secret>[^\s'\"]{1,256})"),
    Option(("mysql", "mariadb"), r"\s-p['\"]?(?P<secret>[^\s'\"-][^\s'\"]{2,128})"),
    Option(("mongo", "sshpass", "docker login", "podman login", "az login"), rf"\s-p[ =]?['\"]?{_VALUE}"),
    Option(("redis-cli",), rf"\s-a ['\"]?{_VALUE}"),
    Option(("ldapsearch", "ldapadd", "ldapmodify"), rf"\s-w ['\"]?{_VALUE}"),
    Option(("zip ",), rf"\s-P ?['\"]?{_VALUE}"),
    Option(("7z ", "7za ", "7zz "), rf"\s-p['\"]?{_VALUE}"),
    Option(
        ("smbclient", "rpcclient", "smbmap", "net rpc", "net ads"),
        rf"\s(?:-U|--user)[ =]?['\"]?[^\s%'\"]{{1,64}}%{_VALUE}",
    ),
    Option(("nmcli",), rf"\spassword ['\"]?{_VALUE}"),
    Option(("openssl enc",), rf"\s-k ['\"]?{_VALUE}"),
    Option(("openssl",), r"\s-(?:pass|passin|passout) ['\"]?pass:(?P<secret>[^\s'\"]{1,256})"),
)
