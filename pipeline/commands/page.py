"""``page``: the programmes in a browser."""

from functools import partial
from typing import Annotated

import typer

from pipeline.commands.shared import (
    HistoryUrl,
    HouseStyle,
    Inputs,
    Outputs,
    look_through,
    namesakes,
    refuse,
    theme_of,
)


def page(
    inputs: Inputs,
    outputs: Outputs,
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="The port to listen to; 0: any that is free.")
    ] = 0,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Only print the address.")
    ] = False,
    house: HouseStyle = None,
    history: HistoryUrl = "",
) -> None:
    """Work on the programmes in a browser, on this machine alone, until Ctrl-C."""
    if not inputs.is_dir():
        refuse(f"There is no folder {inputs}.")
    look_through(inputs, outputs)
    from pipeline import screen
    from pipeline.page.server import PortError, serve
    from pipeline.page.settings import Settings

    inputs, outputs = inputs.resolve(), outputs.resolve()
    settings = Settings(
        inputs, outputs, theme_of(house), history, partial(namesakes, inputs, outputs, history)
    )
    try:
        serve(settings, port, screen.page_at, opens_browser=not no_browser)
    except PortError as fault:
        refuse(str(fault))
    except KeyboardInterrupt:
        screen.page_ended()
