/*
 * known_table.c
 *	  The tables of dbcare's triggers.
 *
 * Rows of dbcare.known_table are read below SQL: the role that changes a table
 * needs no right on it, and a row that was committed after the snapshot of the
 * transaction counts, as the trigger does.
 */
#include "pg_ext/core/known_table.h"
#include "pg_ext/core/owner.h"
#include "pg_ext/core/parameters.h"

#include "access/genam.h"
#include "access/table.h"
#include "access/xlog.h"
#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

/* Columns of dbcare.known_table. */
enum
{
	K_ID = 1,
	K_NAME,
	K_RELID,
	K_OWNER,
	K_OWNER_NAME,
	K_PLACE,
	K_SECURED,
	K_PART_UNTIL,
	K_COLUMNS = K_PART_UNTIL
};
static const Oid types[] = {INT8OID, TEXTOID, OIDOID,  OIDOID,
							TEXTOID, TEXTOID, BOOLOID, TIMESTAMPTZOID};

/* A row of it, or what it should be. */
typedef struct known_table
{
	const char *name;
	Oid relid;
	Oid owner;
	const char *owner_name;
	const char *place;
	bool is_secured;
	bool is_part; /* its changes are logged with another table */
} known_table;

/* The table that a trigger of a relation was created on, and how far above the
 * relation that is. */
static Oid
table_of(Relation relation, const Trigger *trigger, int *height)
{
	Oid self = RelationGetRelid(relation);
	Oid root = self;
	int level = 0;
	ListCell *cell;

	*height = 0;
	if (!relation->rd_rel->relispartition || trigger->tgnargs == 0)
		return self;
	foreach (cell, get_partition_ancestors(self))
	{
		Relation ancestor = table_open(lfirst_oid(cell), AccessShareLock);
		TriggerDesc *triggers = ancestor->trigdesc;

		level++;
		for (int i = 0; triggers && i < triggers->numtriggers; i++)
			if (triggers->triggers[i].tgfoid == trigger->tgfoid &&
				triggers->triggers[i].tgnargs > 0 &&
				strcmp(triggers->triggers[i].tgargs[0], trigger->tgargs[0]) ==
					0)
			{
				root = RelationGetRelid(ancestor);
				*height = level;
			}
		table_close(ancestor, NoLock);
	}
	return root;
}

Oid
dbcpg_table_of_trigger(const TriggerData *data)
{
	int height;

	return table_of(data->tg_relation, data->tg_trigger, &height);
}

bool
dbcpg_trigger_fires(char enabled)
{
	return enabled == TRIGGER_FIRES_ALWAYS ||
		   enabled ==
			   (SessionReplicationRole == SESSION_REPLICATION_ROLE_REPLICA
					? TRIGGER_FIRES_ON_REPLICA
					: TRIGGER_FIRES_ON_ORIGIN);
}

const Trigger *
dbcpg_trigger_above(const TriggerData *data, int16 type)
{
	const Trigger *own = data->tg_trigger;
	const TriggerDesc *triggers = data->tg_relation->trigdesc;
	int height = -1;
	int other;

	if (!data->tg_relation->rd_rel->relispartition)
		return NULL;
	for (int i = 0; i < triggers->numtriggers; i++)
	{
		const Trigger *trigger = &triggers->triggers[i];

		if (trigger->tgoid == own->tgoid || trigger->tgfoid != own->tgfoid ||
			trigger->tgtype != type || trigger->tgnargs == 0 ||
			own->tgnargs == 0 || !dbcpg_trigger_fires(trigger->tgenabled) ||
			trigger->tgnattr != own->tgnattr ||
			(own->tgnattr > 0 &&
			 memcmp(trigger->tgattr, own->tgattr,
					(size_t) own->tgnattr * sizeof(*own->tgattr)) != 0))
			continue;
		if (height < 0)
			(void) table_of(data->tg_relation, own, &height);
		(void) table_of(data->tg_relation, trigger, &other);
		if (other > height)
			return trigger;
	}
	return NULL;
}

const char *
dbcpg_place(void)
{
	return psprintf(INT64_FORMAT "/%u", (int64) GetSystemIdentifier(),
					MyDatabaseId);
}

