"""An ESC/POS receipt printer without the printer: a process of its own that answers on the real wire.

`python -m drivers.receipt_printer.simulator --tcp 0 --control SOCKET --out DIR`
"""
