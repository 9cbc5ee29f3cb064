"""What travels on a stick when a terminal is enrolled without a network."""

REQUEST = "request.json"
"""The terminal's: canonical JSON of an EnrolRequest without a code, with `kind`, `version`, `authority` (pin)."""
ANSWER = "answer.json"
"""The platform's: `{"signed", "certificate", "signature"}`; `signed` is an Enrolled with `kind`, `version`, `made_at`,
`device_key` and `catalogue`, the SHA-256 of the file beside it or null."""
CATALOGUE = "reference.bundle"
VERSION = 1
ANSWERS_URI = "urn:kiosk:enrolment-answers"
"""Names the certificate whose key signs an answer: ECDSA P-256 with SHA-256 over the canonical bytes of `signed`."""
MAX_ANSWER = 1 << 20
MAX_REQUEST = 64 << 10
