/*
 * objects.c
 *	  What the scripts of a session have named and made.
 */
#include "common/lint/lint.h"

#include <string.h>

#include "common/core/text.h"

typedef struct entry
{
	dbc_lint_object object;
	struct entry *next; /* of those with the same hash */
} entry;

#define MIN_BUCKETS 64

struct dbc_lint_session
{
	dbc_host *host;
	int script;	  /* number of the one being read */
	void *engine; /* the reader's own */
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

/* Begins to read scripts. */
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

/* Relations share one name space; types have theirs, which tables join. */
static bool
is_relation(const char *type)
{
	return dbc_same(type, "table") || dbc_same(type, "index") ||
		   dbc_same(type, "view") || dbc_same(type, "sequence") ||
		   dbc_same(type, "materialized view") ||
		   dbc_same(type, "foreign table");
}

/* FNV-1a over a name; its schema may be written or not, so it is left out. */
static unsigned
hash_name(const char *name)
{
	unsigned hash = 2166136261U;

	for (; *name; name++)
		hash = (hash ^ (unsigned char) *name) * 16777619U;
	return hash;
}

/* Whether two schemas as written may be one: both or none. */
static bool
same_schema(const char *left, const char *right)
{
	return left && right ? dbc_same(left, right) : left == right;
}

/* Whether an entry is what a type and a name mean now. */
static bool
is_meant(const dbc_lint_object *object, const char *type, const char *schema,
		 const char *name)
{
	return dbc_same(object->name, name) &&
		   same_schema(object->schema, schema) && !object->dropped &&
		   (is_relation(type) ? is_relation(object->type)
							  : dbc_same(object->type, type));
}

/* Puts an entry into its bucket, before those that are there. */
static void
put_entry(dbc_lint_session *session, entry *e)
{
	entry **bucket =
		&session->buckets[hash_name(e->object.name) & (session->nbuckets - 1)];

	e->next = *bucket;
	*bucket = e;
}

/* Doubles the buckets. */
static void
grow(dbc_lint_session *session)
{
	entry **old = session->buckets;
	unsigned nold = session->nbuckets;
	unsigned i;

	session->nbuckets *= 2;
	session->buckets =
		dbc_alloc(session->host, session->nbuckets * sizeof(entry *));
	for (i = 0; i < nold; i++)
		while (old[i])
		{
			entry *e = old[i];

			old[i] = e->next;
			put_entry(session, e);
		}
}

/* A name as the user would write it. */
static const char *
shown_name(dbc_host *host, const char *schema, const char *name)
{
	return schema ? dbc_format(host, "%s.%s", host->quote(host, schema),
							   host->quote(host, name))
				  : host->quote(host, name);
}

dbc_lint_object *
dbc_lint_find_object(dbc_lint_session *session, const char *type,
					 const char *schema, const char *name, bool *is_new)
{
	entry *e = session->buckets[hash_name(name) & (session->nbuckets - 1)];

	*is_new = false;
	for (; e; e = e->next)
		if (is_meant(&e->object, type, schema, name))
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
	object->made_in = session->script;
}

void
dbc_lint_record_drop(dbc_lint_session *session, dbc_lint_object *object)
{
	(void) session;
	object->dropped = true;
}

/* What had the name is gone under it, and the same under another. */
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
	return object->made_in > 0 && object->made_in == session->script;
}
