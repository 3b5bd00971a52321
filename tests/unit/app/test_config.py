"""Settings come from the environment and are checked."""

from __future__ import annotations

import datetime
import os

import pytest

from app.config import (
    DEVELOPMENT_SECRET,
    Mode,
    Quotas,
    Server,
    Settings,
    SettingsError,
    read_settings,
)
from app.limits import Limits
from models.extra_fields import ExtraField
from models.templates import Template
from odata.edm.types import Primitive
from odata.query.limits import QueryLimits
from odata.uri.limits import ParserLimits

SECRET = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def environment(monkeypatch):
    """Sets variables in an environment that has none of ours."""
    for name in [name for name in os.environ if name.startswith("KONTOR_")]:
        monkeypatch.delenv(name)

    def put(**variables: str) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(f"KONTOR_{name}", value)

    return put


def test_nothing_needs_to_be_set_for_development(environment):
    assert read_settings() == Settings(
        mode=Mode.DEVELOPMENT,
        database_url="sqlite:///var/kontor.db",
        public_url=None,
        cors_origins=("*",),
        page_size=20000,
        cached_plans=1000,
        etag_mismatch_status=409,
        enum_style="plain",
        require_if_match_on_delete=True,
        server=Server(bind="127.0.0.1", port=8080, workers=2, threads=4),
        limits=Limits(url=8190, json_body=1048576, batch_body=4194304, media_body=20971520),
    )


