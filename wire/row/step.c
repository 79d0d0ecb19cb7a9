/*
 * step.c
 *	  Rows of a table: counting, saving, changing and restoring them, each by
 *	  one statement.
 *
 * No trigger and no foreign key fires while session_replication_role is
 * replica, for which the user needs a right; it is not set for tables without
 * them.  Restored rows are inserted, so they must satisfy the constraints of
 * the table: rows that violate a CHECK, for example, cannot be changed, because
 * they could not be restored.
 */
#include "wire/core/owned.h"
#include "wire/core/rooms.h"
#include "wire/core/session.h"

#include <string.h>

#include "common/core/json_write.h"
#include "common/core/seam.h"
#include "common/core/tables.h"
#include "common/core/text.h"
#include "common/row/host.h"

/* Columns of row/shape.sql. */
enum
{
	S_OID,
	S_KEY,
	S_ROW,
	S_ORDERING,
	S_COLUMNS,
	S_KEY_RECORD,
	S_LOCATED,
	S_KEYLESS,
	S_PLACE
};

/* Columns of row/written.sql. */
enum
{
	W_NAMES,
	W_TEXTS,
	W_EVENTS,
	W_REPLICA
};

/* Events of triggers, as in pg_trigger.tgtype. */
enum
{
	ON_INSERT = 4,
	ON_DELETE = 8,
	ON_UPDATE = 16
};

/* A step and its table. */
typedef struct repair
{
	dbc_host *host;
	dbc_row_step *step;
	const dbc_rows *shape;
	const dbc_rows *written;
	const char *path;  /* search_path of the owner's code */
	const char *table; /* its name without the schema, as SQL writes it */
} repair;

static const char *
shape_text(const repair *r, int column)
{
	return dbc_get_text(r->host, r->shape, 0, column);
}

static repair
open_repair(dbc_host *host, dbc_row_step *step, bool changes)
{
	dbc_value schema = dbc_text(step->table->schema);
	dbc_value name = dbc_text(step->table->name);
	repair r = {.host = host,
				.step = step,
				.shape = dbc_query(host, "row/shape", schema, name),
				.written = dbc_query(host, "row/written", schema, name),
				.table = dbc_quote(host, step->table->name)};

	if (r.shape->nrows == 0)
		dbc_fail(host, DBC_UNDEFINED_TABLE, NULL, NULL,
				 "table %s does not exist", step->table->shown);
	if (step->table_id == 0)
		step->table_id = step->table->id != 0
							 ? step->table->id
							 : dbc_get_int(host, r.shape, 0, S_OID);
	dbcw_hold_table(dbcw_of(host), step->table, step->table_id, changes);
	if (!dbc_is_null(host, r.shape, 0, S_PLACE))
		dbc_fail(host, DBC_UNSUPPORTED, NULL,
				 "Repair the rows with UPDATE or DELETE.", "rows of %s are %s",
				 step->table->shown, dbc_get_text(host, r.shape, 0, S_PLACE));
	r.path = dbcw_require_owner(host, step->table).path;
	return r;
}

/* ---- running a statement ---- */

static void
set_local(const repair *r, const char *what)
{
	dbcw_add_pending(dbcw_of(r->host), NULL,
					 dbc_format(r->host, "set local %s", what), NULL, 0);
}

/* Prepares for a statement with code of the owner that causes these events;
 * returns whether it keeps triggers from firing. */
static bool
begin_statement(const repair *r, int events)
{
	dbc_host *host = r->host;
	const char *replica = dbc_get_text_or_null(host, r->written, 0, W_REPLICA);

	events &= (int) dbc_get_int(host, r->written, 0, W_EVENTS);
	if (events != 0 && replica)
		dbc_fail(host, DBC_NOT_READY,
				 dbc_format(host,
							"\"%s\" is a trigger or rule that is ENABLE "
							"REPLICA.",
							replica),
				 NULL, "rows of %s cannot be changed", r->step->table->shown);
	set_local(r, dbc_format(host, "search_path = %s", r->path));
	set_local(r, "row_security = off");
	if (events != 0)
		set_local(r, "session_replication_role = replica");
	return events != 0;
}

