"""The people who sign in: made, let in, locked out, changed, removed."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from limner.core.errors import Forbidden, Malformed, Unknown
from limner.core.words import LANGUAGES
from limner.govern.audit import entry
from limner.govern.roles import check_role
from limner.store import Store
from limner.store.models import User

FAILURES_ALLOWED = 5
LOCKED_FOR = timedelta(minutes=10)
SHORTEST_PASSWORD = 8

# Argon2id with the library's defaults, which are those of RFC 9106, section 4 (low memory).
_hasher = PasswordHasher()


def create(
    store: Store,
    name: str,
    password: str,
    role: str,
    at: datetime,
    by: str = "command line",
    language: str = "en",
) -> User:
    """Add someone who may sign in.

    Raises: `Malformed` for an empty or taken name, a weak password or an unknown language,
    `Unknown` for a role that does not exist.
    """
    name = name.strip()
    if not name or len(name) > 200 or not name.isprintable():
        raise Malformed("user-name", f"{name!r} is not a user's name; use 1 to 200 characters")
    _check_language(language)
    user = User(
        name=name,
        password_hash=_hasher.hash(check_password(password, name)),
        role=check_role(role),
        language=language,
        created_at=at,
        failed_sign_ins=0,
    )
    try:
        with store.session() as session:
            session.add(user)
            session.add(entry(by, "user.created", name, {"role": role}, at))
    except IntegrityError as error:
        raise Malformed("user-exists", f"there is a user {name!r} already") from error
    return user


def sign_in(store: Store, name: str, password: str, at: datetime) -> User:
    """The user, when name and password fit.

    Five failures in a row lock the account for ten minutes.  An unknown name takes as long and
    gets the same answer as a wrong password.
    Raises: `Forbidden`, `sign-in-refused` or `sign-in-locked`.
    """
    name = name.strip()
    with store.reading() as session:
        known = session.scalar(select(User).where(User.name == name))
    # Hashing is slow on purpose: it is done with no lock held on the store.
    is_right = _fits(known.password_hash if known else _nobody(), password) and known is not None
    with store.session() as session:
        user = session.scalar(select(User).where(User.name == name).with_for_update())
        if user is None:
            raise Forbidden("sign-in-refused", "name and password do not fit together")
        if user.locked_until is not None and user.locked_until > at:
            raise Forbidden(
                "sign-in-locked",
                f"after {FAILURES_ALLOWED} failures this account is locked for "
                f"{LOCKED_FOR.seconds // 60} minutes",
            )
        if is_right:
            user.failed_sign_ins, user.locked_until = 0, None
            if _hasher.check_needs_rehash(user.password_hash):
                user.password_hash = _hasher.hash(password)
            session.add(entry(name, "user.signed_in", name, {}, at))
            return user
        user.failed_sign_ins += 1
        if user.failed_sign_ins >= FAILURES_ALLOWED:
            user.failed_sign_ins, user.locked_until = 0, at + LOCKED_FOR
            session.add(entry(name, "user.locked", name, {}, at))
    raise Forbidden("sign-in-refused", "name and password do not fit together")


def set_password(
    store: Store, name: str, password: str, at: datetime, by: str = "command line"
) -> None:
    """Give someone a new password, and unlock them.

    Raises: `Unknown` when there is nobody of that name, `Malformed` for a weak password.
    """
    hashed = _hasher.hash(check_password(password, name))
    with store.session() as session:
        user = _find(session, name)
        user.password_hash = hashed
        user.failed_sign_ins, user.locked_until = 0, None
        session.add(entry(by, "user.password_changed", name, {}, at))


def set_role(store: Store, name: str, role: str, at: datetime, by: str = "command line") -> None:
    """Give someone another role.

    Raises: `Unknown` for nobody or no such role, `Malformed` when no owner would be left.
    """
    check_role(role)
    with store.session() as session:
        user = _find(session, name)
        if user.role == "owner" and role != "owner":
            _refuse_if_last_owner(session, name)
        session.add(entry(by, "user.role_changed", name, {"from": user.role, "to": role}, at))
        user.role = role


def set_language(
    store: Store, name: str, language: str, at: datetime, by: str = "command line"
) -> None:
    """Choose the language someone first sees.

    Raises: `Unknown` when there is nobody of that name, `Malformed` for an unknown language.
    """
    _check_language(language)
    with store.session() as session:
        user = _find(session, name)
        session.add(entry(by, "user.language_changed", name, {"to": language}, at))
        user.language = language


def remove(store: Store, name: str, at: datetime, by: str = "command line") -> None:
    """Remove someone; what they did stays in the audit.

    Raises: `Unknown` when there is nobody of that name, `Malformed` for the last owner.
    """
    with store.session() as session:
        user = _find(session, name)
        if user.role == "owner":
            _refuse_if_last_owner(session, name)
        session.delete(user)
        session.add(entry(by, "user.removed", name, {"role": user.role}, at))


def everyone(store: Store) -> list[User]:
    """All users, by name."""
    with store.reading() as session:
        return list(session.scalars(select(User).order_by(User.name)))


def check_password(password: str, name: str = "") -> str:
    """The password, if it is good enough: at least 8 characters, not the name, not one repeated.

    Source: NIST SP 800-63B, section 5.1.1.2 (length counts; rules of composition do not).
    Raises: `Malformed`, without repeating the password.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise Malformed(
            "password-weak", f"the password has fewer than {SHORTEST_PASSWORD} characters"
        )
    if password.lower() == name.strip().lower() or len(set(password)) < 4:
        raise Malformed("password-weak", "the password is easy to guess; choose another one")
    return password


def new_password() -> str:
    """A random password of 96 bits that can be typed."""
    return "-".join(secrets.token_hex(3) for _ in range(4))


def _check_language(language: str) -> None:
    if language not in LANGUAGES:
        raise Malformed(
            "language-unknown",
            f"language {language!r} is unknown; there are {', '.join(LANGUAGES)}",
        )


def _find(session: Session, name: str) -> User:
    user = session.scalar(select(User).where(User.name == name.strip()).with_for_update())
    if user is None:
        raise Unknown("user-unknown", f"there is no user {name!r}; see limner user list")
    return user


def _refuse_if_last_owner(session: Session, name: str) -> None:
    owners = select(func.count()).select_from(User).where(User.role == "owner")
    if (session.scalar(owners) or 0) < 2:
        raise Malformed(
            "owner-last", f"{name!r} is the last owner; make somebody else an owner first"
        )


def _fits(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


@lru_cache
def _nobody() -> str:
    """A hash that no password fits, so that unknown names cost the same time."""
    return _hasher.hash(secrets.token_hex(16))