static known_table
describe(Oid table)
{
	int level = NewGUCNestLevel();
	Relation relation;
	known_table now;

	/* names are compared with stored ones */
	dbcpg_set_parameter("quote_all_identifiers", "off");
	relation = table_open(table, AccessShareLock);
	now = (known_table){
		.name = quote_qualified_identifier(
			get_namespace_name(RelationGetNamespace(relation)),
			RelationGetRelationName(relation)),
		.relid = table,
		.owner = relation->rd_rel->relowner,
		.owner_name = GetUserNameFromId(relation->rd_rel->relowner, false),
		.place = dbcpg_place(),
		.is_secured = relation->rd_rel->relrowsecurity};

	table_close(relation, NoLock);
	AtEOXact_GUC(false, level);
	return now;
}

Oid
dbcpg_known_tables(void)
{
	Oid schema = get_namespace_oid("dbcare", true);

	return OidIsValid(schema) ? get_relname_relid("known_table", schema)
							  : InvalidOid;
}

/* dbcare.known_table; fails unless it is as dbcare has created it, and belongs
 * to a superuser or the owner of the trigger's function. */
static Relation
open_known_tables(const TriggerData *data)
{
	Oid table = dbcpg_known_tables();
	Relation relation =
		OidIsValid(table) ? table_open(table, AccessShareLock) : NULL;
	bool same = relation && relation->rd_rel->relkind == RELKIND_RELATION &&
				RelationGetDescr(relation)->natts >= K_COLUMNS;

	for (int i = 0; same && i < K_COLUMNS; i++)
		same =
			TupleDescAttr(RelationGetDescr(relation), i)->atttypid == types[i];
	if (!same || (!superuser_arg(relation->rd_rel->relowner) &&
				  relation->rd_rel->relowner !=
					  dbcpg_owner_of_function(data->tg_trigger->tgfoid)))
		ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("dbcare.known_table, which trigger \"%s\" needs, does "
					   "not exist or is not the table that dbcare has created",
					   data->tg_trigger->tgname),
				errhint("Call dbcare_install(), or drop the trigger."));
	return relation;
}

/* Reads the row with a number; false if there is none. */
static bool
find_row(Relation relation, int64 number, known_table *row)
{
	Oid index = dbcpg_primary_key_index(relation);
	Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
	TupleDesc shape = RelationGetDescr(relation);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;
	bool isnull;

	ScanKeyInit(&key, K_ID, BTEqualStrategyNumber, F_INT8EQ,
				Int64GetDatum(number));
	scan = systable_beginscan(relation, index, OidIsValid(index), snapshot, 1,
							  &key);
	tuple = systable_getnext(scan);
	if (tuple)
		*row = (known_table){
			.name = TextDatumGetCString(
				dbcpg_get_column(tuple, K_NAME, shape, &isnull)),
			.relid = DatumGetObjectId(
				dbcpg_get_column(tuple, K_RELID, shape, &isnull)),
			.owner = DatumGetObjectId(
				dbcpg_get_column(tuple, K_OWNER, shape, &isnull)),
			.owner_name = TextDatumGetCString(
				dbcpg_get_column(tuple, K_OWNER_NAME, shape, &isnull)),
			.place = TextDatumGetCString(
				dbcpg_get_column(tuple, K_PLACE, shape, &isnull)),
			.is_secured = DatumGetBool(
				dbcpg_get_column(tuple, K_SECURED, shape, &isnull))};
	if (tuple)
		row->is_part = TIMESTAMP_IS_NOEND(DatumGetTimestampTz(dbcpg_get_column(
						   tuple, K_PART_UNTIL, shape, &isnull))) &&
					   !isnull;
	systable_endscan(scan);
	UnregisterSnapshot(snapshot);
	return tuple != NULL;
}

/* Changes dbcare.known_table as its owner. */
static void
update(Oid owner, const char *statement, int count, Oid *types, Datum *values)
{
	int level = NewGUCNestLevel();
	Oid user;
	int security;

	GetUserIdAndSecContext(&user, &security);
	/* an error switches back at the end of the subtransaction */
	SetUserIdAndSecContext(owner, security | SECURITY_LOCAL_USERID_CHANGE |
									  SECURITY_RESTRICTED_OPERATION);
	dbcpg_set_own_path();
	dbcpg_require_spi_success(SPI_connect());
	dbcpg_require_spi_success(
		SPI_execute_with_args(statement, count, types, values, NULL, false, 0));
	dbcpg_require_spi_success(SPI_finish());
	AtEOXact_GUC(false, level);
	SetUserIdAndSecContext(user, security);
}

