-- The page: the same on both engines but for what it tells of them.
create table "<script>alert(1)</script>" (a integer);
select dbhealth_html('{"checks": ["missing_primary_key"]}') like '<!DOCTYPE html>%</html>';
select dbhealth_html('{"checks": ["missing_primary_key"]}') like '%<title>%: healthy, 100 of 100</title>%';
select dbhealth_html('{"checks": ["missing_primary_key"]}') like '%&lt;script&gt;alert(1)&lt;/script&gt;&quot; has no primary key and no unique key%';
select dbhealth_html('{"checks": ["missing_primary_key"]}') like '%<script>alert%';
select dbhealth_html('{"checks": ["missing_primary_key"]}') like '%<h2 id="alerts-heading">Alerts</h2>%<h2 id="growth-heading">Growth</h2>%<h2 id="migrations-heading">Migrations</h2>%';
select dbhealth_html('{"checks": ["missing_primary_key"]}') like '%This database is not monitored%';
-- with dbcare's tables
select dbmigrate_add('7', 'seven', 'select 1') is not null;
select dbhealth_html('{"checks": ["missing_primary_key"]}') like '%<p>No alerts are raised.</p>%<p>1 migration is pending.</p>%';
-- options are those of the report
select dbhealth_html('{"page": 1}');
