/*
 * truncate.c
 *	  TRUNCATE of partitions that have no trigger for it yet.
 *
 * Sessions that have not loaded the library truncate them, and the rows are
 * neither kept nor logged; the health checks name such partitions before that.
 */
#include "pg_ext/core/truncate.h"
#include "pg_ext/core/known_table.h"

#include "access/genam.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/objectaccess.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_trigger.h"
#include "commands/extension.h"
#include "commands/trigger.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

/* The functions that capture deleted rows, and the row triggers that do. */
static const struct
{
	const char *name;
	int16 type;
	const char *detail;
	const char *hint;
} captures[] = {
	{"dbarchive_capture", TRIGGER_TYPE_ROW | TRIGGER_TYPE_DELETE,
	 "Its deleted rows are kept, but it became a partition after "
	 "dbarchive_enable() and has no trigger for TRUNCATE yet.",
	 "Use DELETE, or call dbarchive_disable() first. dbarchive_enable() for "
	 "the partitioned table creates the trigger, which refuses TRUNCATE."},
	{"dbaudit_capture",
	 TRIGGER_TYPE_ROW | TRIGGER_TYPE_INSERT | TRIGGER_TYPE_DELETE |
		 TRIGGER_TYPE_UPDATE,
	 "Its changes are logged, but it became a partition after "
	 "dbaudit_enable() and has no trigger for TRUNCATE yet.",
	 "Use DELETE, or call dbaudit_enable() for the partitioned table again, "
	 "which creates the trigger that logs TRUNCATE."}};

static object_access_hook_type next_hook = NULL;

/* The place in captures of a function of the extension; -1: another one. */
static int
capture_of(Oid function)
{
	const char *name = get_func_name(function);

	for (int i = 0; name && i < (int) lengthof(captures); i++)
		if (strcmp(name, captures[i].name) == 0 &&
			getExtensionOfObject(ProcedureRelationId, function) ==
				get_extension_oid("dbcare", true))
			return i;
	return -1;
}

/* Adds the number of its table, the first argument of a trigger, to a list. */
static List *
add_number(List *numbers, HeapTuple row, TupleDesc shape)
{
	bool isnull;
	Datum arguments =
		dbcpg_get_column(row, Anum_pg_trigger_tgargs, shape, &isnull);

	if (isnull)
		return numbers;
	return lappend_int(numbers, atoi(VARDATA_ANY(DatumGetByteaPP(arguments))));
}

/* Fails if a row trigger, which the partition has inherited, captures its rows,
 * and no trigger for the same tables captures TRUNCATE: one of a table that this
 * was a partition of may have stayed.  The partition may not be locked yet, so
 * its triggers are read from the catalog. */
static void
require_trigger(Oid partition)
{
	bool inherits[lengthof(captures)] = {false};
	List *rows[lengthof(captures)] = {NIL};
	List *truncates[lengthof(captures)] = {NIL};
	Relation triggers = table_open(TriggerRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple row;

	ScanKeyInit(&key, Anum_pg_trigger_tgrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(partition));
	scan = systable_beginscan(triggers, TriggerRelidNameIndexId, true, NULL, 1,
							  &key);
	while ((row = systable_getnext(scan)) != NULL)
	{
		const FormData_pg_trigger *trigger = (const void *) GETSTRUCT(row);
		int i = capture_of(trigger->tgfoid);
		List **list;

		if (i < 0 || !dbcpg_trigger_fires(trigger->tgenabled))
			continue;
		if (trigger->tgtype == captures[i].type)
			list = &rows[i];
		else if (TRIGGER_FOR_TRUNCATE(trigger->tgtype))
			list = &truncates[i];
		else
			continue;
		*list = add_number(*list, row, RelationGetDescr(triggers));
		inherits[i] |= OidIsValid(trigger->tgparentid);
	}
	systable_endscan(scan);
	table_close(triggers, AccessShareLock);
	for (int i = 0; i < (int) lengthof(captures); i++)
		if (inherits[i] && list_intersection_int(rows[i], truncates[i]) == NIL)
			ereport(
				ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("table %s cannot be truncated", get_rel_name(partition)),
				errdetail_internal("%s", captures[i].detail),
				errhint("%s", captures[i].hint));
}

static void
on_access(ObjectAccessType access, Oid catalog, Oid object, int subid,
		  void *argument)
{
	if (next_hook)
		next_hook(access, catalog, object, subid, argument);
	if (access == OAT_TRUNCATE && get_rel_relispartition(object))
		require_trigger(object);
}

void
dbcpg_refuse_uncovered_truncate(void)
{
	next_hook = object_access_hook;
	object_access_hook = on_access;
}
