-- The report as text, and what a report leaves out unless it is asked for.
create table parent (id integer primary key, name text);
create table bare (a integer);
create table wide (id integer primary key, a1 integer references wide (id), a2 integer references wide (id), a3 integer references wide (id));
select dbhealth_text('{"checks": ["missing_primary_key"]}') like '%Health: 100 of 100 (healthy)   %, no migrations%Checks: 0 critical, 0 warnings, 1 info, 0 ok%';
select replace(dbhealth_text('{"checks": ["missing_primary_key"]}'), 'public.', '') like '%  INFO      bare has no primary key and no unique key of columns that are NOT NULL%            Add a primary key to bare.%';
select dbhealth_text('{"checks": ["duplicate_indexes"]}') like '%  Nothing to do.%';
-- findings fold
select dbhealth_text('{"checks": ["missing_fk_index"], "findings": 1}') like '%  And 2 more missing_fk_index findings: select * from dbhealth_checks(%';
select dbhealth_text('{"checks": ["missing_fk_index"]}') like '% more missing_fk_index finding%';
select dbhealth_report('{"checks": ["missing_fk_index"]}') -> 'cap';
-- a cap of the score is explained
select dbcheck_rule_add('never', 'parent', 'id is null', '{"severity": "critical"}') is not null;
insert into parent values (1, 'x');
select dbhealth_report('{"checks": ["data_rules_failed"]}') ->> 'score', replace(dbhealth_report('{"checks": ["data_rules_failed"]}') ->> 'cap', 'public.', '');
select replace(dbhealth_text('{"checks": ["data_rules_failed"]}'), 'public.', '') like '%  Score capped at 79 because data_rules_failed is critical: parent: 1 row violates the rule never%  CRITICAL  parent: 1 row violates the rule never  (-15)%';
select replace(dbhealth_html('{"checks": ["data_rules_failed"]}'), 'public.', '') like '%Score capped at 79 because data_rules_failed is critical: parent: 1 row violates the rule never%';
-- checks that were not run are listed on request only
select count(*) from dbhealth_checks() where severity in ('skipped', 'not_applicable');
select count(*) > 10 from dbhealth_checks('{"verbose": true}') where severity in ('skipped', 'not_applicable');
select dbhealth_report() ->> 'checks' like '%not_applicable%', dbhealth_report('{"verbose": true}') ->> 'checks' like '%not_applicable%';
select cast(dbhealth_report() -> 'summary' ->> 'not_applicable' as integer) > 0;
select dbhealth_text() like '%NOT APPLICABLE  %', dbhealth_text('{"verbose": true}') like '%  NOT APPLICABLE  %';
select count(*) from dbhealth_checks('{"checks": ["foreign_keys_disabled", "xid_wraparound"]}') where severity = 'not_applicable';
select dbhealth_text('{"verbos": true}');
