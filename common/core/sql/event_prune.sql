-- columns: none
-- Deletes those of the oldest events that began before $1.  Another session may be
-- deleting some of them.
delete from {.event} where at < cast($1 as {timestamp}) and event_id
	{postgresql:= any(array(select event_id from dbcare.event order by event_id limit 200 for update skip locked))}
	{sqlite:in (select event_id from main.dbcare_event order by event_id limit 200)}
