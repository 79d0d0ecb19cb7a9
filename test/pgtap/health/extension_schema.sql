-- A fix_sql creates an extension beside dbcare, not in the first schema of search_path,
-- whose owner could put functions beside those of the extension.
set client_min_messages = warning;
drop database if exists health_extension;
create database health_extension;
\connect health_extension
set client_min_messages = warning;
create extension pgtap;
create schema "Care ""s""";
create extension dbcare schema "Care ""s""";
create schema first;
set search_path = first, "Care ""s""", public;
select plan(2);
select fix_sql from dbhealth_checks('{"checks": ["integrity_structure"], "level": "full"}') \gexec
select is((select extnamespace::regnamespace::text from pg_extension where extname = 'amcheck'), '"Care ""s"""',
	'amcheck is created in the schema of dbcare');
select is((select severity from dbhealth_checks('{"checks": ["integrity_structure"], "level": "full"}')), 'ok', '... and found there');
select * from finish();
\connect postgres
drop database health_extension;
