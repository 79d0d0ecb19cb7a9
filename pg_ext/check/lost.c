/*
 * lost.c
 *	  Pages of a table that have lost their rows.
 *
 * A page of zeros is valid: a crash while a table grows leaves some, and no
 * test of the server reports it.  That it had rows is known from an index with
 * entries that point there: an entry is made after its row, vacuum removes it
 * before its row, and a page that had rows never becomes empty like this while
 * the table is locked.  Without an index the visibility map tells: it never has
 * a page of zeros.  No value leaves this file, so no privilege is required; an
 * index is read from its beginning, so no code of users runs.
 */
#include "pg_ext/core/compat.h"
#include "pg_ext/check/verify.h"
#include "pg_ext/core/relation.h"

#include <ctype.h>

#include "access/genam.h"
#include "access/relation.h"
#include "access/relscan.h"
#include "access/visibilitymap.h"
#include "access/xlog.h"
#include "catalog/pg_am.h"
#include "catalog/pg_inherits.h"
#include "storage/bufmgr.h"
#include "storage/bufpage.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"

/* Blocks that a message lists. */
#define MOST_LISTED 5

/* Blocks that cannot be read, behind which the search goes on. */
#define MOST_UNREADABLE 1000

typedef struct search
{
	Relation table;
	BufferAccessStrategy ring;
	BlockNumber blocks; /* of the table */
	BlockNumber next;	/* to be read */
	int nunreadable;
	dbc_error unreadable; /* of the first block that cannot be read */
	BlockNumber *empty;	  /* blocks of zeros, ascending */
	int64_t *entries;	  /* of the index that point to each */
	int nempty;
	int room;				  /* for empty ones */
	BlockNumber first_behind; /* block behind the end with entries */
	int64_t behind;			  /* such entries */
} search;

static bool
is_empty(const search *s, BlockNumber block)
{
	Buffer buffer =
		ReadBufferExtended(s->table, MAIN_FORKNUM, block, RBM_NORMAL, s->ring);
	bool empty;

	LockBuffer(buffer, BUFFER_LOCK_SHARE);
	empty = PageIsNew(BufferGetPage(buffer));
	UnlockReleaseBuffer(buffer);
	return empty;
}

/* Finds the pages of zeros up to one that cannot be read. */
static void
find_next_empty(dbc_host *host, void *arg)
{
	search *s = arg;

	(void) host;
	for (; s->next < s->blocks; s->next++)
	{
		CHECK_FOR_INTERRUPTS();
		if (!is_empty(s, s->next))
			continue;
		if (s->nempty == s->room)
		{
			s->room = s->room == 0 ? 64 : s->room * 2;
			s->empty = s->empty ? repalloc_huge(s->empty, (Size) s->room *
															  sizeof(*s->empty))
								: palloc((Size) s->room * sizeof(*s->empty));
		}
		s->empty[s->nempty++] = s->next;
	}
}

/* Finds the pages of zeros.  A page that cannot be read hides none of them. */
static void
find_empty(dbc_host *host, search *s)
{
	dbc_error error;

	s->blocks = RelationGetNumberOfBlocks(s->table);
	while (!dbc_guard(host, find_next_empty, s, DBC_UNDO, true, &error))
	{
		if (!dbc_check_is_damage(&error) || s->nunreadable == MOST_UNREADABLE)
			dbc_fail(host, error.sqlstate, error.detail, error.hint, "%s",
					 error.message);
		if (s->nunreadable++ == 0)
			s->unreadable = error;
		s->next++;
	}
	s->entries = palloc0((Size) (s->nempty + 1) * sizeof(*s->entries));
}

/* The place of a block among the empty ones, or -1. */
static int
place_of(const search *s, BlockNumber block)
{
	int low = 0;
	int high = s->nempty;

	while (low < high)
	{
		int middle = (low + high) / 2;

		if (s->empty[middle] < block)
			low = middle + 1;
		else
			high = middle;
	}
	return low < s->nempty && s->empty[low] == block ? low : -1;
}

