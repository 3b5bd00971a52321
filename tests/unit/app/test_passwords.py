"""Passwords are verified by few at a time, and remembered for minutes without being kept."""

from __future__ import annotations

import threading

import pytest

from app import passwords
from app.passwords import PasswordCheck, hash_password
from odata.errors import ServiceUnavailableError

PASSWORD = "correct horse"
HASH = hash_password(PASSWORD)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def check(clock) -> PasswordCheck:
    return PasswordCheck(clock)


def test_a_hash_is_argon2id_with_a_salt_of_its_own():
    other = hash_password(PASSWORD)

    assert HASH.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert other != HASH


def test_a_right_password_is_remembered_for_minutes(check, clock):
    assert not check.is_remembered("anna", PASSWORD, HASH)
    assert check.is_right("anna", PASSWORD, HASH)

    assert check.is_remembered("anna", PASSWORD, HASH)
    clock.now = 300
    assert not check.is_remembered("anna", PASSWORD, HASH)


@pytest.mark.parametrize(
    ("name", "password", "password_hash"),
    [
        ("bert", PASSWORD, HASH),
        ("anna", "wrong", HASH),
        ("anna", PASSWORD, "another hash"),
        ("anna", PASSWORD, None),
        ("anna\0correct", " horse", HASH),
    ],
    ids=["name", "password", "hash", "no hash", "border"],
)
def test_nothing_else_is_remembered_with_it(check, name, password, password_hash):
    check.is_right("anna", PASSWORD, HASH)

    assert not check.is_remembered(name, password, password_hash)


def test_neither_passwords_nor_names_are_kept(check):
    check.is_right("anna", PASSWORD, HASH)

    kept = repr(check._recent)
    assert PASSWORD not in kept
    assert "anna" not in kept


@pytest.mark.parametrize("password", ["", "wrong", "x" * 2000, "\ud800", "\0"])
def test_a_wrong_password_is_not_right(check, password):
    assert not check.is_right("anna", password, HASH)


@pytest.mark.parametrize("password_hash", ["", "x", "$argon2id$v=19$m=1", HASH[:-5]], ids=range(4))
def test_a_hash_that_is_none_fits_no_password(check, password_hash):
    assert not check.is_right("anna", PASSWORD, password_hash)


def test_few_are_verified_at_a_time(check, monkeypatch):
    monkeypatch.setattr(passwords, "_PATIENCE_SECONDS", 0.05)
    begun, end = threading.Semaphore(0), threading.Event()

    def verify(_hash, _password):
        begun.release()
        end.wait(10)
        return True

    monkeypatch.setattr(passwords, "_verify", verify)
    busy = [
        threading.Thread(target=check.is_right, args=("anna", PASSWORD, HASH)) for _ in range(2)
    ]
    for thread in busy:
        thread.start()
        assert begun.acquire(timeout=10)

    with pytest.raises(ServiceUnavailableError) as refused:
        check.is_right("bert", PASSWORD, HASH)

    end.set()
    for thread in busy:
        thread.join()
    assert refused.value.headers == (("Retry-After", "1"),)
    assert check.is_right("bert", PASSWORD, HASH)
