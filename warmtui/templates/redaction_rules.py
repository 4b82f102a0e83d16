"""What secrets look like, as data: the prefixes of providers, and names of secrets.

Every pattern has a literal that is looked for first, and repeats a bounded number of times or one plain class
of characters, so that the time it takes grows with the text and no faster.
"""

from __future__ import annotations

from dataclasses import dataclass

_A = "[A-Za-z0-9]"
_W = "[A-Za-z0-9_-]"
_B = "[A-Za-z0-9_+/=-]"
_D = "[A-Za-z0-9_.-]"
_H = "[0-9a-f]"
_U = "[A-Z0-9]"
_END = "(?![A-Za-z0-9])"


@dataclass(frozen=True, slots=True)
class Prefix:
    """A key that shows by its first letters whose it is.

    Attributes:
        provider: whose keys begin so.
        prefix: the letters, in their case.
        body: a pattern of what follows.
    """

    provider: str
    prefix: str
    body: str


PREFIXES = (
    Prefix("1Password", "ops_ey", f"{_W}{{40,}}"),
    Prefix("Adafruit", "aio_", f"{_A}{{28}}{_END}"),
    Prefix("Adobe", "p8e-", f"(?:{_A}{{32}}){_END}"),
    Prefix("Age", "AGE-SECRET-KEY-1", f"{_U}{{50,}}"),
    Prefix("Aiven", "AVNS_", f"{_W}{{16,}}"),
    Prefix("Airtable", "pat", rf"{_A}{{14}}\.{_H}{{64}}"),
    Prefix("Alibaba Cloud", "LTAI", f"{_A}{{16,26}}{_END}"),
    Prefix("Anthropic", "sk-ant-", f"{_W}{{16,}}"),
    Prefix("Anyscale", "esecret_", f"{_A}{{20,}}"),
    Prefix("Apify", "apify_api_", f"{_A}{{30,}}"),
    Prefix("Artifactory", "AKCp", f"{_A}{{60,}}"),
    Prefix("Atlassian", "ATATT3", f"{_B}{{60,}}"),
    Prefix("Atlassian", "ATCTT3", f"{_B}{{60,}}"),
    Prefix("AWS", "AKIA", f"{_U}{{16}}{_END}"),
    Prefix("AWS", "ASIA", f"{_U}{{16}}{_END}"),
    Prefix("AWS Bedrock", "ABSK", f"{_B}{{60,}}"),
    Prefix("Bitbucket", "ATBB", f"{_B}{{24,}}"),
    Prefix("Browserbase", "bb_live_", f"{_W}{{20,}}"),
    Prefix("Buildkite", "bkua_", f"{_A}{{30,}}"),
    Prefix("Buildkite", "bkct_", f"{_A}{{20,}}"),
    Prefix("Cerebras", "csk-", f"{_A}{{32,}}"),
    Prefix("CircleCI", "CCIPAT_", f"{_W}{{30,}}"),
    Prefix("CircleCI", "CCIPRJ_", f"{_W}{{30,}}"),
    Prefix("Clojars", "CLOJARS_", f"{_A}{{40,}}"),
    Prefix("Cloudflare", "v1.0-", f"{_H}{{24}}-{_H}{{100,}}"),
    Prefix("Contentful", "CFPAT-", f"{_W}{{40,}}"),
    Prefix("crates.io", "cio", f"{_A}{{32}}{_END}"),
    Prefix("Databricks", "dapi", f"{_H}{{32}}{_END}"),
    Prefix("Dependency-Track", "odt_", f"{_A}{{30,}}"),
    Prefix("DigitalOcean", "dop_v1_", f"{_H}{{40,}}"),
    Prefix("DigitalOcean", "doo_v1_", f"{_H}{{40,}}"),
    Prefix("DigitalOcean", "dor_v1_", f"{_H}{{40,}}"),
    Prefix("Docker Hub", "dckr_pat_", f"{_W}{{20,}}"),
    Prefix("Docker Hub", "dckr_oat_", f"{_W}{{20,}}"),
    Prefix("Doppler", "dp.pt.", f"{_A}{{36,}}"),
    Prefix("Doppler", "dp.st.", f"{_D}{{36,}}"),
    Prefix("Duffel", "duffel_live_", f"{_W}{{30,}}"),
    Prefix("Dynatrace", "dt0c01.", rf"{_U}{{24}}\.{_U}{{40,}}"),
    Prefix("E2B", "e2b_", f"{_H}{{32,}}"),
    Prefix("EasyPost", "EZAK", f"{_A}{{54}}{_END}"),
    Prefix("Fastly and fal", "fal-", f"{_A}{{30,}}"),
    Prefix("Facebook", "EAA", f"[B-Z]{_A}{{60,}}"),
    Prefix("Figma", "figd_", f"{_W}{{30,}}"),
    Prefix("Firebase", "APA91b", f"{_W}{{60,}}"),
    Prefix("Firecrawl", "fc-", f"{_H}{{32}}{_END}"),
    Prefix("Fireworks", "fw_", f"{_A}{{20,}}{_END}"),
    Prefix("Flutterwave", "FLWSECK-", f"{_W}{{20,}}"),
    Prefix("Flutterwave", "FLWSECK_TEST-", f"{_W}{{12,}}"),
    Prefix("Fly.io", "fo1_", f"{_W}{{40,}}"),
    Prefix("Fly.io", "fm2_", f"{_B}{{60,}}"),
    Prefix("Frame.io", "fio-u-", f"{_W}{{40,}}"),
    Prefix("GitHub", "ghp_", f"{_A}{{20,}}"),
    Prefix("GitHub", "gho_", f"{_A}{{20,}}"),
    Prefix("GitHub", "ghu_", f"{_A}{{20,}}"),
    Prefix("GitHub", "ghs_", f"{_D}{{20,}}"),
    Prefix("GitHub", "ghr_", f"{_A}{{20,}}"),
    Prefix("GitHub", "github_pat_", f"{_W}{{20,}}"),
    Prefix("GitLab", "glpat-", f"{_D}{{16,}}"),
    Prefix("GitLab", "gldt-", f"{_W}{{16,}}"),
    Prefix("GitLab", "glrt-", f"{_D}{{16,}}"),
    Prefix("GitLab", "glcbt-", f"{_W}{{16,}}"),
    Prefix("GitLab", "glptt-", f"{_W}{{20,}}"),
    Prefix("GitLab", "glft-", f"{_W}{{16,}}"),
    Prefix("GitLab", "glsoat-", f"{_W}{{16,}}"),
    Prefix("GitLab", "glagent-", f"{_W}{{30,}}"),
    Prefix("GitLab", "gloas-", f"{_W}{{30,}}"),
    Prefix("Google", "AIza", f"{_W}{{35}}{_END}"),
    Prefix("Google", "GOCSPX-", f"{_W}{{20,}}"),
    Prefix("Google", "ya29.", f"{_D}{{20,}}"),
    Prefix("Google", "1//0", f"{_W}{{30,}}"),
    Prefix("Grafana", "glc_", f"{_B}{{30,}}"),
    Prefix("Grafana", "glsa_", f"{_W}{{30,}}"),
    Prefix("Groq", "gsk_", f"{_A}{{20,}}"),
    Prefix("HashiCorp Vault", "hvs.", f"{_W}{{20,}}"),
    Prefix("HashiCorp Vault", "hvb.", f"{_W}{{20,}}"),
    Prefix("Heroku", "HRKU-", f"{_W}{{30,}}"),
    Prefix("Hugging Face", "hf_", f"{_A}{{30,}}"),
    Prefix("Hugging Face", "api_org_", f"{_A}{{30,}}"),
    Prefix("Infracost", "ico-", f"{_A}{{32}}{_END}"),
    Prefix("Jina", "jina_", f"{_A}{{30,}}{_W}*"),
    Prefix("LangSmith", "lsv2_pt_", f"{_W}{{20,}}"),
    Prefix("LangSmith", "lsv2_sk_", f"{_W}{{20,}}"),
    Prefix("LaunchDarkly", "sdk-", f"{_H}{{8}}-{_H}{{4}}-{_H}{{4}}-{_H}{{4}}-{_H}{{12}}"),
    Prefix("Linear", "lin_api_", f"{_A}{{30,}}"),
    Prefix("Linear", "lin_oauth_", f"{_A}{{30,}}"),
    Prefix("LlamaIndex", "llx-", f"{_A}{{30,}}"),
    Prefix("Mapbox", "sk.eyJ", rf"{_W}{{20,}}\.{_W}{{16,}}"),
    Prefix("Mailgun", "key-", f"(?=[0-9a-f]{{0,31}}[g-zA-Z]){_A}{{32}}{_END}"),
    Prefix("MongoDB Atlas", "mdb_sa_sk_", f"{_W}{{30,}}"),
    Prefix("Neon", "napi_", f"{_A}{{40,}}"),
    Prefix("Netlify", "nfp_", f"{_A}{{30,}}"),
    Prefix("Netlify", "nfc_", f"{_A}{{30,}}"),
    Prefix("New Relic", "NRAK-", f"{_U}{{27}}{_END}"),
    Prefix("New Relic", "NRII-", f"{_W}{{32}}{_END}"),
    Prefix("Notion", "ntn_", f"{_A}{{40,}}"),
    Prefix("Notion", "secret_", f"{_A}{{43}}{_END}"),
    Prefix("npm", "npm_", f"{_A}{{30,}}"),
    Prefix("NuGet", "oy2", f"[a-z0-9]{{43}}{_END}"),
    Prefix("NVIDIA", "nvapi-", f"{_W}{{40,}}"),
    Prefix("OpenAI", "sk-proj-", f"{_W}{{16,}}"),
    Prefix("OpenAI", "sk-svcacct-", f"{_W}{{16,}}"),
    Prefix("OpenAI", "sk-admin-", f"{_W}{{16,}}"),
    Prefix("OpenAI and alike", "sk-", f"{_A}{{20,}}"),
    Prefix("OpenRouter", "sk-or-", f"{_W}{{20,}}"),
    Prefix("Langfuse", "sk-lf-", f"{_W}{{30,}}"),
    Prefix("Packagist", "packagist_", f"{_W}{{40,}}"),
    Prefix("PayPal", "access_token$production$", rf"{_A}{{16}}\${_H}{{32}}"),
    Prefix("Perplexity", "pplx-", f"{_A}{{30,}}"),
    Prefix("Pinecone", "pcsk_", f"{_W}{{40,}}"),
    Prefix("Plaid", "access-production-", f"{_H}{{8}}-{_H}{{4}}-{_H}{{4}}-{_H}{{4}}-{_H}{{12}}"),
    Prefix("Plaid", "access-sandbox-", f"{_H}{{8}}-{_H}{{4}}-{_H}{{4}}-{_H}{{4}}-{_H}{{12}}"),
    Prefix("PlanetScale", "pscale_tkn_", f"{_D}{{30,}}"),
    Prefix("PlanetScale", "pscale_pw_", f"{_D}{{30,}}"),
    Prefix("PlanetScale", "pscale_oauth_", f"{_D}{{30,}}"),
    Prefix("PostHog", "phx_", f"{_A}{{30,}}"),
    Prefix("Postman", "PMAK-", f"{_H}{{24}}-{_H}{{34}}"),
    Prefix("Prefect", "pnu_", f"{_A}{{36}}{_END}"),
    Prefix("Pulumi", "pul-", f"{_H}{{40}}{_END}"),
    Prefix("PyPI", "pypi-", f"{_W}{{50,}}"),
    Prefix("ReadMe", "rdme_", f"{_A}{{60,}}"),
    Prefix("Render", "rnd_", f"{_A}{{28,}}"),
    Prefix("Replicate", "r8_", f"{_A}{{30,}}"),
    Prefix("Resend", "re_", f"{_A}{{8}}_{_A}{{24}}{_END}"),
    Prefix("RubyGems", "rubygems_", f"{_H}{{48}}{_END}"),
    Prefix("Scalingo", "tk-us-", f"{_W}{{40,}}"),
    Prefix("SendGrid", "SG.", rf"{_W}{{16,64}}\.{_W}{{16,}}"),
    Prefix("Brevo", "xkeysib-", f"{_H}{{64}}-{_A}{{16}}"),
    Prefix("Sentry", "sntrys_", f"{_B}{{40,}}"),
    Prefix("Sentry", "sntryu_", f"{_H}{{40,}}"),
    Prefix("Shippo", "shippo_live_", f"{_H}{{40}}{_END}"),
    Prefix("Shopify", "shpat_", f"{_A}{{32}}{_END}"),
    Prefix("Shopify", "shpca_", f"{_A}{{32}}{_END}"),
    Prefix("Shopify", "shppa_", f"{_A}{{32}}{_END}"),
    Prefix("Shopify", "shpss_", f"{_A}{{32}}{_END}"),
    Prefix("Slack", "xoxb-", f"{_W}{{12,}}"),
    Prefix("Slack", "xoxp-", f"{_W}{{12,}}"),
    Prefix("Slack", "xoxa-", f"{_W}{{12,}}"),
    Prefix("Slack", "xoxr-", f"{_W}{{12,}}"),
    Prefix("Slack", "xoxs-", f"{_W}{{12,}}"),
    Prefix("Slack", "xoxc-", f"{_W}{{12,}}"),
    Prefix("Slack", "xoxd-", "[A-Za-z0-9_%+/=-]{12,}"),
    Prefix("Slack", "xoxe.", f"{_D}{{12,}}"),
    Prefix("Slack", "xoxe-", f"{_W}{{12,}}"),
    Prefix("Slack", "xapp-", f"{_W}{{20,}}"),
    Prefix("SonarQube", "sqp_", f"{_H}{{40}}{_END}"),
    Prefix("SonarQube", "sqa_", f"{_H}{{40}}{_END}"),
    Prefix("SonarQube", "squ_", f"{_H}{{40}}{_END}"),
    Prefix("Sourcegraph", "sgp_", f"{_W}{{40,}}"),
    Prefix("Square", "sq0atp-", f"{_W}{{22}}"),
    Prefix("Square", "sq0csp-", f"{_W}{{40,}}"),
    Prefix("Square", "EAAA", f"{_W}{{60}}{_END}"),
    Prefix("Stripe", "sk_live_", f"{_A}{{16,}}"),
    Prefix("Stripe", "sk_test_", f"{_A}{{16,}}"),
    Prefix("Stripe", "rk_live_", f"{_A}{{16,}}"),
    Prefix("Stripe", "rk_test_", f"{_A}{{16,}}"),
    Prefix("Stripe", "whsec_", f"{_B}{{24,}}"),
    Prefix("ElevenLabs", "sk_", f"{_H}{{40,}}"),
    Prefix("Supabase", "sbp_", f"{_H}{{40}}{_END}"),
    Prefix("Supabase", "sb_secret_", f"{_W}{{20,}}"),
    Prefix("Tailscale", "tskey-", f"{_W}{{16,}}"),
    Prefix("Tavily", "tvly-", f"{_W}{{20,}}"),
    Prefix("Tencent Cloud", "AKID", f"{_A}{{32}}{_END}"),
    Prefix("Together", "tgp_v1_", f"{_W}{{30,}}"),
    Prefix("Twilio", "SK", f"{_H}{{32}}{_END}"),
    Prefix("Typeform", "tfp_", f"{_D}{{40,}}"),
    Prefix("Vercel", "vercel_blob_rw_", f"{_W}{{20,}}"),
    Prefix("Weights & Biases", "wandb_v1_", f"{_W}{{30,}}"),
    Prefix("xAI", "xai-", f"{_A}{{40,}}"),
    Prefix("X", "AAAAAAAAAAAAAAAAAAAAA", f"{_A}{{0,60}}%[A-Za-z0-9%]{{20,}}"),
    Prefix("Yandex", "AQVN", f"{_W}{{30,}}"),
    Prefix("Yandex", "y0_", f"{_W}{{40,}}"),
)

