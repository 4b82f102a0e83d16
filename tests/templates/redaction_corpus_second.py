"""A second batch of texts, written after the rules of its day and before they were run on it.

What was missed or touched wrongly then was mended since, so that it says no more than the first batch.
"""

from __future__ import annotations

import base64
import string

from tests.templates.redaction_corpus import Harmless, Kind, Secret, body, hexadecimal, jwt, named, pem

_P = "Tr0ub" + "4dor&" + body(4)
_Q = "blue-" + "Kettle" + "-" + body(2, string.digits)
_T = body(40)
_CODES = [
    f"{body(4, string.ascii_lowercase + string.digits)}-{body(4, string.ascii_lowercase + string.digits)}"
    for _ in range(4)
]
_BASE32 = body(32, string.ascii_uppercase + "234567")
_GITHUB = "gh" + "p_" + body(36)
_OPENAI = "sk" + "-proj-" + body(64)
_AWS = body(21) + "/" + body(18)


def _packed(content: bytes) -> str:
    return base64.b64encode(content).decode()


SECOND_POSITIVE: list[Secret] = [
    # Provider prefixes, where they stand in real output
    named(Kind.PREFIX, "token in a remote", "origin\thttps://x-access-token:{}@github.com/o/r.git (fetch)", _GITHUB),
    named(Kind.PREFIX, "here-string", "gh auth login --with-token <<< {}", _GITHUB),
    named(Kind.PREFIX, "diff line", "-OPENAI=\n+OPENAI={}\n", _OPENAI),
    named(Kind.PREFIX, "python repr", "Settings(model='gpt-5', key=SecretStr('{}'))", _OPENAI),
    named(Kind.PREFIX, "log with brackets", "2026-01-02 INFO [client] using [{}]", _OPENAI),
    named(Kind.PREFIX, "dockerfile", "ENV HF={}\nRUN make", "h" + "f_" + body(34)),
    named(Kind.PREFIX, "between backticks", "Set it to `{}` and restart.", "gl" + "pat-" + body(20)),
    named(
        Kind.PREFIX,
        "json in json",
        '{"env": "{\\"SLACK\\": \\"{}\\"}"}',
        "xo" + "xb-" + body(11, string.digits) + "-" + body(24),
    ),
    named(
        Kind.PREFIX,
        "aws key id in a table",
        "| default | {} | eu-west-1 |",
        "AK" + "IA" + body(16, string.ascii_uppercase + "234567"),
    ),
    named(Kind.PREFIX, "stripe in a comment", "// TODO remove {}\n", "sk" + "_live_" + body(24)),
    # Headers
    named(Kind.BEARER, "python dict", "headers={'authorization': 'Bearer {}'}", _T),
    named(Kind.BEARER, "httpie", "http GET x.example Authorization:'Bearer {}'", _T),
    named(Kind.BEARER, "api key scheme", "Authorization: ApiKey {}", _T),
    named(Kind.BEARER, "x-auth-token", '-H "X-Auth-Token: {}"', hexadecimal(32)),
    named(Kind.BEARER, "private-token", "curl --header 'PRIVATE-TOKEN: {}' https://git.example", body(20)),
    named(
        Kind.BEARER, "proxy header", "Proxy-Authorization: Basic {}", base64.b64encode(b"me:" + _P.encode()).decode()
    ),
    named(Kind.BEARER, "set-cookie", "Set-Cookie: sessionid={}; Path=/; HttpOnly", body(32)),
    named(
        Kind.BEARER, "php session", "Cookie: lang=en; PHPSESSID={}", body(26, string.ascii_lowercase + string.digits)
    ),
    named(Kind.BEARER, "axios", "axios.get(u, { headers: { 'X-API-Key': '{}' } })", _T),
    named(Kind.BEARER, "go header", 'req.Header.Set("Authorization", "Bearer {}")', _T),
    # Assignments
    named(Kind.ASSIGNED, "compose list", "environment:\n  - MYSQL_ROOT_PASSWORD={}\n", _Q),
    named(Kind.ASSIGNED, "compose map", "environment:\n  MYSQL_PASSWORD: {}\n", _Q),
    named(Kind.ASSIGNED, "ansible", "ansible_become_password: {}", _P),
    named(Kind.ASSIGNED, "terraform", 'variable "db" {\n  password = "{}"\n}', _P),
    named(Kind.ASSIGNED, "literal of kubectl", "kubectl create secret generic db --from-literal=password={}", _P),
    named(
        Kind.ASSIGNED,
        "kubernetes data",
        "kind: Secret\ndata:\n  password: {}\n",
        base64.b64encode(_P.encode()).decode(),
    ),
    named(Kind.ASSIGNED, "yaml, next line", "password:\n  {}\nuser: app\n", _P),
    named(Kind.ASSIGNED, "yaml block", "api_key: |\n  {}\n", _T),
    named(Kind.ASSIGNED, "yaml folded", "token: >-\n    {}\n", _T),
    named(Kind.ASSIGNED, "powershell variable", '$env:API_KEY = "{}"', _T),
    named(Kind.ASSIGNED, "fish", "set -x API_TOKEN {}", _T),
    named(Kind.ASSIGNED, "cmd", "set API_KEY={}\r\n", _T),
    named(Kind.ASSIGNED, "setter", 'dataSource.setPassword("{}");', _P),
    named(Kind.ASSIGNED, "builder", 'Client::builder().password("{}").build()', _P),
    named(Kind.ASSIGNED, "go struct", 'Config{User: "app", Password: "{}"}', _P),
    named(Kind.ASSIGNED, "c# credential", 'new NetworkCredential("app", "{}")', _P),
    named(Kind.ASSIGNED, "django", "SECRET_KEY = 'django-insecure-{}'", body(40)),
    named(Kind.ASSIGNED, "laravel", "APP_KEY=base64:{}=", body(43)),
    named(Kind.ASSIGNED, "hex key", "ENCRYPTION_KEY={}", hexadecimal(64)),
    named(Kind.ASSIGNED, "ethereum", "PRIVATE_KEY=0x{}", hexadecimal(64)),
    named(Kind.ASSIGNED, "wordpress", "define( 'AUTH_KEY', '{}' );", "k:9|" + body(12) + "$;}(" + body(12)),
    named(Kind.ASSIGNED, "aws configure", "aws configure set aws_secret_access_key {}", _AWS),
    named(Kind.ASSIGNED, "aws session", "AWS_SESSION_TOKEN={}", body(300) + "=="),
    named(Kind.ASSIGNED, "wget", "wget --user=me --password={} https://x.example/f", _P),
    named(Kind.ASSIGNED, "curl form", "curl -d 'username=me&password={}' https://x.example/login", _Q),
    named(Kind.ASSIGNED, "curl json", """curl -d '{"user":"me","password":"{}"}' https://x.example""", _P),
    named(Kind.ASSIGNED, "libpq", 'psql "host=db user=app password={} dbname=shop"', _P),
    named(Kind.ASSIGNED, "mysql option", "mysql --user=app --password={} shop", _Q),
    named(Kind.ASSIGNED, "mysql set password", "SET PASSWORD FOR 'app'@'%' = '{}';", _P),
    named(Kind.ASSIGNED, "zip", "zip -P {} -r out.zip dir", _P),
    named(Kind.ASSIGNED, "smb", "smbclient //h/s -U app%{}", _P),
    named(Kind.ASSIGNED, "login log", "login ok user=alice pass={} ip=10.0.0.1", _Q),
    named(Kind.ASSIGNED, "wifi", 'network={\n  ssid="home"\n  psk="{}"\n}', _Q),
    named(Kind.ASSIGNED, "markdown table", "| user | password |\n|---|---|\n| app | {} |", _P),
    named(Kind.ASSIGNED, "two-column table", "| password | {} |", _P),
    named(Kind.ASSIGNED, "xml attribute", '<server username="ci" password="{}"/>', _P),
    named(Kind.ASSIGNED, "typed prompt", "Password for 'https://me@git.example': {}", _P),
    named(Kind.ASSIGNED, "french", "mot de passe : {}", _P),
    named(Kind.ASSIGNED, "chinese", "密码：{}", _P),
    named(Kind.ASSIGNED, "prose, use as", "Use {} as the token when you call it.", _T),
    named(Kind.ASSIGNED, "prose, my", "my password is {}", _Q),
    named(Kind.ASSIGNED, "prose, will be", "The new passphrase will be: {}", _Q),
    named(Kind.ASSIGNED, "prose, slash", "credentials: alice / {}", _P),
    named(Kind.ASSIGNED, "nickserv", "/msg NickServ identify {}", _P),
    # Private keys
    named(
        Kind.PRIVATE_KEY,
        "service account",
        '{"type": "service_account", "private_key": "{}\\n"}',
        pem("PRIVATE KEY", 6).replace("\n", "\\n"),
    ),
    named(
        Kind.PRIVATE_KEY, "indented in yaml", "tls.key: |\n    {}\n", pem("EC PRIVATE KEY", 3).replace("\n", "\n    ")
    ),
    named(Kind.PRIVATE_KEY, "encrypted", "{}", pem("ENCRYPTED PRIVATE KEY", 8)),
    named(
        Kind.PRIVATE_KEY,
        "with line numbers",
        "{}",
        "\n".join(f"{n:>4}\t{line}" for n, line in enumerate(pem("RSA PRIVATE KEY", 5).split("\n"), 1)),
    ),
    named(Kind.PRIVATE_KEY, "in a diff", "{}", "\n".join(f"+{line}" for line in pem("PRIVATE KEY", 4).split("\n"))),
    # JWTs
    named(Kind.JWT, "in a url", "GET /ws?jwt={}&v=2", jwt()),
    named(Kind.JWT, "in a cookie", "Cookie: auth={}", jwt()),
    named(Kind.JWT, "decoded by hand", "$ echo {} | cut -d. -f2 | base64 -d", jwt()),
    # Connection strings
    named(Kind.CONNECTION, "jdbc", "jdbc:postgresql://db:5432/shop?user=app&password={}", _Q),
    named(Kind.CONNECTION, "amqp", "amqps://app:{}@mq.example:5671/vhost", body(18)),
    named(Kind.CONNECTION, "mysql url", "DATABASE_URL=mysql2://root:{}@127.0.0.1/shop", _Q),
    named(Kind.CONNECTION, "ado", "Data Source=db;Initial Catalog=x;User ID=sa;Pwd={};", _Q),
    named(Kind.CONNECTION, "ftp", "lftp ftp://me:{}@ftp.example/", _Q),
    named(
        Kind.CONNECTION, "azure sas", "https://x.blob.core.windows.net/c?sv=2024-01-01&sr=c&sig={}", body(42) + "%3D"
    ),
    named(
        Kind.CONNECTION,
        "service bus",
        "Endpoint=sb://x.example/;SharedAccessKeyName=Root;SharedAccessKey={}",
        body(43) + "=",
    ),
    named(Kind.CONNECTION, "pgpass", "$ cat ~/.pgpass\ndb:5432:shop:app:{}\n", _Q),
    # High entropy beside a telling name
    named(Kind.ENTROPY, "arrow", "client secret → {}", _T),
    named(Kind.ENTROPY, "in brackets", "the access token ({}) has expired", _T),
    named(Kind.ENTROPY, "next line", "Your API key:\n\n{}\n\nKeep it safe.", _T),
    named(Kind.ENTROPY, "totp", "otpauth://totp/Ex:me?secret={}&issuer=Ex", _BASE32),
    named(
        Kind.ENTROPY, "signed url", "https://b.s3.amazonaws.com/f?X-Amz-Expires=60&X-Amz-Signature={}", hexadecimal(64)
    ),
    named(
        Kind.ENTROPY,
        "docker auth",
        '{"auths": {"r.example": {"auth": "{}"}}}',
        base64.b64encode(b"ci:" + _T.encode()).decode(),
    ),
    named(Kind.ENTROPY, "recovery codes", "Recovery codes:\n{}\n", "\n".join(_CODES)),
    named(Kind.ENTROPY, "rails master key", "$ cat config/master.key\n{}\n", hexadecimal(32)),
]

