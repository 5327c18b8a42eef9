"""Dates and times: docs.snowflake.com/en/sql-reference/functions-date-time and date-time-input-output."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from tests.sandbox.client.sqlcases import check
from tests.sandbox.conftest import Client

DAY, MOMENT = dt.date, dt.datetime
TS = "'2024-01-31 13:14:15.123456'::TIMESTAMP_NTZ"
VALUES: list[tuple[str, Any, str | None]] = [
    ("DATEADD(day, 1, '2024-01-31'::DATE)", DAY(2024, 2, 1), "DATE"),
    ("DATEADD(month, 1, '2024-01-31'::DATE)", DAY(2024, 2, 29), "DATE"),
    ("DATEADD(hour, 2, '2024-01-31'::DATE)", MOMENT(2024, 1, 31, 2), "TIMESTAMP_NTZ"),
    (f"DATEADD(year, -1, {TS})", MOMENT(2023, 1, 31, 13, 14, 15, 123456), "TIMESTAMP_NTZ"),
    ("DATEADD(minute, 90, '10:00:00'::TIME)", dt.time(11, 30), "TIME"),
    ("DATEADD(quarter, 1, '2024-01-31'::DATE)", DAY(2024, 4, 30), "DATE"),
    ("DATEADD('day', 1, '2024-01-31')", MOMENT(2024, 2, 1), "TIMESTAMP_NTZ"),
    ("TIMESTAMPADD(second, 1.5, '2024-01-01 00:00:00'::TIMESTAMP)", MOMENT(2024, 1, 1, 0, 0, 2), None),
    ("'2024-01-31'::DATE + 1", DAY(2024, 2, 1), "DATE"),
    ("'2024-01-31'::DATE - '2024-01-01'::DATE", 30, None),
    ("'2024-01-31'::DATE + INTERVAL '1 day, 2 hours'", MOMENT(2024, 2, 1, 2), "TIMESTAMP_NTZ"),
    ("'2024-01-31'::DATE - INTERVAL '1 month'", DAY(2023, 12, 31), "DATE"),
    ("DATE_TRUNC('MONTH', '2024-01-31'::DATE)", DAY(2024, 1, 1), "DATE"),
    ("DATE_TRUNC('WEEK', '2024-01-31'::DATE)", DAY(2024, 1, 29), "DATE"),
    (f"DATE_TRUNC('HOUR', {TS})", MOMENT(2024, 1, 31, 13), "TIMESTAMP_NTZ"),
    ("DATE_TRUNC('HOUR', '10:11:12'::TIME)", dt.time(10), "TIME"),
    ("DATEDIFF(year, '2023-12-31'::DATE, '2024-01-01'::DATE)", 1, None),
    ("DATEDIFF(month, '2024-01-31'::DATE, '2024-02-01'::DATE)", 1, None),
    ("DATEDIFF(week, '2024-01-07'::DATE, '2024-01-08'::DATE)", 1, None),
    ("DATEDIFF('hour', '2024-01-01 00:59:00', '2024-01-01 01:00:00')", 1, None),
    ("YEAR('2024-05-06'::DATE)", 2024, None),
    ("QUARTER('2024-05-06'::DATE)", 2, None),
    ("DAYOFWEEK('2024-05-05'::DATE)", 0, None),
    ("DAYOFWEEKISO('2024-05-05'::DATE)", 7, None),
    ("DAYOFYEAR('2024-02-01'::DATE)", 32, None),
    ("WEEKISO('2021-01-01'::DATE)", 53, None),
    ("YEAROFWEEKISO('2021-01-01'::DATE)", 2020, None),
    (f"SECOND({TS})", 15, None),
    (f"DATE_PART(nanosecond, {TS})", 123456000, None),
    ("EXTRACT(epoch_second FROM '2013-05-08 23:39:20'::TIMESTAMP)", 1368056360, None),
    ("DATE_PART(epoch_millisecond, '1970-01-01 00:00:01.5'::TIMESTAMP)", 1500, None),
    ("DAYNAME('2024-01-31'::DATE)", "Wed", "VARCHAR"),
    ("MONTHNAME('2024-01-31'::DATE)", "Jan", "VARCHAR"),
    ("LAST_DAY('2024-02-10'::DATE)", DAY(2024, 2, 29), "DATE"),
    ("LAST_DAY('2024-01-31'::DATE, 'week')", DAY(2024, 2, 4), "DATE"),
    ("NEXT_DAY('2024-01-31'::DATE, 'fr')", DAY(2024, 2, 2), "DATE"),
    ("PREVIOUS_DAY('2024-01-31'::DATE, 'we')", DAY(2024, 1, 24), "DATE"),
    ("ADD_MONTHS('2016-02-29'::DATE, 1)", DAY(2016, 3, 31), "DATE"),
    ("ADD_MONTHS('2016-05-31'::DATE, 1)", DAY(2016, 6, 30), "DATE"),
    ("MONTHS_BETWEEN('2019-03-15'::DATE, '2019-02-15'::DATE)", Decimal("1.000000"), None),
    ("MONTHS_BETWEEN('2019-03-31'::DATE, '2019-02-28'::DATE)", Decimal("1.000000"), None),
    (f"TIME_SLICE({TS}, 15, 'MINUTE')", MOMENT(2024, 1, 31, 13), "TIMESTAMP_NTZ"),
    ("TIME_SLICE('2019-02-28'::DATE, 4, 'MONTH', 'START')", DAY(2019, 1, 1), "DATE"),
    ("TIME_SLICE('2019-02-28'::DATE, 4, 'MONTH', 'END')", DAY(2019, 5, 1), "DATE"),
    ("CONVERT_TIMEZONE('America/Los_Angeles', 'America/New_York', '2024-01-01 14:00:00'::TIMESTAMP_NTZ)",
     MOMENT(2024, 1, 1, 17), "TIMESTAMP_NTZ"),
    ("DATE_FROM_PARTS(2024, 14, 1)", DAY(2025, 2, 1), "DATE"),
    ("DATE_FROM_PARTS(2024, 1, 0)", DAY(2023, 12, 31), "DATE"),
    ("TIMESTAMP_NTZ_FROM_PARTS(2013, 4, 5, 12, 0, 0)", MOMENT(2013, 4, 5, 12), "TIMESTAMP_NTZ"),
    ("TIME_FROM_PARTS(12, 34, 56)", dt.time(12, 34, 56), "TIME"),
    ("TO_DATE('2024-02-03')", DAY(2024, 2, 3), "DATE"),
    ("TO_DATE('02/03/2024')", DAY(2024, 2, 3), "DATE"),
    ("TO_DATE('17-DEC-1980')", DAY(1980, 12, 17), "DATE"),
    ("TO_DATE('03.02.2024', 'DD.MM.YYYY')", DAY(2024, 2, 3), "DATE"),
    ("TO_DATE('1700000000')", DAY(2023, 11, 14), "DATE"),
    ("TRY_TO_DATE('nope')", None, "DATE"),
    ("TRY_TO_DATE('2024', 'DD/MM')", None, "DATE"),
    ("TO_TIME('10:11')", dt.time(10, 11), "TIME"),
    ("TO_TIMESTAMP('2024-01-02T03:04:05Z')", MOMENT(2024, 1, 2, 3, 4, 5), "TIMESTAMP_NTZ"),
    ("TO_TIMESTAMP_NTZ('2024-01-02 03:04:05 +02:00')", MOMENT(2024, 1, 2, 3, 4, 5), "TIMESTAMP_NTZ"),
    ("TO_TIMESTAMP(1700000000)", MOMENT(2023, 11, 14, 22, 13, 20), "TIMESTAMP_NTZ"),
    ("TO_TIMESTAMP(1700000000123, 3)", MOMENT(2023, 11, 14, 22, 13, 20, 123000), "TIMESTAMP_NTZ"),
    ("TO_TIMESTAMP('1700000000123')", MOMENT(2023, 11, 14, 22, 13, 20, 123000), "TIMESTAMP_NTZ"),
    ("TO_TIMESTAMP('04/05/2024 01:02:03', 'MM/DD/YYYY HH24:MI:SS')", MOMENT(2024, 4, 5, 1, 2, 3), "TIMESTAMP_NTZ"),
    ("TO_TIMESTAMP('2024-01-02 03:04:05.123', 'YYYY-MM-DD HH24:MI:SS.FF3')",
     MOMENT(2024, 1, 2, 3, 4, 5, 123000), "TIMESTAMP_NTZ"),
    (f"TO_CHAR({TS}, 'YYYY-MM-DD HH24:MI:SS.FF3')", "2024-01-31 13:14:15.123", "VARCHAR"),
    (f"TO_CHAR({TS}, 'DY, DD MON YYYY HH12:MI AM')", "Wed, 31 Jan 2024 01:14 PM", "VARCHAR"),
    (f"TO_CHAR({TS}, 'YY/MM/DD\"T\"FF2')", "24/01/31T12", "VARCHAR"),
    ("TO_CHAR('2024-01-31'::DATE, 'MMMM')", "January", "VARCHAR"),
    ("TO_CHAR('10:11:12'::TIME, 'HH12:MI')", "10:11", "VARCHAR"),
    (f"{TS}::VARCHAR", "2024-01-31 13:14:15.123", "VARCHAR"),
    (f"{TS}::DATE", DAY(2024, 1, 31), "DATE"),
    (f"{TS}::TIME", dt.time(13, 14, 15, 123456), "TIME"),
    ("'2024-01-02' = '2024-01-02'::DATE", True, "BOOLEAN"),
    ("CURRENT_DATE() = CURRENT_DATE AND CURRENT_TIMESTAMP(3) IS NOT NULL AND SYSDATE() IS NOT NULL", True, "BOOLEAN"),
    ("DATE '2024-01-01' < TIMESTAMP '2024-01-01 00:00:01'", True, "BOOLEAN"),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "value", "kind"), VALUES, ids=[sql for sql, _, _ in VALUES])
def test_a_date_or_time(admin: Client, sql: str, value: Any, kind: str | None) -> None:
    check(admin, f"SELECT {sql}", [(value,)], kind)


REFUSED = [
    ("SELECT 'nope'::DATE", 100040),
    ("SELECT TO_TIMESTAMP('nope')", 100035),
    ("SELECT TO_DATE('x', 'YYYY')", 100096),
    ("SELECT DATEADD(fortnight, 1, '2024-01-01'::DATE)", 2),
    ("SELECT CONVERT_TIMEZONE('Mars/Base', '2024-01-01'::TIMESTAMP)", 100183),
    ("SELECT TO_DATE('2024', X) FROM (SELECT 'YYYY' AS X)", 2),
]


@pytest.mark.parametrize(("sql", "code"), REFUSED, ids=[sql for sql, _ in REFUSED])
def test_what_is_no_date_is_refused(admin: Client, sql: str, code: int) -> None:
    admin.refused(sql, code)