# Names of secrets, joined and lower-case, that a name ends with; and what the placeholder is called.
SURE_NAMES = {
    **dict.fromkeys(
        "password passwd passphrase passcode passwort kennwort contraseña contrasena senha motdepasse heslo "
        "wachtwoord salasana пароль 密码 密碼 パスワード 비밀번호".split(),
        "password",
    ),
    **dict.fromkeys(
        "apikey secretkey accesskey privatekey signingkey encryptionkey masterkey accountkey authkey sharedkey "
        "sharedaccesskey servicekey deploykey licensekey subscriptionkey integrationkey "
        "secretaccesskey secretkeybase appkey adminkey serverkey writekey".split(),
        "key",
    ),
    **dict.fromkeys(
        "authtoken accesstoken refreshtoken bearertoken bottoken apitoken idtoken sessiontoken securitytoken "
        "personalaccesstoken authorization oauthtoken jwttoken usertoken servicetoken deploytoken "
        "registrationtoken verificationtoken logintoken".split(),
        "token",
    ),
    **dict.fromkeys("secret clientsecret mnemonic seedphrase recoveryphrase".split(), "secret"),
}

# Names that are secrets only when their value looks like one; whole words.
LIKELY_NAMES = {
    **dict.fromkeys(["pass", "pwd", "pw", "userpass", "psk"], "password"),
    **dict.fromkeys(["token", "jwt", "bearer", "pat"], "token"),
    **dict.fromkeys(["credential", "credentials", "creds", "secrets"], "secret"),
}

