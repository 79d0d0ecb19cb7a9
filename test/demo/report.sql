-- Prints the health report as a person would want to read it.
create temp table if not exists report (document text);
delete from report;
insert into report select dbhealth_report('{"level": "full"}');

.mode list
.headers off
select printf('  Health: %d of 100 (%s)   %s %s, %.1f MB, migrations at %s, %d pending',
	document ->> '$.score', document ->> '$.status', document ->> '$.engine',
	document ->> '$.engine_version', (document ->> '$.size_bytes') / 1e6,
	document ->> '$.migrations.version', document ->> '$.migrations.pending')
from report;
select printf('  Checks: %d critical, %d warning, %d info, %d ok, %d not run, %d not applicable',
	document ->> '$.summary.critical', document ->> '$.summary.warning',
	document ->> '$.summary.info', document ->> '$.summary.ok',
	(document ->> '$.summary.unknown') + (document ->> '$.summary.skipped'),
	document ->> '$.summary.not_applicable')
from report;
select '';
select printf('  %-8s  %s%s', upper(f.value ->> '$.severity'), f.value ->> '$.message',
	case when f.value ->> '$.penalty' > 0
		then printf('  (-%d)', f.value ->> '$.penalty') else '' end)
	|| coalesce(char(10) || '            ' || (f.value ->> '$.suggestion'), '')
	|| coalesce(char(10) || '            fix: ' || (f.value ->> '$.fix_sql'), '')
from report, json_each(document, '$.checks') as f
where f.value ->> '$.severity' in ('critical', 'warning', 'info')
order by case f.value ->> '$.severity' when 'critical' then 1 when 'warning' then 2 else 3 end,
	f.key;
select '  Nothing to do.'
from report
where (document ->> '$.summary.critical') + (document ->> '$.summary.warning')
	+ (document ->> '$.summary.info') = 0;
