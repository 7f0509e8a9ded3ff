"""What other processes import while they have nothing to do: all that a report may ask of them."""

from importlib import import_module

for module in ("pipeline.report.outputs", "pipeline.report.word.render", "schemas.frames"):
    import_module(module)
