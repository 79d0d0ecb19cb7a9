/*
 * capture.c
 *	  The trigger that keeps deleted rows in dbcare.trash.
 *
 * Roles that may delete rows need no rights on dbcare's tables: the row is
 * written as JSON with the rights of the current user, then one fixed statement
 * stores it with those of the owner of dbcare.trash.
 */
#include "pg_ext/archive/capture.h"
#include "pg_ext/archive/link.h"
#include "pg_ext/archive/uncovered.h"
#include "pg_ext/core/known_table.h"
#include "pg_ext/core/number.h"
#include "pg_ext/core/owner.h"
#include "pg_ext/core/parameters.h"
#include "pg_ext/row/image.h"
#include "pg_ext/row/shape.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/partition.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

/* The batch of the command of the client that this session runs. */
static struct
{
	TransactionId transaction;
	TimestampTz at;
	int64 id;
} batch;

/* The trigger's plan, kept for the session. */
static SPIPlanPtr keep_plan;
static SPIPlanPtr shape_plan;
static SPIPlanPtr hold_plan;

/* What the trigger knows about a table during a statement. */
typedef struct capture
{
	Oid owner;	  /* of dbcare.trash */
	int64 number; /* of the table that has the trigger */
	const char *table;
	const char *root; /* topmost partitioned table, or NULL */
	bool keeps_moved; /* rows that were moved to another partition */
	bool is_kept;	  /* by a table that this one is a partition of */
	bool is_secured;  /* it has row security */
	dbcpg_row_format *format;
	const char *shape; /* of its columns; NULL: dbcare.row_shape has it */
	int64 shape_id;
	dbcpg_archive_link link; /* of a trigger that is about a foreign key */
	const char *not_kept;	 /* tables whose rows are lost, JSON, or NULL */
} capture;

/* The owner of dbcare.trash.  Fails if it is not trusted to read the rows of
 * others: rows must not be deleted without being kept. */
static Oid
find_keeper(Oid function)
{
	Oid schema = get_namespace_oid("dbcare", true);
	Oid table =
		OidIsValid(schema) ? get_relname_relid("trash", schema) : InvalidOid;
	Oid owner = OidIsValid(table) ? dbcpg_owner_of(table) : InvalidOid;

	if (!OidIsValid(owner))
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_TABLE),
				errmsg("deleted rows cannot be kept: table dbcare.trash does "
					   "not exist"),
				errhint("Call dbcare_install(), or drop the triggers with "
						"dbarchive_disable()."));
	if (!superuser_arg(owner) && owner != dbcpg_owner_of_function(function))
		ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				errmsg("deleted rows cannot be kept: table dbcare.trash "
					   "belongs to role \"%s\"",
					   GetUserNameFromId(owner, false)),
				errhint("Its owner must be a superuser or the owner of the "
						"extension."));
	return owner;
}

static const char *
show_name(Oid table)
{
	return quote_qualified_identifier(
		get_namespace_name(get_rel_namespace(table)), get_rel_name(table));
}

/* Whether a trigger may prevent that a row, which was deleted from a partition,
 * is inserted into another one; sets *is_secured if a table has row security.
 */
static bool
may_refuse_rows(Oid root, bool *is_secured)
{
	bool found = false;
	ListCell *cell;

	foreach (cell, find_all_inheritors(root, AccessShareLock, NULL))
	{
		Relation table = table_open(lfirst_oid(cell), NoLock);

		found |= table->trigdesc && table->trigdesc->trig_insert_before_row;
		*is_secured |= table->rd_rel->relrowsecurity;
		table_close(table, NoLock);
	}
	return found;
}

