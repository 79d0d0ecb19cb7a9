-- A session keeps results for callers who take one of lately.
create table keyless (name text);
select cast(dbhealth_report('{"checks": ["missing_primary_key"], "max_age_ms": 3600000}') as text) like '%later%';
select dbhealth_text('{"checks": ["missing_primary_key"], "max_age_ms": 3600000}') like '%later%';
select dbhealth_html('{"checks": ["missing_primary_key"], "max_age_ms": 3600000}') like '%later%';
create table later (name text);
select cast(dbhealth_report('{"checks": ["missing_primary_key"], "max_age_ms": 3600000}') as text) like '%later%';
select dbhealth_text('{"checks": ["missing_primary_key"], "max_age_ms": 3600000}') like '%later%';
select dbhealth_html('{"checks": ["missing_primary_key"], "max_age_ms": 3600000}') like '%later%';
select dbhealth_metrics('{"checks": ["missing_primary_key"], "max_age_ms": 3600000}') = dbhealth_metrics('{"checks": ["missing_primary_key"], "max_age_ms": 3600000}');
-- without an age, and with other options, it is made anew
select cast(dbhealth_report('{"checks": ["missing_primary_key"]}') as text) like '%later%';
select cast(dbhealth_report('{"checks": ["missing_primary_key"], "max_age_ms": 0}') as text) like '%later%';
select cast(dbhealth_report('{"checks": ["missing_primary_key"], "findings": 0, "max_age_ms": 3600000}') as text) like '%later%';
select dbhealth_text('{"checks": ["missing_primary_key"]}') like '%later%';
select dbhealth_html('{"checks": ["missing_primary_key"]}') like '%later%';
-- what was made in a transaction is not kept: it may be old, or be rolled back
begin;
select dbhealth_text('{"checks": ["missing_primary_key"], "max_age_ms": 3600002}') like '%fourth%';
commit;
create table fourth (name text);
select dbhealth_text('{"checks": ["missing_primary_key"], "max_age_ms": 3600002}') like '%fourth%';
begin;
create table never (name text);
select dbhealth_text('{"checks": ["missing_primary_key"], "max_age_ms": 3600001}') like '%never%';
rollback;
select dbhealth_text('{"checks": ["missing_primary_key"], "max_age_ms": 3600001}') like '%never%';
-- bad values, and functions that keep nothing
select dbhealth_score('{"max_age_ms": 1000}');
select dbhealth_report('{"max_age_ms": -1}');
select dbhealth_report('{"max_age_ms": "1s"}');
