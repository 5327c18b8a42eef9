-- Division rounds half away from zero; exact while it fits into 38 digits, by floating point beyond.
CREATE OR REPLACE MACRO sf_checked(b) AS CASE WHEN b = 0 THEN error('Division by zero') ELSE b END;
CREATE OR REPLACE MACRO sf_quotient(n, d) AS
    (2 * abs(n) + abs(d)) // (2 * abs(d)) * CASE WHEN (n < 0) <> (d < 0) THEN -1 ELSE 1 END;
CREATE OR REPLACE MACRO sf_div_safe(a, b, up, upb, unit, most) AS CASE
    WHEN a IS NULL OR b IS NULL THEN NULL
    WHEN abs(a) < most THEN CAST(sf_quotient(CAST(a * up AS HUGEINT), CAST(b * upb AS HUGEINT)) AS DECIMAL(38,0)) * unit
    ELSE CAST(CAST(a AS DOUBLE) / CAST(b AS DOUBLE) / CAST(unit AS DOUBLE) AS DECIMAL(38,0)) * unit END;
CREATE OR REPLACE MACRO sf_div(a, b, up, upb, unit, most) AS sf_div_safe(a, sf_checked(b), up, upb, unit, most);
CREATE OR REPLACE MACRO sf_div_nulled(a, b, up, upb, unit, most) AS sf_div_safe(a, nullif(b, 0), up, upb, unit, most);
CREATE OR REPLACE MACRO sf_div_zeroed(a, b, up, upb, unit, most) AS CASE
    WHEN b = 0 THEN CAST(0 AS DECIMAL(38,0)) * unit ELSE sf_div_safe(a, nullif(b, 0), up, upb, unit, most) END;