/* The state of the trigger during a statement. */
static capture *
state_of(FunctionCallInfo fcinfo, const TriggerData *data)
{
	Relation table = data->tg_relation;
	capture *state = fcinfo->flinfo->fn_extra;
	MemoryContext context;
	int level;

	if (state)
		return state;
	level = NewGUCNestLevel();
	/* for names */
	dbcpg_set_own_path();
	dbcpg_set_parameter("quote_all_identifiers", "off");
	context = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
	state = palloc0(sizeof(*state));
	state->is_kept = !dbcpg_archive_is_hold(data->tg_trigger) &&
					 dbcpg_trigger_above(data, data->tg_trigger->tgtype);
	state->owner = find_keeper(fcinfo->flinfo->fn_oid);
	state->number = dbcpg_number_of_trigger(data);
	state->table = show_name(RelationGetRelid(table));
	state->is_secured = table->rd_rel->relrowsecurity;
	if (table->rd_rel->relispartition)
	{
		Oid root = llast_oid(get_partition_ancestors(RelationGetRelid(table)));

		state->root = show_name(root);
		state->keeps_moved = may_refuse_rows(root, &state->is_secured);
	}
	state->format = dbcpg_row_read_format(table);
	state->shape = dbcpg_row_describe_shape(table);
	state->shape_id = dbcpg_row_number_of_shape(state->shape);
	if (data->tg_trigger->tgnargs > 1)
		dbcpg_archive_read_link(&state->link, data);
	else
		state->not_kept =
			dbcpg_archive_uncovered(table, fcinfo->flinfo->fn_oid);
	MemoryContextSwitchTo(context);
	AtEOXact_GUC(false, level);
	fcinfo->flinfo->fn_extra = state;
	return state;
}

/* The plan of the statement, prepared once per session. */
static SPIPlanPtr
prepare(SPIPlanPtr *plan, const char *text, int ntypes, Oid *types)
{
	dbcpg_require_own_path();
	if (!*plan)
	{
		SPIPlanPtr made = SPI_prepare(text, ntypes, types);

		if (!made)
			dbcpg_require_spi_success(SPI_result);
		dbcpg_require_spi_success(SPI_keepplan(made));
		*plan = made;
	}
	return *plan;
}

/* The number of the batch; what one command of the client deletes has one. */
static int64
batch_id(void)
{
	TransactionId transaction = GetTopTransactionId();
	TimestampTz at = GetCurrentStatementStartTimestamp();

	if (batch.transaction == transaction && batch.at == at)
		return batch.id;
	batch.id = dbcpg_next_number_of("trash_batch");
	batch.transaction = transaction;
	batch.at = at;
	return batch.id;
}

/* Stores the columns of the table, once per statement. */
static void
keep_shape(capture *state)
{
	Oid types[] = {INT8OID, TEXTOID};
	Datum values[] = {Int64GetDatum(state->shape_id), (Datum) 0};

	if (!state->shape)
		return;
	values[1] = CStringGetTextDatum(state->shape);
	dbcpg_require_spi_success(SPI_execute_plan(
		prepare(&shape_plan,
				"insert into dbcare.row_shape (shape_id, columns) "
				"select $1, $2 where not exists (select from dbcare.row_shape "
				"as s where s.shape_id = $1)",
				lengthof(types), types),
		values, NULL, false, 0));
	state->shape = NULL;
}

/* Who deletes: the setting actor, which any session can set, with the user, or
 * the user. */
static const char *
actor(void)
{
	const char *user = GetUserNameFromId(GetSessionUserId(), false);
	const char *named = GetConfigOption("dbcare.actor", true, false);

	if (!named || !*named || strcmp(named, user) == 0)
		return user;
	return psprintf("%s (%s)", named, user);
}

/* Writes the row, or the columns of a foreign key if there are any, and the
 * primary key as JSON. */
static void
write_row(const capture *state, TupleTableSlot *row, TupleTableSlot *after,
		  StringInfo key, StringInfo values, StringInfo data)
{
	int level = NewGUCNestLevel();

	initStringInfo(key);
	initStringInfo(values);
	initStringInfo(data);
	dbcpg_set_value_parameters();
	dbcpg_row_append_key(key, state->format, after);
	(void) dbcpg_row_append_key_values(values, state->format, after);
	if (state->link.ncolumns > 0)
		dbcpg_row_append_columns(data, state->format, state->link.columns,
								 state->link.ncolumns, row);
	else
		dbcpg_row_append(data, state->format, row);
	AtEOXact_GUC(false, level);
}

/* Stores a row that was deleted, or that has lost its parent and is now
 * after. */
