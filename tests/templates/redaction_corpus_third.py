"""A third batch of texts, written after the second was mended and before the rules were run on it.

A literal beside a telling name goes even where it stands in a test or in documentation: nobody can tell it from one
that opens something. What stays are words that say themselves that they stand for another.
"""

from __future__ import annotations

import base64
import string

from tests.templates.redaction_corpus import Harmless, Kind, Secret, body, hexadecimal, jwt, named, pem
from warmtui.templates.redaction import RedactionLevel

_P = "Wint" + "er#" + body(3, string.digits) + "!x"
_Q = "correct" + "-horse-" + body(3, string.digits)
_T = body(36)
_UPPER = string.ascii_uppercase + string.digits
_ANTHROPIC = "sk-" + "ant-api03-" + body(95)
_FINE = "github" + "_pat_" + body(22) + "_" + body(59)
_LOWER = string.ascii_lowercase + string.digits

THIRD_POSITIVE: list[Secret] = [
    named(Kind.PREFIX, "anthropic in a traceback", "AuthenticationError: invalid x-api-key {}", _ANTHROPIC),
    named(Kind.PREFIX, "github in a clone", "git clone https://{}@github.com/o/r.git", _FINE),
    named(Kind.PREFIX, "google in a url", "https://maps.googleapis.com/maps/api/js?key={}&v=3", "AI" + "za" + body(35)),
    named(Kind.PREFIX, "npmrc with scope", "@o:registry=https://npm.example\n_authToken={}", "np" + "m_" + body(36)),
    named(Kind.PREFIX, "slack in yaml", "slack:\n  bot: {}\n", "xo" + "xb-" + body(12, string.digits) + "-" + body(24)),
    named(Kind.PREFIX, "pypi in toml", '[pypi]\nusername = "__token__"\npw = "{}"', "py" + "pi-" + "AgEI" + body(100)),
    named(Kind.PREFIX, "sendgrid in ruby", "SendGrid::API.new(api: '{}')", "S" + "G." + body(22) + "." + body(43)),
    named(Kind.PREFIX, "vault in a log", "lease granted to {} for 768h", "hv" + "s." + body(24)),
    named(Kind.BEARER, "requests session", 's.headers.update({"Authorization": "Bearer {}"})', _T),
    named(Kind.BEARER, "http dump", "> GET /v1 HTTP/2\n> authorization: Bearer {}\n> accept: */*", _T),
    named(Kind.BEARER, "grpc metadata", 'metadata=[("authorization", "Bearer {}")]', _T),
    named(Kind.BEARER, "yaml header", "headers:\n  X-Api-Key: {}\n", _T),
    named(Kind.BEARER, "cookie jar", "x.example\tTRUE\t/\tTRUE\t1790000000\tsession_token\t{}", _T),
    named(Kind.BEARER, "fetch", "fetch(u, {headers: {Authorization: `token {}`}})", hexadecimal(40)),
    named(Kind.BEARER, "openapi", "curl -X GET -H 'api-key: {}' https://x.example", body(32, _LOWER)),
    named(Kind.BEARER, "graphql", '{"headers": {"x-hasura-admin-secret": "{}"}}', _Q),
    named(Kind.ASSIGNED, "dotenv with export and comment", 'export SMTP_PASS="{}" # mail', _P),
    named(Kind.ASSIGNED, "systemd", "Environment=APP_SECRET={}", _T),
    named(Kind.ASSIGNED, "docker run", "docker run -e POSTGRES_PASSWORD={} -d postgres", _Q),
    named(Kind.ASSIGNED, "docker build arg", "docker build --build-arg NPM_TOKEN={} .", _T),
    named(Kind.ASSIGNED, "github actions echo", 'echo "DEPLOY_KEY={}" >> "$GITHUB_ENV"', _T),
    named(Kind.ASSIGNED, "helm values", "redis:\n  auth:\n    password: {}\n", _Q),
    named(Kind.ASSIGNED, "yaml list below", "tokens:\n  - name: ci\n    token: {}\n", _T),
    named(Kind.ASSIGNED, "yaml block below", "client_secret: |-\n  {}\nscope: all", _T),
    named(Kind.ASSIGNED, "json pretty", '{\n  "db": {\n    "password": "{}"\n  }\n}', _P),
    named(Kind.ASSIGNED, "json5", "{ apiKey: '{}', retries: 3 }", _T),
    named(Kind.ASSIGNED, "python default", "def connect(host, password='{}'):", _P),
    named(Kind.ASSIGNED, "python environ", "os.environ.setdefault('DB_PASSWORD', '{}')", _P),
    named(Kind.ASSIGNED, "test fixture", "user = User(name='ada', password='hunt' 'er'); login(password='{}')", _Q),
    named(Kind.ASSIGNED, "kotlin", 'val apiSecret = "{}"', _T),
    named(Kind.ASSIGNED, "swift", 'let clientSecret: String = "{}"', _T),
    named(Kind.ASSIGNED, "rust", 'std::env::set_var("API_KEY", "{}");', _T),
    named(Kind.ASSIGNED, "elixir", 'config :app, secret_key_base: "{}"', body(64)),
    named(Kind.ASSIGNED, "java call", 'DriverManager.getConnection(url, "app", "{}")', _P),
    named(Kind.ASSIGNED, "sql server login", "CREATE LOGIN app WITH PASSWORD = '{}';", _P),
    named(Kind.ASSIGNED, "mongo shell", 'db.createUser({user: "app", pwd: "{}", roles: []})', _P),
    named(Kind.ASSIGNED, "redis auth", "127.0.0.1:6379> AUTH {}", _Q),
    named(Kind.ASSIGNED, "ftp dialogue", "USER ada\n331 ok\nPASS {}\n230 ok", _P),
    named(Kind.ASSIGNED, "chpasswd", "echo 'ada:{}' | chpasswd", _P),
    named(Kind.ASSIGNED, "openssl", "openssl enc -aes-256-cbc -k {} -in a -out b", _P),
    named(Kind.ASSIGNED, "gpg", "gpg --batch --passphrase {} -c a.txt", _P),
    named(Kind.ASSIGNED, "keytool", "keytool -list -keystore k.jks -storepass {}", _P),
    named(Kind.ASSIGNED, "nmcli", "nmcli dev wifi connect home password {}", _Q),
    named(Kind.ASSIGNED, "mysql in script", "mysql -uroot -p'{}' -e 'show tables'", _P),
    named(Kind.ASSIGNED, "http basic in python", "requests.get(u, auth=('ada', '{}'))", _P),
    named(Kind.ASSIGNED, "bullet list", "- Username: ada\n- Password: {}\n", _P),
    named(Kind.ASSIGNED, "prose, is now", "The admin password is now {}.", _P),
    named(Kind.ASSIGNED, "prose, changed to", "I changed the password to {} yesterday", _P),
    named(Kind.ASSIGNED, "prose, use as", "please use {} as your API key for now", _T),
    named(Kind.ASSIGNED, "prose, with password", "Log in as ada with password {} and look", _P),
    named(Kind.ASSIGNED, "prose, in quotes", "Set the passphrase “{}” for the backup.", _P),
    named(Kind.ASSIGNED, "russian", "пароль: {}", _P),
    named(Kind.ASSIGNED, "table of three columns", "| host | user | token |\n|---|---|---|\n| a | ada | {} |", _T),
    named(Kind.PRIVATE_KEY, "in an environment variable", 'DEPLOY_KEY="{}"', pem("OPENSSH PRIVATE KEY", 4)),
    named(Kind.PRIVATE_KEY, "quoted in markdown", "> {}", pem("RSA PRIVATE KEY", 5).replace("\n", "\n> ")),
    named(Kind.PRIVATE_KEY, "on one line", "key: {}", pem("PRIVATE KEY", 3).replace("\n", " ")),
    named(Kind.PRIVATE_KEY, "beginning cut off", "…{}", pem("RSA PRIVATE KEY", 4)[200:]),
    named(Kind.JWT, "in a log", "DEBUG verify({}) -> ok", jwt()),
    named(Kind.JWT, "as json", '{"id_token": "{}", "expires_in": 3600}', jwt()),
    named(Kind.CONNECTION, "sqlalchemy", 'create_engine("postgresql+psycopg://app:{}@db/shop")', _Q),
    named(Kind.CONNECTION, "smtp url", "EMAIL_URL=smtp://ada%40x.example:{}@smtp.x.example:587", _Q),
    named(Kind.CONNECTION, "celery", "broker_url = 'redis://default:{}@cache.example:6379/1'", _T),
    named(Kind.CONNECTION, "odbc", "DRIVER={ODBC Driver 18};SERVER=db;UID=sa;PWD={}", _P),
    named(Kind.CONNECTION, "proxy", "export https_proxy=http://ada:{}@proxy.example:3128", _Q),
    named(Kind.CONNECTION, "event hub", "SharedAccessKey={};EntityPath=x", body(43) + "="),
    named(Kind.ENTROPY, "dash", "API key - {}", _T),
    named(Kind.ENTROPY, "said aloud", "here's my secret key, keep it quiet: {}", _T),
    named(Kind.ENTROPY, "url fragment", "https://x.example/cb#access_token={}&state=1", _T),
    named(Kind.ENTROPY, "backup codes in a line", "Backup codes: {}", "4821-9930, 1177-2043, 9981-0042"),
    named(Kind.ENTROPY, "numbered codes", "Your recovery codes:\n1. {}\n", "k3m9x-p2q8w"),
    named(Kind.ENTROPY, "license", "LICENSE_KEY={}", "-".join(body(5, _UPPER) for _ in range(5))),
    named(Kind.ENTROPY, "salt", "SESSION_SALT={}", body(32)),
    # The strict level
    named(Kind.HOME, "in a traceback", 'File "{}/app/main.py", line 3', "/home/ada.byron"),
    named(Kind.HOME, "mac", "PATH={}/bin:/usr/bin", "/Users/adabyron"),
    named(Kind.HOME, "windows", r"PS {}\Documents>", r"C:\Users\adab"),
    named(Kind.HOME, "wsl", "cd /mnt/c{}/src", "/Users/adabyron"),
    named(Kind.HOME, "file url", "file://{}/notes.md", "/home/adabyron"),
    named(Kind.USER, "prompt", "{}@build7:~/src$ make", "adabyron"),
    named(Kind.USER, "field", '{"username": "{}"}', "ada_byron_1815"),
    named(Kind.USER, "ls", "drwxr-xr-x 2 {} staff 64 /home/adab/x", "adab"),
    named(Kind.EMAIL, "header", "From: Ada <{}>", "ada.byron+w@mail.example.org"),
    named(Kind.EMAIL, "git log", "Author: Ada Byron <{}>", "ada@analytical.example"),
    named(Kind.EMAIL, "json", '{"email": "{}"}', "a.byron99@uni.example.ac.uk"),
    named(Kind.EMAIL, "mailto", "mailto:{}?subject=x", "ada@byron.example"),
    named(Kind.PHONE, "international", "tel:{}", "+44 20 7946 0958"),
    named(Kind.PHONE, "american", "Call {} before noon.", "(415) 555-2671"),
    named(Kind.PHONE, "json", '{"phone": "{}"}', "030 90184321"),
    named(Kind.PHONE, "with dots", "mobile {}", "415.555.2671"),
    named(Kind.PHONE, "run together", "my number is {}", "+491711234567"),
    named(Kind.IP, "ssh", "ssh ada@{}", "198.51.100.23"),
    named(Kind.IP, "log", '{} - - [10/Oct/2026:13:55:36] "GET / HTTP/1.1" 200', "203.0.113.77"),
    named(Kind.IP, "private", "bound to {}:8443", "192.168.17.4"),
    named(Kind.IP, "six", "ping6 {}", "2001:db8:1f70::999:de8:7648:6e8"),
]  # fmt: skip

