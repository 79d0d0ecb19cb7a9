/*
 * objects.c
 *	  The objects that the scripts of a session name and create.
 */
#include "common/lint/lint.h"

#include <string.h>

#include "common/core/text.h"

typedef struct entry
{
	dbc_lint_object object;
	struct entry *next; /* next in the same bucket */
} entry;

#define MIN_BUCKETS 64

struct dbc_lint_session
{
	dbc_host *host;
	int script;	  /* number of the current script */
	void *engine; /* private to the engine */
	entry **buckets;
	unsigned nbuckets; /* a power of two */
	unsigned count;
};

const char *
dbc_lint_lock_mode_name(dbc_lint_lock_mode lock)
{
	static const char *const names[] = {NULL,
										"ACCESS SHARE",
										"ROW SHARE",
										"ROW EXCLUSIVE",
										"SHARE UPDATE EXCLUSIVE",
										"SHARE",
										"SHARE ROW EXCLUSIVE",
										"EXCLUSIVE",
										"ACCESS EXCLUSIVE"};

	return names[lock];
}

dbc_lint_session *
dbc_lint_begin_session(dbc_host *host)
{
	dbc_lint_session *session = dbc_alloc(host, sizeof(*session));

	session->host = host;
	session->nbuckets = MIN_BUCKETS;
	session->buckets = dbc_alloc(host, MIN_BUCKETS * sizeof(entry *));
	return session;
}

void **
dbc_lint_session_engine(dbc_lint_session *session)
{
	return &session->engine;
}

void
dbc_lint_begin_script(dbc_lint_session *session)
{
	session->script++;
}

/* Relations share one name space; types have their own, which includes the row
 * types of tables. */
static bool
is_relation(const char *type)
{
	return dbc_same(type, "table") || dbc_same(type, "index") ||
		   dbc_same(type, "view") || dbc_same(type, "sequence") ||
		   dbc_same(type, "materialized view") ||
		   dbc_same(type, "foreign table");
}

/* FNV-1a of a name, without the schema, which may be omitted in SQL. */
static unsigned
hash_name(const char *name)
{
	unsigned hash = 2166136261U;

	for (; *name; name++)
		hash = (hash ^ (unsigned char) *name) * 16777619U;
	return hash;
}

/* Whether two schemas as written are equal; NULL is equal to NULL. */
static bool
same_schema(const char *left, const char *right)
{
	return left && right ? dbc_same(left, right) : left == right;
}

/* Whether a type and a name refer to an object now. */
static bool
matches_name(const dbc_lint_object *object, const char *type,
			 const char *schema, const char *name)
{
	return dbc_same(object->name, name) &&
		   same_schema(object->schema, schema) && !object->dropped &&
		   (is_relation(type) ? is_relation(object->type)
							  : dbc_same(object->type, type));
}

/* Adds an entry at the head of its bucket. */
static void
put_entry(dbc_lint_session *session, entry *e)
{
	entry **bucket =
		&session->buckets[hash_name(e->object.name) & (session->nbuckets - 1)];

	e->next = *bucket;
	*bucket = e;
}

static void
grow(dbc_lint_session *session)
{
	entry **old = session->buckets;
	unsigned nold = session->nbuckets;

	session->nbuckets *= 2;
	session->buckets =
		dbc_alloc(session->host, session->nbuckets * sizeof(entry *));
	for (unsigned i = 0; i < nold; i++)
		while (old[i])
		{
			entry *e = old[i];

			old[i] = e->next;
			put_entry(session, e);
		}
}

/* A name as a user would write it. */
static const char *
shown_name(dbc_host *host, const char *schema, const char *name)
{
	return schema ? dbc_format(host, "%s.%s", dbc_quote(host, schema),
							   dbc_quote(host, name))
				  : dbc_quote(host, name);
}

dbc_lint_object *
dbc_lint_find_object(dbc_lint_session *session, const char *type,
					 const char *schema, const char *name, bool *is_new)
{
	entry *e = session->buckets[hash_name(name) & (session->nbuckets - 1)];

	*is_new = false;
	for (; e; e = e->next)
		if (matches_name(&e->object, type, schema, name))
			return &e->object;
	if (session->count++ >= session->nbuckets)
		grow(session);
	e = dbc_alloc(session->host, sizeof(*e));
	e->object.type = type;
	e->object.schema = schema;
	e->object.name = name;
	e->object.shown = shown_name(session->host, schema, name);
	e->object.rows = e->object.bytes = -1;
	put_entry(session, e);
	*is_new = true;
	return &e->object;
}

void
dbc_lint_record_create(dbc_lint_session *session, dbc_lint_object *object)
{
	object->created_in = session->script;
}

void
dbc_lint_record_drop(dbc_lint_session *session, dbc_lint_object *object)
{
	(void) session;
	object->dropped = true;
}

/* The old name becomes a dropped object; the object keeps its entry. */
void
dbc_lint_record_rename(dbc_lint_session *session, dbc_lint_object *object,
					   const char *new_name)
{
	entry *e = dbc_alloc(session->host, sizeof(*e));

	e->object = *object;
	e->object.name = new_name;
	e->object.shown = shown_name(session->host, object->schema, new_name);
	session->count++;
	put_entry(session, e);
	object->dropped = true;
}

bool
dbc_lint_is_created_here(const dbc_lint_session *session,
						 const dbc_lint_object *object)
{
	return object->created_in > 0 && object->created_in == session->script;
}