static void
keep(capture *state, TupleTableSlot *row, TupleTableSlot *after)
{
	static Oid types[] = {INT8OID,		  TEXTOID, TEXTOID, TEXTOID, TEXTOID,
						  TIMESTAMPTZOID, TEXTOID, TEXTOID, BOOLOID, INT8OID,
						  INT8OID,		  INT8OID, TEXTOID, TEXTOID};
	StringInfoData key;
	StringInfoData key_values;
	StringInfoData data;
	Datum values[lengthof(types)];
	char nulls[] = "              ";
	Oid user;
	int security;
	int level = NewGUCNestLevel();

	/* for the statements, and names of type regclass in the row */
	dbcpg_set_own_path();
	write_row(state, row, after, &key, &key_values, &data);
	values[1] =
		CStringGetTextDatum(state->link.ncolumns > 0 ? "detach" : "delete");
	values[2] = CStringGetTextDatum(state->table);
	values[3] = CStringGetTextDatum(key.data);
	values[4] = CStringGetTextDatum(data.data);
	values[5] = TimestampTzGetDatum(GetCurrentStatementStartTimestamp());
	values[6] = CStringGetTextDatum(actor());
	if (state->root)
		values[7] = CStringGetTextDatum(state->root);
	else
		nulls[7] = 'n';
	values[8] = BoolGetDatum(state->is_secured);
	values[9] = Int64GetDatum(state->number);
	values[10] = Int64GetDatum(state->shape_id);
	values[11] = Int64GetDatum(dbcpg_next_number_of("trash_trash_id_seq"));
	if (key_values.len > 0)
		values[12] = CStringGetTextDatum(key_values.data);
	else
		nulls[12] = 'n';
	if (state->not_kept)
		values[13] = CStringGetTextDatum(state->not_kept);
	else
		nulls[13] = 'n';
	GetUserIdAndSecContext(&user, &security);
	/* an error switches back at the end of the subtransaction */
	SetUserIdAndSecContext(state->owner, security |
											 SECURITY_LOCAL_USERID_CHANGE |
											 SECURITY_RESTRICTED_OPERATION);
	keep_shape(state);
	values[0] = Int64GetDatum(batch_id());
	dbcpg_require_spi_success(SPI_execute_plan(
		prepare(&keep_plan,
				"insert into dbcare.trash (batch_id, action, table_name, "
				"row_key, row_data, deleted_at, deleted_by, root, is_secured, "
				"table_id, shape_id, trash_id, key_values, "
				"not_kept) "
				"values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, "
				"$13, $14)",
				lengthof(types), types),
		values, nulls, false, 0));
	SetUserIdAndSecContext(user, security);
	AtEOXact_GUC(false, level);
}

/* The text that a key of one column has if its type was changed since between
 * text and another one. */
static const char *
other_spelling(const char *key)
{
	size_t length = strlen(key);

	if (key[0] != '"')
		return key[0] == '[' || key[0] == '{' ? key : psprintf("\"%s\"", key);
	return strchr("[{", key[1]) || strchr(key, '\\')
			   ? key
			   : pnstrdup(key + 1, length - 2);
}

/* Gives the hold of a row another key; NULL for values of a key of one column.
 */
static void
change_hold(const capture *state, const char *old, const char *key,
			const char *parts)
{
	static Oid types[] = {TEXTOID, TEXTOID, INT8OID, TEXTOID, TEXTOID};
	Datum values[] = {CStringGetTextDatum(old), CStringGetTextDatum(key),
					  Int64GetDatum(state->number),
					  parts ? CStringGetTextDatum(parts) : 0,
					  CStringGetTextDatum(other_spelling(old))};
	char nulls[] = {' ', ' ', ' ', parts ? ' ' : 'n', ' ', '\0'};

	dbcpg_require_spi_success(SPI_execute_plan(
		prepare(&hold_plan,
				"update dbcare.hold set row_key = $2, key_values = $4 where "
				"coalesce(key_values, row_key) in ($1, $5) and table_id = $3",
				lengthof(types), types),
		values, nulls, false, 0));
}

/* Whether an update has left the primary key as it was. */
static bool
has_same_key(const capture *state, const TriggerData *data)
{
	const AttrNumber *columns;
	int ncolumns = dbcpg_row_key(state->format, &columns);

	for (int i = 0; i < ncolumns; i++)
	{
		Form_pg_attribute column =
			TupleDescAttr(RelationGetDescr(data->tg_relation), columns[i] - 1);
		bool isnull[2];
		Datum old = slot_getattr(data->tg_trigslot, columns[i], &isnull[0]);
		Datum new = slot_getattr(data->tg_newslot, columns[i], &isnull[1]);

		if (isnull[0] || isnull[1] ||
			!datum_image_eq(old, new, column->attbyval, column->attlen))
			return false;
	}
	return true;
}

