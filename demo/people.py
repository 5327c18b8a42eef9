"""Who takes part in the demo. Everybody has the same password; nothing here is a secret."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "firn-demo-2013"  # noqa: S105 - printed for everybody who starts the demo


@dataclass(frozen=True)
class Person:
    email: str
    name: str
    role: str = ""


@dataclass(frozen=True)
class Customer:
    """A carrier, and its Snowflake account in the sandbox; `rows` is its true number of flights."""

    key: str
    name: str
    account: str
    locator: str
    region: str
    rows: int
    people: tuple[Person, ...]

    @property
    def url(self) -> str:
        """The account's address, as people copy it from their browser."""
        return f"https://{self.account.replace('.', '-').lower()}.snowflakecomputing.com/console"


APPROVER = Person("dan@skyledger.example", "Dan Okafor")
ADMIN = Person("eve@skyledger.example", "Eve Lindqvist")
# Counted in the published flights.csv by carrier.
UNITED = Customer(
    "UA", "Carrier UA", "CARRIERUA.ANALYTICS", "CUA30001", "AWS_US_EAST_1", 58_665,
    (Person("ada@carrier-ua.example", "Ada Moreno", "owner"),),
)  # fmt: skip
DELTA = Customer(
    "DL", "Carrier DL", "CARRIERDL.ANALYTICS", "CDL30002", "AWS_US_EAST_1", 48_110,
    (Person("cy@carrier-dl.example", "Cy Tanaka", "owner"), Person("vic@carrier-dl.example", "Vic Brandt", "viewer")),
)  # fmt: skip
AMERICAN = Customer(
    "AA", "Carrier AA", "CARRIERAA.WAREHOUSE", "CAA30003", "AWS_EU_CENTRAL_1", 32_729,
    (Person("ann@carrier-aa.example", "Ann Castillo", "owner"),),
)  # fmt: skip
CUSTOMERS = (UNITED, DELTA, AMERICAN)

# In the sandbox: the customers' own sign-in, and an account that nothing was ever shared with.
ANALYST, ANALYST_PASSWORD = "ANALYST", "analyst"
STRANGER = "MALLORY.LAB"