CREATE OR REPLACE MACRO sf_div_float(a, b) AS CAST(a AS DOUBLE) / sf_checked(CAST(b AS DOUBLE));
CREATE OR REPLACE MACRO sf_div_null(a, b) AS CAST(a AS DOUBLE) / nullif(CAST(b AS DOUBLE), 0);
CREATE OR REPLACE MACRO sf_div0(a, b) AS CASE WHEN b = 0 THEN 0 ELSE CAST(a AS DOUBLE) / nullif(CAST(b AS DOUBLE), 0) END;
CREATE OR REPLACE MACRO sf_mod(a, b) AS a % sf_checked(b);
CREATE OR REPLACE MACRO sf_power10(n) AS CAST(pow(10, n) AS DOUBLE);
CREATE OR REPLACE MACRO sf_round(x, n) AS round(CAST(x AS DOUBLE) * sf_power10(n)) / sf_power10(n);
CREATE OR REPLACE MACRO sf_trunc(x, n) AS trunc(CAST(x AS DOUBLE) * sf_power10(n)) / sf_power10(n);
CREATE OR REPLACE MACRO sf_numeric(t) AS CASE
    WHEN t IS NULL OR regexp_full_match(trim(t), '[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?') THEN trim(t)
    ELSE error('Numeric value ''' || t || ''' is not recognized') END;
CREATE OR REPLACE MACRO sf_bitand(a, b) AS CAST(CAST(a AS BIGINT) & CAST(b AS BIGINT) AS DECIMAL(38,0));
CREATE OR REPLACE MACRO sf_bitor(a, b) AS CAST(CAST(a AS BIGINT) | CAST(b AS BIGINT) AS DECIMAL(38,0));
CREATE OR REPLACE MACRO sf_bitxor(a, b) AS CAST(xor(CAST(a AS BIGINT), CAST(b AS BIGINT)) AS DECIMAL(38,0));
CREATE OR REPLACE MACRO sf_bitleft(a, b) AS CAST(CAST(a AS BIGINT) << CAST(b AS BIGINT) AS DECIMAL(38,0));
CREATE OR REPLACE MACRO sf_bitright(a, b) AS CAST(CAST(a AS BIGINT) >> CAST(b AS BIGINT) AS DECIMAL(38,0));
CREATE OR REPLACE MACRO sf_bitnot(a) AS CAST(~CAST(a AS BIGINT) AS DECIMAL(38,0));
CREATE OR REPLACE MACRO sf_hash(l) AS CAST(CAST(md5_number_lower(CAST(l AS VARCHAR)) AS HUGEINT) - 9223372036854775808 AS DECIMAL(38,0));
CREATE OR REPLACE MACRO sf_random() AS CAST(floor((random() - 0.5) * 18446744073709551615) AS DECIMAL(38,0));
CREATE OR REPLACE MACRO sf_width_bucket(x, low, high, n) AS CAST(CASE
    WHEN x < low THEN 0 WHEN x >= high THEN n + 1
    ELSE floor(CAST(x - low AS DOUBLE) / CAST(high - low AS DOUBLE) * n) + 1 END AS DECIMAL(38,0));
CREATE OR REPLACE MACRO sf_float_text(x) AS CASE
    WHEN isnan(x) THEN 'NaN' WHEN isinf(x) THEN CASE WHEN x > 0 THEN 'inf' ELSE '-inf' END
    ELSE format('{:.15g}', CAST(x AS DOUBLE)) END;
CREATE OR REPLACE MACRO sf_commas(digits) AS ltrim(reverse(regexp_replace(reverse(digits), '(\d\d\d)', '\1,', 'g')), ',');
CREATE OR REPLACE MACRO sf_whole(x, forced) AS CASE
    WHEN forced = 0 AND trunc(abs(x)) = 0 THEN '' ELSE lpad(CAST(CAST(trunc(abs(x)) AS DECIMAL(38,0)) AS VARCHAR),
        greatest(forced, len(CAST(CAST(trunc(abs(x)) AS DECIMAL(38,0)) AS VARCHAR)))::INTEGER, '0') END;
CREATE OR REPLACE MACRO sf_number_body(x, fraction, forced, grouped, dollar) AS dollar
    || CASE WHEN grouped THEN sf_commas(sf_whole(x, forced)) ELSE sf_whole(x, forced) END
    || CASE WHEN fraction > 0 THEN '.' || right(CAST(abs(x) AS VARCHAR), fraction::INTEGER) ELSE '' END;
CREATE OR REPLACE MACRO sf_signed(body, negative, sign) AS CASE sign
    WHEN 'S' THEN CASE WHEN negative THEN '-' ELSE '+' END || body
    WHEN 'TS' THEN body || CASE WHEN negative THEN '-' ELSE '+' END
    WHEN 'TMI' THEN body || CASE WHEN negative THEN '-' ELSE ' ' END
    ELSE CASE WHEN negative THEN '-' ELSE '' END || body END;
CREATE OR REPLACE MACRO sf_number_text(x, whole, fraction, forced, grouped, dollar, sign, bare, width) AS CASE
    WHEN x IS NULL THEN NULL
    WHEN len(CAST(CAST(trunc(abs(x)) AS DECIMAL(38,0)) AS VARCHAR)) > whole AND trunc(abs(x)) > 0
        THEN repeat('#', (width + 1)::INTEGER)
    WHEN bare THEN sf_signed(sf_number_body(x, fraction, forced, grouped, dollar), x < 0, sign)
    ELSE lpad(sf_signed(sf_number_body(x, fraction, forced, grouped, dollar), x < 0, sign), (width + 1)::INTEGER, ' ') END;
CREATE OR REPLACE MACRO sf_hex(x, width) AS CASE
    WHEN len(to_hex(x)) > width THEN repeat('#', (width + 1)::INTEGER) ELSE lpad(to_hex(x), (width + 1)::INTEGER, ' ') END;
CREATE OR REPLACE MACRO sf_from_hex(t) AS CAST('0x' || trim(t) AS HUGEINT);
CREATE OR REPLACE MACRO sf_plain(t) AS CASE
    WHEN regexp_full_match(trim(t), '.*-') THEN '-' || rtrim(regexp_replace(trim(t), '[$, ]', '', 'g'), '-')
    ELSE regexp_replace(trim(t), '[$, +]', '', 'g') END;
CREATE OR REPLACE MACRO sf_unformat(t) AS sf_numeric(sf_plain(t));
CREATE OR REPLACE MACRO sf_try_unformat(t) AS sf_plain(t);
CREATE OR REPLACE MACRO sf_to_boolean(t) AS CASE
    WHEN t IS NULL THEN NULL
    WHEN lower(t) IN ('true', 't', 'yes', 'y', 'on', '1') THEN TRUE
    WHEN lower(t) IN ('false', 'f', 'no', 'n', 'off', '0') THEN FALSE
    ELSE CAST(error('Boolean value ''' || t || ''' is not recognized') AS BOOLEAN) END;
CREATE OR REPLACE MACRO sf_try_boolean(t) AS CASE
    WHEN lower(t) IN ('true', 't', 'yes', 'y', 'on', '1') THEN TRUE
    WHEN lower(t) IN ('false', 'f', 'no', 'n', 'off', '0') THEN FALSE END;
