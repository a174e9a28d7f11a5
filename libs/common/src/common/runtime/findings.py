"""What is wrong with a running service, in Vietnamese, each with its next step.

One list serves `python -m <service> doctor`, `/readyz` (by name only) and the metric of the alarms.
"""

from __future__ import annotations

import asyncio
import shutil
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import nats.errors
import nats.js.errors
from cryptography import x509
from prometheus_client import Gauge
from sqlalchemy import text

from common.contracts.catalogue import CONSUMES, STREAMS, durable_name
from common.database import migrations
from common.runtime.clock import system_now
from common.runtime.context import ServiceContext
from common.runtime.provider_check import ProviderProblem, ProviderSettings, check_provider

FAILED = Gauge("check_failed", "1 while a check of doctor finds something", ["service", "check"])
BACKUP_FINISHED = Gauge("backup_finished_seconds", "When the last base backup ended, Unix time")
DRILL_FINISHED = Gauge("restore_drill_finished_seconds", "When the last drill ended, Unix time")
_SECONDS = 10.0
_DISK_LEAST = 0.08
_STREAM_MOST = 0.8
_OLDEST_EVENT_SECONDS = 60.0
_CLOCK_MOST = timedelta(seconds=60)
_CLOCK_STOPS = timedelta(hours=1)
_CERTIFICATE_DAYS = 14
_BACKUP_AGE = timedelta(hours=26)
_DRILL_AGE = timedelta(days=35)
_BACKLOG = """
    SELECT coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0) AS oldest,
           count(*) AS pending,
           (SELECT count(*) FROM dead_letter WHERE status = 'open') AS parked,
           EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND granted
               AND (classid::bigint << 32) | objid::bigint = hashtextextended('relay', 0)) AS active
    FROM outbox WHERE published_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. `stops` means that the service must not be used meanwhile."""

    text: str
    next_step: str
    stops: bool = False


Check = Callable[[ServiceContext], Awaitable[Finding | None]]


async def database(ctx: ServiceContext) -> Finding | None:
    """PostgreSQL answers."""
    try:
        await ctx.db.ping()
    except Exception as error:  # noqa: BLE001 - whatever it is, the database cannot be used
        return Finding(
            f"PostgreSQL không trả lời ({type(error).__name__})",
            "docker compose ps postgres; docker compose logs --tail 50 postgres",
            stops=True,
        )
    return None


async def schema(ctx: ServiceContext) -> Finding | None:
    """The schema is one that this program may run on."""
    package = ctx.settings.migrations()
    async with ctx.db.engine.connect() as connection:
        if await connection.run_sync(migrations.runs_on, package):
            return None
        revision = await connection.run_sync(migrations.current)
    return Finding(
        f"cơ sở dữ liệu ở phiên bản {revision}, chương trình cần {migrations.head(package)}",
        f"docker compose up -d migrate-{ctx.name}, hoặc dùng đúng ảnh (deploy/upgrade)",
        stops=True,
    )


async def disk(ctx: ServiceContext) -> Finding | None:
    """The disk that holds the containers has room, and PostgreSQL can write."""
    usage = await asyncio.to_thread(shutil.disk_usage, "/")
    if usage.free / usage.total < _DISK_LEAST:
        return Finding(
            f"đĩa chỉ còn {usage.free // 1_000_000_000} GB trống",
            "xóa ảnh cũ (docker image prune), bản sao lưu cũ (backup prune), hoặc thêm đĩa",
        )
    async with ctx.db.engine.connect() as connection:
        await connection.execute(text("CREATE TEMPORARY TABLE room_to_write AS SELECT 1 AS one"))
        await connection.rollback()
    return None


