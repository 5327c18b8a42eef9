-- What the provider of the airport data made of its tables: one view, over two of them.
USE ROLE ACCOUNTADMIN;

COMMENT ON DATABASE LAKE IS 'Public flight records of New York in 2013';
COMMENT ON TABLE LAKE.NYC.FLIGHTS IS 'Every flight that left New York in 2013';
COMMENT ON TABLE LAKE.NYC.PLANES IS 'Aircraft by tail number';
COMMENT ON TABLE LAKE.NYC.AIRPORTS IS 'Airports by FAA code';
COMMENT ON TABLE LAKE.NYC.AIRLINES IS 'Carriers by two-letter code';
COMMENT ON TABLE LAKE.NYC.WEATHER IS 'Hourly weather at the three New York airports';

CREATE OR REPLACE VIEW LAKE.NYC.FLEET COMMENT = 'The aircraft that each carrier flew from New York in 2013' AS
SELECT DISTINCT F.CARRIER, P.TAILNUM, P.YEAR, P.TYPE, P.MANUFACTURER, P.MODEL, P.ENGINES, P.SEATS, P.SPEED, P.ENGINE
FROM LAKE.NYC.FLIGHTS F
JOIN LAKE.NYC.PLANES P ON P.TAILNUM = F.TAILNUM;