/* The entries of an index that point to pages without rows. */
static void
read_entries(search *s, Relation index)
{
	IndexScanDesc scan =
		dbcpg_begin_index_scan(s->table, index, GetActiveSnapshot(), 0);
	ItemPointer tid;

	index_rescan(scan, NULL, 0, NULL, 0);
	while ((tid = index_getnext_tid(scan, ForwardScanDirection)) != NULL)
	{
		BlockNumber block = ItemPointerGetBlockNumber(tid);
		int place = place_of(s, block);

		CHECK_FOR_INTERRUPTS();
		if (place >= 0)
			s->entries[place]++;
		else if (block >= s->blocks)
		{
			if (s->behind++ == 0 || block < s->first_behind)
				s->first_behind = block;
		}
	}
	index_endscan(scan);
}

/* Counts the entries of an index that point to pages without rows.  That is no
 * use of the index: PostgreSQL does not count it, so that an unused one stays
 * one. */
static void
count_entries(search *s, Relation index)
{
	struct PgStat_TableStatus *counts = index->pgstat_info;
#if DBCPG_HAS_PGSTAT_ENABLED
	bool is_counted = index->pgstat_enabled;

	index->pgstat_enabled = false;
#endif
	index->pgstat_info = NULL;
	PG_TRY();
	{
		read_entries(s, index);
	}
	PG_FINALLY();
	{
		index->pgstat_info = counts;
#if DBCPG_HAS_PGSTAT_ENABLED
		index->pgstat_enabled = is_counted;
#endif
	}
	PG_END_TRY();
}

/* Marks pages that VACUUM has read: a page of zeros is not in the visibility
 * map. */
static void
read_map(search *s)
{
	Buffer buffer = InvalidBuffer;

	for (int i = 0; i < s->nempty; i++)
		s->entries[i] =
			visibilitymap_get_status(s->table, s->empty[i], &buffer) != 0;
	if (BufferIsValid(buffer))
		ReleaseBuffer(buffer);
}

/* Forgets what others have filled meanwhile: the table may have grown, and a
 * page of zeros may have got its first rows. */
static void
recheck(search *s)
{
	if (s->behind > 0 && RelationGetNumberOfBlocks(s->table) > s->first_behind)
		s->behind = 0;
	for (int i = 0; i < s->nempty; i++)
		if (s->entries[i] > 0 && !is_empty(s, s->empty[i]))
			s->entries[i] = 0;
}

/* Describes what is lost, or NULL; without an index by the visibility map. */
static const char *
describe(dbc_host *host, const search *s, const char *index)
{
	dbc_buffer blocks;
	int64_t entries = 0;
	int count = 0;

	dbc_buffer_init(&blocks, host);
	for (int i = 0; i < s->nempty; i++)
	{
		if (s->entries[i] == 0)
			continue;
		entries += s->entries[i];
		if (count++ < MOST_LISTED)
			dbc_append_format(&blocks, "%s%u", count == 1 ? "" : ", ",
							  s->empty[i]);
	}
	if (count > MOST_LISTED)
		dbc_append_format(&blocks, " and %d others", count - MOST_LISTED);
	if (count > 0)
		return dbc_format(
			host, "%s %s %s empty, but %s", count == 1 ? "block" : "blocks",
			blocks.data, count == 1 ? "is" : "are",
			index ? dbc_format(host, "index %s points to %s there", index,
							   dbc_count_text(host, entries, "row"))
				  : "VACUUM has read rows or free space there");
	if (s->behind > 0)
		return dbc_format(host,
						  "its file ends before block %u, but index %s points "
						  "to %s behind it",
						  s->blocks, index,
						  dbc_count_text(host, s->behind, "row"));
	return NULL;
}

/* An index with an entry for each row, the primary key if there is one; NULL if
 * there is none. */