SECOND_NEGATIVE: list[Harmless] = [
    Harmless(f"{kind} {number}", text)
    for kind, texts in {
        "hash": [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  dist/app.whl",
            "sha1sum: da39a3ee5e6b4b0d3255bfef95601890afd80709 password-list.txt",
            "Digest: sha256:" + "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945",
            "--hash=sha256:" + "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
            "commit 4b825dc642cb6eb9a060e54bf8d69288fbee4904 (HEAD -> rotate-api-keys, origin/main)",
            "index 83db48f..bf269f4 100644\n--- a/src/auth/token.py\n+++ b/src/auth/token.py",
            "cache key: 7c211433f02071597741e6ff5a8ea34789abbf43",
            "build token.wasm 9f86d081884c7d659a2feaa0c55ad015",
        ],
        "id": [
            "token_id: 3f2504e0-4f89-11d3-9a0c-0305e82c3301",
            'session 01HQ3K5T7Z8X9Y2B4C6D8F0G1H resumed',
            '{"id": "chatcmpl-9aBcD3eFgH1jKlMn0pQrStUvWxYz2", "usage": {"total_tokens": 99}}',
            "call_id: call_a8Kx2Lm9Qp4Rs7Tv1Wy3Zb6C",
            "toolu_01P4irvih3iqHJ9uBU5bsE5X answered",
            "https://github.com/o/r/actions/runs/7712345678/job/21031234567",
            "trace-id 4bf92f3577b34da6a3ce929d0e0e4736 span 00f067aa0ba902b7",
            "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            "reservation HATHAT, gift_card_8190333, credit_card_4421486, certificate_7504069",
        ],
        "image": [
            "(data:image/svg+xml;base64," + _packed(b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8'/>") + ")",
            "url(data:font/woff2;base64," + _packed(bytes(range(180))) + ")",
            '{"type": "image", "x": {"url": "data:image/jpeg;base64,' + _packed(bytes(range(255, 90, -1))) + '"}}',
        ],
        "lock file": [
            'resolved "https://registry.yarnpkg.com/js-tokens/-/js-tokens-4.0.0.tgz#19203fb59991df98e3a287050d4647cdeaf32499"',
            'integrity sha512-RdJUflcE3cUzKiMqQgsCu06FPu9UdIJO0beYbPhHN4k6apgJtifcoCtT9bcxOpYBtpD2kCM6Sbzg4CausW/PKQ==',
            '[[package]]\nname = "secrecy"\nversion = "0.8.0"\n'
            'checksum = "9bd1c54ea06cfd2f6b63219704de0b9b4f72dcc2b8fdef820be6cd799780e91e"',
            'golang.org/x/oauth2 v0.15.0 h1:s8pnnxNVzjWyrvYdFUQq5llS1PX2zhPXmccZv99h7uQ=',
            '"cryptography==42.0.5 --hash=sha256:0270572b8bd2c833c3981724b8ee9747b3ec96f699a9665470018594301439ee"',
            '"content-hash" = "6a2f41f1a8e3ddda0ba6e7c0d1aa53d2a9cd6d6a0e5c5d7f6f7b2b4a9d1c3e5f"',
        ],
        "placeholder": [
            "OPENAI_API_KEY=YOUR_API_KEY",
            "api_key = 'your-api-key-here'",
            "export TOKEN=<paste token here>",
            "password: ${DB_PASSWORD:-}",
            "password: {{ vault_db_password }}",
            "PASSWORD=$(cat /run/secrets/pw)",
            'token = os.environ.get("GITHUB_TOKEN")',
            "Authorization: Bearer YOUR_TOKEN_HERE",
            "Authorization: Bearer eyJ...",
            "sk-proj-...abcd",
            'apiKey: "<API_KEY>"',
            "api_key=sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "secret: [hidden]",
            "postgresql://USER:PASSWORD@HOST:PORT/DATABASE",
            "mongodb://<username>:<password>@localhost:27017",
            "client_secret: REPLACE_ME",
            "password = \"\"",
            "token: ***",
            "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY",
            "DB_PASSWORD=%DB_PASSWORD%",
            "password: !Ref DatabasePassword",
            'password = var.db_password',
            "set -x API_TOKEN $argv[1]",
        ],
        "colour": [
            "--token-color: #ff8800; --key-bg: #1a2b3c4d;",
            "secret-link { color: rgba(12, 34, 56, 0.7); background: #deadbeef }",
        ],
        "public key": [
            "ssh-rsa " + "AAAAB3NzaC1yc2EAAAADAQABAAABAQ" + body(180) + " me@host",
            "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n" + body(64) + "\n-----END PGP PUBLIC KEY BLOCK-----",
            "public_key: " + body(43) + "=",
            "PublicKey = " + body(43) + "=",
            "stripe publishable: pk_test_" + body(24),
            "known_hosts: github.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl",
        ],
        "code": [
            "def test_wrong_password(client): assert client.post('/login').status_code == 401",
            "if (token.type === TokenType.Identifier) return parseKey(token.value);",
            "const { token, setToken } = useToken();",
            "password_field = driver.find_element(By.ID, 'password')",
            "key = lambda kv: kv[1]; max_key = max(d, key=d.get)",
            "for key, value in tokens.items(): counts[key] += value",
            "token = self.tokens[self.position]",
            "assert mask(secret) == '****'",
            "self.assertEqual(response.json()['error'], 'invalid_token')",
            "SELECT id, password_hash, salt FROM users WHERE token IS NULL;",
            "ALTER TABLE users ADD COLUMN password VARCHAR(255) NOT NULL;",
            "type Token struct { Kind TokenKind; Pos int }",
            "new Map<string, Token>([['key', undefined]])",
            "raise ValueError('api key must be 32 characters')",
            "token = tokens.pop(0) if tokens else None",
        ],
        "prose": [
            "I'll use the token from the environment as the token for the request.",
            "Use a passphrase as the password, and a password manager as the vault.",
            "Use OAuth2 as the authentication method and RS256 as the signing algorithm.",
            "The secret is to keep the dough cold.",
            "Your password has been changed. If it was not you, reset it.",
            "The API key is missing or wrong: HTTP 401 Unauthorized",
            "Recovery codes were generated; print them and keep them safe.",
            "key: value pairs, tokens: 512 of 4096, cost: $0.0123",
            "Password:\nLogin incorrect",
            "password:\n  required: true\n  minLength: 12",
            "token:\n  type: string\n  description: the page to go on with",
            "| password | string | required |",
            "| user | password |\n|---|---|\n| the login name | at least 12 characters |",
            "pass=12 fail=0 skip=3 in 4.2s",
            "PASS src/auth/token.test.ts (5.1 s)",
            "The keynote about passkeys begins at 10:30, session 4.",
        ],
    }.items()
    for number, text in enumerate(texts, start=1)
]  # fmt: skip
