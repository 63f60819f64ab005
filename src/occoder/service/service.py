"""The parts of a running service, put together."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import sqlalchemy as sa

from occoder.batch.batches import GATEWAY, Batches
from occoder.batch.links.links import Links
from occoder.catalogue import Catalogue
from occoder.database import open_database
from occoder.service.access import Access
from occoder.service.clients.client_register import ClientRegister
from occoder.service.clients.known_clients import KnownClients
from occoder.service.coding.models_in_use import ModelsInUse
from occoder.service.throttle.usage_store import DatabaseUsage, MemoryUsage
from occoder.service.tokens.signing_keys import SigningKeys
from occoder.service.tokens.token_endpoint import TokenEndpoint
from occoder.service.tokens.tokens import Tokens
from occoder.settings.settings import Settings
from occoder.settings.tier import Tier
from occoder.telemetry.audit import Audit
from occoder.telemetry.metrics import Metrics
from occoder.telemetry.operation_metrics import OperationMetrics

_N_DATABASE_THREADS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What the handlers work with.

    Parameters
    ----------
    settings : Settings
        As the operator set them.
    models : ModelsInUse
        Topics and models.
    access : Access
        Who may call, and how often.
    token_endpoint : TokenEndpoint
        Gives tokens.
    keys : SigningKeys
        Sign them.
    clients : KnownClients
        Who calls.
    audit, metrics, operation_metrics
        What is written down.
    database, coding : ThreadPoolExecutor
        Threads that ask the database, and the one that codes.
    engine : Engine
        The database.
    batches : Batches
        What the gateway may open of batches.
    links : Links
        Makes the links of uploads and downloads.
    """

    settings: Settings
    models: ModelsInUse
    access: Access
    token_endpoint: TokenEndpoint
    keys: SigningKeys
    clients: KnownClients
    register: ClientRegister
    audit: Audit
    metrics: Metrics
    operation_metrics: OperationMetrics
    database: ThreadPoolExecutor
    coding: ThreadPoolExecutor
    engine: sa.Engine
    batches: Batches
    links: Links

    def close(self) -> None:
        """Let go of threads and connections, once what is under way is done."""
        self.coding.shutdown()
        self.token_endpoint.close()
        self.database.shutdown()
        self.engine.dispose()


def assemble(settings: Settings, *, clock: Callable[[], float] = time.time) -> Service:
    """Open everything that the settings name and return the parts.

    Parameters
    ----------
    settings : Settings
        As the operator set them.
    clock : callable
        Gives the time in seconds since 1970.

    Raises
    ------
    ServiceError
        If the database or the keys can't be used.
    """
    engine = open_database(settings)
    database = ThreadPoolExecutor(_N_DATABASE_THREADS, "database")
    coding = ThreadPoolExecutor(1, "coding")
    register = ClientRegister(engine, clock)
    keys = SigningKeys.from_settings(settings, clock)
    tokens = Tokens(keys, ttl_s=settings.token_ttl_s, clock=clock)
    audit, metrics = Audit.from_settings(settings), Metrics()
    clients = KnownClients(
        register, database, refresh_s=settings.client_refresh_s, clock=clock
    )
    access = Access(
        limits={tier: settings.tier_limits(tier) for tier in Tier},
        other_calls_per_minute=settings.other_calls_per_minute,
        tokens=tokens,
        clients=clients,
        usage=DatabaseUsage(engine),
        other_usage=MemoryUsage(),
        executor=database,
        audit=audit,
        metrics=metrics,
        clock=clock,
    )
    batches = Batches.open(settings, engine, GATEWAY, clock)
    return Service(
        settings=settings,
        models=ModelsInUse(Catalogue(settings.home), coding),
        access=access,
        token_endpoint=TokenEndpoint(register, tokens, audit, clock),
        keys=keys,
        clients=clients,
        register=register,
        audit=audit,
        metrics=metrics,
        operation_metrics=OperationMetrics(metrics.registry),
        database=database,
        coding=coding,
        engine=engine,
        batches=batches,
        links=batches.links(),
    )