/* What identifies the row in a slot. */
static const char *
identify(const capture *state, TupleTableSlot *row, bool *has_several)
{
	StringInfoData id;
	int level = NewGUCNestLevel();

	dbcpg_set_own_path();
	dbcpg_set_value_parameters();
	initStringInfo(&id);
	*has_several = dbcpg_row_append_key_values(&id, state->format, row);
	if (!*has_several)
		dbcpg_row_append_key(&id, state->format, row);
	AtEOXact_GUC(false, level);
	return id.data;
}

/* Gives the partition that has the held rows with an identity now a number, and
 * stores it with the holds. */
static void
note_part(const capture *state, Oid partition, const char *id)
{
	Oid types[] = {INT8OID, OIDOID, TEXTOID, INT8OID, TEXTOID};
	Datum values[] = {
		Int64GetDatum(dbcpg_next_number_of("known_table_table_id_seq")),
		ObjectIdGetDatum(partition), CStringGetTextDatum(dbcpg_place()),
		Int64GetDatum(state->number), CStringGetTextDatum(id)};

	dbcpg_require_spi_success(SPI_execute_with_args(
		"insert into dbcare.known_table (table_id, table_name, relid, "
		"owner_id, owner_name, place, is_secured) "
		"select $1, pg_catalog.format('%I.%I', n.nspname, c.relname), c.oid, "
		"c.relowner, pg_catalog.pg_get_userbyid(c.relowner), $3, "
		"c.relrowsecurity from pg_catalog.pg_class as c join "
		"pg_catalog.pg_namespace as n on n.oid = c.relnamespace "
		"where c.oid = $2 and not exists (select from dbcare.known_table as k "
		"where k.relid = $2 and k.place = $3)",
		3, types, values, NULL, false, 0));
	dbcpg_require_spi_success(SPI_execute_with_args(
		"update dbcare.hold set part_id = (select pg_catalog.max(k.table_id) "
		"from dbcare.known_table as k where k.relid = $2 and k.place = $3) "
		"where coalesce(key_values, row_key) = $5 and table_id = $4 and $1 > 0",
		5, types, values, NULL, false, 0));
}

/* Makes the hold of the row that has left another partition follow it. */
static void
follow_to_part(const capture *state, const TriggerData *data, const char *old)
{
	StringInfoData key;
	bool has_several;
	const char *id = identify(state, data->tg_trigslot, &has_several);
	int level = NewGUCNestLevel();
	Oid user;
	int security;

	dbcpg_set_own_path();
	dbcpg_set_value_parameters();
	initStringInfo(&key);
	dbcpg_row_append_key(&key, state->format, data->tg_trigslot);
	GetUserIdAndSecContext(&user, &security);
	/* an error switches back at the end of the subtransaction */
	SetUserIdAndSecContext(state->owner, security |
											 SECURITY_LOCAL_USERID_CHANGE |
											 SECURITY_RESTRICTED_OPERATION);
	change_hold(state, old, key.data, has_several ? id : NULL);
	if (SPI_processed > 0)
		note_part(state, RelationGetRelid(data->tg_relation), id);
	SetUserIdAndSecContext(user, security);
	AtEOXact_GUC(false, level);
}

/* The row that a command has moved out of its partition: the next one that it
 * inserts is this row. */
typedef struct moved_row
{
	int64 number; /* of the partitioned table */
	TransactionId transaction;
	CommandId command;
	char *id;
} moved_row;

/* That of a partitioned table; a partition of it may be one, too. */
static moved_row *
moved_row_of(int64 number)
{
	static List *rows;
	MemoryContext old;
	moved_row *row;
	ListCell *cell;

	foreach (cell, rows)
		if (((moved_row *) lfirst(cell))->number == number)
			return lfirst(cell);
	old = MemoryContextSwitchTo(TopMemoryContext);
	row = palloc0(sizeof(*row));
	row->number = number;
	rows = lappend(rows, row);
	MemoryContextSwitchTo(old);
	return row;
}