/* Restores what begin_statement() has set; a failure does that, too. */
static void
end_statement(const repair *r, bool silent)
{
	set_local(r, "search_path = pg_catalog, pg_temp");
	set_local(r, "row_security to default");
	if (silent)
		set_local(r, "session_replication_role to default");
}

static const dbc_rows *
run_statement(const repair *r, int events, const char *text,
			  const dbc_value *args, int nargs)
{
	const dbc_sql sql = {.text = text};
	bool silent = begin_statement(r, events);
	const dbc_rows *rows = r->host->seam->query(r->host, &sql, args, nargs);

	end_statement(r, silent);
	return rows;
}

/* The same with the numbers of the set and the step as $1 and $2; returns how
 * many rows of the set the statement has found. */
static int64_t
run_on_saved(const repair *r, int events, const char *text)
{
	dbc_value args[] = {dbc_int(r->step->set_id), dbc_int(r->step->number)};

	return run_statement(r, events, text, args, 2)->affected;
}

/* ---- counting and saving ---- */

static const char *
condition_of(const repair *r)
{
	const dbc_row_step *step = r->step;
	dbc_buffer text;

	dbc_buffer_init(&text, r->host);
	for (int i = 0; i < step->ncauses; i++)
		dbc_append_format(&text, "%s(%s\n)", i > 0 ? " or " : "(",
						  step->causes[i].condition);
	dbc_append(&text, ")");
	if (step->except)
		dbc_append_format(&text, " and (%s\n) is not true", step->except);
	return text.data;
}

/* The number, from 0, of the first cause that applies to a row. */
static const char *
cause_of(const repair *r)
{
	dbc_buffer text;

	dbc_buffer_init(&text, r->host);
	dbc_append(&text, "case");
	for (int i = 0; i < r->step->ncauses; i++)
		dbc_append_format(&text, " when (%s\n) then %d",
						  r->step->causes[i].condition, i);
	dbc_append(&text, " end");
	return text.data;
}

static int64_t
count_rows(const repair *r)
{
	const char *text =
		dbc_format(r->host, "select pg_catalog.count(*) from only %s where %s",
				   r->step->table->shown, condition_of(r));

	return dbc_get_int(r->host, run_statement(r, 0, text, NULL, 0), 0, 0);
}

/* The constraints or the reasons of the causes, as a JSON array. */
static const char *
cause_texts(const repair *r, bool reasons)
{
	dbc_json_node *array = dbc_json_array(r->host);

	for (int i = 0; i < r->step->ncauses; i++)
		dbc_json_push_text(array, reasons ? r->step->causes[i].reason
										  : r->step->causes[i].constraint);
	return dbc_json_text(array);
}

static int64_t
save_rows(const repair *r)
{
	dbc_row_step *step = r->step;
	dbc_value args[] = {dbc_int(step->set_id),
						dbc_int(step->number),
						dbc_text(step->table->shown),
						dbc_text(step->assignments ? "update" : "delete"),
						dbc_text(cause_texts(r, false)),
						dbc_text(cause_texts(r, true)),
						dbc_int(dbc_know_table(r->host, step->table))};
	const dbc_rows *rows = run_statement(
		r, 0,
		dbc_format(
			r->host,
			"with found as materialized (select %1$s.ctid::text as place, "
			"(%2$s)::text as row_key, %3$s::text as row_data, %4$s as cause, "
			"pg_catalog.row_number() over (order by %5$s) as number "
			"from only %6$s where %7$s), "
			"saved as (insert into dbcare.quarantine (quarantine_id, "
			"repair_id, step, table_name, action, place, row_key, row_data, "
			"constraint_name, reason, table_id, is_secured) select (select "
			"coalesce(pg_catalog.max(q.quarantine_id), 0) "
			"from dbcare.quarantine as q) + f.number, $1::bigint, $2::bigint, "
			"$3::text, $4::text, f.place, f.row_key, f.row_data, "
			"$5::pg_catalog.jsonb ->> f.cause, $6::pg_catalog.jsonb ->> "
			"f.cause, $7::bigint, (select t.is_secured from "
			"dbcare.known_table as t where t.table_id = $7::bigint) "
			"from found as f) "
			"select f.cause, pg_catalog.count(*) from found as f group by 1",
			r->table, shape_text(r, S_KEY), shape_text(r, S_ROW), cause_of(r),
			shape_text(r, S_ORDERING), step->table->shown, condition_of(r)),
		args, (int) (sizeof(args) / sizeof(args[0])));
	int64_t count = 0;

	for (int i = 0; i < rows->nrows; i++)
	{
		int64_t found = dbc_get_int(r->host, rows, i, 1);

		step->causes[dbc_get_int(r->host, rows, i, 0)].rows += found;
		count += found;
	}
	return count;
}

