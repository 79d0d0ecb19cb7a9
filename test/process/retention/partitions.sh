#!/bin/bash
# dbarchive_apply() on PostgreSQL while another session replaces partitions that it
# is about to drop: what is no longer the partition that it has found stays.  Prints
# TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

engine=postgresql
db=shop
start_server server
postgresql_new "$db"
postgresql "$db" >"$tmp/out" <<-'END'
	create table metric (at date not null, id int) partition by range (at);
	create table p_2011 partition of metric for values from ('2011-01-01') to ('2012-01-01');
	create table p_2012 partition of metric for values from ('2012-01-01') to ('2013-01-01');
	create table p_2013 partition of metric for values from ('2013-01-01') to ('2014-01-01');
	create table p_2014 partition of metric for values from ('2014-01-01') to ('2015-01-01');
	create table p_2015 partition of metric for values from ('2015-01-01') to ('2016-01-01');
	select dbarchive_policy('metric', '{"timestamp_column": "at", "delete_after_days": 30}') is null;
END

# between two transactions of the run, and in one that it waits for
start_call "call dbarchive_apply('{\"batch_ms\": 60000, \"pause_ms\": 2000}');"
until_true "$db" "select to_regclass('p_2011') is null"
hold other "$db" "
	drop table p_2012;
	create table p_2012 partition of metric for values from ('2016-01-01') to ('2998-01-01');
	drop table p_2013, p_2014;
	create table p_2013 (at date, id int);
	insert into p_2013 values ('2013-01-01', 1);
	insert into metric values (current_date, 2);"
until_true "$db" "select exists (select from pg_stat_activity where wait_event_type = 'Lock')"
release other
wait "$client"
like "$(cat "$tmp/answer")" '"error": null, ' 'partitions that were replaced or dropped are no failure'
is "$(postgresql "$db" <<<'select tableoid::regclass, id from metric union all select tableoid::regclass, id from p_2013 order by 2')" \
	$'p_2013 1\np_2012 2' 'partitions of the same name and other bounds stay, and tables that are none'
is "$(postgresql "$db" <<<"select to_regclass('p_2015') is null")" t 'the others are dropped'

# the same bounds, but another table
postgresql "$db" >"$tmp/out" <<-'END'
	create table p_2001 partition of metric for values from ('2001-01-01') to ('2002-01-01');
	create table p_2002 partition of metric for values from ('2002-01-01') to ('2003-01-01');
END
start_call "call dbarchive_apply('{\"batch_ms\": 60000, \"pause_ms\": 2000}');"
until_true "$db" "select to_regclass('p_2001') is null"
postgresql "$db" >"$tmp/out" <<-'END'
	drop table p_2002;
	create table p_2002 partition of metric for values from ('2002-01-01') to ('2003-01-01');
	insert into metric values ('2002-02-02', 3);
END
wait "$client"
is "$(postgresql "$db" <<<'select id from p_2002')" 3 'a partition that was made anew stays'
like "$(postgresql "$db" <<<'call dbarchive_apply()')" '"error": null, ' 'the next run'
is "$(postgresql "$db" <<<"select to_regclass('p_2002') is null")" t '... drops it'
finish
