"""What the demo's provider offers: datasets over the public New York 2013 flight records, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field

LAKE = ("LAKE", "NYC")


@dataclass(frozen=True)
class View:
    """Rows of LAKE.NYC.<source>; without a tenant column they are reference data."""

    name: str
    source: str
    description: str
    tenant_column: str = ""
    freshness_column: str = ""
    exposed: bool = True


@dataclass(frozen=True)
class Function:
    """A secure function over the views of its dataset."""

    name: str
    description: str
    arguments: str
    returns: str
    body: str


@dataclass(frozen=True)
class Offer:
    """A dataset of the catalog."""

    slug: str
    name: str
    topic: str
    summary: str
    description: str
    first_query: str
    views: tuple[View, ...]
    functions: tuple[Function, ...] = field(default=())


FLIGHTS = Offer(
    slug="flights",
    name="Flights",
    topic="Operations",
    summary="Every flight of yours that left New York in 2013, with its times, delays and aircraft.",
    description="""One row per scheduled departure from **JFK**, **LGA** or **EWR**: scheduled and actual times, delays
in minutes, aircraft, distance, and the hour it belongs to.

* A cancelled flight has no `DEP_TIME` and no `ARR_TIME`.
* Delays are negative when a flight was early.
* `TIME_HOUR` joins with *Airports and weather*.

You see the flights of your own carrier only.
""",
    first_query="""SELECT DEST, COUNT(*) AS FLIGHTS, ROUND(AVG(ARR_DELAY), 1) AS AVERAGE_DELAY
FROM {{schema}}.FLIGHTS
GROUP BY DEST
ORDER BY FLIGHTS DESC
LIMIT 10;""",
    views=(View("FLIGHTS", "FLIGHTS", "One row per scheduled departure", "CARRIER", "TIME_HOUR"),),
)

FLEET = Offer(
    slug="fleet",
    name="Fleet",
    topic="Operations",
    summary="The aircraft that you flew from New York in 2013: maker, model, year, seats and engines.",
    description="""One row per aircraft that flew for you at least once, from the civil register.

* `TAILNUM` joins with *Flights*.
* `YEAR` is the year in which the aircraft was built; a few are not known.
""",
    first_query="""SELECT MANUFACTURER, MODEL, COUNT(*) AS AIRCRAFT, MIN(YEAR) AS OLDEST
FROM {{schema}}.FLEET
GROUP BY MANUFACTURER, MODEL
ORDER BY AIRCRAFT DESC
LIMIT 10;""",
    views=(View("FLEET", "FLEET", "One row per aircraft", "CARRIER"),),
)

WORLD = Offer(
    slug="airports-and-weather",
    name="Airports and weather",
    topic="Reference",
    summary="1,458 airports, and the weather at the three New York airports for every hour of 2013.",
    description="""Reference data, the same for every customer.

* **AIRPORTS**: FAA code, name, position, altitude in feet and time zone.
* **WEATHER**: one row per airport and hour, in degrees Fahrenheit, miles per hour, inches and millibars.
""",
    first_query="""SELECT ORIGIN, MONTH, ROUND(AVG(TEMP), 1) AS DEGREES_F, ROUND(SUM(PRECIP), 2) AS INCHES_OF_RAIN
FROM {{schema}}.WEATHER
GROUP BY ORIGIN, MONTH
ORDER BY ORIGIN, MONTH;""",
    views=(
        View("AIRPORTS", "AIRPORTS", "One row per airport"),
        View("WEATHER", "WEATHER", "One row per airport and hour", freshness_column="TIME_HOUR"),
    ),
)

# The argument has a name that no column has: in a SQL function a column of the same name would hide it.
PUNCTUALITY = Offer(
    slug="punctuality",
    name="Punctuality",
    topic="Analysis",
    summary="A function: how punctual your flights from one airport were, by destination and month.",
    description="""Call it with one of the New York airports:

```
SELECT * FROM TABLE(PUNCTUALITY('JFK'))
```

A flight counts as late when it arrived more than 15 minutes after its time. The function reads your own flights only,
and you need not have *Flights* to use it.
""",
    first_query="""SELECT DEST, SUM(FLIGHTS) AS FLIGHTS, ROUND(AVG(LATE_SHARE), 3) AS LATE_SHARE
FROM TABLE({{schema}}.PUNCTUALITY('JFK'))
GROUP BY DEST
ORDER BY FLIGHTS DESC
LIMIT 10;""",
    views=(
        View("PUNCTUALITY_FLIGHTS", "FLIGHTS", "What the function reads; not shared itself", "CARRIER", exposed=False),
    ),
    functions=(
        Function(
            "PUNCTUALITY",
            "Delays of your flights from one airport, by destination and month",
            "FROM_AIRPORT VARCHAR",
            "TABLE (DEST VARCHAR, MONTH NUMBER, FLIGHTS NUMBER, CANCELLED NUMBER, MEAN_DELAY FLOAT, LATE_SHARE FLOAT)",
            """SELECT DEST, MONTH, COUNT(*), COUNT_IF(DEP_TIME IS NULL), AVG(ARR_DELAY)::FLOAT,
       (COUNT_IF(ARR_DELAY > 15) / COUNT(*))::FLOAT
FROM {{PUNCTUALITY_FLIGHTS}}
WHERE ORIGIN = FROM_AIRPORT
GROUP BY DEST, MONTH""",
        ),
    ),
)

OFFERS = (FLIGHTS, FLEET, WORLD, PUNCTUALITY)

# What a column means, wherever it occurs.
COLUMNS = {
    "AIR_TIME": "Minutes in the air",
    "ALT": "Altitude in feet",
    "ARR_DELAY": "Minutes late on arrival, negative when early",
    "ARR_TIME": "Actual arrival, local time as HHMM",
    "CARRIER": "Two-letter carrier code; separates customers",
    "DEP_DELAY": "Minutes late on departure, negative when early",
    "DEP_TIME": "Actual departure, local time as HHMM; empty when cancelled",
    "DEST": "FAA code of the destination",
    "DISTANCE": "Miles flown",
    "FAA": "FAA code of the airport",
    "FLIGHT": "Flight number",
    "LAT": "Latitude in degrees",
    "LON": "Longitude in degrees",
    "ORIGIN": "FAA code of the New York airport",
    "PRECIP": "Rain in inches",
    "SCHED_ARR_TIME": "Scheduled arrival, local time as HHMM",
    "SCHED_DEP_TIME": "Scheduled departure, local time as HHMM",
    "TAILNUM": "Tail number of the aircraft",
    "TEMP": "Degrees Fahrenheit",
    "TIME_HOUR": "The hour of the scheduled departure, in UTC",
    "TZONE": "Time zone by its IANA name",
    "VISIB": "Visibility in miles",
}
