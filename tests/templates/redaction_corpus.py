"""Texts with and without secrets, made up; the secrets are put together here, so that no scanner sees one.

Every body is drawn from a seed: the corpus is the same on every run, and nothing in it ever opened anything.
"""

from __future__ import annotations

import base64
import random
import string
from dataclasses import dataclass
from enum import StrEnum

from warmtui.templates.redaction import RedactionLevel

_DRAW = random.Random(20)
_ALNUM = string.ascii_letters + string.digits
_HEX = "0123456789abcdef"


class Kind(StrEnum):
    """What a secret is, or what of a person is hidden at the strict level."""

    PREFIX = "provider prefixes"
    BEARER = "bearer and other headers"
    ASSIGNED = "assignments"
    PRIVATE_KEY = "private keys"
    JWT = "JWTs"
    CONNECTION = "connection strings"
    ENTROPY = "high entropy beside a telling name"
    HOME = "home directories"
    USER = "user names"
    EMAIL = "e-mail addresses"
    PHONE = "phone numbers"
    IP = "IP addresses"

    @property
    def level(self) -> RedactionLevel:
        """The level at which it goes."""
        personal = (Kind.HOME, Kind.USER, Kind.EMAIL, Kind.PHONE, Kind.IP)
        return RedactionLevel.STRICT if self in personal else RedactionLevel.SECRETS


@dataclass(frozen=True)
class Secret:
    """A text and what in it must not be left.

    Attributes:
        kind: what the secret is.
        name: what case it is.
        text: the text.
        hidden: the secret, none of which may be left.
    """

    kind: Kind
    name: str
    text: str
    hidden: str


@dataclass(frozen=True)
class Harmless:
    """A text that must stay as it is.

    Attributes:
        name: what case it is.
        text: the text.
        level: the level at which it must stay; what stays at the strict one stays at the other.
    """

    name: str
    text: str
    level: RedactionLevel = RedactionLevel.SECRETS


def body(length: int, alphabet: str = _ALNUM) -> str:
    """Return characters drawn by lot, a small and a capital letter and a digit among them where there can be."""
    drawn = [_DRAW.choice(alphabet) for _ in range(length)]
    if alphabet == _ALNUM and length >= 6:
        drawn[1:4] = _DRAW.choice("ghkmnp"), _DRAW.choice("GHKMNP"), _DRAW.choice("23456789")
    return "".join(drawn)


def hexadecimal(length: int) -> str:
    """Return hexadecimal digits drawn by lot."""
    return body(length, _HEX)


def pem(kind: str, lines: int) -> str:
    """Return a key between its markers."""
    dashes = "-" * 5
    rows = "\n".join(body(64) for _ in range(lines))
    return f"{dashes}BEGIN {kind}{dashes}\n{rows}\n{dashes}END {kind}{dashes}"


