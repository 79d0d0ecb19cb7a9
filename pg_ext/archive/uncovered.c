/*
 * uncovered.c
 *	  Tables whose rows go with those of another table, and are not kept.
 *
 * Such a table was created, or got its foreign key, after dbarchive_enable()
 * was called for its parent.  The triggers of the foreign keys have fired
 * before: what they deleted is lost, and all that can be done is to say so.
 */
#include "pg_ext/archive/uncovered.h"
#include "pg_ext/archive/link.h"

#include "access/table.h"
#include "catalog/pg_trigger.h"
#include "commands/trigger.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/json.h"
#include "utils/lsyscache.h"

/* Whether a trigger of the child keeps what a foreign key deletes or changes.
 */
static bool
keeps(const Trigger *trigger, Oid function, Oid constraint, bool deletes)
{
	if (trigger->tgfoid != function || dbcpg_archive_is_hold(trigger) ||
		trigger->tgenabled == TRIGGER_DISABLED ||
		!TRIGGER_FOR_ROW(trigger->tgtype))
		return false;
	if (deletes)
		return TRIGGER_FOR_DELETE(trigger->tgtype);
	return TRIGGER_FOR_UPDATE(trigger->tgtype) && trigger->tgnargs > 1 &&
		   strcmp(trigger->tgargs[1], get_constraint_name(constraint)) == 0;
}

static bool
is_covered(Oid child, Oid function, Oid constraint, bool deletes)
{
	Relation table = table_open(child, AccessShareLock);
	bool covered = false;

	for (int i = 0; table->trigdesc && i < table->trigdesc->numtriggers; i++)
		covered |=
			keeps(&table->trigdesc->triggers[i], function, constraint, deletes);
	table_close(table, NoLock);
	return covered;
}

const char *
dbcpg_archive_uncovered(Relation table, Oid function)
{
	StringInfoData names;

	initStringInfo(&names);
	for (int i = 0; table->trigdesc && i < table->trigdesc->numtriggers; i++)
	{
		const Trigger *trigger = &table->trigdesc->triggers[i];
		Oid child = trigger->tgconstrrelid;
		bool deletes = trigger->tgfoid == F_RI_FKEY_CASCADE_DEL;

		if (!deletes && trigger->tgfoid != F_RI_FKEY_SETNULL_DEL &&
			trigger->tgfoid != F_RI_FKEY_SETDEFAULT_DEL)
			continue;
		if (is_covered(child, function, trigger->tgconstraint, deletes))
			continue;
		appendStringInfoString(&names, names.len == 0 ? "[" : ", ");
		escape_json(&names, quote_qualified_identifier(
								get_namespace_name(get_rel_namespace(child)),
								get_rel_name(child)));
	}
	if (names.len == 0)
		return NULL;
	appendStringInfoChar(&names, ']');
	return names.data;
}