static Relation
open_index(Relation table)
{
	Oid chosen = InvalidOid;
	List *indexes = RelationGetIndexList(table);
	ListCell *cell;
	Relation index;

	foreach (cell, indexes)
	{
		bool fits;

		index = index_open(lfirst_oid(cell), AccessShareLock);
		fits =
			index->rd_rel->relam == BTREE_AM_OID &&
			index->rd_index->indisvalid && index->rd_index->indisready &&
			heap_attisnull(index->rd_indextuple, Anum_pg_index_indpred, NULL) &&
			(!OidIsValid(chosen) || index->rd_index->indisprimary);
		if (fits)
			chosen = RelationGetRelid(index);
		index_close(index, AccessShareLock);
	}
	list_free(indexes);
	return OidIsValid(chosen) ? index_open(chosen, AccessShareLock) : NULL;
}

bool
dbcpg_check_has_pages(Relation table)
{
	Form_pg_class class = table->rd_rel;

	return (class->relkind == RELKIND_RELATION ||
			class->relkind == RELKIND_MATVIEW) &&
		   class->relam == HEAP_TABLE_AM_OID &&
		   class->relpersistence != RELPERSISTENCE_TEMP &&
		   !(class->relpersistence == RELPERSISTENCE_UNLOGGED &&
			 RecoveryInProgress());
}

static const char *
search_pages(dbc_host *host, search *s)
{
	Relation index = open_index(s->table);
	const char *name = NULL;
	const char *lost;

	s->ring = GetAccessStrategy(BAS_BULKREAD);
	find_empty(host, s);
	if (index)
	{
		count_entries(s, index);
		name = dbcpg_to_core(dbcpg_of(host),
							 quote_identifier(RelationGetRelationName(index)));
		index_close(index, AccessShareLock);
	}
	else
		read_map(s);
	recheck(s);
	FreeAccessStrategy(s->ring);
	lost = describe(host, s, name);
	if (s->nunreadable > 0 && !lost)
		dbc_fail(host, s->unreadable.sqlstate, s->unreadable.detail,
				 s->unreadable.hint, "%s", s->unreadable.message);
	return s->nunreadable > 0
			   ? dbc_format(host, "%s; %s", lost, s->unreadable.message)
			   : lost;
}

/* What is lost of one table. */
static const char *
search_table(dbc_host *host, Oid oid)
{
	const char *lost = NULL;
	search s = {.table = try_relation_open(oid, AccessShareLock)};

	if (!s.table)
		return NULL;
	if (dbcpg_check_has_pages(s.table))
		lost = search_pages(host, &s);
	relation_close(s.table, AccessShareLock);
	return lost;
}

/* The OID of a table by its name, or as text: the checks of all tables do not
 * wait for one that others have locked. */
static Oid
lock_table(dbc_host *host, const char *table)
{
	Oid oid;

	if (!isdigit((unsigned char) *table))
	{
		oid = dbcpg_find_table_oid(dbc_resolve(host, table));
		LockRelationOid(oid, AccessShareLock);
		return oid;
	}
	oid = (Oid) strtoul(table, NULL, 10);
	if (!ConditionalLockRelationOid(oid, AccessShareLock))
		dbc_fail(host, DBC_LOCK_NOT_AVAILABLE, NULL, NULL,
				 "another session has locked the table");
	return oid;
}

const char *
dbcpg_check_find_lost(dbc_host *host, const char *table)
{
	Oid oid = lock_table(host, table);
	const char *lost = NULL;
	List *tables = find_all_inheritors(oid, AccessShareLock, NULL);
	ListCell *cell;

	foreach (cell, tables)
	{
		if (!lost)
			lost = search_table(host, lfirst_oid(cell));
		/* the first is the table itself */
		UnlockRelationOid(lfirst_oid(cell), AccessShareLock);
	}
	return lost;
}
