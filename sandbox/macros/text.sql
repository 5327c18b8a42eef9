CREATE OR REPLACE MACRO sf_split(t, d) AS CASE
    WHEN t IS NULL OR d IS NULL THEN NULL WHEN d = '' THEN [t] ELSE string_split(t, d) END;
CREATE OR REPLACE MACRO sf_pick(l, n) AS coalesce(l[CASE WHEN n = 0 THEN 1 ELSE n END], '');
CREATE OR REPLACE MACRO sf_split_part(t, d, n) AS CASE
    WHEN t IS NULL OR d IS NULL OR n IS NULL THEN NULL ELSE sf_pick(sf_split(t, d), n) END;
CREATE OR REPLACE MACRO sf_strtok_list(t, d) AS CASE WHEN t IS NULL OR d IS NULL THEN NULL ELSE list_filter(
    string_split(translate(t, d, repeat(d[1], len(d)::INTEGER)), d[1]), lambda x: x <> '') END;
CREATE OR REPLACE MACRO sf_strtok(t, d, n) AS CASE WHEN n > 0 THEN sf_strtok_list(t, d)[n] END;
CREATE OR REPLACE MACRO sf_numbered(l) AS list_transform(l, lambda x, i: {'index': i, 'value': x});
CREATE OR REPLACE MACRO sf_substr_from(t, s) AS CASE
    WHEN s < 0 AND -s > len(t) THEN left(t, 0) ELSE substr(t, CASE WHEN s = 0 THEN 1 ELSE s END) END;
CREATE OR REPLACE MACRO sf_substr(t, s, n) AS CASE WHEN n <= 0 THEN left(t, 0) ELSE substr(sf_substr_from(t, s), 1, n) END;
CREATE OR REPLACE MACRO sf_position(needle, t, s) AS CASE
    WHEN needle IS NULL OR t IS NULL THEN NULL
    WHEN needle = '' THEN least(s, len(t) + 1)
    WHEN instr(substr(t, greatest(s, 1)), needle) = 0 THEN 0
    ELSE instr(substr(t, greatest(s, 1)), needle) + greatest(s, 1) - 1 END;
CREATE OR REPLACE MACRO sf_insert(t, s, n, i) AS left(t, CAST(s - 1 AS INTEGER)) || i || substr(t, s + n);
CREATE OR REPLACE MACRO sf_initcap(t, d) AS array_to_string(list_transform(string_split(t, ''),
    lambda c, i: CASE WHEN i = 1 OR contains(d, t[i - 1]) THEN upper(c) ELSE lower(c) END), '');
CREATE OR REPLACE MACRO sf_regexp_substr(t, p, start, n, options, g) AS
    regexp_extract_all(substr(t, start), p, CAST(g AS INTEGER), options)[n];
CREATE OR REPLACE MACRO sf_regexp_count(t, p, start, options) AS len(regexp_extract_all(substr(t, start), p, 0, options));
CREATE OR REPLACE MACRO sf_regexp_instr(t, p, start, options) AS CASE
    WHEN t IS NULL OR p IS NULL THEN NULL
    WHEN regexp_matches(substr(t, start), p, options)
    THEN instr(substr(t, start), regexp_extract(substr(t, start), p, 0, options)) + start - 1 ELSE 0 END;
CREATE OR REPLACE MACRO sf_soundex_codes(t) AS translate(upper(regexp_replace(t, '[^A-Za-z]', '', 'g')),
    'BFPVCGJKQSXZDTLMNRAEIOUYHW', '11112222222233455600000099');
CREATE OR REPLACE MACRO sf_soundex_folded(codes) AS
    regexp_replace(replace(codes, '9', ''), '1+', '1', 'g');
CREATE OR REPLACE MACRO sf_soundex_once(c) AS regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
    sf_soundex_folded(c), '2+', '2', 'g'), '3+', '3', 'g'), '4+', '4', 'g'), '5+', '5', 'g'), '6+', '6', 'g');
CREATE OR REPLACE MACRO sf_soundex(t) AS CASE
    WHEN t IS NULL THEN NULL WHEN NOT regexp_matches(t, '[A-Za-z]') THEN ''
    ELSE rpad(upper(regexp_extract(t, '[A-Za-z]')) || replace(substr(sf_soundex_once(sf_soundex_codes(t)),
        CASE WHEN left(sf_soundex_codes(t), 1) = '9' THEN 1 ELSE 2 END), '0', ''), 4, '0')[1:4] END;
CREATE OR REPLACE MACRO sf_fitting(t, n) AS CASE
    WHEN t IS NULL OR len(t) <= n THEN t
    ELSE error('String ''' || t || ''' is too long and would be truncated') END;
