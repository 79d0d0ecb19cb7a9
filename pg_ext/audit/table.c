/*
 * table.c
 *	  What the trigger knows about a table, kept for the session.
 */
#include "pg_ext/audit/table.h"
#include "pg_ext/audit/certain.h"
#include "pg_ext/audit/store.h"
#include "pg_ext/core/known_table.h"
#include "pg_ext/row/shape.h"

#include "access/table.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/json.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

/* The tables that this session has changed. */
static HTAB *tables;

/* The dbcare.known_table that they are in. */
static Oid known_tables;

/* Notes that a table, or any table, has changed.  The tables of dbcare may be
 * dropped, and made anew with other numbers. */
static void
invalidate(Datum argument, Oid relation)
{
	HASH_SEQ_STATUS scan;
	dbcpg_audited *table;

	(void) argument;
	if (OidIsValid(relation) && relation != known_tables)
	{
		table = hash_search(tables, &relation, HASH_FIND, NULL);
		if (table)
			table->valid = false;
		return;
	}
	hash_seq_init(&scan, tables);
	while ((table = hash_seq_search(&scan)))
		table->valid = false;
}

/* Forgets tables that are not certain, or keeps them. */
static void
settle_tables(bool keep)
{
	HASH_SEQ_STATUS scan;
	dbcpg_audited *table;

	hash_seq_init(&scan, tables);
	while ((table = hash_seq_search(&scan)))
	{
		if (!table->is_certain && !keep)
			table->valid = false;
		table->is_certain = true;
	}
}

void
dbcpg_audit_make_uncertain(dbcpg_audited *table)
{
	table->is_certain = false;
	dbcpg_audit_note_uncertain(settle_tables);
}

static void
create_cache(void)
{
	HASHCTL control = {.keysize = sizeof(Oid),
					   .entrysize = sizeof(dbcpg_audited)};

	tables = hash_create("dbcare audited tables", 32, &control,
						 HASH_ELEM | HASH_BLOBS);
	CacheRegisterRelcacheCallback(invalidate, (Datum) 0);
}

/* ---- the arguments of the trigger: the number of the table; "place", the
 * database and the OID of the table; for each column with a treatment this, its
 * name and its number ---- */

/* Whether the trigger was created on this table: a dump that was restored keeps
 * the names of columns, not their numbers. */
static bool
is_in_place(const Trigger *trigger, Oid root)
{
	return trigger->tgnargs > 3 && strcmp(trigger->tgargs[1], "place") == 0 &&
		   strcmp(trigger->tgargs[2], dbcpg_place()) == 0 &&
		   strcmp(trigger->tgargs[3], psprintf("%u", root)) == 0;
}

/* The present name of the column with a number; NULL if it was dropped. */
static const char *
name_of(Oid root, int number)
{
	const char *name = number > 0 && number <= MaxHeapAttributeNumber
						   ? get_attname(root, (AttrNumber) number, true)
						   : NULL;

	return name && get_attnum(root, name) == number ? name : NULL;
}

/* Whether an argument is about a column of the table; {option_columns} in
 * tools/words_audit.h says the same in SQL. */
static bool
is_about(const Trigger *trigger, int argument, Oid root, const char *column)
{
	const char *old = trigger->tgargs[argument + 1];
	const char *now = name_of(root, atoi(trigger->tgargs[argument + 2]));
	bool is_there = get_attnum(root, old) != InvalidAttrNumber;

	/* a column that has the name of a dropped one is treated as that was */
	if (!now || (is_there && !is_in_place(trigger, root)))
		now = old;
	return strcmp(now, column) == 0;
}

/* How a column is treated. */
static dbcpg_audit_treatment
treatment_of(const Trigger *trigger, Oid root, const char *column, bool in_key)
{
	bool only_included = false;

	for (int i = 1; i + 2 < trigger->tgnargs; i += 3)
	{
		const char *word = trigger->tgargs[i];
		bool named = is_about(trigger, i, root, column);

		if (strcmp(word, "mask") == 0 && named)
			return DBCPG_AUDIT_MASK;
		if (strcmp(word, "hash") == 0 && named)
			return DBCPG_AUDIT_HASH;
		if (strcmp(word, "exclude") == 0 && named)
			return DBCPG_AUDIT_SKIP;
		if (strcmp(word, "include") == 0)
		{
			if (named)
				return DBCPG_AUDIT_PLAIN;
			only_included = true;
		}
	}
	return only_included && !in_key ? DBCPG_AUDIT_SKIP : DBCPG_AUDIT_PLAIN;
}

