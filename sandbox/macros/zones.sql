-- A TIMESTAMP_TZ is an instant and its offset from UTC in minutes. It is kept as an INTERVAL whose parts tell the offset:
-- all of it stands in the microseconds, counted from 3,000,000 days before 1970, and as many days as the offset has minutes
-- (and 1440) are added there and taken away among the days. DuckDB compares, groups, joins and sorts intervals by what they
-- come to, so that two that are the same instant are equal, as in Snowflake.
-- A macro that may be put into others uses its arguments once, or binds them by a lambda: texts that are put into each other grow without end.
CREATE OR REPLACE MACRO sf_tz(utc, minutes) AS list_transform([CAST(minutes AS INTEGER) + 1440], lambda k:
    to_days(-k) + to_microseconds(epoch_us(utc) + (3000000 + k) * 86400000000))[1];
CREATE OR REPLACE MACRO sf_tz_utc(x) AS make_timestamp(epoch_us(x) - 3000000 * 86400000000);
CREATE OR REPLACE MACRO sf_tz_minutes(x) AS -CAST(date_part('day', x) AS BIGINT) - 1440;
CREATE OR REPLACE MACRO sf_tz_out(x) AS list_transform([x], lambda z:
    CASE WHEN z IS NOT NULL THEN struct_pack(utc := sf_tz_utc(z), minutes := sf_tz_minutes(z)) END)[1];
CREATE OR REPLACE MACRO sf_tz_local(x) AS list_transform([x], lambda z: sf_tz_utc(z) + to_minutes(sf_tz_minutes(z)))[1];
CREATE OR REPLACE MACRO sf_tz_ltz(x) AS timezone('UTC', sf_tz_utc(x));
CREATE OR REPLACE MACRO sf_hours_of(minutes) AS CAST(trunc(minutes / 60) AS INTEGER);
CREATE OR REPLACE MACRO sf_minutes_of(minutes) AS CAST(minutes % 60 AS INTEGER);
-- The session's offset at an instant.
CREATE OR REPLACE MACRO sf_ltz_minutes(x) AS date_diff('minute', timezone('UTC', x), CAST(x AS TIMESTAMP));
-- For the defaults of columns, in which DuckDB takes no lambda: a moment that is known, and now.
CREATE OR REPLACE MACRO sf_tz_fixed(utc, minutes) AS
    to_days(-(minutes + 1440)) + to_microseconds(epoch_us(utc) + (3001440 + minutes) * 86400000000);
CREATE OR REPLACE MACRO sf_tz_now() AS sf_tz_fixed(timezone('UTC', now()), CAST(sf_ltz_minutes(now()) AS INTEGER));
-- A time of day in an offset, in that of another moment, in a zone.
CREATE OR REPLACE MACRO sf_stamp_tz(stamp, minutes) AS list_transform([minutes], lambda m: sf_tz(stamp - to_minutes(m), m))[1];
CREATE OR REPLACE MACRO sf_tz_moved(x, stamp) AS sf_stamp_tz(stamp, sf_tz_minutes(x));
CREATE OR REPLACE MACRO sf_tz_at(utc, zone) AS list_transform([utc], lambda u:
    sf_tz(u, date_diff('minute', u, timezone(zone, timezone('UTC', u)))))[1];
CREATE OR REPLACE MACRO sf_ltz_tz(x) AS sf_tz_at(timezone('UTC', x), current_setting('TimeZone'));
CREATE OR REPLACE MACRO sf_ntz_tz(x) AS sf_ltz_tz(CAST(CAST(x AS TIMESTAMP) AS TIMESTAMPTZ));
-- Text.
CREATE OR REPLACE MACRO sf_offset_in(t) AS
    regexp_extract(trim(t), ':\d\d(?:\.\d+)?\s*([+-]\d\d:?\d\d|[+-]\d\d|Z)$', 1);
CREATE OR REPLACE MACRO sf_offset_minutes(text) AS list_transform([text], lambda o: CASE
    WHEN o = 'Z' THEN 0
    WHEN o <> '' THEN CAST(left(o, 1) || '1' AS INTEGER) * (CAST(substr(o, 2, 2) AS INTEGER) * 60
        + CASE WHEN length(o) > 3 THEN CAST(right(o, 2) AS INTEGER) ELSE 0 END) END)[1];
CREATE OR REPLACE MACRO sf_try_tz(t) AS list_transform([t], lambda s: CASE
    WHEN sf_offset_in(s) <> '' THEN sf_stamp_tz(TRY_CAST(sf_bare_stamp(s) AS TIMESTAMP), sf_offset_minutes(sf_offset_in(s)))
    ELSE sf_ltz_tz(sf_try_ltz(s)) END)[1];
CREATE OR REPLACE MACRO sf_to_tz(t) AS list_transform([t], lambda s: CASE
    WHEN s IS NULL THEN NULL
    ELSE coalesce(sf_try_tz(s), CAST(error('Timestamp ''' || s || ''' is not recognized') AS INTERVAL)) END)[1];
-- Of a value whose type nobody knows before DuckDB does.
CREATE OR REPLACE MACRO sf_any_tz(x) AS CASE
    WHEN typeof(x) = 'INTERVAL' THEN TRY_CAST(x AS INTERVAL) ELSE sf_to_tz(CAST(x AS VARCHAR)) END;
-- Read by a format that has an offset in it; without one in the text the session's time zone counts.
CREATE OR REPLACE MACRO sf_tz_read(stamp, t) AS list_transform([struct_pack(i := CAST(stamp AS TIMESTAMPTZ), o := sf_offset_in(t))],
    lambda r: CASE WHEN r.o <> '' THEN sf_tz(timezone('UTC', r.i), sf_offset_minutes(r.o)) ELSE sf_ltz_tz(r.i) END)[1];
CREATE OR REPLACE MACRO sf_offset_hours(m) AS
    CASE WHEN m < 0 THEN '-' ELSE '+' END || lpad(CAST(abs(m) // 60 AS VARCHAR), 2, '0');
CREATE OR REPLACE MACRO sf_offset(m, between) AS CASE
    WHEN m = 0 THEN 'Z' ELSE sf_offset_hours(m) || between || lpad(CAST(abs(m) % 60 AS VARCHAR), 2, '0') END;
CREATE OR REPLACE MACRO sf_tz_text(x) AS list_transform([x], lambda z:
    strftime(sf_tz_local(z), '%Y-%m-%d %H:%M:%S.%g') || ' ' || sf_offset(sf_tz_minutes(z), ''))[1];
CREATE OR REPLACE MACRO sf_ltz_text(x) AS
    strftime(CAST(x AS TIMESTAMP), '%Y-%m-%d %H:%M:%S.%g') || ' ' || sf_offset(sf_ltz_minutes(x), '');
