-- VARIANT, OBJECT and ARRAY are JSON here; keys of an object stand in order, as in Snowflake.
CREATE OR REPLACE MACRO sf_v_text(v) AS CAST(v AS JSON) ->> '$';
CREATE OR REPLACE MACRO sf_normal(v) AS CASE
    WHEN regexp_matches(CAST(v AS VARCHAR), '[0-9]{17}') OR NOT contains(CAST(v AS VARCHAR), '{') THEN json(v)
    ELSE CAST(CAST(CAST(v AS JSON) AS VARIANT) AS JSON) END;
CREATE OR REPLACE MACRO sf_parse(t) AS CASE
    WHEN t IS NULL OR trim(t) = '' THEN NULL
    WHEN json_valid(t) THEN sf_normal(t)
    ELSE error('Error parsing JSON: ' || t) END::JSON;
CREATE OR REPLACE MACRO sf_try_parse(t) AS CASE
    WHEN t IS NULL OR trim(t) = '' OR NOT json_valid(t) THEN NULL ELSE sf_normal(t) END::JSON;
CREATE OR REPLACE MACRO sf_check_json(t) AS CASE WHEN t IS NULL OR json_valid(t) THEN NULL ELSE 'invalid JSON' END;
CREATE OR REPLACE MACRO sf_float_json(x) AS CASE
    WHEN x = trunc(x) AND abs(x) < 1e15 THEN CAST(CAST(CAST(x AS BIGINT) AS VARCHAR) AS JSON) ELSE to_json(x) END;
CREATE OR REPLACE MACRO sf_number_json(x) AS CAST(rtrim(rtrim(CAST(x AS VARCHAR), '0'), '.') AS JSON);
CREATE OR REPLACE MACRO sf_to_array(v) AS CASE
    WHEN v IS NULL OR json_type(v) = 'NULL' THEN NULL
    WHEN json_type(v) = 'ARRAY' THEN v ELSE CAST('[' || CAST(v AS VARCHAR) || ']' AS JSON) END;
CREATE OR REPLACE MACRO sf_to_object(v) AS CASE
    WHEN v IS NULL OR json_type(v) = 'NULL' THEN NULL
    WHEN json_type(v) = 'OBJECT' THEN v
    ELSE CAST(error('Failed to cast variant value ' || CAST(v AS VARCHAR) || ' to OBJECT') AS JSON) END;
CREATE OR REPLACE MACRO sf_typeof(v) AS CASE json_type(CAST(v AS JSON))
    WHEN 'VARCHAR' THEN 'VARCHAR' WHEN 'BOOLEAN' THEN 'BOOLEAN' WHEN 'NULL' THEN 'NULL_VALUE'
    WHEN 'ARRAY' THEN 'ARRAY' WHEN 'OBJECT' THEN 'OBJECT'
    WHEN 'DOUBLE' THEN CASE WHEN regexp_matches(CAST(v AS VARCHAR), '[eE]') THEN 'DOUBLE'
        WHEN contains(CAST(v AS VARCHAR), '.') AND NOT regexp_full_match(CAST(v AS VARCHAR), '-?\d+\.0+') THEN 'DECIMAL'
        ELSE 'INTEGER' END
    WHEN NULL THEN NULL ELSE 'INTEGER' END;
CREATE OR REPLACE MACRO sf_pointer_part(k) AS '/' || replace(replace(k, '~', '~0'), '/', '~1');
CREATE OR REPLACE MACRO sf_get_key(v, k) AS CASE WHEN json_type(v) = 'OBJECT' THEN json_extract(v, sf_pointer_part(k)) END;
CREATE OR REPLACE MACRO sf_get_index(v, i) AS CASE
    WHEN json_type(v) = 'ARRAY' AND i >= 0 THEN json_extract(v, '/' || CAST(i AS VARCHAR)) END;
CREATE OR REPLACE MACRO sf_path_pointer(p) AS CASE WHEN p = '' THEN '' ELSE
    '/' || regexp_replace(replace(replace(regexp_replace(p, '\["?([^\]"]*)"?\]', '.\1', 'g'), '~', '~0'), '/', '~1'), '^\.', '') END;
CREATE OR REPLACE MACRO sf_get_path(v, p) AS json_extract(v, replace(sf_path_pointer(p), '.', '/'));
CREATE OR REPLACE MACRO sf_get_ignore_case(v, k) AS json_extract(v, sf_pointer_part(
    coalesce(list_filter(json_keys(v), lambda x: x = k)[1], list_filter(json_keys(v), lambda x: lower(x) = lower(k))[1])));