static void
move_hold(const capture *state, const TriggerData *data)
{
	HeapTupleHeader row = data->tg_trigtuple->t_data;
	bool deletes = TRIGGER_FIRED_BY_DELETE(data->tg_event);
	moved_row *moved = moved_row_of(state->number);
	bool has_several;
	char *id = moved->id;

	if (deletes && !HeapTupleHeaderIndicatesMovedPartitions(row))
		return;
	moved->id = NULL;
	if (deletes)
	{
		if (id)
			pfree(id);
		moved->transaction = GetTopTransactionId();
		moved->command = HeapTupleHeaderGetCmax(row);
		moved->id = MemoryContextStrdup(
			TopMemoryContext, identify(state, data->tg_trigslot, &has_several));
		return;
	}
	if (id && moved->transaction == GetTopTransactionId() &&
		moved->command == HeapTupleHeaderGetCmin(row))
		follow_to_part(state, data, id);
	if (id)
		pfree(id);
}

/* Makes the hold of a row follow it to its new key. */
static void
follow_hold(const capture *state, const TriggerData *data)
{
	StringInfoData keys[2];
	StringInfoData parts[2];
	int level;
	Oid user;
	int security;

	if (!TRIGGER_FIRED_BY_UPDATE(data->tg_event))
	{
		move_hold(state, data);
		return;
	}
	if (has_same_key(state, data))
		return;
	level = NewGUCNestLevel();
	dbcpg_set_own_path();
	dbcpg_set_value_parameters();
	for (int i = 0; i < 2; i++)
	{
		TupleTableSlot *row = i == 0 ? data->tg_trigslot : data->tg_newslot;

		initStringInfo(&keys[i]);
		initStringInfo(&parts[i]);
		dbcpg_row_append_key(&keys[i], state->format, row);
		(void) dbcpg_row_append_key_values(&parts[i], state->format, row);
	}
	GetUserIdAndSecContext(&user, &security);
	/* an error switches back at the end of the subtransaction */
	SetUserIdAndSecContext(state->owner, security |
											 SECURITY_LOCAL_USERID_CHANGE |
											 SECURITY_RESTRICTED_OPERATION);
	change_hold(state, parts[0].len > 0 ? parts[0].data : keys[0].data,
				keys[1].data, parts[1].len > 0 ? parts[1].data : NULL);
	SetUserIdAndSecContext(user, security);
	AtEOXact_GUC(false, level);
}

/* Keeps the row of an event, or the key of the parent that it has lost. */
static void
keep_row(capture *state, const TriggerData *data)
{
	if (state->link.ncolumns == 0)
	{
		if (state->keeps_moved || !HeapTupleHeaderIndicatesMovedPartitions(
									  data->tg_trigtuple->t_data))
			keep(state, data->tg_trigslot, data->tg_trigslot);
	}
	else if (dbcpg_archive_lost_parent(&state->link, data))
		keep(state, data->tg_trigslot, data->tg_newslot);
}

static void
refuse_truncate(const TriggerData *data)
{
	if (dbcpg_was_detached(data))
		return;
	ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			errmsg("table %s cannot be truncated",
				   RelationGetRelationName(data->tg_relation)),
			errdetail("Its deleted rows are kept, but TRUNCATE deletes "
					  "rows that triggers do not see."),
			errhint("Use DELETE, or call dbarchive_disable() first."));
}

void
dbcpg_archive_capture(FunctionCallInfo fcinfo)
{
	const TriggerData *data = (TriggerData *) fcinfo->context;
	capture *state;

	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR, errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				errmsg("dbarchive_capture is for triggers"),
				errhint("Call dbarchive_enable(), which creates the "
						"triggers."));
	if (TRIGGER_FIRED_BY_TRUNCATE(data->tg_event))
	{
		refuse_truncate(data);
		return;
	}
	if (!TRIGGER_FIRED_AFTER(data->tg_event) ||
		!TRIGGER_FIRED_FOR_ROW(data->tg_event) ||
		(TRIGGER_FIRED_BY_INSERT(data->tg_event) &&
		 !dbcpg_archive_is_hold(data->tg_trigger)) ||
		(data->tg_trigger->tgnargs > 1 &&
		 !TRIGGER_FIRED_BY_UPDATE(data->tg_event)))
		ereport(ERROR, errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				errmsg("dbarchive_capture must be called after a row was "
					   "deleted or changed"));
	dbcpg_require_spi_success(SPI_connect());
	state = state_of(fcinfo, data);
	if (dbcpg_archive_is_hold(data->tg_trigger))
		follow_hold(state, data);
	else if (!state->is_kept)
		keep_row(state, data);
	dbcpg_require_spi_success(SPI_finish());
}
