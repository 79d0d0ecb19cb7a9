/*
 * track.c
 *	  Records which objects scripts change and which tables they write.
 *
 * Relcache invalidations report relations and their parts, the object access
 * hook all other objects, and the permissions hook the tables that statements
 * write, those of triggers and foreign keys included.
 */
#include "pg_ext/core/compat_hooks.h"
#include "pg_ext/migrate/track.h"

#include "access/transam.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/objectaccess.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_event_trigger.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_policy.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "commands/tablecmds.h"
#include "storage/lockdefs.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "common/core/text.h"

/* Start and end of the conditions that limit a query. */
#define LIMIT_START "/* tracked:"
#define LIMIT_END	"*/"

/* The innermost tracking; NULL makes the hooks do nothing. */
static dbcpg_migrate_tracking *tracked = NULL;

static object_access_hook_type next_object_access_hook = NULL;
static ExecutorCheckPerms_hook_type next_check_perms_hook = NULL;

/* ---- hooks ---- */

/* Adds an object to a set.  A transaction that is being rolled back changes
 * nothing, and must not run out of memory. */
static void
note(HTAB *set, Oid object)
{
	if (IsTransactionState())
		(void) hash_search(set, &object, HASH_ENTER, NULL);
}

/* Called when the cached entry of a relation is invalidated. */
static void
note_relation(Datum argument, Oid relation)
{
	(void) argument;
	for (dbcpg_migrate_tracking *t = tracked; t; t = t->outer)
	{
		if (OidIsValid(relation))
			note(t->objects, relation);
		else
			t->everything = true;
	}
}

/* How changes of a catalog's objects are found. */
typedef enum catalog_kind
{
	INVALIDATED_WITH_RELATIONS, /* reported by relcache invalidations */
	LISTED_WITH_RELATIONS,
	LISTED,
	KNOWN_BY_NAME, /* the schema lists it by name only */
} catalog_kind;

/* The kind of a catalog. */
static catalog_kind
kind_of(Oid catalog)
{
	switch (catalog)
	{
		case AttrDefaultRelationId:
		case TriggerRelationId:
		case RewriteRelationId:
		case PolicyRelationId:
			return INVALIDATED_WITH_RELATIONS;
		case RelationRelationId:
		case StatisticExtRelationId:
		case NamespaceRelationId:
			return LISTED_WITH_RELATIONS;
		case TypeRelationId:
		case ProcedureRelationId:
		case ConstraintRelationId:
		case EventTriggerRelationId:
		case ExtensionRelationId:
			return LISTED;
		default:
			return KNOWN_BY_NAME;
	}
}

/* Whether an object was created rather than replaced; a new one is not visible
 * yet. */
static bool
is_new(Oid catalog, Oid object)
{
	switch (catalog)
	{
		case RelationRelationId:
		case TypeRelationId:
		case ConstraintRelationId:
			return true;
		case ProcedureRelationId:
			return !SearchSysCacheExists1(PROCOID, ObjectIdGetDatum(object));
		default:
			return false;
	}
}

/* Adds an object that was created, altered or dropped. */
static void
note_change(dbcpg_migrate_tracking *t, ObjectAccessType access, Oid catalog,
			Oid object)
{
	catalog_kind kind = kind_of(catalog);

	if (kind == INVALIDATED_WITH_RELATIONS)
		return;
	note(t->objects, object);
	if (access == OAT_POST_CREATE && is_new(catalog, object))
		note(t->made, object);
	if (access == OAT_DROP)
		note(t->dropped, object);
	if (kind != LISTED_WITH_RELATIONS)
		note(t->programs, object);
	if (kind == KNOWN_BY_NAME)
		t->others = true;
	/* the hook does not report changes of its members */
	if (catalog == ExtensionRelationId && access == OAT_POST_ALTER)
		t->everything = true;
}

/* Called when an object is created, altered or dropped.  Columns have a subid;
 * invalidations of their table report them. */
static void
note_object(ObjectAccessType access, Oid catalog, Oid object, int subid,
			void *argument)
{
	if (next_object_access_hook)
		next_object_access_hook(access, catalog, object, subid, argument);
	if (subid != 0 || (access != OAT_POST_CREATE && access != OAT_POST_ALTER &&
					   access != OAT_DROP))
		return;
	for (dbcpg_migrate_tracking *t = tracked; t; t = t->outer)
		note_change(t, access, catalog, object);
}

/* Adds the tables that a statement writes; one that writes the catalog itself
 * may change anything. */
static void
note_tables(List *tables)
{
	ListCell *cell;

	foreach (cell, tables)
	{
		const RangeTblEntry *table = lfirst_node(RangeTblEntry, cell);

		if (table->rtekind != RTE_RELATION ||
			table->rellockmode < RowExclusiveLock)
			continue;
		for (dbcpg_migrate_tracking *t = tracked; t; t = t->outer)
		{
			note(t->written, table->relid);
			if (table->relid < FirstNormalObjectId)
				t->everything = true;
		}
	}
}

/* Called before a statement is executed. */
static bool
note_statement(DBCPG_CHECK_PERMS_PARAMETERS)
{
	if (tracked)
		note_tables(tables);
	return !next_check_perms_hook ||
		   next_check_perms_hook(DBCPG_CHECK_PERMS_ARGUMENTS);
}

