"""An A4 printer without the printer: a process of its own that speaks IPP on a TCP port, or a CUPS queue before one.

`python -m drivers.page_printer.simulator --port 0 --out DIR --control SOCKET`
"""
