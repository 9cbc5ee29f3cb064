"""A payment provider and the phones that pay there, in a process of its own:
`python -m central_platform.payments.simulator --port N --control SOCKET [--data FILE]`.

It speaks the wire of `payments.protocol`, keeps its money in FILE, and moves none. Control lines, one JSON object each:

`{"merchant": NAME, "key": HEX, "ca": PATH}`: somebody may ask; `ca` proves the address that notices go to.
`{"pay": CODE}`: a phone scans and pays, also `"fen": N` for another amount, `"late": true` after the code was closed.
`{"refuse": CODE}`: a phone scans and its bank refuses.
`{"fault": NAME, "count": N, "call": CALL}`: the next N answers or notices go wrong; one of `server.FAULTS`, or "none".
`{"advance": SECONDS}`: time passes. `{"status": true}`: every order with the money that is there.
"""
