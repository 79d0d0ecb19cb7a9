-- columns: none
-- Deletes those of the oldest events that began before $1.  Another session may be
-- deleting some of them.  Mostly there are none, so no others are locked.
delete from {.event} where at < cast($1 as {timestamp}) and event_id
	{postgresql:= any(array(select o.event_id from dbcare.event as o where o.at < cast($1 as timestamptz)
		and o.event_id = any(array(select f.event_id from dbcare.event as f order by f.event_id limit 200)) for update skip locked))}
	{sqlite:in (select event_id from main.dbcare_event order by event_id limit 200)}