async def bus(ctx: ServiceContext) -> Finding | None:
    """NATS answers this service, knows it by its own key, and has its stream with room in it."""
    if ctx.name not in STREAMS:
        return None
    if not ctx.nats.is_connected:
        return Finding(
            "không nối được NATS, hoặc khóa của dịch vụ không được nhận",
            f"docker compose ps nats; so secrets/nats_{ctx.name}.nk với deploy/nats/users.conf"
            " bằng deploy/make-secrets, rồi docker compose kill -s HUP nats",
        )
    stream = STREAMS[ctx.name]
    try:
        info = await ctx.nats.jetstream.stream_info(stream)
    except nats.js.errors.NotFoundError:
        return Finding(
            f"luồng {stream} không còn: kho của NATS đã bị xóa hoặc thay",
            "container streams tạo lại và relay phát lại từ outbox; nếu không: docker compose up -d streams",
        )
    except (TimeoutError, nats.errors.Error):
        return Finding(
            f"NATS không cho {ctx.name} đọc luồng {stream}: khóa của dịch vụ khác, hoặc kho bị khóa",
            f"đặt đúng secrets/nats_{ctx.name}.nk rồi deploy/make-secrets; nếu đĩa vừa đầy:"
            " docker compose restart nats",
        )
    limit = int(info.config.max_bytes or 0)
    if limit > 0 and info.state.bytes > limit * _STREAM_MOST:
        return Finding(
            f"luồng {stream} đã dùng {100 * info.state.bytes // limit}% dung lượng",
            "tăng ANSINH_STREAM_BYTES trong .env rồi docker compose up -d streams",
        )
    return None


async def consumers(ctx: ServiceContext) -> Finding | None:
    """Every durable consumer of this service is there."""
    if not ctx.nats.is_connected:
        return None
    for producer in CONSUMES.get(ctx.name, ()):
        name = durable_name(ctx.name, producer)
        try:
            await ctx.nats.jetstream.consumer_info(STREAMS[producer], name)
        except (nats.js.errors.Error, nats.errors.Error, TimeoutError):
            return Finding(
                f"không đọc được bộ nhận {name}", "docker compose up -d streams, rồi xem nhật ký"
            )
    return None


async def relay(ctx: ServiceContext) -> Finding | None:
    """Events leave: somebody holds the relay's lock and the oldest pending event is young."""
    async with ctx.db.engine.connect() as connection:
        row = (await connection.execute(text(_BACKLOG))).one()
    if row.oldest > _OLDEST_EVENT_SECONDS:
        state = "đang giữ khóa nhưng không phát được" if row.active else "không có relay nào chạy"
        return Finding(
            f"{row.pending} sự kiện chờ phát, lâu nhất {row.oldest:.0f} giây: {state}",
            f"docker compose logs --tail 50 {ctx.name} (tìm relay_); docs/runbook.md, stuck outbox",
        )
    if row.parked:
        return Finding(
            f"{row.parked} sự kiện bị để riêng (dead letter)",
            f"GET /{ctx.name}/v1/dead-letters; docs/runbook.md, dead letters",
        )
    return None


async def clock(ctx: ServiceContext) -> Finding | None:
    """The machine's clock has not jumped and agrees with the provider's."""
    ctx.clock.now()
    deviation = ctx.clock.deviation
    if deviation:
        return Finding(
            f"đồng hồ máy vừa nhảy {deviation.total_seconds():.0f} giây; dịch vụ vẫn theo giờ trước khi nhảy",
            "kiểm tra NTP (chronyc tracking); khi giờ đã đúng hẳn: docker compose restart các dịch vụ",
        )
    ahead = await _ahead_of_provider(ctx)
    if ahead is None or abs(ahead) <= _CLOCK_MOST:
        return None
    return Finding(
        f"đồng hồ máy lệch {ahead.total_seconds():.0f} giây so với hệ thống đăng nhập",
        "bật NTP (chrony), đặt lại giờ, rồi docker compose restart các dịch vụ",
        stops=abs(ahead) > _CLOCK_STOPS,
    )


async def provider(ctx: ServiceContext) -> Finding | None:
    """The OpenID provider can be reached and believed."""
    settings = _provider_settings(ctx)
    if settings is None:
        return None
    try:
        await check_provider(settings)
    except ProviderProblem as problem:
        return Finding(problem.text, problem.next_step)
    return None