# Short names that are sure ones where the word before says whose password it is; whole words.
PASS_NAMES = frozenset({"pass", "pwd", "pw"})
PASS_OWNERS = frozenset(
    "db database user smtp mail email imap ftp sftp ssh root admin mysql mariadb pg postgres sql mongo redis rabbitmq "
    "http https proxy auth login account app service ldap wifi vpn sudo keystore truststore".split()
)

# Names beside which only a value that looks drawn by lot is a secret; whole words.
WEAK_NAMES = {
    **dict.fromkeys(["key", "keys"], "key"),
    **dict.fromkeys(["auth", "session", "sessionid", "sid", "sig", "signature", "csrf", "xsrf", "tokens"], "token"),
    **dict.fromkeys(["cookie", "cookies"], "cookie"),
    "salt": "secret",
}

# Names of short numbers that open something.
PIN_NAMES = frozenset({"pin", "otp", "pincode", "mfacode", "cvv"})

# What may follow the noun in a name without changing what it names.
QUALIFIERS = frozenset(
    "value raw plain plaintext text b64 base64 prod production dev development stage staging test live local "
    "new old current previous confirm confirmation backup primary secondary".split()
)

# Words that, in a name, make even a sure noun something about a secret.
NOT_SECRET_WORDS = frozenset(
    "max min num count total is has show hide forgot forgotten invalid wrong missing incorrect public pub hashed "
    "enable disable allow require requires required no without".split()
)