/* Installs the hooks, once per session. */
void
dbcpg_migrate_install_hooks(void)
{
	CacheRegisterRelcacheCallback(note_relation, (Datum) 0);
	next_object_access_hook = object_access_hook;
	object_access_hook = note_object;
	next_check_perms_hook = ExecutorCheckPerms_hook;
	ExecutorCheckPerms_hook = note_statement;
}

/* ---- start and end ---- */

/* An embedded query in which the comments that limit it are SQL. */
static dbc_sql
limited_query(dbc_host *base, const char *name)
{
	dbc_sql limited = *dbc_find_sql(base, name);
	const char *text = limited.text;
	const char *start;
	dbc_buffer buffer;

	dbc_buffer_init(&buffer, base);
	while ((start = strstr(text, LIMIT_START)) != NULL)
	{
		const char *limit = start + strlen(LIMIT_START);
		const char *end = strstr(limit, LIMIT_END);

		dbc_append_bytes(&buffer, text, (size_t) (start - text));
		dbc_append_bytes(&buffer, limit, (size_t) (end - limit));
		text = end + strlen(LIMIT_END);
	}
	dbc_append(&buffer, text);
	limited.text = buffer.data;
	return limited;
}

/* A set of Oids. */
static HTAB *
make_set(dbcpg_migrate_tracking *t)
{
	HASHCTL control = {
		.keysize = sizeof(Oid), .entrysize = sizeof(Oid), .hcxt = t->sets};

	return hash_create("dbcare tracked", 64, &control,
					   HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

/* Stops recording; what has been recorded stays. */
void
dbcpg_migrate_stop_tracking(dbcpg_migrate_tracking *t)
{
	if (tracked == t)
		tracked = t->outer;
	if (t->before)
		UnregisterSnapshotFromOwner(t->before, t->owner);
	t->before = NULL;
}

/* Stops recording at the end of a call, also after an error: the resource owner
 * has released the snapshot already. */
static void
end_tracking(dbcpg_host *host)
{
	const dbcpg_migrate_tracking *t = host->hook_state;

	if (t && tracked == t)
		tracked = t->outer;
}

/* Drops temporary tables with ON COMMIT DROP.  ON COMMIT DELETE ROWS is not
 * run, since the caller's rows would be lost. */
static void
drop_temporary_tables(void)
{
	int flags = MyXactFlags;

	/* without this flag, no temporary table is truncated */
	MyXactFlags &= ~XACT_FLAGS_ACCESSEDTEMPNAMESPACE;
	PG_TRY();
	{
		PreCommit_on_commit_actions();
	}
	PG_FINALLY();
	{
		MyXactFlags |= flags;
	}
	PG_END_TRY();
}

/* Whether the values of an enum that an older index uses have changed. */
static bool
has_other_enums(const dbcpg_migrate_tracking *t)
{
	const dbc_rows *rows;

	if (!t->enums[0].text)
		return false;
	rows = dbc_query(&t->host->base, "migrate/indexed_enums", t->enums[0]);
	return dbc_get_int(&t->host->base, rows, 0, 1) != t->enums[1].integer;
}

/*
 * Does the work of a commit at the end of a tracked script: temporary tables
 * are dropped and new enum values can be used, as after the transaction of a
 * migration.  The test undoes all of it except index entries: without their
 * enum value these could no longer be compared.
 */
static void
end_script(dbcpg_host *host)
{
	if (!host->hook_state || host->read_only)
		return;
	drop_temporary_tables();
	if (!has_other_enums(host->hook_state))
		AtEOXact_Enum();
}

/* See common/migrate/host.h. */
void
dbcpg_migrate_track(dbc_host *base, bool on)
{
	dbcpg_host *host = dbcpg_of(base);
	dbcpg_migrate_tracking *t = host->hook_state;

	if (t)
	{
		dbcpg_migrate_stop_tracking(t);
		MemoryContextReset(t->sets);
	}
	if (!on)
	{
		host->hook_state = NULL;
		return;
	}
	if (!t)
	{
		t = dbc_alloc(base, sizeof(*t));
		t->host = host;
		t->sets = AllocSetContextCreate(host->arena, "dbcare tracked",
										ALLOCSET_DEFAULT_SIZES);
		t->enums = dbc_get_row(
			base, dbc_query(base, "migrate/indexed_enums", dbc_null()), 0,
			"Ti");
		t->queries[0] = limited_query(base, "migrate/schema");
		t->queries[1] = limited_query(base, "migrate/schema_programs");
	}
	t->objects = make_set(t);
	t->made = make_set(t);
	t->dropped = make_set(t);
	t->written = make_set(t);
	t->programs = make_set(t);
	t->others = t->everything = false;
	CommandCounterIncrement();
	t->owner = CurrentResourceOwner;
	t->before = RegisterSnapshotOnOwner(GetTransactionSnapshot(), t->owner);
	t->outer = tracked;
	host->hook_state = t;
	host->at_script_end = end_script;
	host->at_call_end = end_tracking;
	tracked = t;
}