async def certificate(ctx: ServiceContext) -> Finding | None:
    """The certificate that the proxy shows has more than two weeks to live."""
    address: str = ctx.settings.proxy_address
    if not address:
        return None
    host, _, port = address.partition(":")
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    name = urlsplit(ctx.settings.public_url).hostname
    try:
        _, writer = await asyncio.open_connection(
            host, int(port or 443), ssl=trusting, server_hostname=name
        )
    except (OSError, ssl.SSLError) as error:
        return Finding(
            f"proxy không trả lời TLS ({type(error).__name__})",
            "docker compose logs --tail 50 proxy",
        )
    shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    left = x509.load_der_x509_certificate(shown).not_valid_after_utc - system_now()
    if left > timedelta(days=_CERTIFICATE_DAYS) or (left > timedelta(0) and _short_lived(shown)):
        return None
    return Finding(
        "chứng thư của proxy đã hết hạn"
        if left < timedelta(0)
        else f"chứng thư còn {left.days} ngày",
        "thay certificate.pem và key.pem trong ANSINH_TLS_FOLDER, rồi docker compose restart proxy",
    )


def _short_lived(shown: bytes) -> bool:
    """The proxy's own authority gives certificates for half a day and renews them itself."""
    found = x509.load_der_x509_certificate(shown)
    return found.not_valid_after_utc - found.not_valid_before_utc < timedelta(days=2)


def _provider_settings(ctx: ServiceContext) -> ProviderSettings | None:
    settings = ctx.settings
    if not settings.oidc_issuer or not settings.oidc_jwks_url.startswith("http"):
        return None
    return ProviderSettings(
        oidc_issuer=settings.oidc_issuer,
        oidc_jwks_url=settings.oidc_jwks_url,
        ca_folder=settings.ca_folder,
    )


async def _ahead_of_provider(ctx: ServiceContext) -> timedelta | None:
    settings = _provider_settings(ctx)
    if settings is None:
        return None
    try:
        ahead = await check_provider(settings)
    except ProviderProblem:
        return None
    return None if ahead is None else timedelta(seconds=ahead)


async def backup(ctx: ServiceContext) -> Finding | None:
    """The last base backup is younger than 26 hours, the last drill than 35 days."""
    folder = ctx.settings.backup_status_folder
    if folder is None:
        return None
    ages = {name: await asyncio.to_thread(_age, folder / name) for name in ("base", "drill")}
    BACKUP_FINISHED.set(system_now().timestamp() - ages["base"].total_seconds())
    DRILL_FINISHED.set(system_now().timestamp() - ages["drill"].total_seconds())
    if ages["base"] > _BACKUP_AGE:
        return Finding(
            "chưa có bản sao lưu nào trong 26 giờ qua",
            "docker compose run --rm backup incremental (hoặc full), và kiểm tra lịch chạy",
        )
    if ages["drill"] > _DRILL_AGE:
        return Finding("đã quá 35 ngày chưa diễn tập phục hồi", "deploy/drill")
    return None


def _age(file: Path) -> timedelta:
    """Give how long ago a file was touched; since 1970 when it was never made."""
    touched = file.stat().st_mtime if file.exists() else 0.0
    return timedelta(seconds=system_now().timestamp() - touched)


CHECKS: tuple[tuple[str, Check], ...] = (
    ("database", database),
    ("schema", schema),
    ("disk", disk),
    ("bus", bus),
    ("consumers", consumers),
    ("relay", relay),
    ("clock", clock),
    ("provider", provider),
    ("certificate", certificate),
    ("backup", backup),
)


async def examine(
    ctx: ServiceContext, checks: Sequence[tuple[str, Check]] = CHECKS
) -> dict[str, Finding | None]:
    """Run every check; one that fails itself is a finding. Without a database the rest is skipped."""
    found: dict[str, Finding | None] = {}
    for name, check in checks:
        found[name] = await _run(name, check, ctx)
        FAILED.labels(ctx.name, name).set(found[name] is not None)
        if name == "database" and found[name] is not None:
            break
    return found


async def _run(name: str, check: Check, ctx: ServiceContext) -> Finding | None:
    try:
        return await asyncio.wait_for(check(ctx), _SECONDS)
    except Exception as error:  # noqa: BLE001 - a check that cannot be made is told, not raised
        return Finding(
            f"không kiểm tra được {name} ({type(error).__name__})",
            f"docker compose logs --tail 50 {ctx.name}",
        )


def told(found: dict[str, Finding | None]) -> list[str]:
    """Give the lines that `doctor` prints."""
    lines: list[str] = []
    for name, finding in found.items():
        if finding is None:
            lines.append(f"tốt   {name}")
        else:
            lines += [f"LỖI   {name}: {finding.text}", f"      -> {finding.next_step}"]
    return lines