/* ---- changing ---- */

static int64_t
count_saved(const repair *r)
{
	return dbc_get_int(
		r->host,
		dbc_query_text(
			r->host,
			dbc_format(r->host,
					   "select pg_catalog.count(*) from dbcare.quarantine "
					   "where repair_id = %lld and step = %lld",
					   (long long) r->step->set_id,
					   (long long) r->step->number)),
		0, 0);
}

/* Deletes or changes the rows that a step has saved; returns their number. */
static int64_t
change_rows(const repair *r)
{
	static const char saved[] =
		"(select quarantine_id as \"dbcare id\", place::pg_catalog.tid as "
		"\"dbcare place\" from dbcare.quarantine "
		"where repair_id = $1 and step = $2) as \"dbcare saved\"";
	const dbc_row_step *step = r->step;
	const char *text =
		step->assignments
			? dbc_format(r->host,
						 "with changed (id, place, row_left) as (update only "
						 "%1$s set %2$s\nfrom %3$s where %4$s.ctid = \"dbcare "
						 "saved\".\"dbcare place\" returning \"dbcare "
						 "saved\".\"dbcare id\", %4$s.ctid::text, %5$s::text) "
						 "update dbcare.quarantine as q set place = c.place, "
						 "row_left = c.row_left from changed as c "
						 "where q.quarantine_id = c.id",
						 step->table->shown, step->assignments, saved, r->table,
						 shape_text(r, S_ROW))
			: dbc_format(r->host,
						 "delete from only %s using %s where %s.ctid = "
						 "\"dbcare saved\".\"dbcare place\"",
						 step->table->shown, saved, r->table);
	int64_t count =
		run_on_saved(r, step->assignments ? ON_UPDATE : ON_DELETE, text);

	if (count != count_saved(r))
		dbc_fail(r->host, DBC_NOT_READY,
				 "A trigger or rule that is ENABLE ALWAYS prevents the change.",
				 NULL, "rows of %s cannot be changed", step->table->shown);
	return count;
}

/* ---- restoring ---- */

/* Deletes the rows that a step has changed, unless they have changed since. */
static void
remove_changed(const repair *r)
{
	int64_t count = run_on_saved(
		r, ON_DELETE,
		dbc_format(
			r->host,
			"delete from only %1$s using (select place::pg_catalog.tid as "
			"\"dbcare place\", row_left as \"dbcare left\" "
			"from dbcare.quarantine where repair_id = $1 and step = $2) "
			"as \"dbcare saved\" cross join lateral "
			"pg_catalog.json_to_record(\"dbcare left\"::pg_catalog.json) "
			"as \"dbcare row\" (%2$s) "
			"where %3$s and %4$s::text = \"dbcare saved\".\"dbcare left\"",
			r->step->table->shown, shape_text(r, S_KEY_RECORD),
			shape_text(r, S_LOCATED), shape_text(r, S_ROW)));

	if (count != count_saved(r))
		dbc_fail(r->host, DBC_NOT_READY, NULL, NULL,
				 "rows of %s have been changed since the repair",
				 r->step->table->shown);
}

/* Inserts the rows that a step has saved, and proves that they are what they
 * were; returns their number. */
