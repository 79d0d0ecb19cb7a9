-- columns: severity, state, alerts
-- The number of raised alerts by severity and acknowledgement.
select s.severity, s.state, count(a.alert_id) as alerts
from (select 'critical' as severity, 'acked' as state
	union all select 'critical', 'firing'
	union all select 'warning', 'acked'
	union all select 'warning', 'firing') as s
left join {.alert} as a on a.severity = s.severity
	and a.raised_at is not null and a.cleared_at is null
	and (a.acked_at is not null) = (s.state = 'acked')
group by s.severity, s.state
order by s.severity, s.state