_SECRETS, _STRICT = RedactionLevel.SECRETS, RedactionLevel.STRICT

THIRD_NEGATIVE: list[Harmless] = [
    Harmless(f"third: {kind} {number}", text, level)
    for (kind, level), texts in {
        ("hash", _SECRETS): [
            "MD5 (token.c) = 0cc175b9c0f1b6a831c399e269772661",
            "sha512: " + "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce",
            "ETag: \"5d8c72a5edda8d6a-secret\"",
            "git show 1f7a7a472abf3dd9643fd615f6da379c4acb3e3a:src/keys.py",
            "etcd key /registry/secrets/default/db revision 8814",
            "key=user:42:profile ttl=3600",
            "blob 5716ca5987cbf97d6bb54920bea6adde242d87e6 passwords.md",
        ],
        ("id", _SECRETS): [
            "request_token_usage_id=6ba7b810-9dad-11d1-80b4-00c04fd430c8",
            "notion page 1429989fe8ac4effbc8f57f56486db54",
            "SESSION 20261120_091500_a1b2c3 KEY b2c3d4",
            "pod web-7d4b9c6f5d-x2k8p, secret default-token-mount",
            "order #W7891234 tracking 1Z999AA10123456784",
            "https://www.figma.com/file/a1B2c3D4e5F6g7H8i9J0kL/Login-and-token-flow",
        ],
        ("image", _SECRETS): [
            '<img alt="password" src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7">',
            '{"image": "' + base64.b64encode(bytes(range(30, 230))).decode() + '"}',
        ],
        ("lock file", _SECRETS): [
            'keyring==24.3.0 \\\n --hash=sha256:' + "4446d35d636e6a10b8bce7caa66913dd9eca5fd222ca03a3d42c38608ac30836",
            '  "node_modules/jsonwebtoken": {\n    "version": "9.0.2",\n'
            '"integrity": "sha512-PRp66vJ865SSqOlgqS8hujT5U4AOgMfhrwYIuIhfKaoSCZcirrmASQr8CX7cUg+RMih+hgznrjp99o"',
            'sha256 = "0ssi1wpaf7plaswqqjwigppsg5fyh99vdlb9kzl7c9lng89ndq1i"',
        ],
        ("placeholder", _SECRETS): [
            "AWS_ACCESS_KEY_ID=AKIA" + "IOSFODNN7EXAMPLE",
            "GITHUB_TOKEN=ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "token: \"<YOUR TOKEN>\"",
            "password: changeme",
            "DATABASE_URL=postgres://user:pass@localhost/db",
            "api_key: ${API_KEY?err}",
            "password={password!r}",
            "PGPASSWORD=$PGPASSWORD psql",
            "curl -u \"$USER:$PASS\" https://x.example",
            "client_secret = \"{{ .Values.clientSecret }}\"",
            "token = \"dummy-token\"",
            "X-Api-Key: {api_key}",
            "Authorization: Bearer {{token}}",
            "secret: ENC[AES256_GCM,data:…]",
            "password:\n  ${DB_PASSWORD}\n",
            "api_key: |\n  <paste it here>\n",
            "setPassword(\"<password>\")",
            "use $TOKEN as the token",
        ],
        ("colour", _SECRETS): [
            "key: #1e90ff; token: rgb(30 144 255 / 50%)",
            ".hljs-keyword { color: #a626a4 } .token.string { color: #50a14f }",
        ],
        ("public key", _SECRETS): [
            "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABB" + body(86) + "= ci",
            "-----BEGIN CERTIFICATE REQUEST-----\n" + body(64) + "\n-----END CERTIFICATE REQUEST-----",
            "age recipient age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p",
            "minisign public key RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3",
        ],
        ("code", _SECRETS): [
            "tokens.append(Token('NUMBER', m.group('number1')))",
            "auth.signIn(provider).then((session) => setSession(session))",
            "expect(screen.getByLabelText('Password')).toBeVisible()",
            "sorted(items, key=operator.itemgetter('priority2'))",
            "API_KEY_HEADER = APIKeyHeader(name='x-api-key')",
            "set token_type = 'bearer' where token_type is null",
            "password: z.string().min(8).max(64),",
            "private_key_path: /etc/ssl/private/server.key",
            "logger.info('token refreshed', extra={'token_len': 128})",
            "const KEY_CODES = { enter: 13, esc: 27 };",
            "os.environ['PASSWORD']",
            "hash_password(\"\")",
            "case 'password': return validatePassword(input);",
        ],
        ("prose", _SECRETS): [
            "Use base64 as the key encoding and sha256 as the token hash.",
            "We treat user2@example as the key.",
            "The following keys were pressed:\nctrl+alt+f2\n",
            "Passwords:\nsee the vault",
            "Three recovery codes are left; regenerate them in the settings under two-factor login.",
            "credentials: see / ask",
            "Files changed:\nsrc/token2.py\n",
            "| key | value |\n|---|---|\n| retries | 3 |\n| region | eu-west-1 |",
            "| token | meaning |\n|---|---|\n| NAME1 | an identifier |",
            "The token bucket refills 10 per second; the key space is 2^128.",
            "Login failed: wrong password for ada (attempt 3 of 5)",
        ],
        ("not personal", _STRICT): [
            "GET /home/settings HTTP/1.1",
            "COPY . /home/node/app",
            "/Users/Shared/data, C:\\Users\\Public\\Documents",
            "react@18.3.1 needs node@>=20",
            "git@gitlab.com:o/r.git",
            "@pytest.mark.parametrize('x', [1, 2])",
            "released 2026-11-24 12:00:00, build 20261124.1",
            "ISBN 978-3-16-148410-0, order 12345678",
            "0.0.0.0:8000, 127.0.0.1, 255.255.255.0",
            "OpenSSL 3.0.13.1, version 10.0.19045.3803",
            "std::chrono::seconds, a::b::c, 12:34:56:78",
            "MAC 02:42:ac:11:00:02 on docker0",
            "pi = 3.14159265358979, 1234567890.5",
            "root@9f2d1c4b7a10:/# ls",
        ],
    }.items()
    for number, text in enumerate(texts, start=1)
]  # fmt: skip