def test_every_variable_is_read(environment):
    environment(
        MODE="production",
        DATABASE_URL="postgresql://kontor@db/kontor",
        SECRET_KEY=SECRET,
        PUBLIC_URL="https://erp.example/",
        TRUSTED_HOSTS="a.example, b.example",
        CORS_ORIGINS="https://shop.example",
        PAGE_SIZE="100",
        CACHED_PLANS="101",
        ETAG_MISMATCH_STATUS="412",
        ENUM_STYLE="encoded",
        REQUIRE_IF_MATCH_ON_DELETE="false",
        LOG_LEVEL="WARNING",
        BIND="0.0.0.0",
        PORT="9000",
        WORKERS="4",
        THREADS="8",
        FORWARDED_ALLOW_IPS="10.0.0.1",
        MAX_URL="4096",
        MAX_JSON_BODY="2000",
        MAX_BATCH_BODY="3000",
        MAX_MEDIA_BODY="4000",
        MAX_BATCH_ANSWER="6000",
        READ_TIMEOUT="3",
        WRITE_TIMEOUT="4",
        TRANSFER_TIMEOUT="500",
        MAX_HELD_REQUESTS="7000000",
        MAX_HELD_ANSWERS="8000000",
        MAX_TOKEN_BODY="9000",
        MAX_QUERY_BODY="9001",
        MAX_JSON_DEPTH="31",
        MAX_PICTURE_PIXELS="32",
        MAX_HEADER_FIELDS="33",
        MAX_HEADER_BYTES="3400",
        MAX_CONNECTIONS="35",
        MAX_CHANGED_ENTITIES="36",
        MAX_OPERATION_ENTITIES="37",
        LOCK_TIMEOUT="38",
        MAX_APPLY_STEPS="2",
        MAX_APPLY_READS="3",
        MAX_JOINED_SETS="5",
        MAX_PATTERN_LENGTH="6",
        MAX_PATTERN_DEPTH="7",
        MAX_PATTERN_REPEATS="8",
        MAX_OPTION_DEPTH="9",
        MAX_OPTION_LENGTH="5000",
        MAX_OPTION_NODES="600",
        GUARD_CSV_FORMULAS="true",
    )

    assert read_settings() == Settings(
        mode=Mode.PRODUCTION,
        database_url="postgresql://kontor@db/kontor",
        secret_key=SECRET,
        public_url="https://erp.example",
        trusted_hosts=("a.example", "b.example"),
        cors_origins=("https://shop.example",),
        page_size=100,
        cached_plans=101,
        etag_mismatch_status=412,
        enum_style="encoded",
        require_if_match_on_delete=False,
        log_level="warning",
        server=Server(
            bind="0.0.0.0", port=9000, workers=4, threads=8, forwarded_allow_ips=("10.0.0.1",)
        ),
        guard_csv_formulas=True,
        limits=Limits(
            url=4096,
            json_body=2000,
            batch_body=3000,
            media_body=4000,
            batch_answer=6000,
            read_timeout=3,
            write_timeout=4,
            transfer_timeout=500,
            held_requests=7_000_000,
            held_answers=8_000_000,
            token_body=9000,
            query_body=9001,
            json_depth=31,
            picture_pixels=32,
            header_fields=33,
            header_bytes=3400,
            connections=35,
        ),
        quotas=Quotas(changed_entities=36, operation_entities=37, lock_timeout=38),
        query_limits=QueryLimits(
            max_apply_steps=2,
            max_apply_reads=3,
            max_joined_sets=5,
            max_pattern_length=6,
            max_pattern_depth=7,
            max_pattern_repeats=8,
            text=ParserLimits(max_length=5000, max_depth=9, max_nodes=600),
        ),
    )


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PORT", "abc", "KONTOR_PORT must be a whole number from 0 to 65535, not 'abc'"),
        ("PORT", "65536", "KONTOR_PORT must be a whole number from 0 to 65535, not '65536'"),
        ("WORKERS", "0", "KONTOR_WORKERS must be a whole number from 1 to 256, not '0'"),
        ("MODE", "test", "KONTOR_MODE must be development or production, not 'test'"),
        (
            "ETAG_MISMATCH_STATUS",
            "400",
            "KONTOR_ETAG_MISMATCH_STATUS must be 409 or 412, not '400'",
        ),
        (
            "REQUIRE_IF_MATCH_ON_DELETE",
            "2",
            "KONTOR_REQUIRE_IF_MATCH_ON_DELETE must be true or false, not '2'",
        ),
        (
            "DATABASE_URL",
            "mysql://x",
            (
                "KONTOR_DATABASE_URL must be sqlite:///path or postgresql://user@host/name, "
                "not 'mysql://x'"
            ),
        ),
        ("SECRET_KEY", "short", "KONTOR_SECRET_KEY must be a text of at least 32 characters"),
        (
            "PUBLIC_URL",
            "javascript:x",
            "KONTOR_PUBLIC_URL must be an address such as https://erp.example, not 'javascript:x'",
        ),
        ("LOG_FORMAT", "xml", "KONTOR_LOG_FORMAT must be json or plain, not 'xml'"),
        ("TODAY", "soon", "KONTOR_TODAY must be a day such as 2026-03-31, not 'soon'"),
        (
            "TOKEN_SECONDS",
            "1",
            "KONTOR_TOKEN_SECONDS must be a whole number from 60 to 86400, not '1'",
        ),
        (
            "OIDC_JWKS",
            "http://login.example/keys",
            "KONTOR_OIDC_JWKS must be an https address or a file, not 'http://login.example/keys'",
        ),
        (
            "OIDC_ROLES",
            "x",
            "KONTOR_OIDC_ROLES must be pairs such as API.ReadWrite.All=writer, not 'x'",
        ),
        (
            "OIDC_ISSUER",
            "https://login.example",
            "KONTOR_OIDC_ISSUER, KONTOR_OIDC_AUDIENCE, KONTOR_OIDC_JWKS must be set together",
        ),
        (
            "FORWARDED_ALLOW_IPS",
            "10.0.0.0/99",
            "KONTOR_FORWARDED_ALLOW_IPS must be addresses of proxies, or *, not '10.0.0.0/99'",
        ),
        ("BIND", "here", "KONTOR_BIND must be an IP address or localhost, not 'here'"),
        (
            "TRUSTED_HOSTS",
            "a/b",
            "KONTOR_TRUSTED_HOSTS must be host names without ports, not 'a/b'",
        ),
        (
            "CORS_ORIGINS",
            "shop",
            "KONTOR_CORS_ORIGINS must be * or origins such as https://shop.example, not 'shop'",
        ),
    ],
)
def test_a_wrong_value_is_refused_with_a_sentence(environment, name, value, sentence):
    environment(**{name: value})

    with pytest.raises(SettingsError) as refused:
        read_settings()

    assert refused.value.faults == (sentence,)


