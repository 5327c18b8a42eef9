"""Firn's one settings module: what differs between installations comes from the environment
(portal.env_table).
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from portal import env, env_services

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = bool(env.boolean("FIRN_DEBUG"))
if DEBUG and env.raw("SECRET_KEY") is None:
    SECRET_KEY = "firn-developer-mode-only-" + "0" * 40
else:
    SECRET_KEY = env.text("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.comma_list("SECRET_KEY_FALLBACKS")

PUBLIC_BASE_URL = env.text("PUBLIC_BASE_URL", r"https?://([A-Za-z0-9.\-]+|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?")
_public = urlsplit(PUBLIC_BASE_URL)
ALLOWED_HOSTS = env.comma_list("ALLOWED_HOSTS") or [_public.hostname or "localhost"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_BASE_URL]
_https = env.boolean("FIRN_HTTPS")
HTTPS = (not DEBUG and _public.scheme == "https") if _https is None else _https

FIRN_INSTANCE = env.text("FIRN_INSTANCE", r"[a-z0-9-]{1,20}")
FIRN_CHECK_MINUTES = env.integer("FIRN_CHECK_MINUTES", 1, 1440)
FIRN_PERSONAL_TAGS = env.comma_list("FIRN_PERSONAL_TAGS")
FIRN_LIVE_GRANTS = env.integer("FIRN_LIVE_GRANTS", 0, 100_000)
FIRN_AUDIT_HOURS = env.integer("FIRN_AUDIT_HOURS", 1, 168)
FIRN_PROOF_TIMEOUT_SECONDS = env.integer("FIRN_PROOF_TIMEOUT_SECONDS", 60, 900)
FIRN_ANSWER_HOURS = env.integer("FIRN_ANSWER_HOURS", 1, 2160)
FIRN_REBIND_HOURS = env.integer("FIRN_REBIND_HOURS", 1, 720)
FIRN_GRACE_DAYS = env.integer("FIRN_GRACE_DAYS", 0, 365)
FIRN_REGIONS_FILE = env.raw("FIRN_REGIONS_FILE")
SNOWFLAKE_CONNECTIONS_FILE = env.path("SNOWFLAKE_CONNECTIONS_FILE")
FIRN_AUDIT_ANCHOR_TO = env.comma_list("FIRN_AUDIT_ANCHOR_TO")
FIRN_AUDIT_ANCHOR_URL, FIRN_AUDIT_ANCHOR_SECRET = env.webhook("FIRN_AUDIT_ANCHOR_URL", "FIRN_AUDIT_ANCHOR_SECRET")
SUPPORT_EMAIL = env.text("SUPPORT_EMAIL", r"[^@\s<>]+@[^@\s<>]+")

# Our apps come last: portal.pages takes models of the others out of the administration again.
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_htmx",
    "django_q",
    "template_partials",
    "portal.people",
    "portal.audit",
    "portal.mail",
    "shares",
    "portal.pages",
]
FIRN_SAML = env.boolean("FIRN_SAML")
if FIRN_SAML:
    INSTALLED_APPS.append("allauth.socialaccount.providers.saml")

MIDDLEWARE = [
    "portal.middleware.request_context",
    "portal.middleware.browser_rules",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Against BREACH it pads each answer, and a CSRF token is masked anew each time.
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.people.language.language_middleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.pages.zone.reader_zone",
    "portal.middleware.page_rules",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "portal.people.lasting.lasting_middleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.people.limits.limits_middleware",
    "portal.people.guards.organization_middleware",
    "portal.people.second.required_middleware",
    "portal.people.seeing.seeing_middleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["template_partials.templatetags.partials"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.pages.context.shell",
            ],
        },
    }
]

DATABASES = {"default": env_services.database(BASE_DIR / "var" / "firn.sqlite3")}
CACHES = env_services.caches()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
# Each by its own name; a new one needs portal/locale/<code>/LC_MESSAGES/django.po.
LANGUAGES = [("en", "English"), ("it", "Italiano")]
LOCALE_PATHS = [BASE_DIR / "portal" / "locale"]
LANGUAGE_COOKIE_NAME = "firn-language"
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
# The typeface, cut by script/bootstrap; where it was not, pages use the reader's own.
FIRN_ASSETS = BASE_DIR / "var" / "assets"
STATICFILES_DIRS = [BASE_DIR / "static", *([FIRN_ASSETS] if FIRN_ASSETS.is_dir() else [])]
_plain_static = "django.contrib.staticfiles.storage.StaticFilesStorage"
_hashed_static = "portal.pages.style.BundlingStorage"
STORAGES = {"staticfiles": {"BACKEND": _plain_static if DEBUG else _hashed_static}}

# Mail: only portal.mail.send talks to the server; everything else posts to the outbox.
_email = env_services.email()
EMAIL_HOST = _email["EMAIL_HOST"]
EMAIL_PORT = _email["EMAIL_PORT"]
EMAIL_HOST_USER = _email["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = _email["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = _email["EMAIL_USE_TLS"]
EMAIL_USE_SSL = _email["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = _email["EMAIL_TIMEOUT"]
FIRN_MAIL_PROVIDER = _email["PROVIDER"]
ANYMAIL = _email["ANYMAIL"]
FIRN_MAIL_HOOK_SECRET = env_services.hook_secret()
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", r"[^@\s<>]+@[^@\s<>]+|[^<>\r\n]+ <[^@\s<>]+@[^@\s<>]+>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
FIRN_IMAP_URL = env_services.mailbox()
FIRN_REPLIES = env.boolean("FIRN_REPLIES")
FIRN_REPLY_ADDRESS = env.text("FIRN_REPLY_ADDRESS", r"[^@\s<>+]+@[^@\s<>]+")
FIRN_AUTHSERV_ID = env.raw("FIRN_AUTHSERV_ID") or ""

# People: sign-in by email only, through allauth.
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
_validators = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": f"{_validators}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": f"{_validators}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_validators}.CommonPasswordValidator"},
    {"NAME": "portal.people.passwords.LeakedValidator"},
    {"NAME": "portal.people.passwords.KnownWordsValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "portal.people.adapters.AccountAdapter"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _public.scheme
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 60 * 10
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"organization_sign_in": "20/m/ip"}
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 60 * 10
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# The second step of a sign-in. Browsers give passkeys to https pages only, except on the machine itself.
FIRN_WRITES_A_MINUTE = env.integer("FIRN_WRITES_A_MINUTE", 0, 100_000)
FIRN_REQUEST_DAYS = env.integer("FIRN_REQUEST_DAYS", 0, 365)
FIRN_OPEN_REQUESTS = env.integer("FIRN_OPEN_REQUESTS", 0, 100_000)
FIRN_REQUIRE_MFA = env.boolean("FIRN_REQUIRE_MFA")
FIRN_REQUIRE_MFA_OF_CUSTOMERS = env.boolean("FIRN_REQUIRE_MFA_OF_CUSTOMERS")
MFA_ADAPTER = "portal.people.second.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Firn"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _public.scheme == "http"
# Sign-in through an organization's own OpenID provider.
SOCIALACCOUNT_ADAPTER = "portal.people.federation.SocialAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
# Behind proxies the client's address is the one that the outermost trusted proxy saw.
ALLAUTH_TRUSTED_PROXY_COUNT = env.integer("TRUSTED_PROXY_COUNT", 0, 5)

# Headers and cookies.
SESSION_COOKIE_AGE = 60 * 60 * 12
FIRN_IDLE_MINUTES = env.integer("FIRN_IDLE_MINUTES", 5, 720)
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
# A browser takes __Host- cookies over https only, from this very host and for all of it: no neighbour can plant one.
if HTTPS:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-firn-session", "__Host-firn-csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.pages.errors.csrf_failure"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

# django-q2 is only the bell: attempts, leases and retries are counted in our own rows, so it must neither
# retry nor keep results (its pruning of results reads the whole table once per task).
FIRN_WORKERS = env.integer("FIRN_WORKERS", 1, 64)
FIRN_SHARES_AT_ONCE = env.integer("FIRN_SHARES_AT_ONCE", 1, 64)
Q_CLUSTER = {
    "name": "firn",
    "orm": "default",
    "broker_class": "shares.jobs.broker.Bell",
    "workers": FIRN_WORKERS,
    "queue_limit": FIRN_WORKERS,
    # A run that has to prove twice is still not stuck.
    "timeout": 240 + 2 * FIRN_PROOF_TIMEOUT_SECONDS,
    "retry": 900 + 2 * FIRN_PROOF_TIMEOUT_SECONDS,
    "ack_failures": True,
    "max_attempts": 1,
    "recycle": 2000,
    "save_limit": -1,
    "catch_up": False,
    "poll": 0.2,
    "guard_cycle": 1,
    "cache": "local",
    "ALT_CLUSTERS": {},
}

FIRN_LOG_LEVEL = env.choice("FIRN_LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request": {"()": "portal.audit.context.RequestIdFilter"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request"]}},
    "root": {"handlers": ["stderr"], "level": FIRN_LOG_LEVEL},
    "loggers": {"django": {"handlers": [], "level": FIRN_LOG_LEVEL, "propagate": True}},
}