# Words that make the weaker nouns something else: a page's token, a language model's, a table's key.
OTHER_WORDS = frozenset(
    "next page continuation pagination prev previous cursor sync eos bos pad unk sep cls mask stop special input "
    "output prompt completion cached reasoning foreign sort partition cache primary unique index object widget "
    "react map header idempotency dedup git commit ssh host group row column dict json error".split()
)

# Values that are no secret whatever their name; whole values, lower-case.
PLAIN_VALUES = frozenset(
    "none null nil true false undefined yes no on off string str int integer number bool boolean bytes any object "
    "optional required hidden masked redacted omitted removed filtered secret secrets password passwd pass pwd "
    "passphrase token key apikey api_key example sample dummy changeme change_me placeholder todo tbd n/a na unset "
    "empty missing unknown enabled disabled invalid valid expired rotated revoked self value values basic bearer "
    "prompt env input stdin default generated encrypted sensitive text user username admin unauthorized secretstr "
    "denied failed success ok error mismatch authentication authorization credentials inherit".split()
)

# A value with one of these among its words stands for a secret that the reader has and the text has not.
FILLER_WORDS = frozenset("your example placeholder changeme dummy redacted replaceme foobar xxx".split())

# The same, where the value has no digits: a chosen password may hold them too.
SOFT_FILLER_WORDS = frozenset("my the some any insert replace enter sample fake todo here goes".split())

# Words that make a text beside a name a sentence about a secret.
SENTENCE_WORDS = frozenset(
    "is are was be must should can cannot has have may the a an this that to of for not required and or with your "
    "please at least".split()
)

# Words that, before "key" and "token", make the name a sure one: "API key: …".
NAME_QUALIFIERS = frozenset(
    "api secret access private auth authentication bearer signing encryption master account client refresh bot "
    "session personal license shared".split()
)
