"""Every `kiosk` command but `run`: typer, imported when it is needed."""

from __future__ import annotations

import typer

from kiosk_app.commands import audit, device, provision, records, services, show, store

app = typer.Typer(
    name="kiosk",
    help="Doorstep: a self-service government terminal.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(device.app, name="device")
app.add_typer(provision.app, name="provision")
app.add_typer(records.logs, name="logs")
app.add_typer(records.outbox, name="outbox")
app.add_typer(audit.app, name="audit")
app.add_typer(services.app, name="services")
app.add_typer(store.app, name="store")
app.command("doctor")(records.doctor)
app.command("demo")(show.demo)
app.command("visit")(show.visit)
app.command("screens")(show.screens)


@app.command("run")
def run_help() -> None:
    """A real terminal: kiosk run [--state DIR] [--profile FILE] [--landscape] [--window]."""
