"""What a service keeps beside the facts, in the same file: roster, tokens, sessions, disclosures, requests."""

from mastery.store.access.access_store import AccessStore
from mastery.store.access.disclosures import Disclosure
from mastery.store.access.requests import Remembered
from mastery.store.access.sessions import Session
from mastery.store.access.tokens import Token
from mastery.store.access.turn import TRY, Turn

__all__ = ["TRY", "AccessStore", "Disclosure", "Remembered", "Session", "Token", "Turn"]