def _base64url(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def jwt() -> str:
    """Return a signed JSON Web Token."""
    return ".".join([_base64url('{"alg":"HS256","typ":"JWT"}'), _base64url('{"sub":"17","iat":1}'), body(43)])


# What providers put in front, in two halves, and what follows.
_PREFIXED = [
    ("openai", ("sk", "-proj-"), body(48)),
    ("openai, older", ("s", "k-"), body(48)),
    ("anthropic", ("sk-", "ant-api03-"), body(90) + "AA"),
    ("openrouter", ("sk-", "or-v1-"), hexadecimal(64)),
    ("github", ("gh", "p_"), body(36)),
    ("github app", ("gh", "s_"), body(36)),
    ("github fine-grained", ("github", "_pat_"), body(22) + "_" + body(59)),
    ("gitlab", ("gl", "pat-"), body(20)),
    ("slack bot", ("xo", "xb-"), f"{body(12, string.digits)}-{body(12, string.digits)}-{body(24)}"),
    ("slack app", ("xa", "pp-"), f"1-A{body(10)}-{body(13, string.digits)}-{hexadecimal(64)}"),
    ("aws", ("AK", "IA"), body(16, string.ascii_uppercase + "234567")),
    ("aws, temporary", ("AS", "IA"), body(16, string.ascii_uppercase + "234567")),
    ("google", ("AI", "za"), body(35)),
    ("google oauth", ("GOC", "SPX-"), body(28)),
    ("google access", ("ya", "29."), body(60)),
    ("stripe", ("sk", "_live_"), body(24)),
    ("stripe restricted", ("rk", "_test_"), body(24)),
    ("stripe webhook", ("wh", "sec_"), body(32)),
    ("twilio", ("S", "K"), hexadecimal(32)),
    ("sendgrid", ("S", "G."), body(22) + "." + body(43)),
    ("npm", ("np", "m_"), body(36)),
    ("pypi", ("py", "pi-"), "AgEI" + body(80)),
    ("docker", ("dckr", "_pat_"), body(27)),
    ("hugging face", ("h", "f_"), body(34)),
    ("replicate", ("r", "8_"), body(37)),
    ("groq", ("gs", "k_"), body(52)),
    ("xai", ("xa", "i-"), body(80)),
    ("perplexity", ("pp", "lx-"), body(48)),
    ("nvidia", ("nv", "api-"), body(64)),
    ("tavily", ("tv", "ly-"), body(32)),
    ("langsmith", ("lsv2", "_pt_"), hexadecimal(32) + "_" + hexadecimal(10)),
    ("databricks", ("da", "pi"), hexadecimal(32)),
    ("digitalocean", ("dop", "_v1_"), hexadecimal(64)),
    ("supabase", ("sb", "p_"), hexadecimal(40)),
    ("linear", ("lin", "_api_"), body(40)),
    ("notion", ("nt", "n_"), body(46)),
    ("figma", ("fi", "gd_"), body(40)),
    ("airtable", ("pa", "t"), body(14) + "." + hexadecimal(64)),
    ("atlassian", ("ATA", "TT3"), body(180)),
    ("shopify", ("shp", "at_"), hexadecimal(32)),
    ("postman", ("PM", "AK-"), hexadecimal(24) + "-" + hexadecimal(34)),
    ("new relic", ("NR", "AK-"), body(27, string.ascii_uppercase + string.digits)),
    ("grafana", ("gl", "sa_"), body(32) + "_" + hexadecimal(8)),
    ("sentry", ("sntr", "ys_"), body(60)),
    ("vault", ("hv", "s."), body(24)),
    ("pulumi", ("pu", "l-"), hexadecimal(40)),
    ("tailscale", ("ts", "key-auth-"), body(12) + "-" + body(32)),
    ("planetscale", ("pscale", "_tkn_"), body(43)),
    ("doppler", ("dp", ".pt."), body(43)),
    ("resend", ("r", "e_"), body(8) + "_" + body(24)),
    ("pinecone", ("pc", "sk_"), body(60)),
    ("fly.io", ("fo", "1_"), body(43)),
    ("age", ("AGE-SECRET", "-KEY-1"), body(58, string.ascii_uppercase + string.digits)),
]

_SENTENCES = [
    "I set it to {} in the dashboard.",
    'headers = {{"x": "{}"}}',
    "curl https://api.example.org/v1?x={}&page=2",
    "export SERVICE={}",
    "error: request with '{}' was rejected (401)",
]


def _prefixed() -> list[Secret]:
    out = []
    for place, (name, halves, rest) in enumerate(_PREFIXED):
        secret = "".join(halves) + rest
        out.append(Secret(Kind.PREFIX, name, _SENTENCES[place % len(_SENTENCES)].format(secret), secret))
    return out


_P = "hunter" + "2-" + body(6)  # what a person might choose
_T = body(32)
_WORDS = "abandon ability able about above absent absorb abstract absurd abuse access acid".split()


def named(kind: Kind, name: str, template: str, hidden: str) -> Secret:
    """Return a case: `hidden` in the place of the braces."""
    return Secret(kind, name, template.replace("{}", hidden), hidden)


POSITIVE = [
    *_prefixed(),
    named(Kind.ASSIGNED, "env file", "DB_HOST=db.internal\nDB_PASSWORD={}\nDB_PORT=5432", _P),
    named(Kind.ASSIGNED, "env file, word only", "POSTGRES_PASSWORD={}\n", "sword" + "fish"),
    named(Kind.ASSIGNED, "env file, quoted", 'SMTP_PASSWORD="{}"', _P + " with space"),
    named(Kind.ASSIGNED, "export", "export PGPASSWORD={} && psql -h db", _P),
    named(Kind.ASSIGNED, "yaml", "database:\n  user: app\n  password: {}\n", _P),
    named(Kind.ASSIGNED, "yaml, quoted", "  admin_passwd: '{}'", _P),
    named(Kind.ASSIGNED, "toml", 'secret_key = "{}"', _T),
    named(Kind.ASSIGNED, "ini", "[client]\nuser = app\npassword = {}\n", _P),
    named(Kind.ASSIGNED, "json in text", 'the config is {"host": "db", "password": "{}", "port": 1} as you see', _P),
    named(Kind.ASSIGNED, "escaped json in text", 'body="{\\"client_secret\\": \\"{}\\"}" sent', _T),
    named(Kind.ASSIGNED, "python", 'client = Client(api_key="{}")', _T),
    named(Kind.ASSIGNED, "python, annotated", 'api_key: str = "{}"', _T),
    named(Kind.ASSIGNED, "python, environment", 'os.environ["AUTH_TOKEN"] = "{}"', _T),
    named(Kind.ASSIGNED, "javascript", "const accessToken = '{}';", _T),
    named(Kind.ASSIGNED, "go", 'password := "{}"', _P),
    named(Kind.ASSIGNED, "ruby", ':secret_key_base => "{}"', hexadecimal(64)),
    named(Kind.ASSIGNED, "php", "define('DB_PASSWORD', '{}');", _P),
    named(Kind.ASSIGNED, "properties", "spring.datasource.password={}", _P),
    named(Kind.ASSIGNED, "java xml", "<password>{}</password>", _P),
    named(Kind.ASSIGNED, "dotnet xml", '<add name="ApiPassword" value="{}" />', _P),
    named(Kind.ASSIGNED, "aws credentials", "aws_secret_access_key = {}", body(20) + "/" + body(19)),
    named(Kind.ASSIGNED, "npmrc", "//registry.npmjs.org/:_authToken={}", _T),
    named(Kind.ASSIGNED, "netrc", "machine git.example.org login me password {}", _P),
    named(Kind.ENTROPY, "url query", "GET /v1/items?api_key={}&page=2 HTTP/1.1", _T),
    named(
        Kind.CONNECTION,
        "azure storage",
        "AccountName=x;AccountKey={};EndpointSuffix=core",
        base64.b64encode(_T.encode()).decode(),
    ),
    named(Kind.CONNECTION, "connection string", "Server=db;Database=x;User Id=app;Password={};", _P),
    named(Kind.CONNECTION, "url with password", "postgres://app:{}@db.internal:5432/shop", _P),
    named(Kind.CONNECTION, "url without user", "redis://:{}@cache:6379/0", _P),
    named(Kind.CONNECTION, "mongodb", "mongodb+srv://root:{}@cluster0.mongodb.net/?retryWrites=true", body(18)),
    named(Kind.CONNECTION, "git remote", "origin  https://oauth2:{}@gitlab.example.org/a/b.git (push)", body(26)),
    named(Kind.CONNECTION, "url with token", "https://{}@dev.azure.example/org/_git/repo", body(52)),
    named(Kind.BEARER, "bearer", "Authorization: Bearer {}", _T),
    named(Kind.BEARER, "bearer in curl", "curl -H 'Authorization: Bearer {}' https://x.example", _T),
    named(Kind.BEARER, "token scheme", "authorization: token {}", hexadecimal(40)),
    named(Kind.BEARER, "basic", "Authorization: Basic {}", base64.b64encode(b"app:" + _P.encode()).decode()),
    named(Kind.BEARER, "bearer alone", "I sent bearer {} and got 403", _T),
    named(Kind.BEARER, "x-api-key", "x-api-key: {}", _T),
    named(Kind.BEARER, "cookie", "Cookie: theme=dark; sessionid={}", body(26)),
    named(Kind.JWT, "jwt", "token was {}, now expired", jwt()),
    named(Kind.PRIVATE_KEY, "rsa key", "here:\n{}\nthat is all", pem("RSA PRIVATE KEY", 6)),
    named(Kind.PRIVATE_KEY, "openssh key", "{}", pem("OPENSSH PRIVATE KEY", 5)),
    named(Kind.PRIVATE_KEY, "pkcs8 key", 'key = """{}"""', pem("PRIVATE KEY", 4)),
    named(Kind.PRIVATE_KEY, "pgp key", "{}", pem("PGP PRIVATE KEY BLOCK", 8)),
    named(
        Kind.PRIVATE_KEY,
        "key with escaped newlines",
        '"private_key": "{}\\n"',
        pem("PRIVATE KEY", 4).replace("\n", "\\n"),
    ),
    named(Kind.PRIVATE_KEY, "key whose end was cut off", "cat id_rsa\n{}", pem("EC PRIVATE KEY", 3)[:150]),
    named(Kind.ASSIGNED, "curl user", "curl -s -u deploy:{} https://repo.example/x", _P),
    named(Kind.ASSIGNED, "mysql", "mysqldump -h db -u root -p{} shop > x.sql", _P),
    named(Kind.ASSIGNED, "sshpass", "sshpass -p '{}' ssh me@host", _P),
    named(Kind.ASSIGNED, "redis-cli", "redis-cli -h cache -a {} ping", _P),
    named(Kind.ASSIGNED, "docker login", "docker login -u me -p {} registry.example", _P),
    named(Kind.ASSIGNED, "flag", "tool deploy --token {} --region eu", _T),
    named(Kind.ASSIGNED, "flag with equals", "helm install x --set-string adminPassword={}", _P),
    named(Kind.ASSIGNED, "sudo", "echo {} | sudo -S apt update", _P),
    named(Kind.ASSIGNED, "sql", "CREATE USER app IDENTIFIED BY '{}';", _P),
    named(Kind.ASSIGNED, "sql, postgres", "ALTER ROLE app WITH LOGIN PASSWORD '{}';", _P),
    named(Kind.ASSIGNED, "powershell", 'ConvertTo-SecureString "{}" -AsPlainText -Force', _P),
    named(Kind.ASSIGNED, "prose", "the password is {}, please change it", _P),
    named(Kind.ENTROPY, "prose with colon", "API key: {}", _T),
    named(Kind.ASSIGNED, "markdown", "**Password:** `{}`", _P),
    named(Kind.ENTROPY, "near a telling word", "Here is the API key you asked for → {}", _T),
    named(
        Kind.PREFIX, "telegram bot", "https://api.telegram.org/bot{}/getMe", body(9, string.digits) + ":AA" + body(33)
    ),
    named(Kind.PREFIX, "slack webhook", "https://hooks.slack.com/services/{}", f"T{body(8)}/B{body(8)}/{body(24)}"),
    named(Kind.PREFIX, "discord webhook", "https://discord.com/api/webhooks/112233445566/{}", body(68)),
    named(Kind.PREFIX, "mailchimp", "list key {}", hexadecimal(32) + "-us12"),
    named(Kind.PREFIX, "azure ad", "AZURE_X={}", "aB3" + "8Q" + "~" + body(33)),
    named(Kind.ENTROPY, "bcrypt", "admin:{}:1:", "$2b" + "$12$" + body(53)),
    named(Kind.ENTROPY, "shadow", "root:{}:19000:0:", "$6" + "$" + body(12) + "$" + body(86)),
    named(Kind.ASSIGNED, "spanish", "contraseña: {}", _P),
    named(Kind.ASSIGNED, "german", "Passwort = {}", _P),
    named(
        Kind.ENTROPY,
        "seed phrase",
        "seed phrase: {}",
        "abandon ability able about above absent absorb abstract absurd abuse access acid",
    ),
    named(Kind.ASSIGNED, "pin", "card pin: {}", "48" + "21"),
]

_NEGATIVE = [
    "token_count: 512, max_tokens=4096, total_tokens: 18211",
    '{"usage": {"prompt_tokens": 812, "completion_tokens": 77, "cached_tokens": 0}}',
    "tokenizer = AutoTokenizer.from_pretrained('gpt2')",
    "the tokenizer splits passwords into 3 tokens",
    "api_key = os.environ['OPENAI_API_KEY']",
    'api_key=os.getenv("OPENAI_API_KEY", "")',
    "const token = process.env.GITHUB_TOKEN;",
    "export OPENAI_API_KEY=YOUR_KEY",
    "OPENAI_API_KEY=sk-...",
    "ANTHROPIC_API_KEY=sk-ant-xxxxxxxxxxxxxxxxxxxxxxxx",
    "api_key: <your-api-key>",
    "Authorization: Bearer $TOKEN",
    "curl -H 'Authorization: Bearer ${API_TOKEN}' https://api.example.org",
    "-H 'Authorization: Bearer <token>'",
    'headers = {"Authorization": f"Bearer {token}"}',
    "password: ${{ secrets.DB_PASSWORD }}",
    "password = get_password()",
    "password = getpass.getpass('Password: ')",
    "self.password = password",
    "def login(user: str, password: str) -> bool:",
    "token: Optional[str] = None",
    "password: string;",
    '"password": {"type": "string", "minLength": 8}',
    "Password must be at least 8 characters long",
    "password: must contain a digit",
    "Error: password is required",
    "the token is expired, please log in again",
    "Invalid password for user app",
    "password=None, token=null, secret=false",
    "password = '********'",
    'DB_PASSWORD="changeme"',
    "postgres://user:password@localhost:5432/db",
    "postgres://${DB_USER}:${DB_PASSWORD}@db/shop",
    "https://example.org:8080/path?mail=me@example.org",
    "git clone git@github.com:org/repo.git",
    "ssh://git@github.com/org/repo",
    "secretName: db-credentials",
    "kubectl get secret db-credentials -o yaml",
    "password_hash = bcrypt.hashpw(password, salt)",
    "reset_password_url: https://example.org/reset",
    "next_page_token: CAESBgoEGgIIAQ",
    '{"nextToken": "eyJvZmZzZXQiOjEwMH0"}',
    "commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
    "Merge 9fceb02 into 3b18e512dba79e4c8300dd08aeb37f8e728b8dad",
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  file.tar.gz",
    "md5 d41d8cd98f00b204e9800998ecf8427e",
    '"integrity": "sha512-z8kQ2mWvNfW9Zp0sQ1rT5yX7uB3cD4eF6gH8iJ0kL2mN4oP6qR8sT0uV2wX4yZ6aB8cD0eF2gH4iJ6kL8mN0oQ=="',
    "id: 550e8400-e29b-41d4-a716-446655440000",
    '{"session": "20261120_091500_a1b2c3", "key": "550e8400-e29b-41d4-a716-446655440000"}',
    "cache_key: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ5r0mPqZ8vK2nX4tB7cD9eF1gH3jK5lM7nP9qR1sT3u me@host",
    "The key fingerprint is: SHA256:uNiVztksCsDhcc0u9e8BrqXVtktS9eXhSmXcXdmRUJ8 me@host",
    "-----BEGIN CERTIFICATE-----\n" + body(64) + "\n" + body(64) + "\n-----END CERTIFICATE-----",
    "-----BEGIN PUBLIC KEY-----\n" + body(64) + "\n-----END PUBLIC KEY-----",
    'grep -r "BEGIN RSA PRIVATE KEY" . ; it starts with -----BEGIN RSA PRIVATE KEY-----',
    "data:image/png;base64," + base64.b64encode(bytes(_DRAW.randrange(256) for _ in range(300))).decode(),
    "the secret image is data:image/png;base64," + base64.b64encode(body(300).encode()).decode(),
    "primary key (id), foreign key: customer_id",
    "Key: uploads/2024/01/report-final-v2.pdf",
    "sort_key = lambda item: item.created_at",
    "press any key: enter",
    "keyboard: QWERTY, author: Jane Roe, secretary: John Roe",
    "OAuth2: authorization_endpoint: https://id.example.org/authorize",
    "auth: required, authentication: oauth2, auth_method: client_credentials",
    "git commit --author='Jane Roe' -m 'Rotate the token'",
    "sk-learn-random-forest-classifier-regression-example",
    "task-0123456789abcdef0123456789abcdef01234567",
    "risk-assessment-for-the-third-quarter-of-2024",
    "https://docs.example.org/d/1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms/edit about the secret santa",
    "--token TOKEN    the access token to use",
    "--password <password>  (prompted for when absent)",
    "mysql -u root -p shop < dump.sql",
    "docker run -p 8080:80 nginx",
    "mkdir -p build && cp -a src dst",
    "os.path.join(home, '.ssh', 'id_rsa.pub')",
    "PWD=/home/app/src OLDPWD=/home/app",
    "password: /run/secrets/db_password",
    "vault kv get -field=password secret/db",
    '{"type": "password", "name": "password", "label": "Password"}',
    "input[type=password] { color: red }",
    "Forgot your password?",
    "salt, pepper and garlic; pin: 13, pins: 4",
    "MAX_TOKEN_LENGTH = 77  # CLIP",
    "next(token for token in tokens if token.startswith('a'))",
    "from secrets import token_hex; token = tokenhexadecimal(16)",
    "cookie: accepted; cookies: 3 stored",
    "session: 42 messages, session_id=20261120_091500_a1b2c3",
    "Basic usage: install, then run; bearer of bad news",
    'ETag: W/"33a64df551425fcc55e4d42a148795d9f25f89d4"',
    "package-lock: resolved https://registry.npmjs.org/left-pad/-/left-pad-1.3.0.tgz",
    "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-a1b2c3",
    "version 1.2.3-beta.4+build.5678 of com.example.TokenStore2Impl",
    "class SessionTokenManagerV2Implementation(BaseTokenManager):",
    "The password field (#login-password) was not found on the page",
    "secret: !vault |",
    "{{ api_key }} and %(password)s and {token} and %TOKEN%",
    "[REDACTED] replaced the password; token: «token:1»",
    "two-factor authentication token required: enter code",
]

NEGATIVE = [Harmless(f"first batch {number}", text) for number, text in enumerate(_NEGATIVE, start=1)]
