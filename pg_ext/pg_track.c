/*
 * pg_track.c
 *	  What scripts change: which objects of the catalog, and the rows of which
 *	  tables.
 *
 * Invalidations tell of relations and of all that is kept with them, the hook
 * on access to objects of everything else, and the one on permissions of the
 * tables that statements write, those of triggers and foreign keys included.
 * Definitions as they were can be read only once the changes are undone, since
 * the server's own functions make them of today's catalog; but a snapshot of
 * before still shows where the rows of a table were, and in which columns.
 */
#include "pg_ext.h"

#include "access/transam.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/objectaccess.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_event_trigger.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_policy.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "commands/tablecmds.h"
#include "executor/executor.h"
#include "storage/lockdefs.h"
#include "utils/guc.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "text.h"

/* What begins, and ends, the part of a query that limits it. */
#define LIMIT_START "/* tracked:"
#define LIMIT_END	"*/"

/* Columns of migrate/tracked_rows.sql. */
enum
{
	R_NAME,
	R_BEFORE, /* query for the digest, or NULL */
	R_NOW	  /* the same of now */
};

struct dbcpg_tracked
{
	dbcpg_host *host;
	struct dbcpg_tracked *outer; /* of a call that runs this one */
	MemoryContext sets;
	HTAB *objects; /* Oids of any catalog */
	HTAB *made;	   /* those of relations and types that are new */
	HTAB *dropped;
	HTAB *written;	 /* Oids of tables */
	bool programs;	 /* some of those in migrate/schema_programs */
	bool others;	 /* what no schema says all about */
	bool everything; /* too much to tell */
	Snapshot before;
	ResourceOwner owner; /* of the snapshot */
	dbc_sql queries[2];	 /* migrate/schema and schema_programs, limited */
	dbc_value args[2];	 /* of these, once that is known */
	const dbc_rows *tables;
	int level; /* of the subtransaction with the changes */
};

/* What notes changes now; the hooks do nothing without it. */
static dbcpg_tracked *tracked = NULL;

static const dbc_rows no_rows;

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

/* Called when what is known of a relation is no longer valid. */
static void
note_relation(Datum argument, Oid relation)
{
	dbcpg_tracked *t;

	(void) argument;
	for (t = tracked; t; t = t->outer)
	{
		if (OidIsValid(relation))
			note(t->objects, relation);
		else
			t->everything = true;
	}
}

/* Whether objects of a catalog are relations, or belong to one. */
static bool
is_of_relation(Oid catalog)
{
	switch (catalog)
	{
		case RelationRelationId:
		case AttrDefaultRelationId:
		case TriggerRelationId:
		case RewriteRelationId:
		case PolicyRelationId:
		case StatisticExtRelationId:
		case NamespaceRelationId:
			return true;
		default:
			return false;
	}
}

/* Whether objects of a catalog can be told from those of before by what a
 * schema says of them. */
static bool
is_described(Oid catalog)
{
	switch (catalog)
	{
		case TypeRelationId:
		case ProcedureRelationId:
		case ConstraintRelationId:
		case EventTriggerRelationId:
		case ExtensionRelationId:
			return true;
		default:
			return is_of_relation(catalog);
	}
}

/* Called when an object is made, altered or dropped. */
static void
note_object(ObjectAccessType access, Oid catalog, Oid object, int subid,
			void *argument)
{
	dbcpg_tracked *t;

	if (next_object_access_hook)
		next_object_access_hook(access, catalog, object, subid, argument);
	if (access != OAT_POST_CREATE && access != OAT_POST_ALTER &&
		access != OAT_DROP)
		return;
	for (t = tracked; t; t = t->outer)
	{
		note(t->objects, object);
		/* columns have the number of their table, and other objects are said
		 * to be made when they are replaced */
		if (access == OAT_POST_CREATE && subid == 0 &&
			(catalog == RelationRelationId || catalog == TypeRelationId))
			note(t->made, object);
		if (access == OAT_DROP && subid == 0)
			note(t->dropped, object);
		if (!is_of_relation(catalog))
			t->programs = true;
		if (!is_described(catalog))
			t->others = true;
		/* its members come and go without a word */
		if (catalog == ExtensionRelationId && access == OAT_POST_ALTER)
			t->everything = true;
	}
}

/* Notes the tables of a statement that it writes; one that writes the catalog
 * itself may change anything. */
