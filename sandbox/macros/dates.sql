-- Text as dates and times: ISO first, then the other forms that Snowflake's AUTO knows; digits are an epoch.
CREATE OR REPLACE MACRO sf_tidy(t) AS regexp_replace(
    regexp_replace(trim(t), '(:\d\d(?:\.\d+)?)\s*Z$', '\1+00'), '\s+([+-]\d\d:?\d\d|[+-]\d\d)$', '\1');
CREATE OR REPLACE MACRO sf_bare_stamp(t) AS regexp_replace(sf_tidy(t), '(:\d\d(\.\d+)?)\s*([+-]\d\d:?\d\d|[+-]\d\d|Z)$', '\1');
CREATE OR REPLACE MACRO sf_from_epoch(x, scale) AS make_timestamp(
    CAST(round(CAST(x AS DECIMAL(38,9)) * CAST(1000000 AS DECIMAL(38,0)) / pow(10, scale)) AS BIGINT));
CREATE OR REPLACE MACRO sf_epoch_number(n) AS make_timestamp(CAST(CASE
    WHEN abs(n) < 31536000000 THEN n * 1000000
    WHEN abs(n) < 31536000000000 THEN n * 1000
    WHEN abs(n) < 31536000000000000 THEN n
    ELSE n // 1000 END AS BIGINT));
CREATE OR REPLACE MACRO sf_epoch_text(t) AS sf_epoch_number(TRY_CAST(t AS HUGEINT));
CREATE OR REPLACE MACRO sf_other_forms(t) AS CAST(try_strptime(trim(t), ['%d-%b-%Y', '%m/%d/%Y', '%d-%b-%Y %H:%M:%S',
    '%m/%d/%Y %H:%M:%S', '%a, %d %b %Y %H:%M:%S', '%Y%m%d', '%Y-%m-%dT%H', '%Y-%m-%d %H']) AS TIMESTAMP);
CREATE OR REPLACE MACRO sf_try_ntz(t) AS CASE
    WHEN regexp_full_match(trim(t), '-?\d{1,20}') AND NOT regexp_full_match(trim(t), '\d{8}') THEN sf_epoch_text(trim(t))
    ELSE coalesce(TRY_CAST(sf_bare_stamp(t) AS TIMESTAMP), sf_other_forms(t)) END;
CREATE OR REPLACE MACRO sf_to_ntz(t) AS CASE
    WHEN t IS NULL THEN NULL
    ELSE coalesce(sf_try_ntz(t), CAST(error('Timestamp ''' || t || ''' is not recognized') AS TIMESTAMP)) END;
CREATE OR REPLACE MACRO sf_try_ltz(t) AS CASE
    WHEN regexp_full_match(trim(t), '-?\d{1,20}') THEN timezone('UTC', sf_epoch_text(trim(t)))
    ELSE coalesce(TRY_CAST(sf_tidy(t) AS TIMESTAMPTZ), CAST(sf_other_forms(t) AS TIMESTAMPTZ)) END;
CREATE OR REPLACE MACRO sf_to_ltz(t) AS CASE
    WHEN t IS NULL THEN NULL
    ELSE coalesce(sf_try_ltz(t), CAST(error('Timestamp ''' || t || ''' is not recognized') AS TIMESTAMPTZ)) END;
CREATE OR REPLACE MACRO sf_try_date(t) AS CAST(sf_try_ntz(t) AS DATE);
CREATE OR REPLACE MACRO sf_to_date(t) AS CASE
    WHEN t IS NULL THEN NULL
    ELSE coalesce(CAST(sf_try_ntz(t) AS DATE), CAST(error('Date ''' || t || ''' is not recognized') AS DATE)) END;
CREATE OR REPLACE MACRO sf_strptime(t, form) AS CASE
    WHEN t IS NULL THEN NULL
    ELSE coalesce(try_strptime(t, form), error('Can''t parse ''' || t || ''' as date with format')) END;
-- As text.
CREATE OR REPLACE MACRO sf_ntz_text(x) AS strftime(x, '%Y-%m-%d %H:%M:%S.%g');
CREATE OR REPLACE MACRO sf_time_text(x) AS left(CAST(x AS VARCHAR), 8);
CREATE OR REPLACE MACRO sf_time_stamp(x) AS DATE '1970-01-01' + CAST(x AS TIME);
-- Moving and measuring.
CREATE OR REPLACE MACRO sf_add_months(d, n) AS CASE
    WHEN CAST(d AS DATE) = last_day(CAST(d AS DATE))
    THEN d + to_months(n) + to_days(CAST(date_diff('day', CAST(d + to_months(n) AS DATE),
        last_day(CAST(d + to_months(n) AS DATE))) AS INTEGER))
    ELSE d + to_months(n) END;
CREATE OR REPLACE MACRO sf_weeks_between(a, b) AS date_diff('day', date_trunc('week', a), date_trunc('week', b)) // 7;
CREATE OR REPLACE MACRO sf_trunc_time(unit, t) AS CAST(date_trunc(unit, DATE '1970-01-01' + t) AS TIME);
CREATE OR REPLACE MACRO sf_epoch_s(x) AS CAST(floor(epoch(x)) AS BIGINT);
CREATE OR REPLACE MACRO sf_nanos(x) AS (date_part('microsecond', x) % 1000000) * 1000;
CREATE OR REPLACE MACRO sf_weekday(name) AS CASE left(lower(name), 2)
    WHEN 'su' THEN 0 WHEN 'mo' THEN 1 WHEN 'tu' THEN 2 WHEN 'we' THEN 3 WHEN 'th' THEN 4 WHEN 'fr' THEN 5 WHEN 'sa' THEN 6
    ELSE CAST(error('Invalid day of week ' || name) AS INTEGER) END;
CREATE OR REPLACE MACRO sf_next_day(d, name) AS CAST(d AS DATE)
    + CAST(((sf_weekday(name) - date_part('dayofweek', d) + 6) % 7) + 1 AS INTEGER);
CREATE OR REPLACE MACRO sf_previous_day(d, name) AS CAST(d AS DATE)
    - CAST(((date_part('dayofweek', d) - sf_weekday(name) + 6) % 7) + 1 AS INTEGER);
CREATE OR REPLACE MACRO sf_months_between(a, b) AS CAST(
    date_diff('month', CAST(b AS DATE), CAST(a AS DATE)) + CASE
        WHEN day(a) = day(b) OR (CAST(a AS DATE) = last_day(CAST(a AS DATE)) AND CAST(b AS DATE) = last_day(CAST(b AS DATE)))
        THEN 0
        ELSE (day(a) - day(b) + (epoch(a) % 86400 - epoch(b) % 86400) / 86400.0) / 31.0 END AS DECIMAL(38,6));
CREATE OR REPLACE MACRO sf_date_from_parts(y, m, d) AS CAST(make_date(CAST(y AS BIGINT), 1, 1)
    + to_months(CAST(m AS INTEGER) - 1) + to_days(CAST(d AS INTEGER) - 1) AS DATE);
CREATE OR REPLACE MACRO sf_stamp_from_parts(y, m, d, h, mi, s, ns) AS CAST(sf_date_from_parts(y, m, d) AS TIMESTAMP)
    + to_hours(CAST(h AS BIGINT)) + to_minutes(CAST(mi AS BIGINT)) + to_seconds(CAST(s AS BIGINT))
    + to_microseconds(CAST(ns AS BIGINT) // 1000);
CREATE OR REPLACE MACRO sf_time_from_parts(h, mi, s, ns) AS CAST(
    sf_stamp_from_parts(1970, 1, 1, h, mi, s, ns) AS TIME);