-- A pair is a list of two texts: the key, and the value's JSON.
CREATE OR REPLACE MACRO sf_join_pairs(pairs) AS CAST('{' || array_to_string(list_transform(
    list_sort(CAST(pairs AS VARCHAR[][])), lambda p: CAST(to_json(p[1]) AS VARCHAR) || ':' || p[2]), ',') || '}' AS JSON);
CREATE OR REPLACE MACRO sf_object(ks, vs) AS sf_join_pairs(coalesce(list_transform(list_filter(
    list_zip(ks, vs), lambda x: x[1] IS NOT NULL AND x[2] IS NOT NULL),
    lambda x: [CAST(x[1] AS VARCHAR), CAST(x[2] AS VARCHAR)]), []));
CREATE OR REPLACE MACRO sf_object_pairs(o) AS list_transform(
    json_keys(o), lambda k: [k, CAST(json_extract(o, sf_pointer_part(k)) AS VARCHAR)]);
CREATE OR REPLACE MACRO sf_object_insert(o, k, v, renew) AS CASE
    WHEN v IS NULL THEN o
    WHEN NOT renew AND list_contains(json_keys(o), k) THEN CAST(error('Duplicate field key ''' || k || '''') AS JSON)
    ELSE sf_join_pairs(list_append(
        list_filter(sf_object_pairs(o), lambda p: p[1] <> k), [k, CAST(v AS VARCHAR)])) END;
CREATE OR REPLACE MACRO sf_object_delete(o, ks) AS sf_join_pairs(
    list_filter(sf_object_pairs(o), lambda p: NOT list_contains(ks, p[1])));
CREATE OR REPLACE MACRO sf_object_pick(o, ks) AS sf_join_pairs(
    list_filter(sf_object_pairs(o), lambda p: list_contains(ks, p[1])));
CREATE OR REPLACE MACRO sf_strip_null(v) AS CASE WHEN json_type(v) = 'NULL' THEN NULL ELSE v END;
-- Arrays.
CREATE OR REPLACE MACRO sf_list(v) AS CASE WHEN json_type(v) = 'ARRAY' THEN json_extract(v, '$[*]') END;
CREATE OR REPLACE MACRO sf_texts(v) AS list_transform(sf_list(v), lambda x: x ->> '$');
CREATE OR REPLACE MACRO sf_array_size(v) AS CASE WHEN json_type(v) = 'ARRAY' THEN json_array_length(v) END;
CREATE OR REPLACE MACRO sf_array_cat(a, b) AS CASE
    WHEN a IS NOT NULL AND b IS NOT NULL THEN to_json(list_concat(sf_list(a), sf_list(b))) END;
CREATE OR REPLACE MACRO sf_array_append(a, v) AS to_json(list_append(sf_list(a), CAST(v AS JSON)));
CREATE OR REPLACE MACRO sf_array_prepend(a, v) AS to_json(list_prepend(CAST(v AS JSON), sf_list(a)));
CREATE OR REPLACE MACRO sf_array_contains(a, v) AS list_contains(sf_list(a), CAST(v AS JSON));
CREATE OR REPLACE MACRO sf_array_position(a, v) AS nullif(list_position(sf_list(a), CAST(v AS JSON)), 0) - 1;
CREATE OR REPLACE MACRO sf_array_remove(a, v) AS to_json(list_filter(sf_list(a), lambda x: x <> CAST(v AS JSON)));
CREATE OR REPLACE MACRO sf_at(n, size) AS CASE WHEN n < 0 THEN n + size ELSE n END;
CREATE OR REPLACE MACRO sf_array_slice(a, f, t) AS to_json(
    list_slice(sf_list(a), sf_at(f, json_array_length(a)) + 1, sf_at(t, json_array_length(a))));
CREATE OR REPLACE MACRO sf_array_to_string(a, s) AS CASE WHEN s IS NOT NULL THEN
    array_to_string(list_transform(sf_list(a), lambda x: coalesce(x ->> '$', '')), s) END;
CREATE OR REPLACE MACRO sf_array_distinct(a) AS to_json(list_transform(list_filter(
    list_zip(sf_list(a), range(json_array_length(a)::BIGINT)),
    lambda x: list_position(sf_list(a), x[1]) = x[2] + 1), lambda x: x[1]));
CREATE OR REPLACE MACRO sf_array_compact(a) AS to_json(list_filter(sf_list(a), lambda x: json_type(x) <> 'NULL'));
CREATE OR REPLACE MACRO sf_array_reverse(a) AS to_json(list_reverse(sf_list(a)));
CREATE OR REPLACE MACRO sf_array_flatten(a) AS to_json(flatten(list_transform(sf_list(a), lambda x: sf_list(x))));
CREATE OR REPLACE MACRO sf_rank(x) AS {'n': TRY_CAST(x ->> '$' AS DOUBLE), 't': x ->> '$', 'v': x};
CREATE OR REPLACE MACRO sf_ranked(a) AS list_sort(list_transform(
    list_filter(sf_list(a), lambda x: json_type(x) <> 'NULL'), lambda x: sf_rank(x)));
CREATE OR REPLACE MACRO sf_array_min(a) AS sf_ranked(a)[1].v;
CREATE OR REPLACE MACRO sf_array_max(a) AS sf_ranked(a)[-1].v;
CREATE OR REPLACE MACRO sf_array_sort(a, way) AS to_json(list_transform(
    CASE WHEN way = 'DESC' THEN list_reverse(sf_ranked(a)) ELSE sf_ranked(a) END, lambda x: x.v));
CREATE OR REPLACE MACRO sf_array_intersection(a, b) AS to_json(
    list_filter(sf_list(a), lambda x: list_contains(sf_list(b), x)));
CREATE OR REPLACE MACRO sf_array_except(a, b) AS to_json(
    list_filter(sf_list(a), lambda x: NOT list_contains(sf_list(b), x)));
CREATE OR REPLACE MACRO sf_array_overlap(a, b) AS list_has_any(sf_list(a), sf_list(b));
-- FLATTEN.
CREATE OR REPLACE MACRO sf_inner_path(prefix, p) AS prefix
    || CASE WHEN prefix = '' THEN regexp_replace(substr(p, 2), '^\.', '') ELSE substr(p, 2) END;
CREATE OR REPLACE MACRO sf_entries(v, prefix) AS (
    SELECT list({'key': CASE WHEN json_type(v) = 'OBJECT' THEN key END, 'path': sf_inner_path(prefix, fullkey),
        'index': CASE WHEN json_type(v) = 'ARRAY' THEN CAST(key AS BIGINT) END, 'value': value, 'this': v} ORDER BY id)
    FROM json_each(v));
CREATE OR REPLACE MACRO sf_entries_deep(v, prefix, mode) AS (
    SELECT list({'key': CASE WHEN json_type(v, path) = 'OBJECT' THEN key END, 'path': sf_inner_path(prefix, fullkey),
        'index': CASE WHEN json_type(v, path) = 'ARRAY' THEN CAST(key AS BIGINT) END, 'value': value,
        'this': json_extract(v, path)} ORDER BY id)
    FROM json_tree(v) WHERE fullkey <> '$' AND (upper(mode) = 'BOTH' OR json_type(v, path) = upper(mode)));
CREATE OR REPLACE MACRO sf_mode(v, mode) AS CASE
    WHEN json_type(v) NOT IN ('ARRAY', 'OBJECT') THEN NULL
    WHEN upper(mode) = 'BOTH' OR upper(mode) = json_type(v) THEN v END;
CREATE OR REPLACE MACRO sf_or_one(entries, v, keep) AS CASE
    WHEN keep AND (entries IS NULL OR len(entries) = 0)
    THEN [{'key': NULL::VARCHAR, 'path': '', 'index': NULL::BIGINT, 'value': NULL::JSON, 'this': v}] ELSE entries END;
CREATE OR REPLACE MACRO sf_flatten_at(v, prefix, keep, mode) AS sf_or_one(sf_entries(sf_mode(v, mode), prefix), v, keep);
CREATE OR REPLACE MACRO sf_flatten(v, prefix, keep, mode) AS sf_flatten_at(sf_get_path(v, prefix), prefix, keep, mode);
CREATE OR REPLACE MACRO sf_flatten_deep(v, prefix, keep, mode) AS sf_or_one(
    sf_entries_deep(CAST(sf_get_path(v, prefix) AS JSON), prefix, mode), v, keep);