static void
note_tables(List *tables)
{
	dbcpg_tracked *t;
	ListCell *cell;

	foreach (cell, tables)
	{
		const RangeTblEntry *table = lfirst_node(RangeTblEntry, cell);

		if (table->rtekind != RTE_RELATION ||
			table->rellockmode < RowExclusiveLock)
			continue;
		for (t = tracked; t; t = t->outer)
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

/* Puts the hooks in their places, once per session. */
void
dbcpg_install_hooks(void)
{
	CacheRegisterRelcacheCallback(note_relation, (Datum) 0);
	next_object_access_hook = object_access_hook;
	object_access_hook = note_object;
	next_check_perms_hook = ExecutorCheckPerms_hook;
	ExecutorCheckPerms_hook = note_statement;
}

/* ---- start and end ---- */

/* A set of Oids. */
static HTAB *
make_set(dbcpg_tracked *t)
{
	HASHCTL control = {
		.keysize = sizeof(Oid), .entrysize = sizeof(Oid), .hcxt = t->sets};

	return hash_create("dbcare tracked", 64, &control,
					   HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

/* Gives the snapshot back. */
static void
drop_snapshot(dbcpg_tracked *t)
{
	if (t->before)
		UnregisterSnapshotFromOwner(t->before, t->owner);
	t->before = NULL;
}

/* Stops noting; what has been noted stays. */
static void
stop(dbcpg_tracked *t)
{
	if (tracked == t)
		tracked = t->outer;
}

/* Stops noting for a call that ends, on whatever road: the end of its resource
 * owner has seen to the snapshot. */
void
dbcpg_end_tracking(dbcpg_host *host)
{
	if (host->tracked)
		stop(host->tracked);
}

/* An embedded query with the comments that limit it taken for SQL. */
static dbc_sql
limited_query(dbc_host *base, const char *name)
{
	const dbc_sql *sql = dbc_find_sql(base, name);
	const char *text = sql->text;
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
	return (dbc_sql){sql->name, buffer.data};
}

/* Starts noting what scripts change, or stops; see host.h. */
void
dbcpg_track(dbc_host *base, bool on)
{
	dbcpg_host *host = dbcpg_of(base);
	dbcpg_tracked *t = host->tracked;

	if (t)
	{
		stop(t);
		drop_snapshot(t);
		MemoryContextReset(t->sets);
	}
	if (!on)
	{
		host->tracked = NULL;
		return;
	}
	if (!t)
	{
		t = dbc_alloc(base, sizeof(*t));
		t->host = host;
		t->sets = AllocSetContextCreate(host->arena, "dbcare tracked",
										ALLOCSET_DEFAULT_SIZES);
		t->queries[0] = limited_query(base, "migrate/schema");
		t->queries[1] = limited_query(base, "migrate/schema_programs");
	}
	t->objects = make_set(t);
	t->made = make_set(t);
	t->dropped = make_set(t);
	t->written = make_set(t);
	t->programs = t->others = t->everything = false;
	CommandCounterIncrement();
	t->owner = CurrentResourceOwner;
	t->before = RegisterSnapshotOnOwner(GetTransactionSnapshot(), t->owner);
	t->outer = tracked;
	host->tracked = t;
	tracked = t;
}

/*
 * Does what waits for the end of a transaction, at the end of a script that is
 * tracked: temporary tables go, and new values of enums can be used, as in the
 * transaction of the next migration.  None of it lasts longer than the test.
 */
void
dbcpg_end_script(dbcpg_host *host)
{
	if (!host->tracked || host->read_only)
		return;
	PreCommit_on_commit_actions();
	AtEOXact_Enum();
}

/* ---- what has been changed ---- */

/* Runs a query that only reads, on what a snapshot shows. */
static const dbc_rows *
query_as_of(dbcpg_host *host, const dbc_sql *sql, const dbc_value *args,
			int nargs, Snapshot snapshot)
{
	bool was_read_only = host->read_only;
	const dbc_rows *rows;

	PushActiveSnapshot(snapshot);
	/* a guard does the same for a failure */
	host->read_only = true;
	rows = host->base.query(&host->base, sql, args, nargs);
	host->read_only = was_read_only;
	PopActiveSnapshot();
	return rows;
}

/* The same, on the database as it is now. */
static const dbc_rows *
query_now(dbcpg_host *host, const dbc_sql *sql, const dbc_value *args,
		  int nargs)
{
	CommandCounterIncrement();
	return query_as_of(host, sql, args, nargs, GetTransactionSnapshot());
}

/* The text of the first column of the first row. */
static dbc_value
first_text(const dbc_rows *rows)
{
	return rows->nrows > 0 ? dbc_text(dbc_cell(rows, 0, 0)->text) : dbc_null();
}

/* A set as the text of an array. */
static dbc_value
array_text(dbcpg_host *host, HTAB *set)
{
	HASH_SEQ_STATUS sequence;
	dbc_buffer buffer;
	const Oid *object;

	dbc_buffer_init(&buffer, &host->base);
	dbc_append(&buffer, "{");
	hash_seq_init(&sequence, set);
	while ((object = hash_seq_search(&sequence)) != NULL)
		dbc_append_format(&buffer, "%s%u", buffer.length > 1 ? "," : "",
						  *object);
	dbc_append(&buffer, "}");
	return dbc_text(buffer.data);
}

/* Forgets what was made and dropped again: it was not there before and is not
 * there now. */
static void
forget_passing(dbcpg_tracked *t)
{
	HASH_SEQ_STATUS sequence;
	const Oid *object;

	hash_seq_init(&sequence, t->made);
	while ((object = hash_seq_search(&sequence)) != NULL)
		if (hash_search(t->dropped, object, HASH_FIND, NULL))
		{
			(void) hash_search(t->objects, object, HASH_REMOVE, NULL);
			(void) hash_search(t->written, object, HASH_REMOVE, NULL);
		}
}

/* Finds the objects that have to be looked at. */
static void
settle_objects(dbcpg_tracked *t)
{
	dbcpg_host *host = t->host;
	const dbc_sql *family = dbc_find_sql(&host->base, "migrate/tracked_family");
	dbc_value objects = array_text(host, t->objects);

	t->args[0] = dbc_bool(false);
	t->args[1] = dbc_null();
	if (hash_get_num_entries(t->objects) == 0)
		return;
	objects = first_text(query_as_of(host, family, &objects, 1, t->before));
	t->args[1] = first_text(query_now(host, family, &objects, 1));
}

/* Finds the tables whose rows have to be looked at. */
static void
settle_tables(dbcpg_tracked *t)
{
	dbcpg_host *host = t->host;
	const dbc_sql *tables = dbc_find_sql(&host->base, "migrate/tracked_tables");
	const dbc_sql *rows = dbc_find_sql(&host->base, "migrate/tracked_rows");
	dbc_value written = array_text(host, t->written);
	dbc_value chosen[] = {t->args[1].text ? t->args[1] : dbc_text("{}"),
						  written};
	dbc_value where[3];

	t->tables = &no_rows;
	if (!t->args[1].text && hash_get_num_entries(t->written) == 0)
		return;
	where[0] = first_text(query_as_of(host, tables, chosen, 2, t->before));
	where[1] = first_text(query_now(host, tables, chosen, 2));
	where[2] = written;
	t->tables = query_now(host, rows, where, 3);
}

/* The objects that may have changed, as they are now. */
static const dbc_rows *
list_objects(dbcpg_tracked *t)
{
	dbc_host *base = &t->host->base;
	const dbc_rows *relations;

	if (t->everything)
		return dbcpg_schema(base, DBC_SCHEMA_NOW);
	if (!t->args[1].text)
		return &no_rows;
	relations = base->query(base, &t->queries[0], t->args, 2);
	if (!t->programs)
		return relations;
	return dbcpg_join_rows(base, relations,
						   base->query(base, &t->queries[1], t->args, 2), NULL);
}

/* The digests of the tables that may have changed, as they are now. */
static const dbc_rows *
list_tables(dbcpg_tracked *t, int column)
{
	dbc_host *base = &t->host->base;
	dbc_rows *rows = dbc_alloc(base, sizeof(*rows));
	dbc_value *values =
		dbc_alloc(base, (2 * (size_t) t->tables->nrows + 1) * sizeof(*values));
	int i;

	*rows = (dbc_rows){.ncols = 2, .values = values};
	for (i = 0; i < t->tables->nrows; i++)
	{
		const dbc_value *table = dbc_cell(t->tables, i, 0);
		dbc_sql digest = {NULL, table[column].text};

		if (!digest.text)
			continue;
		values[2 * rows->nrows] = table[R_NAME];
		values[2 * rows->nrows++ + 1] =
			first_text(query_now(t->host, &digest, NULL, 0));
	}
	return rows;
}

/* Has queries planned for few objects among many, until a GUC level ends.  The
 * catalog may be small when they are, and grow with every migration. */
static int
plan_for_few(void)
{
	static const char *const plans[] = {"enable_seqscan", "enable_hashjoin",
										"enable_mergejoin"};
	int level = NewGUCNestLevel();
	size_t i;

	for (i = 0; i < lengthof(plans); i++)
		(void) set_config_option(plans[i], "off", PGC_USERSET, PGC_S_SESSION,
								 GUC_ACTION_SAVE, true, 0, false);
	return level;
}

/* What has been changed; see host.h. */
bool
dbcpg_touched(dbc_host *base, dbc_moment moment, dbc_touched *touched)
{
	dbcpg_tracked *t = dbcpg_of(base)->tracked;
	int level = GetCurrentTransactionNestLevel();
	int settings;

	if (moment == DBC_BEFORE && level >= t->level)
		return false;
	settings = plan_for_few();
	if (moment == DBC_NOW)
	{
		forget_passing(t);
		settle_objects(t);
		settle_tables(t);
		stop(t);
		drop_snapshot(t);
		t->level = level;
	}
	touched->objects = list_objects(t);
	AtEOXact_GUC(false, settings);
	touched->complete = !t->others;
	touched->tables = list_tables(t, moment == DBC_NOW ? R_NOW : R_BEFORE);
	return true;
}