def test_all_faults_are_told_together(environment):
    environment(PORT="x", THREADS="x")

    with pytest.raises(SettingsError) as refused:
        read_settings()

    assert len(refused.value.faults) == 2


def test_production_refuses_what_is_only_for_trying_out(environment):
    environment(MODE="production")

    with pytest.raises(SettingsError) as refused:
        read_settings()

    assert refused.value.faults == (
        "KONTOR_SECRET_KEY must be set in production",
        "KONTOR_PUBLIC_URL or KONTOR_TRUSTED_HOSTS must be set in production",
    )


def test_production_is_closed_to_other_origins_unless_named(environment):
    environment(MODE="production", SECRET_KEY=SECRET, TRUSTED_HOSTS="a.example")

    assert read_settings().cors_origins == ()


def test_identity_is_read(environment):
    environment(
        OIDC_ISSUER="https://login.example/t/v2.0",
        OIDC_AUDIENCE="api://kontor, another",
        OIDC_JWKS="/etc/keys.json",
        OIDC_ALGORITHMS="RS256,ES256",
        OIDC_ROLES="erp=writer",
        BASIC_AUTH="false",
    )

    identity = read_settings().identity

    assert identity.oidc_audience == ("api://kontor", "another")
    assert (identity.oidc_jwks, identity.oidc_algorithms) == ("/etc/keys.json", ("RS256", "ES256"))
    assert (identity.oidc_roles, identity.basic_auth) == (("erp=writer",), False)


def test_retention_is_read(environment):
    environment(CHANGE_LOG_DAYS="7", IDEMPOTENCY_HOURS="48")

    retention = read_settings().retention

    assert retention.changes == datetime.timedelta(days=7)
    assert retention.answers == datetime.timedelta(days=2)


@pytest.mark.parametrize("name", ["CHANGE_LOG_DAYS", "IDEMPOTENCY_HOURS"])
def test_nothing_is_kept_for_no_time(environment, name):
    environment(**{name: "0"})

    with pytest.raises(SettingsError, match=f"KONTOR_{name} must be a whole number from 1 to"):
        read_settings()


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS256,HS512", "rs256"])
def test_a_shared_secret_or_none_is_no_algorithm(environment, algorithm):
    environment(OIDC_ALGORITHMS=algorithm)

    with pytest.raises(SettingsError, match="KONTOR_OIDC_ALGORITHMS must be some of RS256"):
        read_settings()


def test_fields_of_an_installation_are_read_from_their_file(environment, tmp_path):
    path = tmp_path / "fields.toml"
    path.write_text('[[field]]\nset = "items"\nname = "isFragile"\ntype = "Boolean"\n')
    environment(EXTRA_FIELDS=str(path))

    assert read_settings().extra_fields == (ExtraField("items", "isFragile", Primitive.BOOLEAN),)


def test_templates_are_read_from_their_file(environment, tmp_path):
    path = tmp_path / "templates.json"
    path.write_text('{"items": [{"values": {"gtin": "1"}}]}')
    environment(TEMPLATES=str(path))

    assert read_settings().templates == (Template("items", 1, {}, {"gtin": "1"}),)


def test_a_file_of_templates_that_is_not_there_is_refused(environment):
    environment(TEMPLATES="/nowhere.json")

    with pytest.raises(SettingsError, match=r"KONTOR_TEMPLATES: /nowhere.json cannot be read"):
        read_settings()


def test_a_file_of_fields_that_is_not_there_is_refused(environment):
    environment(EXTRA_FIELDS="/nowhere.toml")

    with pytest.raises(SettingsError, match=r"KONTOR_EXTRA_FIELDS: /nowhere.toml cannot be read"):
        read_settings()


def test_production_takes_no_secret_that_everybody_knows(environment):
    environment(MODE="production", SECRET_KEY=DEVELOPMENT_SECRET, PUBLIC_URL="https://erp.example")

    with pytest.raises(SettingsError, match="must not be the one of development"):
        read_settings()


def test_production_has_the_day_of_the_clock(environment):
    environment(MODE="production", TODAY="2026-03-31", PUBLIC_URL="https://erp.example")

    with pytest.raises(SettingsError, match="KONTOR_TODAY is for tests"):
        read_settings()
