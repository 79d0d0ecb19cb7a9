/*
 * kept.c
 *	  Results of embedded statements that a session keeps.
 *
 * An application may call row by row, and what a call reads of the catalog
 * before it works takes longer than the work.  The results of statements that
 * are marked as kept (common/tools/keeps.c) are kept until the session learns of
 * a change of any catalog that they can be about; who runs the statement is part
 * of the question, since the answer can depend on his rights.
 *
 * A statement whose result is kept sees the latest state, as the caches of
 * PostgreSQL do, and not that of the snapshot of a statement or a transaction
 * that has begun before: an answer that is older than a change must not be kept
 * after the session has learnt of the change.
 */
#include "pg_ext/core/change.h"
#include "pg_ext/core/kept.h"
#include "pg_ext/core/rooms.h"

#include "access/parallel.h"
#include "access/xact.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

/* The most memory of results, and the most values of one that is kept. */
#define MOST_BYTES	((Size) 4 << 20)
#define MOST_VALUES 2000

#define NLISTS 256

typedef struct answer
{
	struct answer *next;
	const dbc_sql *sql;
	uint32 hash;
	Oid user;
	int security;
	int nargs;
	const dbc_value *args;
	dbc_rows rows;
} answer;

/* The answers, in lists by their hash, as of so many changes; and those that are
 * out of date, which a call in progress may still read. */
static MemoryContext memory;
static MemoryContext outdated;
static answer *lists[NLISTS];
static uint64 made_at;

/* Calls in progress, one within the other. */
static int calls = 0;

void
dbcpg_begin_kept(void)
{
	calls++;
}

void
dbcpg_end_kept(void)
{
	if (--calls == 0 && outdated)
		MemoryContextReset(outdated);
}

bool
dbcpg_is_kept(const dbcpg_host *host, const dbc_sql *sql)
{
	/* a procedure may run for long, with answers for each of its transactions */
	return sql->is_kept && calls > 0 &&
		   host->base.function->class != DBC_PROC && !IsInParallelMode() &&
		   sql >= dbcpg_sql && sql < dbcpg_sql + dbcpg_sql_count;
}

/* ---- answers ---- */

static void
forget_all(void)
{
	if (!outdated)
		outdated = AllocSetContextCreate(TopMemoryContext, "dbcare outdated",
										 ALLOCSET_SMALL_SIZES);
	if (memory)
		MemoryContextSetParent(memory, outdated);
	memory = NULL;
	memset(lists, 0, sizeof(lists));
}

/* Makes the answers those of now. */
static void
catch_up(dbcpg_host *host)
{
	/* what the caller has changed himself, and what others have committed */
	if (!host->read_only)
		CommandCounterIncrement();
	AcceptInvalidationMessages();
	if (made_at != dbcpg_count_changes() ||
		(memory && MemoryContextMemAllocated(memory, true) > MOST_BYTES))
		forget_all();
	made_at = dbcpg_count_changes();
}

static uint32
hash_of(const dbc_sql *sql, const dbc_value *args, int nargs)
{
	uint32 hash = murmurhash32((uint32) (sql - dbcpg_sql));

	for (int i = 0; i < nargs; i++)
		hash = hash_combine(hash,
							args[i].kind == DBC_TEXT || args[i].kind == DBC_JSON
								? string_hash(args[i].text, SIZE_MAX)
								: murmurhash32((uint32) args[i].integer));
	return hash;
}

static bool
is_same_value(const dbc_value *left, const dbc_value *right)
{
	if (left->kind != right->kind)
		return false;
	switch (left->kind)
	{
		case DBC_NULL:
			return true;
		case DBC_REAL:
			return left->real == right->real;
		case DBC_TEXT:
		case DBC_JSON:
			return strcmp(left->text, right->text) == 0;
		default:
			return left->integer == right->integer;
	}
}

static answer *
find(const answer *question)
{
	answer *known = lists[question->hash % NLISTS];

	for (; known; known = known->next)
	{
		int i = 0;

		if (known->hash != question->hash || known->sql != question->sql ||
			known->user != question->user ||
			known->security != question->security ||
			known->nargs != question->nargs)
			continue;
		while (i < known->nargs &&
			   is_same_value(&known->args[i], &question->args[i]))
			i++;
		if (i == known->nargs)
			return known;
	}
	return NULL;
}

static dbc_value *
copy_values(const dbc_value *values, int count)
{
	dbc_value *copies = palloc(((Size) count + 1) * sizeof(*copies));

	for (int i = 0; i < count; i++)
	{
		copies[i] = values[i];
		if (values[i].kind == DBC_TEXT || values[i].kind == DBC_JSON)
			copies[i].text = pstrdup(values[i].text);
	}
	return copies;
}

/* Keeps an answer to a question. */
static const dbc_rows *
keep(const answer *question, const dbc_rows *rows)
{
	const char **names;
	MemoryContext caller;
	answer *kept;

	if (!memory)
		memory = AllocSetContextCreate(TopMemoryContext, "dbcare kept",
									   ALLOCSET_DEFAULT_SIZES);
	caller = MemoryContextSwitchTo(memory);
	kept = palloc(sizeof(*kept));
	*kept = *question;
	kept->args = copy_values(question->args, question->nargs);
	kept->rows = *rows;
	kept->rows.values = copy_values(rows->values, rows->nrows * rows->ncols);
	names = palloc(((Size) rows->ncols + 1) * sizeof(*names));
	for (int i = 0; rows->columns && i < rows->ncols; i++)
		names[i] = pstrdup(rows->columns[i]);
	kept->rows.columns = rows->columns ? names : NULL;
	MemoryContextSwitchTo(caller);
	kept->next = lists[kept->hash % NLISTS];
	lists[kept->hash % NLISTS] = kept;
	return &kept->rows;
}

const dbc_rows *
dbcpg_find_kept(dbcpg_host *host, const dbc_sql *sql, const dbc_value *args,
				int nargs,
				const dbc_rows *(*run)(dbcpg_host *, const dbc_sql *,
									   const dbc_value *, int) )
{
	answer question = {.sql = sql,
					   .hash = hash_of(sql, args, nargs),
					   .nargs = nargs,
					   .args = args};
	const answer *known;
	const dbc_rows *rows;

	GetUserIdAndSecContext(&question.user, &question.security);
	catch_up(host);
	known = find(&question);
	if (known)
		return &known->rows;
	PushActiveSnapshot(GetLatestSnapshot());
	rows = run(host, sql, args, nargs);
	PopActiveSnapshot();
	/* memory of dbcpg_scoped() is freed before the call ends: so many answers
	 * would not be */
	if (made_at != dbcpg_count_changes() || host->arena != host->call ||
		(int64) rows->nrows * rows->ncols > MOST_VALUES)
		return rows;
	return keep(&question, rows);
}
