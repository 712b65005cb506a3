"""Examples of RFC 8428: none of them counts people, so all are named as such."""

from tests.ingest.payloads.case import Case

CASES: list[Case] = [
    Case(
        vendor="SenML, RFC 8428",
        file=f"senml/{name}.json",
        topic="sensors/senml",
        codec="senml",
        expected=("rejected: no counts",),
    )
    for name in ("ex1", "ex3", "ex5", "ex12")
]
