-- Metrics: the same families, labels and values on both engines.
create table keyless (name text);
select dbhealth_metrics('{"checks": ["missing_primary_key"]}') like '# TYPE dbhealth_up gauge%';
select dbhealth_metrics('{"checks": ["missing_primary_key"]}') like '%dbhealth_check_status{engine="%",database="%",check="missing_primary_key",category="constraints"} 1%';
select dbhealth_metrics('{"checks": ["missing_primary_key"]}') like '%dbhealth_check_findings{engine="%",database="%",check="missing_primary_key",severity="info"} 1%';
select dbhealth_metrics('{"checks": ["missing_primary_key"]}') like '%dbhealth_check_findings{engine="%",database="%",check="missing_primary_key",severity="critical"} 0%';
select dbhealth_metrics('{"checks": ["missing_primary_key"]}') like '%dbhealth_coverage_ratio{engine="%",database="%"} 1%# EOF';
-- nothing of a table in it
select dbhealth_metrics('{"checks": ["missing_primary_key"]}') like '%keyless%';
-- what nobody has looked at is not there
select dbhealth_metrics('{"checks": ["orphaned_rows", "missing_primary_key"]}') like '%dbcheck_orphaned_rows{engine="%",database="%"} 0%';
select dbhealth_metrics('{"categories": ["constraints"]}') like '%dbcheck_orphaned_rows{%';
-- monitoring, once there is something of it
select dbhealth_metrics('{"checks": ["missing_primary_key"]}') like '%dbmonitor_alerts{%';
select dbcare_set('log_keep_days', '30') is not null;
select dbhealth_metrics('{"checks": ["missing_primary_key"]}') like '%dbmonitor_alerts{engine="%",database="%",severity="critical",state="firing"} 0%';
-- options are those of the report
select dbhealth_metrics('{"check": ["missing_primary_key"]}');