/* Stores what has changed.  A row that another session changes is left to that
 * one. */
static void
store(Oid owner, int64 number, const known_table *now)
{
	Oid parameters[] = {INT8OID, OIDOID, OIDOID, TEXTOID, TEXTOID, BOOLOID};
	Datum values[] = {
		Int64GetDatum(number),			 ObjectIdGetDatum(now->relid),
		ObjectIdGetDatum(now->owner),	 CStringGetTextDatum(now->owner_name),
		CStringGetTextDatum(now->place), BoolGetDatum(now->is_secured)};

	update(owner,
		   "update dbcare.known_table set relid = $2, owner_id = $3, "
		   "owner_name = $4, place = $5, is_secured = is_secured or $6 where "
		   "table_id = (select k.table_id from dbcare.known_table as k where "
		   "k.table_id = $1 for update skip locked)",
		   lengthof(values), parameters, values);
}

/* Whether the row is that of the table: the OID is, or in a copy its name and
 * owner, as core/know_table.sql has it.  A cluster that was made by copying files
 * has the identifier of the original, so the place does not tell; but while the
 * table with the OID is there, one that has got its name is another one. */
static bool
is_about(const known_table *row, const known_table *now)
{
	bool is_here = strcmp(row->place, now->place) == 0;

	if (is_here && row->relid == now->relid)
		return true;
	return strcmp(row->name, now->name) == 0 &&
		   strcmp(row->owner_name, now->owner_name) == 0 &&
		   !(is_here &&
			 SearchSysCacheExists1(RELOID, ObjectIdGetDatum(row->relid)));
}

bool
dbcpg_was_detached(const TriggerData *data)
{
	Relation relation = open_known_tables(data);
	Oid self = RelationGetRelid(data->tg_relation);
	known_table row;
	bool found = data->tg_trigger->tgnargs > 0 &&
				 find_row(relation, atoll(data->tg_trigger->tgargs[0]), &row);

	table_close(relation, AccessShareLock);
	/* the OID of another database tells nothing */
	if (!found || strcmp(row.place, dbcpg_place()) != 0 || row.relid == self)
		return false;
	return !data->tg_relation->rd_rel->relispartition ||
		   !list_member_oid(get_partition_ancestors(self), row.relid);
}

int64
dbcpg_number_of_trigger(const TriggerData *data)
{
	const Trigger *trigger = data->tg_trigger;
	int64 number = trigger->tgnargs > 0 ? atoll(trigger->tgargs[0]) : 0;
	known_table now = describe(dbcpg_table_of_trigger(data));
	Relation relation = open_known_tables(data);
	Oid owner = relation->rd_rel->relowner;
	known_table row;

	if (!find_row(relation, number, &row) || !is_about(&row, &now))
		ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("trigger \"%s\" of table %s was not created by dbcare "
					   "for this table",
					   trigger->tgname, now.name),
				errdetail("What it captures would be kept as rows of another "
						  "table."),
				errhint("Drop the trigger, then call dbarchive_enable() or "
						"dbaudit_enable() for the table if its rows are to be "
						"kept."));
	table_close(relation, AccessShareLock);
	if (row.relid != now.relid || row.owner != now.owner ||
		strcmp(row.owner_name, now.owner_name) != 0 ||
		strcmp(row.place, now.place) != 0 ||
		(now.is_secured && !row.is_secured))
		store(owner, number, &now);
	return number;
}

int64
dbcpg_note_part(const TriggerData *data, bool is_part)
{
	int64 number = dbcpg_number_of_trigger(data);
	Oid parameters[] = {INT8OID, BOOLOID};
	Datum values[] = {Int64GetDatum(number), BoolGetDatum(is_part)};
	Relation relation = open_known_tables(data);
	Oid owner = relation->rd_rel->relowner;
	known_table row;
	bool differs = find_row(relation, number, &row) && row.is_part != is_part;

	table_close(relation, AccessShareLock);
	/* if another session does the same, this one waits: it may be rolled back */
	if (differs)
		update(owner,
			   "update dbcare.known_table set part_until = case when $2 then "
			   "'infinity' else pg_catalog.clock_timestamp() end where "
			   "table_id = $1 and coalesce(part_until = 'infinity', false) <> "
			   "$2",
			   lengthof(values), parameters, values);
	return number;
}