/* Whether entries of inserts have the row. */
static bool
logs_inserted(const Trigger *trigger)
{
	for (int i = 1; i + 2 < trigger->tgnargs; i += 3)
		if (strcmp(trigger->tgargs[i], "inserts") == 0)
			return true;
	return false;
}

/* The place of a column in a key, from 1; 0: not in it. */
static int
index_place(Oid index, AttrNumber number)
{
	Relation key = index_open(index, AccessShareLock);
	int place = 0;

	for (int i = 0; i < key->rd_index->indnkeyatts && place == 0; i++)
		if (key->rd_index->indkey.values[i] == number)
			place = i + 1;
	index_close(key, NoLock);
	return place;
}

/* The same in the primary key; in the one that the table had when its trigger
 * was created, if it was dropped since: the rows are still told apart by it. */
static int
key_place(const Trigger *trigger, Oid root, Relation relation,
		  Form_pg_attribute column)
{
	Oid index = dbcpg_primary_key_index(relation);
	int place = 0;

	if (OidIsValid(index))
		return index_place(index, column->attnum);
	for (int i = 1; i + 2 < trigger->tgnargs; i += 3)
	{
		if (strcmp(trigger->tgargs[i], "key") != 0)
			continue;
		place++;
		if (is_about(trigger, i, root, NameStr(column->attname)))
			return place;
	}
	return 0;
}

/* Whether a column can be logged; generated ones follow from others. */
static bool
is_stored(Form_pg_attribute column)
{
	return !column->attisdropped && column->attgenerated == '\0';
}

static dbcpg_audit_dependence
dependence_of(Oid type)
{
	switch (type)
	{
		case BOOLOID:
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case OIDOID:
		case NUMERICOID:
		case TEXTOID:
		case VARCHAROID:
		case BPCHAROID:
		case NAMEOID:
		case CHAROID:
		case UUIDOID:
		case JSONOID:
		case JSONBOID:
			return DBCPG_AUDIT_NONE;
		case FLOAT4OID:
		case FLOAT8OID:
		case BYTEAOID:
		case DATEOID:
		case TIMEOID:
		case TIMETZOID:
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
		case INTERVALOID:
			return DBCPG_AUDIT_FORMATS;
	}
	return DBCPG_AUDIT_ANY;
}

/* ---- reading a table ---- */

/* Describes the logged columns of a table as JSON, as audit/enable.c does. */
static const char *
describe_columns(const TriggerData *data)
{
	Relation root = table_open(dbcpg_table_of_trigger(data), AccessShareLock);
	TupleDesc shape = RelationGetDescr(root);
	StringInfoData json;
	int last = 0;

	initStringInfo(&json);
	for (int i = 0; i < shape->natts; i++)
		if (is_stored(TupleDescAttr(shape, i)))
			last = i + 1;
	for (int i = 0; i < shape->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(shape, i);
		int place =
			key_place(data->tg_trigger, RelationGetRelid(root), root, column);
		dbcpg_audit_treatment treatment =
			treatment_of(data->tg_trigger, RelationGetRelid(root),
						 NameStr(column->attname), place > 0);

		if (!is_stored(column) || treatment == DBCPG_AUDIT_SKIP)
			continue;
		if (json.len == 0)
			appendStringInfo(&json, "[{\"last\": %d, ", last);
		else
			appendStringInfoString(&json, ", {");
		appendStringInfo(&json, "\"n\": %d, \"v\": ", column->attnum);
		dbcpg_row_append_version(&json, root, column);
		if (place > 0)
			appendStringInfo(&json, ", \"key\": %d", place);
		appendStringInfoString(&json, ", \"name\": ");
		escape_json(&json, NameStr(column->attname));
		appendStringInfoString(&json, ", \"type\": ");
		escape_json(&json, dbcpg_row_type_name(column));
		if (treatment != DBCPG_AUDIT_PLAIN)
			appendStringInfo(&json, ", \"treat\": \"%s\"",
							 treatment == DBCPG_AUDIT_MASK ? "mask" : "hash");
		dbcpg_row_append_labels(&json, column);
		appendStringInfoChar(&json, '}');
	}
	appendStringInfoString(&json, json.len > 0 ? "]" : "[]");
	table_close(root, NoLock);
	return json.data;
}

