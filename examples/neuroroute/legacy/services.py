"""What the routes work with: opened when the server starts, closed when it stops."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass

from .contracts import ModelHealth
from .data.api_keys import ApiKeys
from .data.cache import AnswerCache
from .data.cache.memory import MemoryCache
from .data.cache.redis import RedisCache
from .data.pool import Pool, close_pool, create_pool
from .data.rate_limits import RateLimits
from .data.rate_limits.postgres import PostgresRateLimits
from .data.rate_limits.redis import RedisRateLimits
from .data.redis_link import close_redis, open_redis
from .data.router_settings import RouterSettingsTable
from .data.settings_feed import SettingsFeed
from .data.usage import UsageLog
from .health import ServerHealth
from .prompts import Prompts
from .providers import FailoverOptions, InMemoryModelHealth, ProviderAccess, create_failover
from .settings import Settings


@dataclass(frozen=True)
class Services:
    pool: Pool
    keys: ApiKeys
    router_settings: RouterSettingsTable
    feed: SettingsFeed
    health: ModelHealth
    cache: AnswerCache
    rate_limits: RateLimits
    prompts: Prompts
    server_health: ServerHealth


async def open_services(settings: Settings, closing: AsyncExitStack) -> Services:
    """Opens everything; ``closing`` closes it again, the last first. Needs no server to be up."""
    pool = await create_pool(settings.database_url, settings.database_pool)
    closing.push_async_callback(close_pool, pool)
    usage = UsageLog(pool)
    closing.push_async_callback(usage.close)
    cache: AnswerCache = MemoryCache(settings.cache_entries)
    limits: RateLimits = PostgresRateLimits(pool)
    if settings.redis_url is not None:
        redis = open_redis(settings.redis_url)
        closing.push_async_callback(close_redis, redis)
        cache, limits = RedisCache(redis), RedisRateLimits(redis)
    health = InMemoryModelHealth(settings.health_failures, settings.health_pause_ms)
    failover = create_failover(
        FailoverOptions(
            providers={
                "openai": ProviderAccess(
                    settings.openai_base_url,
                    settings.openai_api_key.get_secret_value(),
                    settings.openai_concurrency,
                ),
                "anthropic": ProviderAccess(
                    settings.anthropic_base_url,
                    settings.anthropic_api_key.get_secret_value(),
                    settings.anthropic_concurrency,
                ),
            },
            health=health,
            timeout_ms=settings.provider_timeout_ms,
            queue_ms=settings.provider_queue_ms,
            retry_after_ms=settings.retry_after_ms,
        )
    )
    closing.push_async_callback(failover.close)

    def forget() -> None:
        cache.clear()
        health.clear()
        prompts.forget()

    keys = ApiKeys(pool)
    feed = SettingsFeed(pool, keys, settings.database_url, forget)
    prompts = Prompts(feed, cache, failover, health, usage)
    closing.push_async_callback(feed.close)
    await feed.open()
    return Services(
        pool,
        keys,
        RouterSettingsTable(pool),
        feed,
        health,
        cache,
        limits,
        prompts,
        ServerHealth(pool, cache),
    )
