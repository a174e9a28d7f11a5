"""`ansinh`: the whole system on one machine."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated

import httpx
import typer

from sandbox.demo.case import DI_LINH, case_of
from sandbox.demo.client import Addresses, Client, DemoError
from sandbox.demo.console import console
from sandbox.demo.partners import register_partners
from sandbox.demo.story import run_demo
from sandbox.servers import daemon
from sandbox.servers.accounts import unprivileged_account
from sandbox.servers.composition import an_sinh
from sandbox.servers.errors import ServersError
from sandbox.servers.paths import Home
from sandbox.servers.secret_files import CLIENTS
from sandbox.servers.state import State

app = typer.Typer(
    help="An Sinh trên một máy: khởi động, chạy thử, dừng.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
law_app = typer.Typer(help="Dữ liệu pháp luật của phần xét hưởng.", no_args_is_help=True)
app.add_typer(law_app, name="law")
PAGES = {
    "registry": "/registry/docs",
    "eligibility": "/eligibility/docs",
    "disbursement": "/disbursement/docs",
    "reporting": "/reporting/docs",
}


def _start(home: Home) -> State:
    shown: list[str] = []

    def progress(state: State) -> None:
        if state.step and state.step not in shown:
            shown.append(state.step)
            console.print(f"   [dim]{state.step}[/]")

    started = time.monotonic()
    state = daemon.up(home, an_sinh(home, unprivileged_account()), progress=progress)
    console.print(f"   Hệ thống sẵn sàng sau {time.monotonic() - started:.1f} giây.")
    return state


def addresses_of(state: State) -> Addresses:
    """Give where everything of a running installation answers."""
    urls = {name: unit.url for name, unit in state.units.items() if unit.url}
    return Addresses(
        **{name: urls[name] for name in (*PAGES, "world")}  # every program has an address
    )


def passwords_of(home: Home) -> dict[str, str]:
    """Read the passwords of the sandbox users, which the stand-ins made."""
    loaded: dict[str, str] = json.loads(
        (home.data / "world" / "users.json").read_text(encoding="utf-8")
    )
    return loaded


@app.command()
def up() -> None:
    """Khởi động cả hệ thống và để chạy nền; in các địa chỉ."""
    home = daemon.installation()
    state = _start(home)
    client = Client(addresses_of(state), passwords_of(home))
    try:
        register_partners(client)
    finally:
        client.http.close()
    _show(state)


@app.command()
def down() -> None:
    """Dừng hệ thống; dữ liệu được giữ lại."""
    stopped = daemon.down(daemon.installation())
    console.print("Đã dừng." if stopped else "Hệ thống không chạy.")


@app.command()
def status() -> None:
    """Cho biết từng phần đang ở trạng thái nào."""
    state = daemon.status(daemon.installation())
    if state is None:
        console.print("Hệ thống chưa từng được khởi động.")
        raise typer.Exit(3)
    for name, unit in state.units.items():
        console.print(
            f"{name:14} {unit.status:11} khởi động lại {unit.restarts} lần  {unit.url or ''}"
        )
    console.print(f"Chung: {state.phase} {state.problem}")
    raise typer.Exit(0 if state.phase == "ready" else 3)


@app.command()
def demo(
    output: Annotated[
        Path, typer.Option(help="Thư mục nhận danh sách, tệp ngân hàng, báo cáo")
    ] = Path("demo-output"),
    sample: Annotated[
        Path | None,
        typer.Option(help="Xã giả lập khác: thư mục do python -m sandbox.sample tạo ra"),
    ] = None,
) -> None:
    """Chạy công việc chính: một tháng chi trả của xã Di Linh, từ bảng tính đến báo cáo."""
    started = time.monotonic()
    home = daemon.installation()
    state = _start(home)
    try:
        case = case_of(sample) if sample else DI_LINH
        run_demo(addresses_of(state), passwords_of(home), output, case)
    except (DemoError, httpx.TransportError) as error:
        console.print(f"[bold red]Không xong:[/] {error}")
        raise typer.Exit(1) from error
    console.print(f"\nXong sau {time.monotonic() - started:.1f} giây. Tệp kết quả: {output}/")
    _show(state)


@app.command()
def token(
    user: Annotated[
        str, typer.Argument(help="can_bo, chu_tich, ke_toan, kiem_soat, so_y_te...")
    ] = "",
    *,
    client: Annotated[
        str, typer.Option(help="Ứng dụng thay cho người dùng: bank, post, portal...")
    ] = "",
    credentials: Annotated[
        bool, typer.Option("--credentials", help="In cả mã bí mật của ứng dụng")
    ] = False,
) -> None:
    """In mã truy cập (access token, 10 phút) của một người dùng thử hoặc một ứng dụng thử."""
    home = daemon.installation()
    state = daemon.status(home)
    if state is None or state.phase != "ready":
        console.print("Hệ thống chưa chạy: `ansinh up`.")
        raise typer.Exit(3)
    form = _client_form(home, client) if client else _user_form(home, user)
    answer = httpx.post(f"{addresses_of(state).world}/issuer/token", data=form)
    answer.raise_for_status()
    if client and credentials:
        sys.stderr.write(f"client_id={form['client_id']}\nclient_secret={form['client_secret']}\n")
        key = home.secrets / f"{client}_signing_key"
        if key.exists():
            sys.stderr.write(f"signing_key={key.read_text(encoding='utf-8').strip()}\n")
    sys.stdout.write(answer.json()["access_token"] + "\n")


def _user_form(home: Home, user: str) -> dict[str, str]:
    passwords = passwords_of(home)
    if user not in passwords:
        console.print(f"Không có người dùng này. Có: {', '.join(passwords)}")
        raise typer.Exit(2)
    return {"grant_type": "password", "username": user, "password": passwords[user]}


def _client_form(home: Home, client: str) -> dict[str, str]:
    secret = home.secrets / f"client_{client}_secret"
    if not client.isidentifier() or not secret.exists():
        console.print(f"Không có ứng dụng này. Có: {', '.join(CLIENTS)}")
        raise typer.Exit(2)
    return {
        "grant_type": "client_credentials",
        "client_id": client,
        "client_secret": secret.read_text(encoding="utf-8").strip(),
    }


@law_app.command("check")
def law_check() -> None:
    """Liệt kê giá trị pháp luật chưa đối chiếu và lần kiểm tra gần nhất."""
    # The sandbox sees services from outside only, so eligibility prints its own report.
    done = subprocess.run(
        [sys.executable, "-m", "eligibility", "law", "check"], check=False
    )  # our own program
    raise typer.Exit(done.returncode)


@app.command()
def reset(*, yes: Annotated[bool, typer.Option("--yes", help="Không hỏi lại")] = False) -> None:
    """Dừng và xóa mọi dữ liệu thử trên máy này."""
    if not yes:
        typer.confirm("Xóa toàn bộ dữ liệu thử?", abort=True)
    daemon.reset(daemon.installation())
    console.print("Đã xóa.")


def _show(state: State) -> None:
    addresses = addresses_of(state)
    console.print("\nĐang chạy. Các địa chỉ:")
    for name, page in PAGES.items():
        base: str = getattr(addresses, name)
        console.print(f"   {name:13} tài liệu API {base}{page}   số đo {base}/metrics")
    console.print(
        f"   bảng theo dõi  {addresses.reporting}/reporting/v1/dashboard?commune_code=25000"
    )
    console.print(f"   thế giới ngoài {addresses.world}/docs")
    console.print("Mã truy cập: `.venv/bin/ansinh token can_bo`.  Dừng: `make down`.")


def main() -> None:
    """Run the command line; expected failures are one sentence, not a trace."""
    try:
        app()
    except ServersError as error:
        console.print(f"[bold red]Không khởi động được:[/] {error}")
        sys.exit(1)