/* Reads how the columns of a table or partition are logged. */
static void
read_treatments(dbcpg_audited *table, const TriggerData *data)
{
	TupleDesc shape = RelationGetDescr(data->tg_relation);
	Oid root = dbcpg_table_of_trigger(data);

	table->ncolumns = shape->natts;
	table->treatments =
		palloc0((Size) (shape->natts + 1) * sizeof(*table->treatments));
	table->dependence = DBCPG_AUDIT_NONE;
	table->secret = NULL;
	table->logs_inserted = logs_inserted(data->tg_trigger);
	for (int i = 0; i < shape->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(shape, i);

		if (!is_stored(column))
			continue;
		table->treatments[i] = treatment_of(
			data->tg_trigger, root, NameStr(column->attname),
			key_place(data->tg_trigger, root, data->tg_relation, column) > 0);
		if (table->treatments[i] == DBCPG_AUDIT_HASH && !table->secret)
			table->secret = dbcpg_audit_read_secret(data->tg_trigger->tgfoid);
		if (table->treatments[i] == DBCPG_AUDIT_PLAIN ||
			table->treatments[i] == DBCPG_AUDIT_HASH)
			table->dependence =
				Max(table->dependence, dependence_of(column->atttypid));
	}
}

/* Takes the columns of a primary key that was dropped. */
static void
keep_key(dbcpg_audited *table, const TriggerData *data)
{
	TupleDesc shape = RelationGetDescr(data->tg_relation);
	Oid root = dbcpg_table_of_trigger(data);
	AttrNumber columns[INDEX_MAX_KEYS];
	int count = 0;

	for (int i = 0; i < shape->natts && count < INDEX_MAX_KEYS; i++)
		if (!TupleDescAttr(shape, i)->attisdropped &&
			key_place(data->tg_trigger, root, data->tg_relation,
					  TupleDescAttr(shape, i)) > 0)
			columns[count++] = (AttrNumber) (i + 1);
	dbcpg_row_set_key(table->format, columns, count);
}

static void
read_table(dbcpg_audited *table, const TriggerData *data)
{
	const Trigger *trigger = data->tg_trigger;
	const AttrNumber *key;
	MemoryContext caller;

	if (trigger->tgnargs % 3 != 1 || atoll(trigger->tgargs[0]) <= 0)
		ereport(ERROR, errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				errmsg("trigger \"%s\" has unknown arguments", trigger->tgname),
				errhint("Call dbaudit_enable(), which creates the triggers."));
	if (table->context)
		MemoryContextDelete(table->context);
	table->context = NULL;
	table->number = "";
	table->context = AllocSetContextCreate(
		CacheMemoryContext, "dbcare audited table", ALLOCSET_SMALL_SIZES);
	/* an invalidation from here on counts */
	table->valid = true;
	table->shape_id = 0;
	dbcpg_audit_make_uncertain(table);
	caller = MemoryContextSwitchTo(table->context);
	table->table_id = dbcpg_note_part(data, false);
	known_tables = dbcpg_known_tables();
	table->number = pstrdup(trigger->tgargs[0]);
	table->format = dbcpg_row_read_format(data->tg_relation);
	if (dbcpg_row_key(table->format, &key) == 0)
		keep_key(table, data);
	read_treatments(table, data);
	table->columns = describe_columns(data);
	MemoryContextSwitchTo(caller);
	if (dbcpg_row_key(table->format, &key) == 0)
	{
		table->valid = false;
		ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("changes of table \"%s\" cannot be logged: it has no "
					   "column of the primary key that it had",
					   RelationGetRelationName(data->tg_relation)),
				errhint("Add a primary key, or call dbaudit_disable()."));
	}
}

dbcpg_audited *
dbcpg_audit_read_table(const TriggerData *data)
{
	Oid relation = RelationGetRelid(data->tg_relation);
	dbcpg_audited *table;
	bool found;

	if (!tables)
		create_cache();
	table = hash_search(tables, &relation, HASH_ENTER, &found);
	if (!found)
		*table = (dbcpg_audited){.relation = relation};
	if (!table->valid || strcmp(table->number, data->tg_trigger->tgnargs > 0
												   ? data->tg_trigger->tgargs[0]
												   : "") != 0)
	{
		PG_TRY();
		{
			read_table(table, data);
		}
		PG_CATCH();
		{
			table->valid = false;
			PG_RE_THROW();
		}
		PG_END_TRY();
	}
	return table;
}