static int64_t
restore_rows(const repair *r)
{
	int64_t count;

	if (r->step->assignments)
		remove_changed(r);
	count = run_on_saved(
		r, ON_INSERT,
		dbc_format(
			r->host,
			"with saved as materialized (select q.quarantine_id as id, "
			"q.row_data, pg_catalog.row_number() over (partition by q.row_data "
			"order by q.quarantine_id) as number from dbcare.quarantine as q "
			"where q.repair_id = $1 and q.step = $2), "
			"restored (place, row_data) as (insert into %1$s (%2$s) "
			"overriding system value select %3$s from saved, "
			"pg_catalog.json_to_record(saved.row_data::pg_catalog.json) "
			"as \"dbcare row\" (%4$s) order by saved.id "
			"returning %5$s.ctid::text, %6$s::text), "
			"numbered as (select n.*, pg_catalog.row_number() over "
			"(partition by n.row_data order by n.place) as number "
			"from restored as n), "
			/* a join would compare each row with each: nothing is known of
			   how many there are */
			"matched (id, place) as (select pg_catalog.max(b.id), "
			"pg_catalog.max(b.place) from (select s.id, null as place, "
			"s.row_data, s.number from saved as s union all "
			"select null, n.place, n.row_data, n.number from numbered as n) "
			"as b group by b.row_data, b.number "
			"having pg_catalog.count(*) = 2) "
			"update dbcare.quarantine as q set place = %7$s "
			"from matched as n where q.quarantine_id = n.id",
			r->step->table->shown,
			dbc_get_text(r->host, r->written, 0, W_NAMES),
			dbc_get_text(r->host, r->written, 0, W_TEXTS),
			shape_text(r, S_COLUMNS), r->table, shape_text(r, S_ROW),
			dbc_get_bool(r->host, r->shape, 0, S_KEYLESS) ? "n.place"
														  : "q.place"));
	if (count != count_saved(r))
		dbc_fail(r->host, DBC_NOT_READY, NULL, NULL,
				 "rows of %s would not be restored as they were",
				 r->step->table->shown);
	if (dbc_get_bool(r->host, r->shape, 0, S_KEYLESS))
		dbc_query(r->host, "row/moved_rows", dbc_int(r->step->set_id),
				  dbc_int(r->step->number));
	return count;
}

/* An action on the rows of a step. */
typedef struct action
{
	dbc_row_action act;
	dbc_row_step *step;
	int64_t count;
} action;

static void
act_on_rows(dbc_host *host, void *arg)
{
	action *a = arg;
	repair r = open_repair(
		host, a->step, a->act == DBC_ACT_CHANGE || a->act == DBC_ACT_RESTORE);

	switch (a->act)
	{
		case DBC_ACT_COUNT:
			a->count = count_rows(&r);
			break;
		case DBC_ACT_SAVE:
			a->count = save_rows(&r);
			break;
		case DBC_ACT_CHANGE:
			a->count = change_rows(&r);
			break;
		default:
			a->count = restore_rows(&r);
	}
}

static int64_t
run(dbc_host *host, dbc_row_action act, dbc_row_step *step)
{
	dbcw_host *h = dbcw_of(host);
	action a = {.act = act, .step = step};

	if (step->fires)
		dbc_fail(host, DBC_UNSUPPORTED,
				 "Foreign keys would fire, too: only the extension can fire "
				 "triggers alone.",
				 "Leave out {\"triggers\": \"fire\"}, or install the "
				 "extension.",
				 "triggers of %s cannot fire over a connection",
				 step->table->shown);
	if (dbcw_try(h, act_on_rows, &a))
		return a.count;
	if (dbc_same(h->error.sqlstate, DBC_INSUFFICIENT) &&
		strstr(h->error.message, "session_replication_role"))
	{
		h->error.message =
			dbc_format(host,
					   "rows of %s cannot be changed without the right to set "
					   "session_replication_role",
					   step->table->shown);
		h->error.detail =
			"Without that right, triggers and foreign keys would fire.";
		h->error.hint =
			dbc_format(host,
					   "A superuser grants it: GRANT SET ON PARAMETER "
					   "session_replication_role TO %s.",
					   dbc_quote(host, h->connection->role));
	}
	dbcw_rethrow(h);
}

const dbc_row_host dbcw_row_host = {.run = run};
